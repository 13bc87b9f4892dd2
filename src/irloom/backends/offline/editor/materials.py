"""Makes an object of metal, gold, wood or stone: a procedural surface under its own light."""

from collections.abc import Callable
from types import MappingProxyType

import cv2
import numpy as np

from irloom.backends.offline.editor.colour import describe
from irloom.backends.offline.editor.planes import Plane, blur, draw_clouds, from_lab, spread
from irloom.backends.offline.editor.scene import CannotDo, Change, Scene, choose, find_target, refuse_people
from irloom.backends.offline.editor.surfaces import Surface, lay, read_surface
from irloom.edits import Step

_REFUSED = MappingProxyType(
    {
        "glass": "glass shows what is behind the object, which the photograph does not hold",
        "fabric": "the folds that make fabric look like fabric would have to be invented",
    }
)


def change_material(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Give the target another material."""
    name = step.value.strip().lower()
    if name in _REFUSED:
        raise CannotDo(f"material {name}: {_REFUSED[name]}")
    make = choose(step, _MATERIALS)
    target = find_target(scene, step)
    refuse_people(target, "material")
    surface = read_surface(scene, target)
    changed = lay(scene, surface, make(surface, draw))
    return Change(changed, details={"material": name, **describe(target)})


def _polish(surface: Surface, draw: np.random.Generator) -> Plane:
    """Lightness 0..1 of something shiny: bands that follow its form, as if a room were mirrored."""
    phase, turns = draw.uniform(-0.5, 0.5), draw.uniform(0.75, 1.0)
    smooth = blur(surface.light, surface.size / 28) - 1
    wave = smooth * 1.3 + blur(surface.relief, surface.size / 40) * 0.7
    bands = 0.5 + 0.5 * np.sin(2 * np.pi * turns * wave + phase)
    shiny = 0.50 + 0.26 * smooth + 0.16 * (bands - 0.5) * 2 + 0.14 * surface.relief
    glint = np.clip(bands * (surface.light - 0.75), 0, 1) ** 3
    return np.clip(shiny + 1.3 * glint + surface.detail * 1.4, 0.04, 1).astype(np.float32)


def _make_metal(surface: Surface, draw: np.random.Generator) -> Plane:
    shiny = _polish(surface, draw)
    return from_lab(np.dstack([shiny * 96, shiny * 0 - 0.8, -3.5 + 3 * shiny]).astype(np.float32))


def _make_gold(surface: Surface, draw: np.random.Generator) -> Plane:
    shiny = _polish(surface, draw)
    # Gold is brown in its shadows and nearly white in its lights.
    saturation = np.clip(1.25 - np.abs(shiny - 0.62) * 1.5, 0.3, 1)
    red = 14 * (1 - shiny) + 2
    return from_lab(np.dstack([8 + shiny * 90, red, 74 * saturation]).astype(np.float32))


def _make_wood(surface: Surface, draw: np.random.Generator) -> Plane:
    height, width = surface.mask.shape
    turn = draw.uniform(-0.2, 0.2) + (np.pi / 2 if height > width else 0)
    along = surface.x * np.cos(turn) + surface.y * np.sin(turn)
    across = surface.y * np.cos(turn) - surface.x * np.sin(turn)
    swirl = draw_clouds(height, width, 2.5, draw, 2)
    plank = surface.size / draw.uniform(5, 7)
    rings = across / plank * 2.6 + swirl * 1.6 + 0.5 * np.sin(along / surface.size * 2.4)
    saw = rings - np.floor(rings)
    fibres = _draw_fibres(surface, turn, draw)
    grain = 0.5 * (saw - 0.5) ** 2 * 4 - 0.7 * spread(0.86, 0.98, saw) + 0.14 * fibres
    tone = np.clip(0.58 + 0.4 * grain, 0, 1)
    lightness = (8 + 58 * tone) * _shade(surface, 0.9) + 30 * surface.detail
    return from_lab(np.dstack([lightness, 13 + 6 * (1 - tone), 24 + 14 * tone]).astype(np.float32))


def _draw_fibres(surface: Surface, turn: float, draw: np.random.Generator) -> Plane:
    """Fine noise drawn out along the grain, about ±1."""
    height, width = surface.mask.shape
    noise = draw.normal(0, 1, (height, width)).astype(np.float32)
    steep = abs(np.sin(turn)) > 0.7
    long, fine = max(surface.size / 12, 3), 0.7
    fibres = cv2.GaussianBlur(noise, (0, 0), sigmaX=fine if steep else long, sigmaY=long if steep else fine)
    return np.asarray(fibres / max(float(fibres.std()), 1e-4), np.float32).clip(-2, 2)


def _make_stone(surface: Surface, draw: np.random.Generator) -> Plane:
    height, width = surface.mask.shape
    cells = 6 * max(height, width) / max(surface.size, 1)
    rough = draw_clouds(height, width, cells, draw, 5)
    cracks = np.clip(1 - np.abs(draw_clouds(height, width, cells / 2, draw, 3)) * 14, 0, 1)
    grit = blur(draw.normal(0, 1, (height, width)).astype(np.float32), 0.6)
    bumpy = rough - np.roll(rough, 2, axis=0)
    tone = 58 + 7 * rough + 22 * bumpy + 5.5 * grit - 14 * cracks
    lightness = tone * _shade(surface, 1.0) + 45 * surface.detail
    return from_lab(np.dstack([lightness, 0.6 + rough, 4 + 2.5 * rough]).astype(np.float32))


def _shade(surface: Surface, strength: float) -> Plane:
    """A factor: the object's own light, and a little of a bulge's where that is flat."""
    own = 1 + (surface.light - 1) * strength * 0.8
    return np.clip(own + 0.13 * surface.relief, 0.25, 1.5).astype(np.float32)


_MATERIALS: MappingProxyType[str, Callable[[Surface, np.random.Generator], Plane]] = MappingProxyType(
    {"metal": _make_metal, "gold": _make_gold, "wood": _make_wood, "stone": _make_stone}
)
