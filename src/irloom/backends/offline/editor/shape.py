"""Stretches, rounds and bends an object's cut-out; the background is painted in where it shows."""

from collections.abc import Callable
from types import MappingProxyType

import cv2
import numpy as np

from irloom.backends.offline.editor.colour import describe
from irloom.backends.offline.editor.cutouts import Layer, bend, find_region, lift, measure, move, settle
from irloom.backends.offline.editor.planes import Pixels, Plane
from irloom.backends.offline.editor.scene import (
    CannotDo,
    Change,
    Scene,
    Target,
    choose,
    find_target,
    refuse_covered,
    touched_sides,
)
from irloom.edits import Step

_MOST_AREA = 0.4
_LEAST_SOLIDITY = 0.86
_RAYS = 180

Bend = Callable[[Layer, Target, np.random.Generator], Layer]


def change_shape(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Give the target another shape."""
    bend_layer = choose(step, _SHAPES)
    target = find_target(scene, step)
    if target.area > _MOST_AREA:
        raise CannotDo(f"object {target.number} fills {target.area:.0%} of the image: no room for its shape")
    refuse_covered(scene, target)
    layer = bend_layer(lift(scene.pixels, target.mask), target, draw)
    region = find_region(layer.alpha)
    details = {"shape": step.value, **describe(target)}
    return Change(settle(scene, target, layer), (region,) if region else (), details)


def _stretch_up(layer: Layer, target: Target, draw: np.random.Generator) -> Layer:
    """Taller, on the same foot."""
    left, top, right, bottom = measure(target)
    room = bottom / (bottom - top)
    factor = min(draw.uniform(1.35, 1.55), room)
    if "top" in touched_sides(target) or factor < 1.2:
        raise CannotDo(f"object {target.number} ({target.box.label}) has no room above it")
    thinner = 0.94
    middle = (left + right) / 2
    matrix = np.array([[thinner, 0, middle * (1 - thinner)], [0, factor, bottom * (1 - factor)]])
    return move(layer, matrix)


def _stretch_out(layer: Layer, target: Target, draw: np.random.Generator) -> Layer:
    """Wider, about its middle; lower by a little."""
    left, _, right, bottom = measure(target)
    factor, middle = draw.uniform(1.35, 1.55), (left + right) / 2
    width = layer.alpha.shape[1]
    sides = touched_sides(target) & {"left", "right"}
    if len(sides) == 2 or (right - left) * factor > width:
        raise CannotDo(f"object {target.number} ({target.box.label}) has no room beside it")
    if sides:
        middle = 0.0 if "left" in sides else float(width)
    lower = 0.97
    matrix = np.array([[factor, 0, middle * (1 - factor)], [0, lower, bottom * (1 - lower)]])
    return move(layer, matrix)


def _round(layer: Layer, target: Target, draw: np.random.Generator) -> Layer:
    """Along each ray from its middle, bring the outline towards a circle."""
    solid = (target.mask > 0.5).astype(np.uint8)
    _refuse_ragged(solid, target)
    if touched_sides(target):
        raise CannotDo(f"object {target.number} ({target.box.label}) is cut off by the frame")
    left, top, right, bottom = measure(target)
    x0, y0 = (left + right) / 2, (top + bottom) / 2
    radii = _measure_rays(solid, x0, y0)
    round_to = float(np.sqrt(np.mean(radii**2)))
    wanted = radii + (round_to - radii) * draw.uniform(0.7, 0.9)
    y, x = np.mgrid[: solid.shape[0], : solid.shape[1]].astype(np.float32)
    ray = (np.arctan2(y - y0, x - x0) / (2 * np.pi) * _RAYS).astype(np.float32) % _RAYS
    ratio = np.append(radii / wanted, (radii / wanted)[0])
    low = np.clip(ray.astype(np.intp), 0, _RAYS - 1)
    scale = (ratio[low] + (ratio[low + 1] - ratio[low]) * (ray - low)).astype(np.float32)
    return bend(layer, x0 + (x - x0) * scale, y0 + (y - y0) * scale)


def _refuse_ragged(solid: Pixels, target: Target) -> None:
    points = cv2.findNonZero(solid)
    hull = float(cv2.contourArea(cv2.convexHull(points)))
    if float(solid.sum()) < _LEAST_SOLIDITY * hull:
        raise CannotDo(
            f"object {target.number} ({target.box.label}) has limbs or gaps, which rounding would tear"
        )


def _measure_rays(solid: Pixels, x0: float, y0: float) -> Plane:
    """How far the object reaches along each ray, smoothed."""
    angles = np.arange(_RAYS) / _RAYS * 2 * np.pi
    steps = np.arange(1, int(np.hypot(*solid.shape)))
    x = np.clip(np.rint(x0 + np.outer(np.cos(angles), steps)), 0, solid.shape[1] - 1).astype(np.intp)
    y = np.clip(np.rint(y0 + np.outer(np.sin(angles), steps)), 0, solid.shape[0] - 1).astype(np.intp)
    reach = np.where(solid[y, x] > 0, steps, 1).max(axis=1).astype(np.float32)
    window = np.hanning(13)
    wrapped = np.concatenate([reach[-6:], reach, reach[:6]])
    return np.convolve(wrapped, window / window.sum(), "valid").astype(np.float32)


def _wave(layer: Layer, target: Target, draw: np.random.Generator) -> Layer:
    """Rows are pushed to and fro."""
    left, top, right, bottom = measure(target)
    y, x = np.mgrid[: layer.alpha.shape[0], : layer.alpha.shape[1]].astype(np.float32)
    waves, phase = draw.uniform(2.2, 3.2), draw.uniform(0, 2 * np.pi)
    far = 0.075 * min(right - left, 1.5 * (bottom - top))
    along = (y - top) / (bottom - top)
    push = far * np.sin(2 * np.pi * waves * along + phase)
    return bend(layer, (x + push).astype(np.float32), y)


def _twist(layer: Layer, target: Target, draw: np.random.Generator) -> Layer:
    """Turn the more the nearer to the middle."""
    if touched_sides(target):
        raise CannotDo(f"object {target.number} ({target.box.label}) is cut off by the frame")
    left, top, right, bottom = measure(target)
    x0, y0 = (left + right) / 2, (top + bottom) / 2
    y, x = np.mgrid[: layer.alpha.shape[0], : layer.alpha.shape[1]].astype(np.float32)
    far = np.hypot(right - left, bottom - top) / 2
    turn = float(draw.choice([-1, 1])) * draw.uniform(1.4, 2.0)
    angle = turn * np.clip(1 - np.hypot(x - x0, y - y0) / far, 0, 1) ** 1.5
    dx, dy = x - x0, y - y0
    there_x = x0 + dx * np.cos(angle) - dy * np.sin(angle)
    there_y = y0 + dx * np.sin(angle) + dy * np.cos(angle)
    return bend(layer, there_x.astype(np.float32), there_y.astype(np.float32))


_SHAPES: MappingProxyType[str, Bend] = MappingProxyType(
    {"taller": _stretch_up, "wider": _stretch_out, "rounder": _round, "wavy": _wave, "twisted": _twist}
)
