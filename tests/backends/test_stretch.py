"""Measured values become pictures by percentiles, and what was done is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.backends.stretch import is_deep, read_values, stretch


def test_hot_pixels_do_not_decide_what_is_seen() -> None:
    values = np.linspace(7000, 7600, 10_000, dtype=np.float32).reshape(100, 100)
    values[0, 0], values[50, 50] = 0, 65_535
    pixels, about = stretch(values)
    assert (pixels[50, 50], pixels[0, 0]) == (255, 0)
    assert abs(float(pixels.mean()) - 127.5) < 1
    assert about["percentiles"] == [0.5, 99.5]
    assert about["values"] == pytest.approx([7003, 7597], abs=1)
    assert about["range"] == [0.0, 65_535.0]
    assert (about["type"], about["not_finite"]) == ("float32", 0)


@pytest.mark.parametrize("kind", [np.uint16, np.int32, np.float32, np.float64])
def test_order_is_kept_for_every_type(kind: Any) -> None:
    values = np.arange(100, dtype=kind).reshape(10, 10) + 29_000
    pixels, about = stretch(values)
    assert (np.diff(pixels.ravel().astype(int)) >= 0).all()
    assert about["type"] == np.dtype(kind).name


def test_what_is_not_finite_is_black_and_counted() -> None:
    values = np.array([[1.0, 2.0, 3.0], [np.nan, -np.inf, np.inf]])
    pixels, about = stretch(values)
    assert pixels[1].tolist() == [0, 0, 255]
    assert about["not_finite"] == 3
    with pytest.raises(ValueError, match="no finite value"):
        stretch(np.full((2, 2), np.nan))


def test_a_flat_image_is_grey() -> None:
    assert (stretch(np.full((2, 2), 29_315, dtype=np.uint16)).pixels == 128).all()


def test_one_hot_spot_in_a_flat_image_is_seen() -> None:
    values = np.full((100, 100), 29_315, dtype=np.uint16)
    values[5, 5] = 31_000
    pixels = stretch(values).pixels
    assert (pixels[5, 5], pixels[0, 0]) == (255, 0)


@pytest.mark.parametrize(
    ("values", "suffix", "deep"),
    [
        (np.zeros((4, 4), np.uint16), ".png", True),
        (np.zeros((4, 4), np.uint16), ".tif", True),
        (np.zeros((4, 4), np.int32), ".tif", True),
        (np.zeros((4, 4), np.float32), ".tif", True),
        (np.zeros((4, 4), np.uint8), ".tif", False),
        (np.zeros((4, 4, 3), np.uint8), ".png", False),
    ],
)
def test_depth_is_told_by_the_header(tmp_path: Path, values: Any, suffix: str, deep: bool) -> None:
    Image.fromarray(values).save(tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as image:
        assert is_deep(image) is deep


def test_colours_of_16_bits_are_deep_although_pillow_cuts_them(tmp_path: Path) -> None:
    import cv2

    values = np.stack([np.arange(16, dtype=np.uint16).reshape(4, 4) * 256 + 7000] * 3, axis=-1)
    cv2.imwrite(str(tmp_path / "a.png"), values)
    with Image.open(tmp_path / "a.png") as image:
        assert is_deep(image)
        assert stretch(read_values(image)).pixels.max() == 255
