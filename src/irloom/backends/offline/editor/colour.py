"""Recolours an object in CIELAB, keeping its shading."""

from types import MappingProxyType

import numpy as np

from irloom.backends.offline.editor.masks import bound
from irloom.backends.offline.editor.planes import Plane, blend, from_lab, spread, to_lab, to_planes
from irloom.backends.offline.editor.scene import (
    CannotDo,
    Change,
    Scene,
    Target,
    choose,
    find_target,
    refuse_people,
)
from irloom.edits import Step

COLOURS = MappingProxyType(
    {
        "red": (46.0, 66.0, 44.0),
        "orange": (66.0, 42.0, 68.0),
        "yellow": (84.0, 0.0, 78.0),
        "green": (50.0, -50.0, 40.0),
        "blue": (40.0, 14.0, -62.0),
        "purple": (38.0, 46.0, -46.0),
        "pink": (72.0, 46.0, 0.0),
        "brown": (36.0, 16.0, 28.0),
        "black": (13.0, 0.0, 0.0),
        "white": (92.0, 0.0, 0.0),
        "grey": (55.0, 0.0, 0.0),
        "gray": (55.0, 0.0, 0.0),
    }
)
"""Lightness, a and b of what people call so."""

_LEAST_DIFFERENCE = 12.0
_RANGE = 34.0


def recolour(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Give the target a colour: its shading stays, its own colours do not."""
    colour = np.array(choose(step, COLOURS), np.float32)
    target = find_target(scene, step)
    refuse_people(target, "color")
    window = bound(target.mask > 0)
    mask, lab = target.mask[window], to_lab(to_planes(scene.pixels[window]))
    mean = _mean(lab, mask)
    if float(np.linalg.norm(mean - colour)) < _LEAST_DIFFERENCE:
        raise CannotDo(f"object {target.number} ({target.box.label}) is {step.value} already")
    # A retry is a little lighter or darker, more or less saturated.
    colour *= np.array([draw.uniform(0.93, 1.07), *[draw.uniform(0.88, 1.08)] * 2], np.float32)
    pixels = scene.pixels.copy()
    pixels[window] = blend(scene.pixels[window], from_lab(paint(lab, mask, colour)), mask)
    return Change(Scene(pixels, scene.objects), details={"colour": step.value, **describe(target)})


def describe(target: Target) -> dict[str, object]:
    """What the details of an edit say about its target."""
    return {"object": target.box.label, "area": round(target.area, 4)}


def paint(lab: Plane, mask: Plane, colour: Plane) -> Plane:
    """CIELAB with the object's lightness moved to the colour's, and its chroma following the light."""
    mean = _mean(lab, mask)
    light = lab[..., 0]
    # Half of the way by shift and half by scale, with the extremes kept in reach of the colour.
    shading = light - mean[0]
    room = np.float32(_RANGE if shading.std() > _RANGE / 2 else 1.6 * _RANGE)
    pressed = room * np.tanh(shading / room)
    wanted = colour[0] + pressed * np.float32(0.45 + 0.5 * min(colour[0], 100 - colour[0]) / 50)
    glint = spread(90, 100, light) * np.float32(0.7)
    lightness = np.clip(wanted + (light - wanted) * glint, 1, 99)
    # Neither shadows nor glints are saturated.
    chroma = np.clip(lightness / max(float(colour[0]), 1.0), 0.25, 1.15) * (1 - glint)
    chroma *= np.clip((100 - lightness) / max(100 - float(colour[0]), 1.0), 0.2, 1)
    own = (lab[..., 1:] - mean[1:]) * np.float32(0.08)
    painted = np.dstack([lightness, colour[1:] * chroma[..., None] + own])
    # Tyres and the dark behind windows are no paint, unless the object is dark as a whole.
    dark = (1 - spread(10, 30, light)) * spread(28, 45, np.full(1, mean[0], np.float32)) * np.float32(0.8)
    return np.asarray(painted + (lab - painted) * dark[..., None], np.float32)


def _mean(lab: Plane, mask: Plane) -> Plane:
    total = (lab * mask[..., None]).sum(axis=(0, 1))
    return np.asarray(total / max(float(mask.sum()), 1e-3), np.float32)
