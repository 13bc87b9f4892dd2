"""Prints a pattern on an object, under its own light."""

from collections.abc import Callable
from types import MappingProxyType

import numpy as np

from irloom.backends.offline.editor.colour import describe
from irloom.backends.offline.editor.planes import Plane, from_lab, spread
from irloom.backends.offline.editor.scene import Change, Scene, choose, find_target, refuse_people
from irloom.backends.offline.editor.surfaces import Surface, lay, read_surface
from irloom.edits import Step

_PRINTS = ((92.0, 0.0, 2.0), (22.0, 4.0, -18.0), (42.0, 52.0, 34.0), (38.0, 8.0, -44.0), (80.0, 4.0, 62.0))
"""Lightness, a and b of the colours that a pattern is printed in."""
_SOFT = 0.06


def change_texture(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Print a pattern on the target."""
    make = choose(step, _PATTERNS)
    target = find_target(scene, step)
    refuse_people(target, "texture")
    surface = read_surface(scene, target)
    pattern = make(surface, draw)
    changed = lay(scene, surface, pattern)
    return Change(changed, details={"texture": step.value, **describe(target)})


def _turn(surface: Surface, tile: float, turn: float, draw: np.random.Generator) -> tuple[Plane, Plane]:
    """Coordinates in tiles, turned and shifted."""
    shift = draw.uniform(0, 1, 2)
    x = (surface.x * np.cos(turn) + surface.y * np.sin(turn)) / tile + shift[0]
    y = (surface.y * np.cos(turn) - surface.x * np.sin(turn)) / tile + shift[1]
    return x.astype(np.float32), y.astype(np.float32)


def _print(surface: Surface, pattern: Plane, draw: np.random.Generator) -> Plane:
    """Two inks, the first near the object's own colour, by a pattern of 0..1."""
    own = (surface.lab * surface.mask[..., None]).sum(axis=(0, 1)) / max(float(surface.mask.sum()), 1)
    first = np.array([np.clip(own[0], 30, 80), own[1] * 1.1, own[2] * 1.1])
    inks = sorted(_PRINTS, key=lambda ink: -float(np.linalg.norm(np.array(ink) - first)))
    second = np.array(inks[int(draw.integers(2))])
    ink = first + (second - first) * pattern[..., None]
    return _shine(surface, ink)


def _shine(surface: Surface, ink: Plane) -> Plane:
    """Lay the object's light on a surface given in CIELAB."""
    light = np.clip(0.22 + 0.78 * surface.light + 0.08 * surface.relief, 0.2, 1.4)
    lightness = np.clip(ink[..., 0] * light + 60 * surface.detail, 1, 99)
    chroma = np.clip(light, 0.35, 1.05)[..., None]
    return from_lab(np.dstack([lightness, ink[..., 1:] * chroma]).astype(np.float32))


def _stripe(surface: Surface, draw: np.random.Generator) -> Plane:
    turn = float(draw.choice([0.0, np.pi / 2, 0.5, -0.5])) + draw.uniform(-0.1, 0.1)
    x, _ = _turn(surface, surface.size / draw.uniform(5.0, 7.5), turn, draw)
    return _print(surface, spread(-_SOFT * 2, _SOFT * 2, np.sin(2 * np.pi * x)), draw)


def _dot(surface: Surface, draw: np.random.Generator) -> Plane:
    x, y = _turn(surface, surface.size / draw.uniform(6.0, 8.5), draw.uniform(0.3, 0.9), draw)
    away = np.hypot(x - np.floor(x) - 0.5, y - np.floor(y) - 0.5)
    return _print(surface, 1 - spread(0.28 - _SOFT / 2, 0.28 + _SOFT / 2, away), draw)


def _check(surface: Surface, draw: np.random.Generator) -> Plane:
    x, y = _turn(surface, surface.size / draw.uniform(4.0, 6.0), draw.uniform(-0.25, 0.25), draw)
    board = np.sin(2 * np.pi * x) * np.sin(2 * np.pi * y)
    return _print(surface, spread(-_SOFT, _SOFT, board), draw)


def _scale(surface: Surface, draw: np.random.Generator) -> Plane:
    """Rows of overlapping rounds, each dark where the one above lies on it."""
    x, y = _turn(surface, surface.size / draw.uniform(10, 13), draw.uniform(-0.12, 0.12), draw)
    y = y * np.float32(1.5)
    away, number = np.full(x.shape, 9.0), np.zeros(x.shape)
    for row in (1, 0, -1):
        middle_y = np.floor(y) + row
        odd = np.mod(middle_y, 2) * 0.5
        middle_x = np.floor(x - odd) + 0.5 + odd
        here = np.hypot(x - middle_x, (y - middle_y) / 1.5)
        inside = here < 0.72
        away, number = np.where(inside, here, away), np.where(inside, middle_x * 7.1 + middle_y * 3.7, number)
    own = (surface.lab * surface.mask[..., None]).sum(axis=(0, 1)) / max(float(surface.mask.sum()), 1)
    tone = np.clip(1.12 - 0.75 * (away / 0.72) ** 3, 0.25, 1.2) * (1 + 0.07 * np.sin(number * 12.9))
    lightness = np.clip(own[0], 38, 70) * tone
    tint = np.array([own[1] - 6, own[2] + 8]) if draw.random() < 0.5 else np.array([own[1] + 4, own[2] + 6])
    return _shine(surface, np.dstack([lightness, np.broadcast_to(tint, (*x.shape, 2))]))


def _brick(surface: Surface, draw: np.random.Generator) -> Plane:
    x, y = _turn(surface, surface.size / draw.uniform(4.5, 6.0), draw.uniform(-0.05, 0.05), draw)
    y = y * np.float32(2.4)
    row = np.floor(y)
    x = np.asarray(x + np.mod(row, 2) * 0.5, np.float32)
    gap_x, gap_y = 0.5 - np.abs(x - np.floor(x) - 0.5), (0.5 - np.abs(y - row - 0.5)) / 2.4
    mortar = 1 - spread(0.02, 0.045, np.minimum(gap_x, gap_y))
    number = np.floor(x) * 12.9898 + row * 78.233
    tone = np.mod(np.abs(np.sin(number) * 43758.5), 1)
    grit = draw.normal(0, 2.2, x.shape)
    brick = np.dstack([36 + 12 * tone + grit, 26 + 8 * tone, 22 + 8 * tone])
    return _shine(surface, brick + (np.array([70.0, 1.0, 6.0]) - brick) * mortar[..., None])


_PATTERNS: MappingProxyType[str, Callable[[Surface, np.random.Generator], Plane]] = MappingProxyType(
    {"striped": _stripe, "dotted": _dot, "checkered": _check, "scaly": _scale, "brick": _brick}
)
