"""Damaged and hostile FLIR files are refused by a message, within little memory, and never crash."""

import random
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from irloom.errors import ThermalFileError
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from support.thermal_files import (
    make_block,
    make_camera_record,
    make_counts,
    make_jpeg,
    make_png,
    make_raw_record,
    make_rjpeg,
    wrap_block,
    write,
)

RAW, CAMERA = make_raw_record(make_counts()), make_camera_record()
BLOCK = make_block([(1, RAW), (32, CAMERA)])


def refuse(folder: Path, content: bytes, why: str) -> None:
    """Read it, and hear why not, with the file's name and in little memory."""
    path = write(folder / "odd.jpg", content)
    tracemalloc.start()
    try:
        with pytest.raises(ThermalFileError, match=why) as caught:
            read_thermogram(path, ThermalSettings())
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert str(path) in str(caught.value)


def change(block: bytes, place: int, form: str, value: int) -> bytes:
    content = bytearray(block)
    struct.pack_into(form, content, place, value)
    return bytes(content)


def test_a_picture_without_temperatures_says_what_could_be_given(tmp_path: Path) -> None:
    refuse(tmp_path, make_jpeg(), "no temperatures that irloom can read.*--thermal-converter")


def test_a_file_cut_off_anywhere_within_its_segments_is_refused(tmp_path: Path) -> None:
    whole = make_rjpeg()
    for length in [*range(3, 200, 13), *range(1_000, len(BLOCK), 3_001)]:
        refuse(tmp_path, whole[:length], "cut off|no temperatures")


def test_an_empty_file_a_folder_and_one_that_is_not_there_are_named(tmp_path: Path) -> None:
    refuse(tmp_path, b"", "is empty")
    for path in (tmp_path, tmp_path / "nowhere.jpg"):
        with pytest.raises(ThermalFileError, match=r"is not a file|cannot be reached"):
            read_thermogram(path, ThermalSettings())


@pytest.mark.parametrize("lost", [0, 1])
def test_a_missing_segment_is_told(tmp_path: Path, lost: int) -> None:
    content = wrap_block(BLOCK, 4_000)
    place = content.index(b"FLIR\0\x01" + bytes([lost]))
    refuse(tmp_path, content[: place - 4] + content[place + 8 + 4_000 :], "1 of its .* segments are missing")


def test_segments_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    content = wrap_block(BLOCK, 4_000)
    place = content.index(b"FLIR\0\x01\x01") + 6
    refuse(tmp_path, change(content, place, "B", 0), "do not fit each other")
    refuse(tmp_path, change(content, place + 1, "B", 9), "do not fit each other")
    short = b"\xff\xd8\xff\xe1\0\x09FLIR\0\x01\0" + make_jpeg()[2:]
    refuse(tmp_path, short, "holds nothing")
    refuse(tmp_path, b"\xff\xd8\xff\xe0\0\0" + make_jpeg()[2:], "has the length 0")
    refuse(tmp_path, b"\xff\xd8\xff\xe0\0\x02hello", "no JPEG segment begins")


def test_a_file_of_endless_segments_is_left(tmp_path: Path) -> None:
    refuse(tmp_path, b"\xff\xd8" + b"\xff\xe0\0\x02" * 50_000, "more than 20,000 JPEG segments")


@pytest.mark.parametrize(
    ("place", "value"),
    [(0x18, 2**32 - 1), (0x18, len(BLOCK) - 31), (0x1C, 2**32 - 1), (0x1C, 1_001), (0x1C, 0)],
)
def test_a_directory_that_is_huge_or_lies_outside_is_refused(tmp_path: Path, place: int, value: int) -> None:
    refuse(tmp_path, wrap_block(change(BLOCK, place, ">I", value)), "directory has .* entries")


@pytest.mark.parametrize("place", [0x40 + 12, 0x40 + 16, 0x60 + 12, 0x60 + 16])
def test_a_record_outside_of_the_block_is_refused(tmp_path: Path, place: int) -> None:
    for value in (2**32 - 1, len(BLOCK)):
        refuse(tmp_path, wrap_block(change(BLOCK, place, ">I", value)), r"record \d+ should lie")


def test_an_unknown_version_a_foreign_block_and_missing_records_are_refused(tmp_path: Path) -> None:
    refuse(tmp_path, wrap_block(change(BLOCK, 0x14, ">I", 7)), "unknown version")
    refuse(tmp_path, wrap_block(b"XXX" + BLOCK[3:]), "no header")
    refuse(tmp_path, wrap_block(BLOCK[:20]), "no header")
    refuse(tmp_path, wrap_block(make_block([(32, CAMERA)])), "has no raw image: ")
    refuse(tmp_path, wrap_block(make_block([(7, b"")])), "no raw image and no camera record")


@pytest.mark.parametrize("size", [(81, 60), (80, 61), (80, 59), (0, 60), (65_535, 65_535)])
def test_a_raw_image_of_another_size_than_declared_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    for body in ("plain", "png", "tiff"):
        raw = make_raw_record(make_counts(), body, size)
        refuse(
            tmp_path, wrap_block(make_block([(1, raw), (32, CAMERA)])), "but it declares|counts need|pixels"
        )


def test_less_than_a_row_of_padding_is_passed_over(tmp_path: Path) -> None:
    padded = wrap_block(make_block([(1, RAW + bytes(100)), (32, CAMERA)]))
    found = read_thermogram(write(tmp_path / "a.jpg", padded), ThermalSettings())
    plain = read_thermogram(write(tmp_path / "b.jpg", make_rjpeg()), ThermalSettings())
    np.testing.assert_array_equal(found.kelvin, plain.kelvin)


def test_a_png_bomb_inside_is_never_unpacked(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(50_000_000))
    head = struct.pack("<HHH", 2, 80, 60).ljust(32, b"\0")
    for png, why in (
        (make_png(30_000, 30_000, bomb), "30000 x 30000|unpacked"),
        (make_png(80, 60, bomb, depth=8), "16 bits"),
        (make_png(80, 60, b"no stream"), "unpacked"),
        (make_png(80, 60, zlib.compress(b"short")), "unpacked"),
    ):
        refuse(tmp_path, wrap_block(make_block([(1, head + png), (32, CAMERA)])), why)
    # More data than the picture needs is not unpacked beyond it; all its counts are 0, so nothing is known.
    over = wrap_block(make_block([(1, head + make_png(80, 60, bomb)), (32, CAMERA)]))
    refuse(tmp_path, over, "have no temperature|unpacked")


def test_a_png_inside_that_ends_in_good_order_before_its_last_row_is_refused(tmp_path: Path) -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in make_counts()[:40].astype("<u2"))
    png = struct.pack("<HHH", 2, 80, 60).ljust(32, b"\0") + make_png(80, 60, zlib.compress(rows))
    refuse(tmp_path, wrap_block(make_block([(1, png), (32, CAMERA)])), "the file was cut")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("emissivity", 0.0), ("emissivity", 3.0), ("emissivity", float("nan")), ("air_k", -5.0)),
        *(("r1", float("inf")), ("r2", 0.0), ("b", -1.0), ("distance_m", -1.0), ("window_transmission", 0)),
    ],
)
def test_a_camera_that_says_what_cannot_be_is_refused(tmp_path: Path, name: str, value: float) -> None:
    refuse(tmp_path, make_rjpeg(camera={name: value}), f"{name} = .*cannot be")


def test_a_calibration_without_any_temperature_is_refused(tmp_path: Path) -> None:
    refuse(tmp_path, make_rjpeg(camera={"b": 1e30}), "no temperature follows")
    refuse(tmp_path, make_rjpeg(camera={"o": -2e9}), "have no temperature|median")


def test_whatever_bytes_change_it_is_read_or_refused(tmp_path: Path) -> None:
    draw = random.Random(20)
    whole = make_rjpeg(make_counts(16, 12), "png")
    told = 0
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(draw.choice((1, 3, 30))):
            content[draw.randrange(2, len(content))] = draw.randrange(256)
        path = write(tmp_path / "odd.jpg", bytes(content))
        try:
            assert read_thermogram(path, ThermalSettings()).kelvin.shape
        except ThermalFileError:
            told += 1
    assert 50 < told < 400
