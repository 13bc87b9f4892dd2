"""Finds the pixels of an annotated object, and the outline of what became of them."""

import cv2
import numpy as np

from irloom.backends.offline.editor.planes import (
    Mask,
    Pixels,
    Plane,
    blur,
    grow,
    measure_unit,
    resize,
    shrink,
    smooth_along_edges,
    to_grey,
    to_planes,
)
from irloom.records import Box

_GRABCUT_SIDE = 160
_GRABCUT_ROUNDS = 3
_SUBPIXEL_BITS = 4
_LEAST_POINTS = 3


def find_mask(pixels: Pixels, box: Box) -> Plane:
    """How far each pixel belongs to the object, 0..1.

    From its polygons where it has some, with their border moved to the nearest edges of the image;
    else from GrabCut in its box; else the ellipse in the box.
    """
    height, width = pixels.shape[:2]
    if box.polygons:
        return _snap(_fill_polygons(box, height, width), pixels)
    return _snap(_cut_out(pixels, box), pixels)


def _fill_polygons(box: Box, height: int, width: int) -> Mask:
    plane = np.zeros((height, width), np.uint8)
    scale = np.array([width, height]) * 2**_SUBPIXEL_BITS
    for polygon in box.polygons:
        points = np.rint(np.array(polygon).reshape(-1, 2) * scale).astype(np.int32)
        cv2.fillPoly(plane, [points], 255, shift=_SUBPIXEL_BITS)
    return plane > 0


def _snap(rough: Mask, pixels: Pixels) -> Plane:
    """Annotators draw a few pixels beside the edge: let the image decide within a narrow band."""
    unit = measure_unit(pixels)
    window = bound(grow(rough, 8 * unit))
    inner, guide = rough[window], to_grey(to_planes(pixels[window]))
    soft = smooth_along_edges(inner.astype(np.float32), guide, max(round(5 * unit), 1), 2e-4)
    soft = np.clip((soft - 0.35) / 0.5, 0, 1).astype(np.float32)
    soft[~grow(inner, 3 * unit)] = 0
    soft[shrink(inner, 3 * unit)] = 1
    mask = np.zeros(rough.shape, np.float32)
    mask[window] = np.where(blur(inner.astype(np.float32), unit) > 0, blur(soft, 0.6 * unit), 0)
    mask[mask < 0.02] = 0
    return mask


def sketch_mask(box: Box, height: int, width: int) -> Mask:
    """Roughly the object's pixels, without a look at the image: for those that only stand by."""
    return _fill_polygons(box, height, width) if box.polygons else _fill_ellipse(box, height, width)


def bound(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns that hold all that is true; the whole where nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return slice(0, mask.shape[0]), slice(0, mask.shape[1])
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _cut_out(pixels: Pixels, box: Box) -> Mask:
    """GrabCut on a small copy, so that its time is bounded."""
    height, width = pixels.shape[:2]
    scale = min(_GRABCUT_SIDE / max(height, width), 1.0)
    size = (max(round(width * scale), 4), max(round(height * scale), 4))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    left, top = int(box.x1 * size[0]), int(box.y1 * size[1])
    right, bottom = int(np.ceil(box.x2 * size[0])), int(np.ceil(box.y2 * size[1]))
    labels = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
    labels[top:bottom, left:right] = cv2.GC_PR_FGD
    inside = (bottom - top) * (right - left)
    if inside < labels.size:
        # GrabCut draws from OpenCV's own generator, which belongs to the thread.
        cv2.setRNGSeed(0)
        behind, before = np.zeros((1, 65)), np.zeros((1, 65))
        nowhere = (0, 0, 0, 0)
        cv2.grabCut(small, labels, nowhere, behind, before, _GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = labels == cv2.GC_PR_FGD
    if not 0.15 * inside < found.sum() < 0.95 * inside:
        return _fill_ellipse(box, height, width)
    return resize(found.astype(np.float32), width, height) > 0.5


def _fill_ellipse(box: Box, height: int, width: int) -> Mask:
    plane = np.zeros((height, width), np.uint8)
    middle = (round((box.x1 + box.x2) / 2 * width), round((box.y1 + box.y2) / 2 * height))
    axes = (max(round((box.x2 - box.x1) / 2 * width), 1), max(round((box.y2 - box.y1) / 2 * height), 1))
    cv2.ellipse(plane, middle, axes, 0, 0, 360, 255, -1)
    return plane > 0


def outline(mask: Plane, label: str) -> Box | None:
    """The box and polygons of what a mask holds now; None where nothing is left."""
    height, width = mask.shape
    solid = (mask > 0.5).astype(np.uint8)
    found, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    contours = [contour.reshape(-1, 2) for contour in found if len(contour) >= _LEAST_POINTS]
    if not contours:
        return None
    # A contour runs through the centres of the outermost pixels.
    scaled = [np.clip((contour + 0.5) / (width, height), 0, 1) for contour in contours]
    points = np.concatenate(scaled)
    (x1, y1), (x2, y2) = points.min(axis=0), points.max(axis=0)
    if x1 >= x2 or y1 >= y2:
        return None
    polygons = tuple(tuple(float(value) for value in polygon.ravel()) for polygon in scaled)
    return Box(label=label, x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), polygons=polygons)
