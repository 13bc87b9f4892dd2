"""Fills a hole with patches of what lies around it.

Exemplar-based, after Wexler et al. (2007) and He and Sun (2012): on a small copy every patch that
reaches into the hole looks for its nearest neighbour outside, the neighbours vote, and this is repeated
from coarse to fine. At full size the pixels are then copied along the shifts that were found, so that
the texture stays sharp.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from irloom.backends.offline.editor.masks import bound
from irloom.backends.offline.editor.planes import Mask, Pixels, Plane, blend, blur, grow, resize, to_planes

_SIDES = (40, 80, 120)
"""Longer side of the small copies, in pixels, from coarse to fine."""
_ROUNDS = (5, 3, 2)
_REACH = 2
"""Half a patch: patches are 5 x 5."""
_MOST_SOURCES = 3500
_MOST_SHIFTS = 50
_TOGETHER = 0.04
"""What it is worth, in squared difference of colours, to be copied from where the neighbours are."""
_LEVEL_WEIGHT = 2.5
"""How much a patch prefers its own height in the image: floors stay floors."""

Points = NDArray[np.intp]


def fill_hole(pixels: Pixels, hole: Mask, forbidden: Mask, feather: float) -> Pixels:
    """Paint over what is true in `hole`, half of the image at most, with copies of what lies around it.

    Nothing is copied from where `forbidden` is true, as long as enough else is there. Changes nothing
    further than `feather` pixels outside the hole.
    """
    window = _choose_window(hole)
    seen, gap = to_planes(pixels[window]), hole[window]
    barred = _choose_barred(gap, forbidden[window])
    shift, known, small = _search(seen, gap, barred)
    filled = _level_pieces(_copy_along(seen, gap, shift, known), gap, small)
    filled = _level_seam(seen, filled, gap)
    # The blur reaches outside, and the shifts are known there too.
    alpha = np.where(grow(gap, feather), np.clip(2 * blur(gap.astype(np.float32), feather / 2), 0, 1), 0)
    result = pixels.copy()
    result[window] = blend(pixels[window], filled, np.asarray(alpha, np.float32))
    return result


def _choose_window(hole: Mask) -> tuple[slice, slice]:
    """The hole and as much again on every side."""
    rows, columns = bound(hole)
    height, width = hole.shape
    margin = int(max(rows.stop - rows.start, columns.stop - columns.start) * 0.65 + 0.06 * max(height, width))
    return (
        slice(max(rows.start - margin, 0), min(rows.stop + margin, height)),
        slice(max(columns.start - margin, 0), min(columns.stop + margin, width)),
    )


def _choose_barred(hole: Mask, forbidden: Mask) -> Mask:
    """The hole, and what is forbidden unless that leaves too little to copy."""
    barred = hole | forbidden
    return barred if (~barred).mean() > 0.15 else hole


def _search(seen: Plane, hole: Mask, barred: Mask) -> tuple[Plane, Mask, Plane]:
    """For each pixel of a small copy the shift, in rows and columns, to what it is copied from.

    Also where it is known, and what the small copy looks like with its hole filled.
    """
    height, width = hole.shape
    painted = seen
    for side, rounds in zip(_SIDES, _ROUNDS, strict=True):
        scale = min(side / max(height, width), 1.0)
        size = max(round(width * scale), 8), max(round(height * scale), 8)
        small_hole = resize(hole.astype(np.float32), *size) > 0.05
        small_barred = resize(barred.astype(np.float32), *size) > 0.05
        small = resize(painted, *size)
        if painted is seen:
            small = _guess(small, small_hole)
        for _ in range(rounds):
            (shift, wanted), small = _match(small, small_hole, small_barred)
        painted = _copy_along(seen, hole, shift, wanted)
    shift = _agree(small, shift, wanted, small_barred)
    return shift, wanted, small


def _agree(small: Plane, shift: Plane, wanted: Mask, barred: Mask) -> Plane:
    """Let each place choose among the commonest shifts, the same as its neighbours where that is as good.

    So whole pieces are copied, not crumbs.
    """
    found, counts = np.unique(shift[wanted].astype(np.intp), axis=0, return_counts=True)
    common = found[np.argsort(-counts, kind="stable")[:_MOST_SHIFTS]]
    window = bound(wanted)
    costs = np.dstack([_weigh_shift(small, barred, window, dy, dx) for dy, dx in common])
    best = np.argmin(costs, axis=2)
    for _ in range(2):
        votes = blur((best[..., None] == np.arange(len(common))).astype(np.float32), 1.5)
        best = np.argmin(costs - np.float32(_TOGETHER) * votes.reshape(costs.shape), axis=2)
    agreed = shift.copy()
    agreed[window] = common[best]
    return agreed


def _weigh_shift(small: Plane, barred: Mask, window: tuple[slice, slice], dy: int, dx: int) -> Plane:
    """How ill each place in a window fits what lies at a shift from it."""
    height, width = barred.shape
    rows = np.arange(window[0].start, window[0].stop) + dy
    columns = np.arange(window[1].start, window[1].stop) + dx
    outside = ((rows < 0) | (rows >= height))[:, None] | ((columns < 0) | (columns >= width))
    there = np.ix_(np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1))
    unlike = ((small[there] - small[window]) ** 2).sum(axis=2)
    return np.asarray(blur(unlike, 1.6) + 9 * (outside | barred[there]), np.float32)


def _guess(small: Plane, hole: Mask) -> Plane:
    """Spread the colours of the rim inwards."""
    known = np.rint(np.clip(small, 0, 1) * 255).astype(np.uint8)
    return to_planes(np.asarray(cv2.inpaint(known, hole.astype(np.uint8), 3, cv2.INPAINT_TELEA), np.uint8))


def _match(small: Plane, hole: Mask, barred: Mask) -> tuple[tuple[Plane, Mask], Plane]:
    """One round: nearest neighbours of all patches that meet the hole, and their vote."""
    height, width = hole.shape
    inner = np.zeros(hole.shape, np.bool_)
    inner[_REACH:-_REACH, _REACH:-_REACH] = True
    square = np.ones((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)
    wanted = np.asarray(cv2.dilate(hole.astype(np.uint8), square)) > 0
    usable = inner & (cv2.dilate(barred.astype(np.uint8), square) == 0)
    if not usable.any():
        usable = inner & (cv2.dilate(hole.astype(np.uint8), square) == 0)
    if not usable.any():
        usable = ~hole
    padded = np.pad(small, ((_REACH, _REACH), (_REACH, _REACH), (0, 0)), mode="edge")
    holes, sources = np.argwhere(wanted), np.argwhere(usable)
    sources = sources[:: len(sources) // _MOST_SOURCES + 1]
    nearest = sources[_find_nearest(_describe(padded, holes, height), _describe(padded, sources, height))]
    shift = np.zeros((height, width, 2), np.float32)
    shift[holes[:, 0], holes[:, 1]] = nearest - holes
    return (shift, wanted), _vote(small, padded, hole, holes, nearest)


def _describe(padded: Plane, points: Points, height: int) -> Plane:
    """Each patch as a row of numbers, its height in the image last."""
    span = range(2 * _REACH + 1)
    parts = [padded[points[:, 0] + dy, points[:, 1] + dx] for dy in span for dx in span]
    level = points[:, :1].astype(np.float32) * np.float32(_LEVEL_WEIGHT * 5 / height)
    return np.concatenate([*parts, level], axis=1)


def _find_nearest(wanted: Plane, sources: Plane) -> Points:
    """The row of `sources` nearest to each row of `wanted`."""
    lengths = (sources * sources).sum(axis=1) / 2
    return np.asarray(np.argmax(wanted @ sources.T - lengths, axis=1))


def _vote(small: Plane, padded: Plane, hole: Mask, holes: Points, nearest: Points) -> Plane:
    """Each pixel of the hole becomes the mean of what the patches over it say."""
    total = np.zeros(padded.shape, np.float32)
    count = np.zeros(padded.shape[:2], np.float32)
    for dy in range(2 * _REACH + 1):
        for dx in range(2 * _REACH + 1):
            total[holes[:, 0] + dy, holes[:, 1] + dx] += padded[nearest[:, 0] + dy, nearest[:, 1] + dx]
            count[holes[:, 0] + dy, holes[:, 1] + dx] += 1
    inside = (slice(_REACH, -_REACH), slice(_REACH, -_REACH))
    voted = total[inside] / np.maximum(count[inside], 1)[..., None]
    return np.where(hole[..., None], voted, small)


def _copy_along(seen: Plane, hole: Mask, shift: Plane, known: Mask) -> Plane:
    """Copy pixels along the shifts of a small copy, where four shifts meet blended towards the nearest."""
    height, width = hole.shape
    rows, columns = known.shape
    window = bound(grow(hole, 0.03 * max(height, width)))
    y, x = np.mgrid[window].astype(np.float32)
    v, u = (y + 0.5) * rows / height - 0.5, (x + 0.5) * columns / width - 0.5
    top, left = np.floor(v), np.floor(u)
    # Steeper than bilinear, so that shifts that disagree do not show both of their pictures.
    down, right = _steepen(v - top), _steepen(u - left)
    total = np.zeros((*y.shape, 3), np.float32)
    weights = np.full(y.shape, 1e-6, np.float32)
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        i = np.clip(top + dy, 0, rows - 1).astype(np.intp)
        j = np.clip(left + dx, 0, columns - 1).astype(np.intp)
        weight = (down if dy else 1 - down) * (right if dx else 1 - right) * known[i, j]
        away = shift[i, j] * np.array([height / rows, width / columns], np.float32)
        copied = cv2.remap(
            seen, x + away[..., 1], y + away[..., 0], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        )
        total += np.asarray(copied, np.float32) * weight[..., None]
        weights += weight
    filled = seen.copy()
    filled[window] = np.where((weights > 0.01)[..., None], total / weights[..., None], seen[window])
    return filled


def _steepen(share: Plane) -> Plane:
    return np.asarray(np.clip((share - 0.5) * 1.6 + 0.5, 0, 1), np.float32)


def _level_pieces(filled: Plane, hole: Mask, small: Plane) -> Plane:
    """Pieces from different places differ in brightness: give all the small copy's slow changes."""
    height, width = hole.shape
    rows, columns = small.shape[:2]
    slow = blur(small - resize(filled, columns, rows), 1.2)
    offset = resize(np.clip(slow, -0.15, 0.15), width, height)
    return filled + offset


def _level_seam(seen: Plane, filled: Plane, hole: Mask) -> Plane:
    """Carry the difference of colour along the rim smoothly into the hole, so that no seam shows."""
    height, width = hole.shape
    size = max(width // 4, 2), max(height // 4, 2)
    reach = 0.012 * max(height, width)
    rim = (grow(hole, reach) & ~grow(hole, 1)).astype(np.float32)
    known = resize(rim, *size)
    offset = resize((seen - filled) * rim[..., None], *size)
    total, weight = np.zeros_like(offset), np.full(known.shape, 1e-6, np.float32)
    for sigma in (1.5, 4.0, 10.0, 24.0):
        # The wider, the less: each place is told by the nearest rim that reaches it.
        share = np.float32(sigma**-2)
        total += blur(offset, sigma) * share
        weight += blur(known, sigma) * share
    smooth = resize(np.clip(total / weight[..., None], -0.12, 0.12), width, height)
    return np.asarray(np.clip(filled + smooth, 0, 1), np.float32)
