"""Measures an edited image against the one that it was made from, with no model.

Everything is measured with the longer side at most 512 pixels, because figures are to mean the same for
small and large photographs, and to be cheap. Only the hashes are those of the images as they are.
"""

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.metrics import structural_similarity

from irloom.backends.images import load_rgb
from irloom.edits import Preservation, Region
from irloom.protocols import MeasuringJob

VISIBLE = 8.0
"""Distance in CIELAB from which a pixel counts as changed, after the blur.

At 8 the blocks of a JPEG of quality 75 or a resampling change 0.01 % of a photograph, 0.4 % at worst;
at 5 the worst is 6 %. A recoloured or replaced object lies at 15 and more.
"""
_BLUR = 2.0
"""Standard deviation of the blur, in pixels as measured."""
_LONGER_SIDE = 512
_MARGIN = 0.03
"""How far beyond a region its feathered border may reach, as a share of the image's longer side."""
_LEAST_OUTSIDE = 0.01
"""A share of the image; where less is left outside, the region is the whole image."""
_WINDOW = 11
"""Side of the window that structural similarity looks through, in pixels."""
_DIGITS = 5
"""As many as come out alike on every machine."""

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]


class PixelMeter:
    """Compares pixels: colours in CIELAB, structure, edges and perceptual hashes.

    A change inside is looked for in the regions as they are, a change outside of them with a margin for
    feathered borders.
    """

    def __init__(self, max_pixels: int = 100_000_000) -> None:
        self._max_pixels = max_pixels

    def measure(self, job: MeasuringJob) -> Preservation:
        """The figures of one edit; raises SourceError where the image before cannot be read."""
        before = load_rgb(job.before, self._max_pixels, job.width, job.height)
        height, width = _common_size(before, job.after)
        one, other = (_shrink(image, height, width) for image in (before, job.after))
        inside, outside = _mask(job.regions, height, width)
        labs = _to_lab(one), _to_lab(other)
        changed = np.linalg.norm(labs[0] - labs[1], axis=2) > VISIBLE
        similarity = _map_similarity(one, other)
        hashes = [imagehash.phash(Image.fromarray(image)) for image in (before, job.after)]
        return Preservation(
            changed=_mean(changed),
            changed_inside=None if inside is None else _mean(changed[inside]),
            changed_outside=None if outside is None else _mean(changed[outside]),
            ssim=_mean(similarity),
            ssim_outside=None if outside is None else _mean(similarity[outside]),
            structure=_correlate_edges(labs[0][..., 0], labs[1][..., 0]),
            colour_shift=_shift(*labs, None),
            colour_shift_outside=None if outside is None else _shift(*labs, outside),
            hash_before=str(hashes[0]),
            hash_after=str(hashes[1]),
            hash_distance=int(hashes[0] - hashes[1]),
            same_size=before.shape == job.after.shape,
        )


def _common_size(one: Pixels, other: Pixels) -> tuple[int, int]:
    """Height and width to measure at: the smaller ones, within the longest side."""
    height, width = (min(sides) for sides in zip(one.shape[:2], other.shape[:2], strict=True))
    scale = min(1.0, _LONGER_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _shrink(image: Pixels, height: int, width: int) -> Pixels:
    if image.shape[:2] == (height, width):
        return image
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _mask(regions: tuple[Region, ...], height: int, width: int) -> tuple[Mask | None, Mask | None]:
    """What lies in the regions, and what lies clear of them; None twice where that is nothing."""
    inside, near = np.zeros((height, width), bool), np.zeros((height, width), bool)
    margin = _MARGIN * max(height, width)
    for x1, y1, x2, y2 in regions:
        for mask, spare in ((inside, 0.0), (near, margin)):
            top, left = max(0, int(y1 * height - spare)), max(0, int(x1 * width - spare))
            bottom, right = int(np.ceil(y2 * height + spare)), int(np.ceil(x2 * width + spare))
            mask[top:bottom, left:right] = True
    if not inside.any() or 1 - near.mean() < _LEAST_OUTSIDE:
        return None, None
    return inside, ~near


def _to_lab(image: Pixels) -> Plane:
    """CIELAB of the image behind a light blur, L in 0..100."""
    blurred = cv2.GaussianBlur(image.astype(np.float32) / 255, (0, 0), _BLUR)
    return cv2.cvtColor(blurred, cv2.COLOR_RGB2LAB).astype(np.float32, copy=False)


def _map_similarity(one: Pixels, other: Pixels) -> Plane:
    """Structural similarity of the luminances around each pixel, with the window of Wang et al. (2004)."""
    height, width = one.shape[:2]
    beyond = [
        (0, max(0, _WINDOW - side)) for side in (height, width)
    ]  # a thin image is continued by its edge
    greys = [
        np.pad(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32), beyond, mode="edge")
        for image in (one, other)
    ]
    _, similarity = structural_similarity(  # type: ignore[no-untyped-call]
        *greys, data_range=255, full=True, gaussian_weights=True, use_sample_covariance=False
    )
    found: Plane = similarity[:height, :width]
    return found


def _correlate_edges(one: Plane, other: Plane) -> float:
    """Correlation of the gradients' strengths; 1 for two flat images, 0 where only one of them is flat."""
    edges = [_find_edges(plane) for plane in (one, other)]
    spreads = [float(strength.std()) for strength in edges]
    if min(spreads) < 1e-6:
        return float(max(spreads) < 1e-6)
    products = (edges[0] - edges[0].mean()) * (edges[1] - edges[1].mean())
    return round(float(products.mean()) / (spreads[0] * spreads[1]), _DIGITS)


def _find_edges(lightness: Plane) -> NDArray[np.float64]:
    across, down = (cv2.Sobel(lightness, cv2.CV_64F, dx, 1 - dx) for dx in (1, 0))
    return np.asarray(np.hypot(across, down), dtype=np.float64)


def _shift(one: Plane, other: Plane, where: Mask | None) -> float:
    """Distance of the mean colours."""
    mask = None if where is None else where.astype(np.uint8)
    means = [np.array(cv2.mean(lab, mask=mask)) for lab in (one, other)]
    return round(float(np.linalg.norm(means[0] - means[1])), _DIGITS)


def _mean(values: Mask | Plane) -> float:
    return round(float(values.mean(dtype=np.float64)), _DIGITS)
