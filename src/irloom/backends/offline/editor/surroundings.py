"""What a photograph tells of where it was taken: its sky, how far things are, whether it is a room."""

from functools import cache

import cv2
import numpy as np

from irloom.backends.offline.editor.cutouts import HORIZON
from irloom.backends.offline.editor.masks import find_mask
from irloom.backends.offline.editor.planes import (
    Plane,
    blur,
    grow,
    measure_unit,
    resize,
    shrink,
    smooth_along_edges,
    spread,
    to_grey,
    to_lab,
    to_planes,
)
from irloom.backends.offline.editor.scene import Scene
from irloom.backends.offline.translator.temperatures import Temperatures, read_temperatures

_SIDE = 200
_LEAST_SKY = 0.04
_LOWEST, _LOWEST_BY_SNOW = 0.78, 0.64


def find_sky(scene: Scene) -> Plane:
    """How far each pixel is sky, 0..1: calm and light, and joined to the top; 0 everywhere in a room."""
    height, width = scene.pixels.shape[:2]
    nothing = np.zeros((height, width), np.float32)
    if is_room(scene):
        return nothing
    planes = to_planes(scene.pixels)
    scale = min(_SIDE / max(height, width), 1.0)
    small = resize(planes, max(round(width * scale), 4), max(round(height * scale), 4))
    found = _find_calm(small, _LOWEST_BY_SNOW if _is_pale_below(scene) else _LOWEST)
    if found.mean() < _LEAST_SKY:
        return nothing
    things = np.zeros((height, width), np.float32)
    for box in scene.objects:
        if box is not None and not box.crowd:
            things = np.maximum(things, find_mask(scene.pixels, box))
    return _refine(planes, resize(found, width, height), things, measure_unit(scene.pixels))


def _find_calm(small: Plane, lowest: float) -> Plane:
    """What is pale and calm, and reaches from the top not further down than `lowest`, in 0..1."""
    lab = to_lab(small)
    light = lab[..., 0]
    edges = np.hypot(*(cv2.Sobel(light, cv2.CV_32F, dx, 1 - dx) for dx in (0, 1)))
    rows = np.arange(small.shape[0])[:, None] / small.shape[0]
    green = (lab[..., 1] < -8) & (lab[..., 2] > 4)
    pale = (light > 42) & ((lab[..., 2] < 6) | (light > 70)) & ~green & (rows < 0.85)
    calm = pale & (blur(np.asarray(edges, np.float32), 1.5) < np.where(light > 85, 34, 18))
    count, labels = cv2.connectedComponents(calm.astype(np.uint8), connectivity=4)
    keep = np.zeros(count, np.bool_)
    tops, amounts = np.unique(labels[0], return_counts=True)
    keep[tops[amounts > 0.06 * small.shape[1]]] = True
    # What goes on far down is a wall, snow or water.
    lows, amounts = np.unique(labels[round(lowest * (small.shape[0] - 1))], return_counts=True)
    keep[lows[amounts > 0.25 * small.shape[1]]] = False
    keep[0] = False
    # Clouds have edges, too: take in what is pale and nearly enclosed.
    reach = 0.06 * max(small.shape[:2])
    return np.asarray(shrink(grow(keep[labels], reach), reach) & pale, np.float32)


def _refine(planes: Plane, rough: Plane, things: Plane, unit: float) -> Plane:
    """Decide near the border by colour: what looks like the sky beside it is sky, between leaves too."""
    lab = to_lab(planes)
    near = blur(rough, 16 * unit)
    colour = blur(lab * rough[..., None], 16 * unit) / np.maximum(near, 1e-3)[..., None]
    away = np.linalg.norm((lab - colour) * np.array([0.7, 1, 1], np.float32), axis=2).astype(np.float32)
    alike = 1 - spread(9, 24, blur(away, 0.5 * unit))
    sure = spread(0.9, 0.99, blur(rough, 5 * unit))
    likely = np.clip(alike * spread(0.02, 0.2, near) + sure, 0, 1)
    soft = smooth_along_edges(likely.astype(np.float32), to_grey(planes), max(round(3 * unit), 1), 1e-3)
    # The outline of a rig or a fence holds sky, too.
    solid = things * spread(3, 8, blur(away, 0.5 * unit))
    return np.asarray(np.clip((soft - 0.1) / 0.8, 0, 1) * (1 - solid), np.float32)


@cache
def _read_places() -> Temperatures:
    return read_temperatures(None)


def _is_pale_below(scene: Scene) -> bool:
    """Whether objects are there that are met on snow or water, which look like sky."""
    return any(box is not None and _read_places().heat(box.label).surface for box in scene.objects)


def is_room(scene: Scene) -> bool:
    """Whether the annotated objects are more of rooms than of outdoors."""
    labels = {box.label for box in scene.objects if box is not None}
    places = [_read_places().heat(label).place for label in sorted(labels)]
    return places.count("indoors") > places.count("outdoors")


def guess_depth(scene: Scene, sky: Plane) -> Plane:
    """How far each pixel is, 0 at the lower border and 1 at the horizon and above.

    Only the vertical position tells; an annotated object is as far as its foot.
    """
    height, width = scene.pixels.shape[:2]
    horizon = find_horizon(sky)
    down = (np.arange(height, dtype=np.float32) + 0.5) / height
    far = np.clip((1 - down) / (1 - horizon), 0, 1)
    depth = np.repeat(far[:, None], width, axis=1)
    feet = [(box.y2, box) for box in scene.objects if box is not None and not box.crowd]
    for foot, box in sorted(feet, key=lambda pair: pair[0]):
        mask = find_mask(scene.pixels, box)
        away = float(np.clip((1 - foot) / (1 - horizon), 0, 1))
        depth = np.where(depth > away, depth + (away - depth) * np.clip(2 * mask - 1, 0, 1), depth)
    depth = np.maximum(depth, sky)
    return np.asarray(np.clip(depth, 0, 1), np.float32)


def find_horizon(sky: Plane) -> float:
    """Where the sky ends, as a share of the height."""
    share = sky.mean(axis=1)
    rows = np.flatnonzero(share > 0.15)
    return float(np.clip((rows[-1] + 1) / len(share), 0.2, 0.7)) if rows.size else HORIZON
