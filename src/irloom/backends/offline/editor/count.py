"""Puts more of an object into the image, as copies of its cut-out in free places."""

from types import MappingProxyType

import numpy as np

from irloom.backends.offline.editor.colour import describe
from irloom.backends.offline.editor.cutouts import (
    Layer,
    find_region,
    lift,
    measure,
    move,
    put,
    shade,
    stands,
)
from irloom.backends.offline.editor.motion import scale_at
from irloom.backends.offline.editor.places import Ground, Spot, list_columns
from irloom.backends.offline.editor.planes import Mask, Plane, grow, measure_unit
from irloom.backends.offline.editor.scene import (
    CannotDo,
    Change,
    Scene,
    Target,
    choose,
    find_target,
    mask_others,
    refuse_covered,
    refuse_mounted,
    touched_sides,
)
from irloom.edits import Region, Step

_NUMBERS = MappingProxyType({"one more": 1, "two more": 2, "three more": 3})
_MOST_AREA = 0.2
_MOST_OVERLAP = 0.1
_MOST_COVERED = 0.25


def add_more(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Add one, two or three more of the target."""
    number = choose(step, _NUMBERS)
    target = find_target(scene, step)
    _refuse(scene, target)
    layer, pixels = lift(scene.pixels, target.mask), scene.pixels
    taken = _mask_same(scene, target) | (target.mask > 0.5)
    copies: list[tuple[Layer, float]] = []
    regions: list[Region] = []
    for _ in range(number):
        copy, foot = _place_copy(scene, target, layer, taken, draw)
        taken |= grow(copy.alpha > 0.5, 2 * measure_unit(pixels))
        copies.append((copy, foot))
        regions.extend([region] if (region := find_region(copy.alpha)) else [])
    # What stands further down stands in front.
    for copy, _ in sorted(copies, key=lambda placed: placed[1]):
        pixels = put(shade(pixels, copy) if stands(target) else pixels, copy)
    return Change(Scene(pixels, scene.objects), tuple(regions), {"added": number, **describe(target)})


def _refuse(scene: Scene, target: Target) -> None:
    if target.area > _MOST_AREA:
        raise CannotDo(f"object {target.number} fills {target.area:.0%} of the image: no room for another")
    if touched_sides(target) & {"left", "right"}:
        raise CannotDo(f"object {target.number} ({target.box.label}) is cut off by the frame's side")
    refuse_mounted(target)
    refuse_covered(scene, target)


def _mask_same(scene: Scene, target: Target) -> Mask:
    """The other objects of the same label."""
    same = tuple(box if box is not None and box.label == target.box.label else None for box in scene.objects)
    return mask_others(Scene(scene.pixels, same), target.number)


def _place_copy(
    scene: Scene, target: Target, layer: Layer, taken: Mask, draw: np.random.Generator
) -> tuple[Layer, float]:
    """A copy where there is room, and the row of its foot."""
    height, width = taken.shape
    left, top, right, bottom = measure(target)
    ground = Ground(scene.pixels, taken, mask_others(scene, target.number))
    spot = _find_spot(ground, target, (height, width), draw)
    if spot is None:
        raise CannotDo(f"there is no free place for another {target.box.label}")
    scale = spot.height * height / (bottom - top)
    middle = (left + right) / 2
    matrix = np.array(
        [
            [scale, 0, spot.x * width - middle * scale],
            [0, scale, spot.foot * height - bottom * scale],
        ]
    )
    return move(layer, matrix), spot.foot


def _find_spot(
    ground: Ground, target: Target, size: tuple[int, int], draw: np.random.Generator
) -> Spot | None:
    """The free place whose ground looks most like the one that the object stands on."""
    height, width = size
    left, top, right, bottom = measure(target)
    tall, wide = (bottom - top) / height, (right - left) / width
    here = ground.colour(
        left / width - wide / 4,
        bottom / height - tall / 4,
        right / width + wide / 4,
        bottom / height + tall / 8,
    )
    fixed = bool(touched_sides(target) & {"top", "bottom"})
    best: tuple[float, Spot] | None = None
    for lower in (0.0,) if fixed else (0.0, -0.05, 0.05, -0.1, 0.1, -0.15):
        foot = bottom / height + lower
        scale = 1.0 if fixed else scale_at(bottom, foot * height, height)
        spot_size = wide * scale, tall * scale
        for x in list_columns(draw, spot_size[0] / 2):
            spot = Spot(x, foot, *spot_size)
            cost = _weigh(ground, spot, here)
            if cost is None:
                continue
            cost += 0.6 * abs(x - (left + right) / 2 / width) + 2.5 * abs(lower) + draw.uniform(0, 0.25)
            if best is None or cost < best[0]:
                best = (cost, spot)
    return None if best is None else best[1]


def _weigh(ground: Ground, spot: Spot, here: Plane | None) -> float | None:
    """How ill a place suits; None where it cannot be."""
    x1, x2 = spot.x - spot.width / 2, spot.x + spot.width / 2
    y1, y2 = spot.foot - spot.height, spot.foot
    if y1 < 0 or y2 > 1:
        return None
    if ground.mean("taken", x1, y1, x2, y2) > _MOST_OVERLAP:
        return None
    covered = ground.mean("others", x1, y1, x2, y2)
    there = ground.colour(x1, y2 - spot.height / 4, x2, y2 + spot.height / 8)
    if covered > _MOST_COVERED or there is None:
        return None
    unlike = 0.0 if here is None else float(np.linalg.norm(there - here)) / 12
    return 3 * covered + unlike
