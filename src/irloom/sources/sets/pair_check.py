"""Says whether a visible and an infrared picture show the same place in the same frame."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.sources.sets.edges import Grey, find_edges, overlap_edges
from irloom.sources.sets.record import PairFigures, PairVerdict

COMPARED_PX = 640
"""Longer side of what is compared; larger pictures are made smaller."""
REACH = 0.0625
"""Shifts that are tried, as a share of the longer side."""
SHIFTED = 0.004
"""From so far on a pair is shifted: 5 pixels of 1280. Pairs of LLVIP lie up to 4.5 beside each other."""
ABOVE_CHANCE = 2.0
"""How much more than by chance the edges of one scene meet. On twelve pairs of LLVIP, also shifted ones, it
is 2.2 and more, and 1.7 at most for pictures of different places."""
_SAME_SHAPE = 0.02
_PLAIN = 10
"""Grey levels between the darkest and the brightest twentieth of a picture that shows something."""
_COPY = 0.9
_BINS = 32


def compare_pictures(visible: Image.Image, infrared: Image.Image) -> PairFigures:
    """Compare brightness and edges; pictures of one shape and two sizes are brought to the smaller one."""
    (width, height), (own_width, own_height) = visible.size, infrared.size
    if abs(width * own_height - own_width * height) > _SAME_SHAPE * own_width * height:
        return PairFigures(verdict="other_size")
    size = _choose_size(visible.size, infrared.size)
    one, other = _read_grey(visible, size), _read_grey(infrared, size)
    reach = max(4, round(REACH * max(size)))
    found = overlap_edges(find_edges(one), find_edges(other), reach)
    figures = PairFigures(
        verdict="unclear",
        edge_dice=round(found.as_is, 4),
        best_dice=round(found.best, 4),
        chance_dice=round(found.chance, 4),
        shift_px=(round(found.shift[0] * own_width / size[0]), round(found.shift[1] * own_height / size[1])),
        brightness=(round(float(one.mean()) / 255, 4), round(float(other.mean()) / 255, 4)),
        brightness_overlap=round(_overlap_brightness(one, other), 4),
    )
    if _is_plain(one) or _is_plain(other) or found.best == 0:
        return figures
    return figures.model_copy(update={"verdict": _judge(figures, found.shift, size)})


def _judge(figures: PairFigures, shift: tuple[int, int], size: tuple[int, int]) -> PairVerdict:
    if min(figures.edge_dice, figures.brightness_overlap) > _COPY:
        return "copy"
    if figures.best_dice < ABOVE_CHANCE * figures.chance_dice:
        return "other_scene"
    far = float(np.hypot(*shift)) > max(SHIFTED * max(size), 1.5)
    return "shifted" if far else "aligned"


def _choose_size(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    width, height = min(one, other)
    scale = min(1.0, COMPARED_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _read_grey(picture: Image.Image, size: tuple[int, int]) -> Grey:
    """Grey levels of 8 bits; a picture of more is stretched from its darkest to its brightest."""
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = Image.fromarray(_stretch(np.asarray(picture, np.float32)))
    return np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX), np.uint8)


def _stretch(values: NDArray[np.float32]) -> Grey:
    known = np.nan_to_num(values, nan=float(np.nanmin(values)) if np.isfinite(values).any() else 0.0)
    low, high = float(known.min()), float(known.max())
    return np.asarray((known - low) / max(high - low, 1e-9) * 255, np.uint8)


def _is_plain(grey: Grey) -> bool:
    dark, bright = np.quantile(grey, (0.05, 0.95))
    return bool(bright - dark < _PLAIN)


def _overlap_brightness(one: Grey, other: Grey) -> float:
    """Of the histograms of both."""
    counted = [np.histogram(grey, _BINS, (0, 256))[0] / grey.size for grey in (one, other)]
    return float(np.minimum(*counted).sum())
