"""Arithmetic on whole images that every edit is made of.

Pixels are height x width x 3 bytes, sRGB; planes are float32 of height x width, or with channels last,
in 0..1 unless said otherwise. Radii are in pixels.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

_REFERENCE_SIDE = 640.0
_WIDE = 12.0


def measure_unit(pixels: Pixels) -> float:
    """How many pixels here are one pixel of a 640-pixel image: filters grow with the image."""
    return max(float(max(pixels.shape[:2])) / _REFERENCE_SIDE, 0.25)


def to_planes(pixels: Pixels) -> Plane:
    """Bytes as numbers in 0..1."""
    return np.asarray(pixels, np.float32) / np.float32(255)


def to_pixels(planes: Plane) -> Pixels:
    """Numbers in 0..1 as bytes; what is beyond is clipped."""
    return np.asarray(np.rint(np.clip(planes, 0, 1) * np.float32(255)), np.uint8)


def to_lab(planes: Plane) -> Plane:
    """CIELAB of sRGB in 0..1: lightness 0..100, then a and b."""
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_RGB2Lab), np.float32)


def from_lab(lab: Plane) -> Plane:
    """The sRGB of CIELAB, clipped to 0..1."""
    return np.clip(np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), np.float32), 0, 1)


def to_grey(planes: Plane) -> Plane:
    """The luma of sRGB."""
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_RGB2GRAY), np.float32)


def blur(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur; the image is mirrored at its border."""
    if sigma > _WIDE and min(plane.shape[:2]) > _WIDE:
        # A wide blur holds nothing fine: a small copy is as good, and large images stay quick.
        height, width = plane.shape[:2]
        factor = min(sigma / _WIDE * 2, min(height, width) / _WIDE * 2)
        small = resize(plane, max(round(width / factor), 1), max(round(height / factor), 1))
        return resize(blur(small, sigma / factor), width, height)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), max(sigma, 0.1), borderType=cv2.BORDER_REFLECT))


def resize(plane: Plane, width: int, height: int) -> Plane:
    """Bring a plane to another size: averaged where it shrinks, smooth where it grows."""
    shrinks = width * height < plane.shape[0] * plane.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (width, height), interpolation=how), np.float32)


def grow(mask: Mask, radius: float) -> Mask:
    """Dilate by a disc."""
    return ~shrink(~mask, radius)


def shrink(mask: Mask, radius: float) -> Mask:
    """Erode by a disc; the image's border erodes nothing."""
    away = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(np.asarray(away) > max(radius, 1.0))


def smooth_along_edges(plane: Plane, guide: Plane, radius: int, tolerance: float) -> Plane:
    """Guided filter (He et al. 2010): smooth a plane, but keep the edges that `guide` has.

    `tolerance` is the variance of the guide below which there is no edge.
    """

    def mean(values: Plane) -> Plane:
        side = (2 * radius + 1, 2 * radius + 1)
        return np.asarray(cv2.blur(values, side, borderType=cv2.BORDER_REFLECT), np.float32)

    guide_mean, plane_mean = mean(guide), mean(plane)
    variance = mean(guide * guide) - guide_mean * guide_mean
    covariance = mean(guide * plane) - guide_mean * plane_mean
    slope = np.asarray(covariance / (variance + np.float32(tolerance)), np.float32)
    return mean(slope) * guide + mean(plane_mean - slope * guide_mean)


def blend(under: Pixels, over: Plane, alpha: Plane) -> Pixels:
    """Lay planes over pixels by a weight; where it is 0 every byte stays as it is."""
    weight = alpha[..., None]
    mixed = under + (over * np.float32(255) - under) * weight
    return np.where(weight > 0, np.rint(np.clip(mixed, 0, 255)), under).astype(np.uint8)


def draw_clouds(height: int, width: int, cells: float, draw: np.random.Generator, octaves: int = 1) -> Plane:
    """Smooth random noise of about ±1 with `cells` bumps along the longer side; finer octaves weigh less."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        scale = cells * 2**octave / max(height, width)
        size = (max(round(height * scale), 2), max(round(width * scale), 2))
        coarse = draw.uniform(-1, 1, size).astype(np.float32)
        fine = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        total += np.asarray(fine, np.float32) * np.float32(0.55**octave)
    return total


def spread(low: float, high: float, values: Plane) -> Plane:
    """0 below `low`, 1 above `high`, smooth between."""
    along = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(along * along * (3 - 2 * along), np.float32)
