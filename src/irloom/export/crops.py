"""Finds photographs of which one shows the other, whole or without its edges.

Windows are cut out of each photograph and hashed as a whole one is. Where the hash of a window is near that
of another photograph, what both show is compared too: hashes alone take one sky for another.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from irloom.backends.meters.picture_hash import SIDE
from irloom.export.groups import Codes, Places, find_near
from irloom.export.prints import Progress, tell_nobody

Floats = NDArray[np.float32]

CUTS = (0.0, 0.05, 0.1)
"""Shares of the width, or of the height, that a window leaves out on one side, and on both at most."""
BITS = 8
"""Hashes of a window and of a photograph that differ in no more are looked at closely."""
COSINE = 0.95
"""From this cosine of what they show on they are the same.

Of 80 photographs that were cut (on one side, on all, or anyhow), scaled and saved anew, 99.5 % are found
where 5 % of the width and of the height are missing, and 99 % where 10 % are. Of 800,000 pairs of different
pieces of these photographs the hashes bring 26 together, and the cosine none.
"""
_WAVES = 8
"""Of what a picture shows so many of the lowest frequencies are looked at in either direction."""
_BLOCK = 1024
"""Photographs that are looked at at a time: 4 MB."""


class Sight(NamedTuple):
    """What windows of n photographs show."""

    codes: Codes
    """Perceptual hashes: n."""
    shapes: Floats
    """Cosine coefficients without the mean grey, of length 1: n x 63; zeros for a window of one grey."""


def find_crops(smalls: Sequence[bytes], progress: Progress = tell_nobody) -> list[tuple[int, int]]:
    """Pairs of places of photographs, shrunk to `SIDE` x `SIDE` greys, that show the same."""
    if not smalls:
        return []
    pictures = np.frombuffer(b"".join(smalls), dtype=np.uint8).reshape(-1, SIDE, SIDE)
    spans = [_cut_span(start, end) for start, end in product(CUTS, repeat=2) if start + end <= CUTS[-1]]
    whole = _look(pictures, spans[0], spans[0])
    found = [np.empty(0, dtype=np.intp)]
    for number, (down, across) in enumerate(product(spans, repeat=2), start=1):
        for some, others in _find_same(_look(pictures, down, across), whole):
            pairs = np.minimum(some, others) * len(pictures) + np.maximum(some, others)
            found.append(np.unique(pairs[some != others]))
        progress("crops compared", number, len(spans) ** 2)
    return [divmod(pair, len(pictures)) for pair in np.unique(np.concatenate(found)).tolist()]


def _find_same(windows: Sight, whole: Sight) -> Iterator[tuple[Places, Places]]:
    """Places of windows, and of photographs that show the same as those."""
    for some, others in find_near(windows.codes, whole.codes, BITS):
        same = np.einsum("ij,ij->i", windows.shapes[some], whole.shapes[others]) >= COSINE
        yield some[same], others[same]


def _cut_span(start: float, end: float) -> Floats:
    """What takes a row of greys to the lowest waves of its window: `_WAVES` x `SIDE`.

    `start` and `end` are the shares that the window leaves out.
    """
    edges = np.linspace(start * SIDE, (1 - end) * SIDE, SIDE + 1)
    before, after = edges[:-1, None], edges[1:, None]
    pixels = np.arange(SIDE)
    shares = np.clip(np.minimum(after, pixels + 1) - np.maximum(before, pixels), 0, None) / (after - before)
    return np.asarray(dct(shares, axis=0)[:_WAVES], dtype=np.float32)


def _look(pictures: NDArray[np.uint8], down: Floats, across: Floats) -> Sight:
    """What one window of each picture shows."""
    blocks = [pictures[start : start + _BLOCK] for start in range(0, len(pictures), _BLOCK)]
    waves = [(down @ block.astype(np.float32) @ across.T).reshape(-1, _WAVES**2) for block in blocks]
    every = np.concatenate(waves)
    shapes = every[:, 1:]
    lengths = np.linalg.norm(shapes, axis=1, keepdims=True)
    bits = np.packbits(every > np.median(every, axis=1, keepdims=True), axis=1)
    return Sight(bits.view(np.uint64).ravel(), np.where(lengths > 1, shapes / np.maximum(lengths, 1), 0))
