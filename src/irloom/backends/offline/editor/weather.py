"""Lets rain or snow fall, or fog rise; only outdoors.

How far things are is not known: the vertical position stands for it, and an object is as far as its
foot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from irloom.backends.offline.editor.planes import (
    Mask,
    Plane,
    blur,
    draw_clouds,
    from_lab,
    measure_unit,
    spread,
    to_grey,
    to_lab,
    to_pixels,
    to_planes,
)
from irloom.backends.offline.editor.scene import CannotDo, Change, Scene, choose, mask_others
from irloom.backends.offline.editor.surroundings import find_sky, guess_depth, is_room
from irloom.edits import Step


@dataclass(frozen=True, slots=True)
class _Air:
    """What lies between the camera and things."""

    depth: Plane
    sky: Plane
    things: Mask
    """The annotated objects, which stand on the ground."""
    unit: float


def change_weather(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Give the image rain, snow or fog."""
    fall = choose(step, _WEATHERS)
    if is_room(scene):
        raise CannotDo(f"weather {step.value}: the annotated objects are those of a room")
    sky = find_sky(scene)
    air = _Air(guess_depth(scene, sky), sky, mask_others(scene, 0), measure_unit(scene.pixels))
    planes = fall(to_planes(scene.pixels), air, draw)
    details = {"weather": step.value, "depth": "vertical position", "sky": round(float(sky.mean()), 3)}
    return Change(Scene(to_pixels(planes), scene.objects), details=details)


def _dull(planes: Plane, sky: Plane, colour: float, contrast: float, grey: float) -> Plane:
    """An overcast day: less colour and contrast, and a grey sky."""
    lab = to_lab(planes)
    lab[..., 1:] *= np.float32(colour)
    lab[..., 0] = 50 + (lab[..., 0] - 50) * np.float32(contrast)
    cover = np.dstack([grey + 0.25 * (lab[..., 0] - 70), sky * 0, sky * 0 - 2])
    return from_lab((lab + (cover - lab) * sky[..., None] * np.float32(0.85)).astype(np.float32))


def _veil(planes: Plane, depth: Plane, density: float, colour: tuple[float, float, float]) -> Plane:
    """Koschmieder's law: the further, the more of the air's own colour."""
    through = np.exp(-np.float32(density) * depth)[..., None]
    return np.asarray(planes * through + np.array(colour, np.float32) * (1 - through), np.float32)


def _rain(planes: Plane, air: _Air, draw: np.random.Generator) -> Plane:
    depth, sky, unit = air.depth, air.sky, air.unit
    wet = _dull(planes, sky, 0.62, 0.86, 66) * np.float32(draw.uniform(0.72, 0.8))
    wet = _veil(wet, depth**2, 0.75, (0.55, 0.58, 0.61))
    slant = draw.uniform(4, 14) * float(draw.choice([-1, 1]))
    total = np.zeros(depth.shape, np.float32)
    for size, amount, strength in ((0.7, 0.020, 0.20), (1.1, 0.007, 0.26), (1.7, 0.0018, 0.34)):
        total += strength * _draw_streaks(depth.shape, size * unit, amount, slant, draw)
    streaks = np.clip(total, 0, 0.5)[..., None]
    return np.asarray(wet + (np.float32(0.88) - wet) * streaks, np.float32)


def _draw_streaks(
    shape: tuple[int, ...], size: float, amount: float, slant: float, draw: np.random.Generator
) -> Plane:
    """Drops drawn out by the time of the exposure, about 0..1; `slant` in degrees from the vertical."""
    height, width = shape
    length = int(26 * size) | 1
    drops = (draw.random((height, width)) < amount / max(size, 0.3)).astype(np.float32)
    drops *= draw.uniform(0.3, 1, (height, width)).astype(np.float32)
    kernel = np.zeros((length, length), np.float32)
    lean = np.tan(np.deg2rad(slant)) * length / 2
    ends = (round(length / 2 - lean), 0), (round(length / 2 + lean), length - 1)
    cv2.line(kernel, ends[0], ends[1], 1.0, max(round(size), 1), cv2.LINE_AA)
    taper = np.hanning(length + 2)[1:-1, None].astype(np.float32)
    streaks = np.asarray(cv2.filter2D(drops, -1, kernel * taper, borderType=cv2.BORDER_REFLECT), np.float32)
    return np.clip(streaks, 0, 1)


def _snow(planes: Plane, air: _Air, draw: np.random.Generator) -> Plane:
    depth, sky, unit = air.depth, air.sky, air.unit
    cold = _cover(_dull(planes, sky, 0.6, 0.9, 84), air, draw)
    cold = _veil(cold, depth**2, 0.55, (0.86, 0.88, 0.91))
    total = np.zeros(depth.shape, np.float32)
    for radius, amount in ((0.9, 0.0042), (1.6, 0.0013), (2.8, 0.00035)):
        total += _draw_flakes(depth.shape, radius * unit, amount / unit**2, draw)
    flakes = np.clip(total, 0, 0.95)[..., None]
    return np.asarray(cold + (np.float32(0.98) - cold) * flakes, np.float32)


def _cover(planes: Plane, air: _Air, draw: np.random.Generator) -> Plane:
    """Snow lies where a surface looks up: where it is brighter than what is below it, and on the ground."""
    height, width = air.sky.shape
    lab = to_lab(planes)
    light = blur(lab[..., 0], 1.2 * air.unit)
    shift = max(round(4 * air.unit), 1)
    facing = light - np.roll(light, -shift, axis=0)
    facing[-shift:] = 0
    # Low, dark and rough places hold it last, in crumbs rather than clouds.
    grit = 0.6 * draw_clouds(height, width, 70, draw, 3) + (light - blur(light, 12 * air.unit)) / 12
    ground = spread(0.02, 0.5, 1 - air.depth) * (1 - blur(air.things.astype(np.float32), air.unit))
    ledges = spread(5, 22, np.asarray(facing, np.float32)) * 0.75
    lying = np.maximum(spread(-1.3, 0.1, np.asarray(grit, np.float32)) * ground * 0.92, ledges)
    lying = np.clip(blur(np.asarray(lying, np.float32), 0.7 * air.unit), 0, 0.9) * (1 - air.sky)
    white = np.clip(87 + 0.5 * (lab[..., 0] - light) + 0.1 * (light - 50), 0, 99)
    snow = np.dstack([white, air.sky * 0, air.sky * 0 - 3])
    return from_lab((lab + (snow - lab) * lying[..., None]).astype(np.float32))


def _draw_flakes(shape: tuple[int, ...], radius: float, amount: float, draw: np.random.Generator) -> Plane:
    """Soft discs, about 0..1."""
    height, width = shape
    flakes = (draw.random((height, width)) < amount).astype(np.float32)
    flakes *= draw.uniform(0.5, 1.1, (height, width)).astype(np.float32)
    side = 2 * max(round(radius * 1.6), 1) + 1
    y, x = np.mgrid[:side, :side] - side // 2
    kernel = np.clip(1.25 - np.hypot(x, y * 0.85) / max(radius, 0.6), 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(flakes, -1, kernel, borderType=cv2.BORDER_REFLECT), np.float32)


def _fog(planes: Plane, air: _Air, draw: np.random.Generator) -> Plane:
    depth, unit = air.depth, air.unit
    height, width = depth.shape
    banks = draw_clouds(height, width, 4, draw, 3)
    pale = float(np.clip(0.62 + 0.35 * float(to_grey(planes).mean()), 0.66, 0.85))
    density = draw.uniform(1.7, 2.4)
    thick = np.clip((0.10 + 0.9 * depth**1.4) * (1 + 0.16 * banks), 0.03, 2).astype(np.float32)
    soft = planes + (blur(planes, 1.6 * unit) - planes) * np.clip(depth, 0, 1)[..., None]
    return _veil(np.asarray(soft, np.float32), thick, density, (pale, pale * 1.005, pale * 1.015))


_WEATHERS: MappingProxyType[str, Callable[[Plane, _Air, np.random.Generator], Plane]]
_WEATHERS = MappingProxyType({"rain": _rain, "snow": _snow, "fog": _fog})
