"""A PNG that ends in good order before its last row is not whole, and large pictures take little memory."""

import io
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.backends.images import load_rgb
from irloom.backends.stretch import stretch
from irloom.backends.translators.given import Given
from irloom.cli.main import main
from irloom.errors import SourceError
from irloom.protocols import TranslationJob
from irloom.sources.edir import _spoilt
from support.coco import write_coco

SIZE = (31, 40)
"""Width and height: passes of an interlaced picture end in the middle of it."""
DEPTHS: dict[str, tuple[int, int]] = {"L": (8, 0), "RGB": (8, 2), "P": (8, 3), "RGBA": (8, 6), "1": (1, 0)}
"""Bits a value and the colour type of a PNG, by the mode that Pillow gives it."""
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def write_png(path: Path, mode: str, share: float = 1.0, interlaced: bool = False, value: int = 200) -> Path:
    """A PNG whose data hold a share of its rows and end as if they were all; every sum is right."""
    depth, color = DEPTHS[mode]
    (width, height), values = SIZE, {"RGB": 3, "RGBA": 4}.get(mode, 1)
    rows = b""
    for left, top, across, down in PASSES if interlaced else ((0, 0, 1, 1),):
        columns = len(range(left, width, across))
        row = b"\0" + bytes([value]) * -(-columns * depth * values // 8)
        rows += row * len(range(top, height, down)) if columns else b""
    data = zlib.compress(rows[: int(len(rows) * share)])
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(256)) * 3) if mode == "P" else b""
    halves = chunk(b"IDAT", data[:5]) + chunk(b"IDAT", data[5:])
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + halves + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("mode", DEPTHS)
def test_a_png_that_lacks_rows_is_refused_in_every_mode(tmp_path: Path, mode: str, interlaced: bool) -> None:
    whole = write_png(tmp_path / "whole.png", mode, interlaced=interlaced)
    assert load_rgb(whole, 10_000).shape == (40, 31, 3)
    for share in (0.1, 0.9):
        cut = write_png(tmp_path / "cut.png", mode, share, interlaced)
        if not interlaced:
            with Image.open(cut) as seen:
                seen.load()  # Pillow takes it for whole, which is why somebody has to look
        with pytest.raises(SourceError, match=r"before its last row|truncated"):
            load_rgb(cut, 10_000)


@pytest.mark.parametrize("mode", DEPTHS)
def test_a_picture_that_is_black_below_is_whole(tmp_path: Path, mode: str) -> None:
    assert not load_rgb(write_png(tmp_path / "a.png", mode, value=0), 10_000)[..., :1].any() or mode == "RGBA"


def test_a_given_infrared_image_and_a_corpus_are_looked_at_alike(tmp_path: Path) -> None:
    cut = write_png(tmp_path / "cut.png", "L", 0.5)
    (made,) = Given(None, tmp_path).translate([TranslationJob(cut, (), 0, *SIZE)])
    assert "before its last row" in str(made)
    assert "before its last row" in (_spoilt(cut) or "")
    assert _spoilt(write_png(tmp_path / "whole.png", "L")) is None


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_values_are_spread_with_few_copies_of_them(kind: Any) -> None:
    values = np.random.default_rng(0).integers(0, 250, (1_500, 1_500)).astype(kind)
    tracemalloc.start()
    try:
        stretch(values)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < values.size * (4 if values.itemsize < 4 else 17) + 13_000_000


def test_strips_of_a_picture_meet_without_a_seam(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (777, 9, 4), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    seen = Image.fromarray(pixels)
    white = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    assert np.array_equal(load_rgb(tmp_path / "a.png", 10_000), np.asarray(white))


def test_headers_that_pillow_warns_of_say_nothing_and_cost_no_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    coco = write_coco(tmp_path / "coco", 1)
    (path,) = coco.images.iterdir()
    with Image.open(path) as picture:
        picture.load()
    picture.save(path, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x09")
    with pytest.warns(UserWarning, match="EXIF"), Image.open(io.BytesIO(path.read_bytes())) as odd:
        odd.getexif().get(0x0112)
    command = ["run", "infrared", *coco.options, "--tasks", "reasoning", "--out", str(tmp_path / "run")]
    assert main([*command, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
