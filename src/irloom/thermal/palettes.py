"""Tables of 256 colours from cold to hot: some of our own, as cameras have them, and some of Matplotlib."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from irloom.thermal.picture_settings import PaletteName

_STOPS: dict[str, tuple[tuple[float, str], ...]] = {
    "white_hot": ((0.0, "000000"), (1.0, "ffffff")),
    "black_hot": ((0.0, "ffffff"), (1.0, "000000")),
    "iron": (
        *((0.0, "00000a"), (0.15, "20008c"), (0.35, "8c00a0"), (0.55, "dc3c32")),
        *((0.75, "f59600"), (0.9, "ffdc3c"), (1.0, "fffff0")),
    ),
    "rainbow": (
        *((0.0, "000050"), (0.2, "0032ff"), (0.4, "00d2c8"), (0.55, "28c828")),
        *((0.7, "fafa00"), (0.85, "ff6400"), (1.0, "c80000")),
    ),
    "arctic": (*((0.0, "001450"), (0.3, "0078dc"), (0.5, "787d82"), (0.7, "e68c14"), (1.0, "ffeb96")),),
}
"""Colours at shares of the range, linear between them."""


@cache
def build_table(name: PaletteName) -> NDArray[np.uint8]:
    """256 x 3 bytes, sRGB, the coldest first."""
    if name not in _STOPS:
        from matplotlib import colormaps

        return _to_bytes(np.asarray(colormaps[name](np.arange(256)), dtype=np.float64)[:, :3])
    places, colours = zip(*_STOPS[name], strict=True)
    channels = np.array([list(bytes.fromhex(colour)) for colour in colours], dtype=np.float64)
    shares = np.linspace(0, 1, 256)
    table = np.stack([np.interp(shares, places, channels[:, one]) for one in range(3)], axis=1)
    return _to_bytes(table / 255)


def _to_bytes(table: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.rint(table * 255).astype(np.uint8)
