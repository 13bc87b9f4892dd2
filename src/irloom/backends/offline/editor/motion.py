"""Moves, mirrors and tilts an object's cut-out."""

from types import MappingProxyType

import cv2
import numpy as np

from irloom.backends.offline.editor.colour import describe
from irloom.backends.offline.editor.cutouts import (
    HORIZON,
    Matrix,
    find_region,
    lift,
    measure,
    move,
    put,
    shade,
    stands,
    uncover,
)
from irloom.backends.offline.editor.masks import outline
from irloom.backends.offline.editor.scene import (
    CannotDo,
    Change,
    Scene,
    Target,
    choose,
    find_target,
    refuse_covered,
    refuse_mounted,
    replace_object,
    touched_sides,
)
from irloom.edits import Step

_MOST_AREA = 0.3
_LEAST_MOVE = 0.08
_WAYS = MappingProxyType({"left": (-1, 0), "right": (1, 0), "higher": (0, -1), "lower": (0, 1)})
_OPPOSITE = MappingProxyType({"left": "right", "right": "left", "higher": "bottom", "lower": "top"})


def change_place(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Move, mirror or tilt the target."""
    choose(step, {**_WAYS, "mirrored": None, "tilted": None})
    value = step.value.strip().lower()
    target = find_target(scene, step)
    if target.area > _MOST_AREA:
        raise CannotDo(f"object {target.number} fills {target.area:.0%} of the image: it cannot be moved")
    refuse_covered(scene, target)
    height, width = scene.pixels.shape[:2]
    if value == "mirrored":
        matrix = _mirror(target)
    elif value == "tilted":
        matrix = _tilt(target, draw)
    else:
        refuse_mounted(target)
        matrix = _shift(target, value, (height, width), draw)
    layer = move(lift(scene.pixels, target.mask), matrix)
    bare = uncover(scene, target)
    pixels = put(shade(bare, layer) if stands(target) and value in _WAYS else bare, layer)
    objects = replace_object(scene, target.number, outline(layer.alpha, target.box.label))
    region = find_region(layer.alpha)
    details = {"moved": value, "matrix": [[round(float(v), 3) for v in row] for row in matrix]}
    return Change(Scene(pixels, objects), (region,) if region else (), {**details, **describe(target)})


def _mirror(target: Target) -> Matrix:
    if touched_sides(target) & {"left", "right"}:
        raise CannotDo(f"object {target.number} ({target.box.label}) is cut off by the frame's side")
    left, _, right, _ = measure(target)
    return np.array([[-1.0, 0.0, left + right - 1], [0.0, 1.0, 0.0]])


def _tilt(target: Target, draw: np.random.Generator) -> Matrix:
    if touched_sides(target):
        raise CannotDo(f"object {target.number} ({target.box.label}) is cut off by the frame")
    left, top, right, bottom = measure(target)
    degrees = float(draw.choice([-1, 1])) * draw.uniform(16, 26)
    middle = ((left + right) / 2, (top + bottom) / 2)
    return np.asarray(cv2.getRotationMatrix2D(middle, degrees, 1.0), np.float64)


def _shift(target: Target, way: str, size: tuple[int, int], draw: np.random.Generator) -> Matrix:
    """As far as there is room, at most about a third of the image; further up means smaller."""
    if _OPPOSITE[way] in touched_sides(target):
        raise CannotDo(
            f"object {target.number} ({target.box.label}) is cut off at the side that would come into view"
        )
    height, width = size
    across, down = _WAYS[way]
    left, top, right, bottom = measure(target)
    room = {"left": left, "right": width - right, "higher": top, "lower": height - bottom}[way]
    length = width if across else height
    far = min(room, length * 0.34) * draw.uniform(0.65, 1)
    if way == "higher" and bottom > HORIZON * height:
        far = min(length * draw.uniform(0.16, 0.24), (bottom - (HORIZON + 0.06) * height))
    if far < _LEAST_MOVE * length:
        raise CannotDo(f"object {target.number} ({target.box.label}) has no room to go {way}")
    scale = scale_at(bottom, bottom + down * far, height)
    middle = (left + right) / 2
    return np.array(
        [
            [scale, 0, middle * (1 - scale) + across * far],
            [0, scale, bottom * (1 - scale) + down * far],
        ]
    )


def scale_at(here: float, there: float, height: int) -> float:
    """How much larger what stands `here` looks `there`, both rows in pixels; 1 above the horizon."""
    horizon = (HORIZON - 0.3) * height
    if here <= HORIZON * height:
        return 1.0
    return float(np.clip((there - horizon) / (here - horizon), 0.6, 1.35))
