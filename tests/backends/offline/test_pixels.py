"""Pixels finds what looks alike, and does not pretend to read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from irloom.backends.offline.pixels import Pixels
from irloom.errors import ScoringError, SourceError
from irloom.options import PixelsOptions
from irloom.protocols import Query


@pytest.fixture
def embedder() -> Pixels:
    return Pixels(PixelsOptions())


def paint(path: Path, ground: str, line: tuple[int, int, int, int] | None = None, side: int = 90) -> Path:
    picture = Image.new("RGB", (side, side), ground)
    if line is not None:
        ImageDraw.Draw(picture).line(line, fill="white", width=6)
    picture.save(path)
    return path


def test_rows_are_of_length_one_even_for_a_flat_grey(embedder: Pixels, tmp_path: Path) -> None:
    flat = paint(tmp_path / "grey.png", "#7f7f7f")
    lined = paint(tmp_path / "line.png", "navy", (10, 10, 80, 80))
    rows = embedder.embed_images([flat, lined])
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1])


def test_the_nearest_is_the_same_scene_in_another_size(embedder: Pixels, tmp_path: Path) -> None:
    seen = paint(tmp_path / "seen.png", "navy", (10, 10, 80, 80))
    smaller = paint(tmp_path / "smaller.png", "navy", (11, 11, 89, 89), side=100)
    other_colour = paint(tmp_path / "colour.png", "darkred", (10, 10, 80, 80))
    other_line = paint(tmp_path / "other.png", "navy", (10, 80, 80, 10))
    rows = embedder.embed_images([seen, smaller, other_colour, other_line])
    likeness = rows[1:] @ rows[0]
    assert likeness[0] > 0.97
    assert likeness[0] > likeness[2] + 0.02, "edges count"
    assert likeness[0] > likeness[1] + 0.02, "colours count"


def test_the_text_of_a_query_is_lost_on_it_and_a_query_without_an_image_refused(
    embedder: Pixels, tmp_path: Path
) -> None:
    seen = paint(tmp_path / "seen.png", "navy")
    worded, plain = embedder.embed_queries([Query(seen, "make it red"), Query(seen, None)])
    assert np.array_equal(worded, plain)
    with pytest.raises(ScoringError, match="reads no text"):
        embedder.embed_queries([Query(seen, None), Query(None, "a red car")])


def test_an_image_that_cannot_be_read_is_named(embedder: Pixels, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(SourceError, match=r"empty\.png is empty"):
        embedder.embed_images([tmp_path / "empty.png"])
