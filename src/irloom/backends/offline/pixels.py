"""Colours and edges by place: a baseline that needs no model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.backends.images import load_rgb
from irloom.errors import ScoringError
from irloom.options import PixelsOptions
from irloom.protocols import Query

_SIDE = 64
_COLOUR_CELLS, _EDGE_CELLS = 8, 4
"""Cells a side."""
_DIRECTIONS = 8
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


class Pixels:
    """Finds images that look alike; it cannot read, so that what a query asks to change is lost on it."""

    name = "pixels"

    def __init__(self, options: PixelsOptions) -> None:
        self._max_pixels = options.max_pixels

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        """One row a query, from its image alone; ScoringError for a query that has none."""
        images = [query.image for query in queries if query.image is not None]
        if len(images) < len(queries):
            raise ScoringError("`pixels` reads no text: give it queries with an image")
        return self.embed_images(images)

    def embed_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        """One row an image; SourceError for one that cannot be read."""
        rows = [self._describe(image) for image in images]
        return np.stack(rows) if rows else np.empty((0, 0), dtype=np.float32)

    def _describe(self, path: Path) -> NDArray[np.float32]:
        picture = Image.fromarray(load_rgb(path, self._max_pixels))
        small = np.asarray(picture.resize((_SIDE, _SIDE), Image.Resampling.BOX), dtype=np.float32)
        small /= 255
        parts = [_lay_out_colours(small), _count_edges(small @ _LUMA)]
        return _scale(np.concatenate([_scale(part) for part in parts]))


def _lay_out_colours(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean colour of each cell, around a middle grey."""
    cell = _SIDE // _COLOUR_CELLS
    cells = pixels.reshape(_COLOUR_CELLS, cell, _COLOUR_CELLS, cell, 3).mean(axis=(1, 3))
    around_grey: NDArray[np.float32] = (cells - np.float32(0.5)).ravel()
    return around_grey


def _count_edges(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Strength of the edges in each cell by their direction, whichever side is the brighter."""
    down, right = np.gradient(luma)
    strength = np.hypot(down, right)
    direction = np.floor(np.arctan2(down, right) / np.pi * _DIRECTIONS).astype(np.int64) % _DIRECTIONS
    row, column = np.indices(luma.shape) // (_SIDE // _EDGE_CELLS)
    place = (row * _EDGE_CELLS + column) * _DIRECTIONS + direction
    sums = np.bincount(place.ravel(), strength.ravel(), _EDGE_CELLS**2 * _DIRECTIONS)
    return np.sqrt(sums).astype(np.float32)


def _scale(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same of length 1; a vector of zeros points into its first dimension, so that it is somewhere."""
    length = float(np.linalg.norm(vector))
    if length == 0:
        vector = np.eye(1, len(vector), dtype=np.float32)[0]
        length = 1.0
    return vector / np.float32(length)
