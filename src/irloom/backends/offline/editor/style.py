"""Repaints the whole image as a work of some craft."""

from collections.abc import Callable
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from irloom.backends.offline.editor.planes import (
    Mask,
    Plane,
    blur,
    draw_clouds,
    from_lab,
    measure_unit,
    resize,
    smooth_along_edges,
    spread,
    to_grey,
    to_lab,
    to_pixels,
    to_planes,
)
from irloom.backends.offline.editor.scene import Change, Scene, choose
from irloom.edits import Step


def change_style(scene: Scene, step: Step, draw: np.random.Generator) -> Change:
    """Render the whole image in a style."""
    render = choose(step, _STYLES)
    planes = render(to_planes(scene.pixels), measure_unit(scene.pixels), draw)
    return Change(Scene(to_pixels(planes), scene.objects), details={"style": step.value})


def _paint_oil(planes: Plane, unit: float, draw: np.random.Generator) -> Plane:
    """Kuwahara (1976): each pixel takes the calmest of the squares at its corners; then brush marks."""
    for radius in (draw.uniform(4.2, 5.4), 2.6):
        planes = _calm(planes, max(round(radius * unit), 1))
    lab = to_lab(planes)
    lab[..., 1:] *= 1.25
    lab[..., 0] = 50 + (lab[..., 0] - 50) * 1.08
    lab[..., 0] += 3.2 * _draw_bristles(lab[..., 0], unit, draw)
    return from_lab(lab)


def _calm(planes: Plane, radius: int) -> Plane:
    grey = to_grey(planes)
    side = (radius + 1, radius + 1)
    mean = np.asarray(cv2.blur(planes, side, borderType=cv2.BORDER_REFLECT), np.float32)
    first = np.asarray(cv2.blur(grey, side, borderType=cv2.BORDER_REFLECT), np.float32)
    second = np.asarray(cv2.blur(grey * grey, side, borderType=cv2.BORDER_REFLECT), np.float32)
    half = radius // 2 + radius % 2
    calmness = second - first * first
    weights, total = np.full(grey.shape, 1e-12, np.float32), np.zeros(planes.shape, np.float32)
    for dy in (-half, half):
        for dx in (-half, half):
            variance = _push(calmness, dy, dx)
            # Nearly a choice of the calmest, without its jagged borders.
            weight = 1 / (np.maximum(variance, 1e-5) ** 4 * 1e16 + 1e-8)
            total += _push(mean, dy, dx) * weight[..., None]
            weights += weight
    return total / weights[..., None]


def _push(plane: Plane, down: int, right: int) -> Plane:
    """Shift a plane; its border is repeated."""
    height, width = plane.shape[:2]
    matrix = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    flags = cv2.INTER_NEAREST
    moved = cv2.warpAffine(plane, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def _draw_bristles(light: Plane, unit: float, draw: np.random.Generator) -> Plane:
    """Noise drawn out along the image's contours, about ±1."""
    soft = blur(light, 4 * unit)
    dx = blur(np.asarray(cv2.Sobel(soft, cv2.CV_32F, 1, 0), np.float32), 6 * unit)
    dy = blur(np.asarray(cv2.Sobel(soft, cv2.CV_32F, 0, 1), np.float32), 6 * unit)
    length = np.hypot(dx, dy) + 1e-4
    along_x, along_y = -dy / length, dx / length
    height, width = light.shape
    noise = blur(draw.normal(0, 1, (height, width)).astype(np.float32), 0.8 * unit)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    total = np.zeros(light.shape, np.float32)
    for far in (-6, -3.6, -1.2, 1.2, 3.6, 6):
        there_x, there_y = x + along_x * np.float32(far * unit), y + along_y * np.float32(far * unit)
        total += np.asarray(
            cv2.remap(noise, there_x, there_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.float32
        )
    return np.asarray(total / max(float(total.std()), 1e-6), np.float32)


def _sketch(planes: Plane, unit: float, draw: np.random.Generator) -> Plane:
    """Lines where the light changes, hatching where it is dark, on paper."""
    grey = to_grey(planes)
    soft = smooth_along_edges(grey, grey, max(round(2 * unit), 1), 2e-3)
    lines = np.clip(soft / np.maximum(blur(soft, 4.5 * unit), 0.02), 0, 1) ** 2.4
    height, width = grey.shape
    noise = draw.normal(0, 1, (height, width)).astype(np.float32)
    strokes = _hatch(noise, 9 * unit, draw.uniform(35, 55)) + 0.6 * _hatch(noise, 7 * unit, -40)
    dark = np.clip(0.78 - blur(soft, 1.2 * unit), 0, 1)
    shading = 1 - dark * (0.5 + 0.28 * strokes)
    paper = 0.965 + 0.02 * blur(noise, 0.7 * unit)
    tone = np.clip(lines * np.clip(shading, 0.18, 1), 0.08, 1) * paper
    return np.dstack([tone, tone * 0.995, tone * 0.975]).astype(np.float32)


def _hatch(noise: Plane, length: float, degrees: float) -> Plane:
    """Noise drawn out into strokes of one direction, about ±1."""
    side = 2 * max(round(length), 2) + 1
    kernel = np.zeros((side, side), np.float32)
    reach = np.array([np.cos(np.deg2rad(degrees)), -np.sin(np.deg2rad(degrees))]) * side / 2
    middle = side // 2
    ends = np.rint(np.array([-reach, reach]) + middle).astype(int)
    cv2.line(kernel, tuple(map(int, ends[0])), tuple(map(int, ends[1])), 1.0, 1, cv2.LINE_AA)
    drawn = np.asarray(cv2.filter2D(noise, -1, kernel, borderType=cv2.BORDER_REFLECT), np.float32)
    return np.asarray(drawn / max(float(drawn.std()), 1e-6), np.float32)


def _paint_water(planes: Plane, unit: float, draw: np.random.Generator) -> Plane:
    """Washes that run a little, dry darker along their rims, and let the paper through."""
    height, width = planes.shape[:2]
    wander = [draw_clouds(height, width, 60, draw) * np.float32(2.2 * unit) for _ in range(2)]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    wet = np.asarray(
        cv2.remap(planes, x + wander[0], y + wander[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT),
        np.float32,
    )
    wash = _calm(_calm(wet, max(round(5 * unit), 1)), max(round(3 * unit), 1))
    lab = to_lab(wash)
    light = lab[..., 0]
    rims = np.clip(np.abs(light - blur(light, 2.2 * unit)) / 9, 0, 1)
    pigment = draw_clouds(height, width, 9, draw, 4)
    grain = blur(draw.normal(0, 1, (height, width)).astype(np.float32), 0.8 * unit)
    lifted = 100 - (100 - light) * np.clip(0.74 + 0.13 * pigment + 0.06 * grain, 0.3, 1.1)
    lab[..., 0] = np.clip(lifted - 9 * rims, 0, 98.5)
    lab[..., 1:] *= (1.12 + 0.12 * pigment)[..., None]
    return from_lab(lab)


def _draw_cartoon(planes: Plane, unit: float, draw: np.random.Generator) -> Plane:
    """Flat colours in a few steps of light, with dark outlines."""
    height, width = planes.shape[:2]
    scale = min(400 / max(height, width), 1.0)
    small = to_pixels(resize(planes, max(round(width * scale), 2), max(round(height * scale), 2)))
    for _ in range(3):
        small = np.asarray(cv2.bilateralFilter(small, 7, 28, 5), np.uint8)
    flat = resize(to_planes(small), width, height)
    lab = to_lab(flat)
    levels = draw.uniform(6.5, 8.5)
    step = 100 / levels
    along = lab[..., 0] / step
    lab[..., 0] = (np.floor(along) + spread(0.4, 0.6, along - np.floor(along))) * step
    lab[..., 1:] *= 1.45
    seen = to_grey(planes)
    grey = blur(smooth_along_edges(seen, seen, max(round(4 * unit), 1), 4e-3), 0.7 * unit)
    edges = blur(grey, 0.9 * unit) - 0.985 * blur(grey, 1.9 * unit)
    ink = 1 - spread(-0.020, -0.004, edges - 0.008 * (grey > 0.2))
    return np.asarray(from_lab(lab) * (1 - 0.92 * ink)[..., None], np.float32)


def _fade(planes: Plane, unit: float, draw: np.random.Generator) -> Plane:
    """Grey as through a yellow filter, with a little more contrast and grain."""
    weights = np.array([0.38, 0.52, 0.10], np.float32)
    grey = planes @ weights
    low, high = (float(v) for v in np.percentile(grey, (0.5, 99.5)))
    tone = np.clip((grey - low) / max(high - low, 0.05), 0, 1)
    curved = tone + draw.uniform(0.10, 0.20) * tone * (1 - tone) * (2 * tone - 1) * 4
    grain = blur(draw.normal(0, 1, grey.shape).astype(np.float32), 0.6 * unit) * 0.02
    return np.repeat(np.clip(curved + grain, 0, 1)[..., None], 3, axis=2).astype(np.float32)


def _tile(planes: Plane, unit: float, draw: np.random.Generator) -> Plane:
    """Stones of one colour each around jittered points, with mortar between."""
    height, width = planes.shape[:2]
    side = draw.uniform(8.5, 11) * unit
    labels = _lay_stones(height, width, side, draw)
    count = np.maximum(np.bincount(labels.ravel()), 1)
    means = np.stack(
        [np.bincount(labels.ravel(), planes[..., channel].ravel()) / count for channel in range(3)], axis=1
    )
    means *= 1 + draw.normal(0, 0.035, (len(count), 1))
    stones = means[labels].astype(np.float32)
    borders = _find_borders(labels)
    from_rim = np.asarray(cv2.distanceTransform((~borders).astype(np.uint8), cv2.DIST_L2, 3), np.float32)
    bevel = spread(0.4 * unit, 2.6 * unit, from_rim)
    slope = blur(bevel - np.roll(bevel, (2, 2), axis=(0, 1)), 0.5 * unit)
    mortar = 1 - spread(0.3 * unit, 1.1 * unit, from_rim)
    lit = np.clip(stones * (0.9 + 0.12 * bevel + 0.16 * slope)[..., None], 0, 1)
    grout = np.float32(0.25 + 0.4 * float(planes.mean()))
    return np.asarray(lit + (grout - lit) * mortar[..., None] * 0.8, np.float32)


def _lay_stones(height: int, width: int, side: float, draw: np.random.Generator) -> NDArray[np.intp]:
    """The number of the stone at each pixel."""
    rows, columns = int(height / side) + 1, int(width / side) + 1
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    jitter = draw.uniform(-0.28, 0.28, (2, rows, columns))
    middle_y = np.clip((y + 0.5 + jitter[0]) * side, 0, height - 1).astype(np.intp)
    middle_x = np.clip((x + 0.5 + jitter[1]) * side, 0, width - 1).astype(np.intp)
    empty = np.ones((height, width), np.uint8)
    empty[middle_y, middle_x] = 0
    _, labels = cv2.distanceTransformWithLabels(empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    return np.asarray(labels, np.intp)


def _find_borders(labels: NDArray[np.intp]) -> Mask:
    borders = np.zeros(labels.shape, np.bool_)
    borders[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    borders[1:] |= labels[1:] != labels[:-1]
    return borders


_STYLES: MappingProxyType[str, Callable[[Plane, float, np.random.Generator], Plane]] = MappingProxyType(
    {
        "oil painting": _paint_oil,
        "pencil sketch": _sketch,
        "watercolor": _paint_water,
        "cartoon": _draw_cartoon,
        "black and white": _fade,
        "mosaic": _tile,
    }
)
