import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from irloom.backends.images import load_rgb
from irloom.errors import SourceError

LIMIT = 1_000_000


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def png_header_only(path: Path, width: int, height: int) -> Path:
    """A file that promises a huge image and holds none of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    )
    return path


def turned(path: Path, orientation: int) -> Path:
    """A 60 x 20 photograph, red on its left, that asks to be turned."""
    image = Image.new("RGB", (60, 20), "blue")
    image.paste("red", (0, 0, 30, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return save(path, image, exif=exif)


def test_a_photograph_keeps_its_pixels(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    loaded = load_rgb(save(tmp_path / "a.png", Image.fromarray(pixels)), LIMIT)
    assert loaded.dtype == np.uint8
    assert np.array_equal(loaded, pixels)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.jpg does not exist"):
        load_rgb(tmp_path / "gone.jpg", LIMIT)


def test_a_folder_is_not_an_image(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not a file"):
        load_rgb(tmp_path, LIMIT)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    with pytest.raises(SourceError, match="0 bytes"):
        load_rgb(tmp_path / "a.jpg", LIMIT)


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "webp", "tif"])
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    path = save(tmp_path / f"a.{suffix}", Image.fromarray(noise))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceError, match="cannot be decoded"):
        load_rgb(path, LIMIT)


def test_text_is_not_an_image(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("<html>404</html>")
    with pytest.raises(SourceError, match="cannot be decoded"):
        load_rgb(tmp_path / "a.jpg", LIMIT)


def test_too_many_pixels_are_refused_by_the_header(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"1001 x 1000 = 1001000 pixels, more than max_pixels = 1000000"):
        load_rgb(png_header_only(tmp_path / "a.png", 1001, 1000), LIMIT)


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_neither_pillows_bomb_warning_nor_its_error_escapes(tmp_path: Path, side: int) -> None:
    with pytest.raises(SourceError, match="more than max_pixels"):
        load_rgb(png_header_only(tmp_path / "a.png", side, side), LIMIT)


def test_pillows_own_limit_is_put_back(tmp_path: Path) -> None:
    before = Image.MAX_IMAGE_PIXELS
    load_rgb(save(tmp_path / "a.png", Image.new("RGB", (3, 3))), LIMIT)
    assert before == Image.MAX_IMAGE_PIXELS


def test_grey_becomes_three_equal_channels(tmp_path: Path) -> None:
    loaded = load_rgb(save(tmp_path / "a.png", Image.new("L", (4, 3), 77)), LIMIT)
    assert loaded.shape == (3, 4, 3)
    assert (loaded == 77).all()


def test_one_bit_becomes_black_and_white(tmp_path: Path) -> None:
    loaded = load_rgb(save(tmp_path / "a.png", Image.new("1", (4, 3), 1)), LIMIT)
    assert (loaded == 255).all()


def test_a_palette_is_resolved(tmp_path: Path) -> None:
    image = Image.new("RGB", (4, 3), (10, 200, 30)).convert("P", palette=Image.Palette.ADAPTIVE)
    loaded = load_rgb(save(tmp_path / "a.png", image), LIMIT)
    assert (loaded == (10, 200, 30)).all()


def test_a_palette_with_transparency_lies_on_white(tmp_path: Path) -> None:
    image = Image.new("P", (4, 3), 0)
    image.putpalette([10, 20, 30])
    loaded = load_rgb(save(tmp_path / "a.png", image, transparency=b"\x00"), LIMIT)
    assert (loaded == 255).all()


def test_cmyk_is_converted(tmp_path: Path) -> None:
    loaded = load_rgb(save(tmp_path / "a.tif", Image.new("CMYK", (4, 3), (0, 255, 255, 0))), LIMIT)
    assert (loaded == (255, 0, 0)).all()


def test_deep_greys_are_stretched_from_their_own_range(tmp_path: Path) -> None:
    values = np.array([[1000, 2000], [3000, 5000]], dtype=np.uint16)
    loaded = load_rgb(save(tmp_path / "a.png", Image.fromarray(values)), LIMIT)
    assert loaded[..., 0].tolist() == [[0, 64], [128, 255]]


def test_a_flat_deep_grey_is_grey(tmp_path: Path) -> None:
    values = np.full((2, 2), 32768, dtype=np.uint16)
    loaded = load_rgb(save(tmp_path / "a.png", Image.fromarray(values)), LIMIT)
    assert (loaded == 128).all()


def test_floats_of_which_none_is_finite_are_refused(tmp_path: Path) -> None:
    values = np.array([[np.inf, np.nan]], dtype=np.float32)
    with pytest.raises(SourceError, match="no finite value"):
        load_rgb(save(tmp_path / "a.tif", Image.fromarray(values)), LIMIT)


def test_half_transparent_black_on_white_is_grey(tmp_path: Path) -> None:
    loaded = load_rgb(save(tmp_path / "a.png", Image.new("RGBA", (4, 3), (0, 0, 0, 128))), LIMIT)
    assert (loaded == 127).all()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_invisible_pixels_are_white(tmp_path: Path, mode: str) -> None:
    loaded = load_rgb(save(tmp_path / "a.png", Image.new(mode, (4, 3))), LIMIT)
    assert (loaded == 255).all()


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 3), name) for name in ("red", "lime", "blue")]
    path = save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert (load_rgb(path, LIMIT) == (255, 0, 0)).all()


def test_orientation_is_followed_as_viewers_do(tmp_path: Path) -> None:
    loaded = load_rgb(turned(tmp_path / "a.png", 6), LIMIT)
    assert loaded.shape == (60, 20, 3)
    assert loaded[0, 0].tolist() == [255, 0, 0]


def test_annotations_of_the_viewed_size_turn_the_image(tmp_path: Path) -> None:
    assert load_rgb(turned(tmp_path / "a.png", 8), LIMIT, 20, 60).shape == (60, 20, 3)


def test_annotations_of_the_stored_size_leave_it_as_stored(tmp_path: Path) -> None:
    loaded = load_rgb(turned(tmp_path / "a.png", 6), LIMIT, 60, 20)
    assert loaded.shape == (20, 60, 3)
    assert loaded[0, 0].tolist() == [255, 0, 0]


def test_upside_down_is_turned_whatever_the_annotations_say(tmp_path: Path) -> None:
    loaded = load_rgb(turned(tmp_path / "a.png", 3), LIMIT, 60, 20)
    assert loaded[0, 0].tolist() == [0, 0, 255]


@pytest.mark.parametrize(("width", "height", "shape"), [(600, 201, (20, 60)), (200, 601, (60, 20))])
def test_a_smaller_copy_of_what_was_annotated_is_taken(
    tmp_path: Path, width: int, height: int, shape: tuple[int, int]
) -> None:
    assert load_rgb(turned(tmp_path / "a.png", 6), LIMIT, width, height).shape[:2] == shape


def test_another_shape_than_annotated_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", Image.new("RGB", (60, 20)))
    with pytest.raises(SourceError, match="is 60 x 20, but its annotations were made for 40 x 30"):
        load_rgb(path, LIMIT, 40, 30)
