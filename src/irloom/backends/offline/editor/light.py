"""Turns day into night, dusk or dawn by curves, casts and the lights that are in the image."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from irloom.backends.offline.editor.planes import (
    Plane,
    blur,
    measure_unit,
    spread,
    to_grey,
    to_pixels,
    to_planes,
)
from irloom.backends.offline.editor.scene import Change, Scene, choose
from irloom.backends.offline.editor.surroundings import find_horizon, find_sky, is_room
from irloom.edits import Step

_GAMMA = 2.2
_MOST_LAMP = 0.03
_DARK = 0.1


@dataclass(frozen=True, slots=True)
class _Day:
    """A photograph in linear light, and where in it there are sky and lamps."""

    linear: Plane
    sky: Plane
    lamps: Plane
    unit: float


def change_time(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Bring the image to another time of the day."""
    relight = choose(step, _TIMES)
    sky = find_sky(scene)
    linear = to_planes(scene.pixels) ** np.float32(_GAMMA)
    # By day nothing tells a lamp from a white wall in the sun.
    lamplit = is_room(scene) or float(linear.mean()) < _DARK
    lamps = _find_lamps(linear, measure_unit(scene.pixels)) if lamplit else np.zeros_like(sky)
    lit = relight(_Day(linear, sky, lamps, measure_unit(scene.pixels)), draw)
    pixels = to_pixels(np.clip(lit, 0, 1) ** np.float32(1 / _GAMMA))
    details = {"time": step.value, "sky": round(float(sky.mean()), 3)}
    return Change(Scene(pixels, scene.objects), details=details)


def _darken(linear: Plane, exposure: float, cast: tuple[float, float, float], keep: float) -> Plane:
    """Less light, of another colour, with `keep` of the colours left."""
    grey = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    pale = grey[..., None] + (linear - grey[..., None]) * np.float32(keep)
    # What is brightest falls most, so that no day-lit white stays.
    pressed = pale / (1 + 1.4 * np.clip(grey, 0, 1)[..., None])
    return np.asarray(pressed * np.array(cast, np.float32) * np.float32(exposure), np.float32)


def _make_night(day: _Day, draw: np.random.Generator) -> Plane:
    linear, sky, lamps, unit = day.linear, day.sky, day.lamps, day.unit
    height, width = sky.shape
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    dark = _darken(linear, draw.uniform(0.17, 0.24), (0.62, 0.80, 1.32), 0.45)
    horizon = find_horizon(sky)
    above = np.clip(down / horizon, 0, 1)[..., None] ** 2
    top, low = np.array([0.003, 0.006, 0.018]), np.array([0.016, 0.024, 0.045])
    clouds = (linear @ np.array([0.3, 0.6, 0.1], np.float32))[..., None] * np.float32(0.012)
    night_sky = (top + (low - top) * above + clouds).astype(np.float32)
    dark = dark + (night_sky - dark) * sky[..., None]
    glow = blur(lamps, 3 * unit) * 0.7 + blur(lamps, 11 * unit) * 1.2 + blur(lamps, 38 * unit) * 1.8
    warm = np.array([1.0, 0.72, 0.38], np.float32)
    lit = dark * (1 + 5 * blur(lamps, 30 * unit)[..., None]) + glow[..., None] * warm * 0.5
    lit = np.maximum(lit, linear * lamps[..., None] * np.array([1.0, 0.9, 0.68], np.float32))
    return np.asarray(lit * _make_vignette(height, width, 0.35)[..., None], np.float32)


def _find_lamps(linear: Plane, unit: float) -> Plane:
    """Small spots much brighter than what is around them, 0..1; a white wall is none."""
    grey = to_grey(linear)
    around = blur(grey, 24 * unit)
    spots = (grey > 0.75) & (grey > 1.7 * around)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(spots.astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA] / grey.size
    keep = (areas < _MOST_LAMP) & (areas > 2e-5)
    keep[0] = False
    return blur(keep[labels].astype(np.float32), 0.7 * unit)


def _make_vignette(height: int, width: int, depth: float) -> Plane:
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    return 1 - np.float32(depth) * spread(0.5, 1.5, np.hypot(x, y))


def _make_dusk(day: _Day, draw: np.random.Generator) -> Plane:
    """A low warm sun: shadows go blue, lights orange, and the sky from violet to orange."""
    linear, sky = day.linear, day.sky
    ground = _darken(linear, draw.uniform(0.42, 0.52), (1.18, 0.82, 0.80), 0.9)
    grey = to_grey(linear)[..., None]
    ground *= 1 + np.array([0.25, -0.02, -0.25], np.float32) * spread(0.05, 0.6, grey)
    ground += np.array([0.004, 0.003, 0.012], np.float32)
    colours = ((0.10, 0.09, 0.26), (0.42, 0.20, 0.32), (0.95, 0.38, 0.12))
    height, width = sky.shape
    return _hang_sky(ground, linear, sky, colours) * _make_vignette(height, width, 0.25)[..., None]


def _make_dawn(day: _Day, draw: np.random.Generator) -> Plane:
    """A pale rose light and a little mist above the ground."""
    linear, sky = day.linear, day.sky
    ground = _darken(linear, draw.uniform(0.85, 1.0), (1.08, 0.93, 0.92), 0.85)
    height, _ = sky.shape
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    mist = 0.16 * np.exp(-(((down - find_horizon(sky)) / 0.22) ** 2))
    rose = np.array([0.72, 0.50, 0.46], np.float32)
    ground = ground + (rose - ground) * mist
    colours = ((0.32, 0.40, 0.66), (0.74, 0.52, 0.58), (1.0, 0.68, 0.42))
    return _hang_sky(np.asarray(ground, np.float32), linear, sky, colours)


def _hang_sky(
    ground: Plane, linear: Plane, sky: Plane, colours: tuple[tuple[float, float, float], ...]
) -> Plane:
    """Colour the sky from its top to the horizon; clouds keep their form."""
    height, _ = sky.shape
    along = np.clip(np.linspace(0, 1, height) / find_horizon(sky), 0, 1)
    stops = np.linspace(0, 1, len(colours))
    fade = np.stack([np.interp(along, stops, np.array(colours)[:, channel]) for channel in range(3)], axis=1)
    grey = to_grey(linear)
    mean = max(float((grey * sky).sum() / max(float(sky.sum()), 1.0)), 0.05)
    clouds = np.clip(0.45 + 0.55 * grey / mean, 0.3, 1.3)[..., None]
    hung = fade[:, None].astype(np.float32) * clouds
    return np.asarray(ground + (hung - ground) * sky[..., None] * np.float32(0.85), np.float32)


_TIMES: MappingProxyType[str, Callable[[_Day, np.random.Generator], Plane]] = MappingProxyType(
    {"night": _make_night, "dusk": _make_dusk, "dawn": _make_dawn}
)
