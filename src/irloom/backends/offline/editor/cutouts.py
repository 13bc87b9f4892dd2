"""Cuts objects out, bends and moves them, puts them down, and closes the hole that they leave."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from irloom.backends.offline.editor.inpainting import fill_hole
from irloom.backends.offline.editor.masks import bound, outline, sketch_mask
from irloom.backends.offline.editor.planes import (
    Mask,
    Pixels,
    Plane,
    blend,
    blur,
    grow,
    measure_unit,
    to_planes,
)
from irloom.backends.offline.editor.scene import Scene, Target, mask_others, replace_object
from irloom.edits import Region

_SHADE = 0.38
_AIRBORNE = frozenset({"airplane", "bird", "kite", "frisbee", "sports ball", "apple", "orange", "boat"})
HORIZON = 0.42
"""Where the ground is taken to end, as a share of the height: what stands lower stands on it."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layer:
    """An object by itself on a sheet of the image's size."""

    colour: Plane
    """Multiplied by alpha, so that resampling draws in no background."""
    alpha: Plane


def lift(pixels: Pixels, mask: Plane) -> Layer:
    """Cut an object out, with the colours of its rim taken from inside it."""
    unit = measure_unit(pixels)
    alpha = np.clip((mask - 0.25) / 0.7, 0, 1).astype(np.float32)
    window = bound(grow(mask > 0, 6 * unit))
    seen, sure = to_planes(pixels[window]), (mask[window] > 0.9).astype(np.float32)
    inner = blur(seen * sure[..., None], 2 * unit) / np.maximum(blur(sure, 2 * unit), 1e-3)[..., None]
    # Colours are guessed where the rim mixes them with the background's.
    guessed = (1 - sure) * np.clip(blur(sure, 2 * unit) * 20, 0, 1)
    colour = np.zeros(pixels.shape, np.float32)
    colour[window] = (seen + (inner - seen) * guessed[..., None]) * alpha[window][..., None]
    return Layer(colour, alpha)


def move(layer: Layer, matrix: Matrix) -> Layer:
    """Carry a layer along an affine map, 2 x 3, from where it is to where it goes, in pixels."""
    height, width = layer.alpha.shape
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    # Resampling takes every other pixel where it shrinks: blur away what would alias.
    sigma = 0.45 * np.sqrt(max(scale**-2 - 1, 0))
    sources = [blur(plane, sigma) if sigma > 0.3 else plane for plane in (layer.colour, layer.alpha)]
    colour, alpha = (
        np.asarray(cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_LINEAR), np.float32)
        for plane in sources
    )
    return Layer(colour, alpha)


def bend(layer: Layer, x: Plane, y: Plane) -> Layer:
    """Fetch every pixel of a layer from `x, y`; what the frame cut off goes on as it ended."""
    colour, alpha = (
        np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
        for plane in (layer.colour, layer.alpha)
    )
    return Layer(colour, alpha)


def put(pixels: Pixels, layer: Layer) -> Pixels:
    """Lay a layer over an image."""
    window = bound(layer.alpha > 0)
    alpha = layer.alpha[window]
    colour = layer.colour[window] / np.maximum(alpha, 1e-3)[..., None]
    result = pixels.copy()
    result[window] = blend(pixels[window], np.asarray(colour, np.float32), alpha)
    return result


def stands(target: Target) -> bool:
    """Whether it would throw a shadow at its foot."""
    low = measure(target)[3] / target.mask.shape[0] > HORIZON
    return low and target.box.label not in _AIRBORNE


def shade(pixels: Pixels, layer: Layer) -> Pixels:
    """Darken the ground below what stands on it: a soft ellipse under its foot."""
    height, width = layer.alpha.shape
    solid = layer.alpha > 0.5
    if not solid.any():
        return pixels
    rows, columns = bound(solid)
    tall = rows.stop - rows.start
    foot = np.flatnonzero(solid[max(rows.stop - max(tall // 8, 2), 0) : rows.stop].any(axis=0))
    middle, half = (foot[0] + foot[-1]) / 2, max((foot[-1] - foot[0]) / 2, (columns.stop - columns.start) / 5)
    depth = max(half * 0.22, 2.0)
    y, x = np.ogrid[:height, :width]
    away = ((x - middle) / (half * 1.15)) ** 2 + ((y - (rows.stop - depth * 0.4)) / depth) ** 2
    dark = np.clip(1.3 - away, 0, 1) * _SHADE
    return blend(pixels, np.zeros(pixels.shape, np.float32), np.asarray(dark, np.float32))


def uncover(scene: Scene, target: Target, margin: float = 8.0) -> Pixels:
    """The image without the object, what was behind it made up from its surroundings.

    `margin` is how far around the object is painted, in pixels of a 640-pixel image.
    """
    unit = measure_unit(scene.pixels)
    hole = grow(target.mask > 0.04, margin * unit)
    # Neighbours stay as they are, even where the hole's margin reaches them.
    hole &= ~(mask_others(scene, target.number) & (target.mask < 0.5))
    return fill_hole(scene.pixels, hole, _choose_forbidden(scene, target, unit), 5 * unit)


def _choose_forbidden(scene: Scene, target: Target, unit: float) -> Mask:
    """Other objects are not copied into the hole, except those on or in which the target stands."""
    solid = target.mask > 0.5
    rim = grow(solid, 8 * unit) & ~grow(solid, 4 * unit)
    forbidden = grow(solid, 11 * unit)
    for number, box in enumerate(scene.objects, start=1):
        if box is None or number == target.number:
            continue
        alone = sketch_mask(box, *solid.shape)
        if not (rim.any() and alone[rim].mean() > 0.4):
            forbidden |= grow(alone, 3 * unit)
    return forbidden


def find_region(alpha: Plane) -> Region | None:
    """The box of what a mask holds, in 0..1; None where it holds nothing."""
    box = outline(alpha, "layer")
    return None if box is None else (box.x1, box.y1, box.x2, box.y2)


def settle(scene: Scene, target: Target, layer: Layer) -> Scene:
    """Put the object's new form where it was, or elsewhere, and close what it no longer covers."""
    pixels = put(uncover(scene, target), layer)
    box = outline(layer.alpha, target.box.label)
    return Scene(pixels, replace_object(scene, target.number, box))


def measure(target: Target) -> tuple[float, float, float, float]:
    """The object's left, top, right and bottom in pixels."""
    rows, columns = bound(target.mask > 0.5)
    return float(columns.start), float(rows.start), float(columns.stop), float(rows.stop)
