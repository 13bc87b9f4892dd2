"""Adds a drawn thing at a place that suits it: on the ground, or in the air."""

from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from irloom.backends.offline.editor.cutouts import Layer, find_region, put, shade
from irloom.backends.offline.editor.masks import find_mask
from irloom.backends.offline.editor.places import Ground, Spot, list_columns
from irloom.backends.offline.editor.planes import Plane, blur, measure_unit, to_lab, to_planes
from irloom.backends.offline.editor.scene import CannotDo, Change, Scene, choose
from irloom.backends.offline.editor.surroundings import find_sky, is_room
from irloom.backends.offline.editor.things import SIDE, THINGS, Sprite
from irloom.edits import Step

_BACKDROP_AREA = 0.3
_MOST_OVERLAP = 0.08
_LEAST_SKY = 0.06
_BESIDE = 0.25


@dataclass(frozen=True, slots=True)
class _Habit:
    """Where a thing is found, and how tall its sheet is as a share of the image's shorter side."""

    feet: tuple[float, ...]
    tall: float
    flies: bool = False
    needs_sky: bool = False
    outdoors: bool = False
    margin: float = 0.0
    """Empty share of the sheet below its foot."""


_HABITS = MappingProxyType(
    {
        "ball": _Habit((0.80, 0.86, 0.92, 0.97), 0.15, margin=0.015),
        "balloon": _Habit((0.45, 0.52, 0.6), 0.42, flies=True),
        "traffic cone": _Habit((0.82, 0.88, 0.94), 0.26, outdoors=True, margin=0.035),
        "umbrella": _Habit((0.8, 0.86, 0.92), 0.46, outdoors=True, margin=0.02),
        "kite": _Habit((0.3, 0.36, 0.44), 0.3, flies=True, needs_sky=True, outdoors=True),
    }
)


def add_thing(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Add a thing; its place is reported as a region."""
    make, habit = choose(step, THINGS), choose(step, _HABITS)
    article = "an" if step.value.strip()[:1].lower() in "aeiou" else "a"
    if habit.outdoors and is_room(scene):
        raise CannotDo(
            f"{article} {step.value} belongs outdoors, and the annotated objects are those of a room"
        )
    sky = find_sky(scene) if habit.needs_sky else np.zeros(scene.pixels.shape[:2], np.float32)
    if habit.needs_sky and sky.mean() < _LEAST_SKY:
        raise CannotDo(f"a {step.value} flies in the sky, and none is to be seen here")
    spot = _find_spot(scene, habit, sky, step, draw)
    if spot is None:
        raise CannotDo(f"there is no free place for {article} {step.value}")
    layer = _set_down(make(draw), scene, spot, habit)
    pixels = scene.pixels if habit.flies else shade(scene.pixels, layer)
    region = find_region(layer.alpha)
    details = {"added": step.value, "foot": [round(spot.x, 3), round(spot.foot, 3)]}
    return Change(Scene(put(pixels, layer), scene.objects), (region,) if region else (), details)


def _find_spot(scene: Scene, habit: _Habit, sky: Plane, step: Step, draw: np.random.Generator) -> Spot | None:
    """The calmest free place; near the target or the region, where the step names one."""
    height, width = scene.pixels.shape[:2]
    taken = np.zeros((height, width), np.bool_)
    for box in scene.objects:
        # What fills the picture is what others stand on or before.
        if box is not None and (box.x2 - box.x1) * (box.y2 - box.y1) < _BACKDROP_AREA:
            taken |= find_mask(scene.pixels, box) > 0.3
    if habit.needs_sky:
        taken |= sky < 0.5
    ground = Ground(scene.pixels, taken, np.zeros_like(taken))
    low, high, feet = _read_wish(scene, step, habit)
    best: tuple[float, Spot] | None = None
    for foot in feet:
        near = 1.0 if habit.flies else 0.55 + 0.5 * (foot - 0.6) / 0.35
        side = habit.tall * near * draw.uniform(0.7, 1.1) * min(height, width)
        spot_size = side / width, side / height
        for x in list_columns(draw, spot_size[0] * 0.55):
            spot = Spot(x, foot, *spot_size)
            cost = _weigh(ground, spot, habit) if low <= x <= high else None
            if cost is None:
                continue
            cost += draw.uniform(0, 0.5)
            if best is None or cost < best[0]:
                best = (cost, spot)
    return None if best is None else best[1]


def _read_wish(scene: Scene, step: Step, habit: _Habit) -> tuple[float, float, tuple[float, ...]]:
    """The columns between which it should be, and the rows of its foot, in 0..1."""
    if step.region is not None:
        left, top, right, bottom = step.region
        feet = tuple(foot for foot in habit.feet if top < foot <= bottom + 0.1)
        return left, right, feet or (min(bottom, 0.97),)
    number = step.target or 0
    box = scene.objects[number - 1] if 0 < number <= len(scene.objects) else None
    if box is None:
        return 0.0, 1.0, habit.feet
    # Beside the object that the step names.
    return box.x1 - _BESIDE, box.x2 + _BESIDE, habit.feet


def _weigh(ground: Ground, spot: Spot, habit: _Habit) -> float | None:
    """How ill a place suits; None where it cannot be."""
    x1, x2 = spot.x - spot.width / 2, spot.x + spot.width / 2
    y1, y2 = spot.foot - spot.height, spot.foot
    if y1 < 0 or ground.mean("taken", x1, y1, x2, y2) > _MOST_OVERLAP:
        return None
    top = y1 if habit.flies else y2 - spot.height / 3
    return ground.mean("edges", x1, top, x2, min(y2 + 0.02, 1)) / 40


def _set_down(sprite: Sprite, scene: Scene, spot: Spot, habit: _Habit) -> Layer:
    """Bring the thing to its place, in the light that is there."""
    height, width = scene.pixels.shape[:2]
    scale = spot.height * height / SIDE
    sigma = 0.45 * np.sqrt(max(scale**-2 - 1, 0))
    alpha = sprite.alpha
    colour = _match_light(sprite.colour, scene, spot) * alpha[..., None]
    if sigma > 0.3:
        colour, alpha = blur(colour, sigma), blur(alpha, sigma)
    left = spot.x * width - SIDE * scale / 2
    top = spot.foot * height - SIDE * scale * (1 - habit.margin)
    matrix = np.array([[scale, 0, left], [0, scale, top]])
    moved = (
        np.asarray(cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_LINEAR), np.float32)
        for plane in (colour, alpha)
    )
    return Layer(*moved)


def _match_light(colour: Plane, scene: Scene, spot: Spot) -> Plane:
    """As bright and as tinted as the image is; a dark room holds no glaring ball."""
    unit = measure_unit(scene.pixels)
    step = max(round(6 * unit), 1)
    lab = to_lab(to_planes(np.ascontiguousarray(scene.pixels[::step, ::step])))
    high = float(np.percentile(lab[..., 0], 80))
    strength = float(np.clip(0.30 + 0.72 * high / 85, 0.4, 1.05))
    tint = np.array([[[70.0, *np.clip(lab[..., 1:].mean(axis=(0, 1)), -14, 14)]]], np.float32)
    from_grey = np.array([[[70.0, 0.0, 0.0]]], np.float32)
    cast = np.asarray(cv2.cvtColor(tint, cv2.COLOR_Lab2RGB) / cv2.cvtColor(from_grey, cv2.COLOR_Lab2RGB))
    return np.asarray(np.clip(colour * strength * (1 + (cast - 1) * 0.6), 0, 1), np.float32)
