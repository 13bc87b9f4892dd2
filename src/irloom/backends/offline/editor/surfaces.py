"""What new surfaces are laid on: the object's shading, and coordinates that follow its form."""

from dataclasses import dataclass

import cv2
import numpy as np

from irloom.backends.offline.editor.masks import bound
from irloom.backends.offline.editor.planes import (
    Plane,
    blend,
    blur,
    measure_unit,
    smooth_along_edges,
    to_grey,
    to_lab,
    to_planes,
)
from irloom.backends.offline.editor.scene import Scene, Target


@dataclass(frozen=True, slots=True)
class Surface:
    """The part of an image that holds an object, and how light falls there."""

    window: tuple[slice, slice]
    mask: Plane
    lab: Plane
    light: Plane
    """Brightness relative to the object's own mean, about 0.4..1.7, without fine texture."""
    detail: Plane
    """The fine texture, about ±0.2."""
    relief: Plane
    """How light would fall on it from above if it bulged, about ±1."""
    size: float
    """Root of the object's area, in pixels."""
    x: Plane
    """Pixels from its middle along each axis, stretched towards its outline as on a body that bulges."""
    y: Plane


def read_surface(scene: Scene, target: Target) -> Surface:
    """See an object as a surface."""
    window = bound(target.mask > 0)
    mask, planes = target.mask[window], to_planes(scene.pixels[window])
    grey, unit = to_grey(planes), measure_unit(scene.pixels)
    smooth = smooth_along_edges(grey, grey, max(round(6 * unit), 1), 0.006)
    mean = float((smooth * mask).sum() / max(mask.sum(), 1))
    light = 0.12 + 0.88 * smooth / max(mean, 0.05)
    bulge = _bulge(mask)
    relief, x, y = _follow(bulge)
    size = float(np.sqrt(target.mask.sum()))
    return Surface(window, mask, to_lab(planes), np.clip(light, 0.3, 1.75), grey - smooth, relief, size, x, y)


def _bulge(mask: Plane) -> Plane:
    """A height for each pixel, 0 on the outline and 1 deepest inside."""
    away = cv2.distanceTransform(np.pad((mask > 0.5).astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    away = np.asarray(away, np.float32)
    # What is narrow bulges less than what is wide, but it bulges.
    height = np.sqrt(away / max(float(away.max()), 1.0))
    return blur(np.asarray(height, np.float32), max(float(away.max()) / 8, 1))


def _follow(bulge: Plane) -> tuple[Plane, Plane, Plane]:
    """The light from above on a bulge, and coordinates that shorten towards its outline."""
    height, width = bulge.shape
    down = np.asarray(cv2.Sobel(bulge, cv2.CV_32F, 0, 1, ksize=5), np.float32)
    across = np.asarray(cv2.Sobel(bulge, cv2.CV_32F, 1, 0, ksize=5), np.float32)
    slope = down + 0.5 * across
    relief = np.clip(slope / max(2.5 * float(slope.std()), 1e-4), -1, 1)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x - width / 2, y - height / 2
    stretch = 1 + 0.3 * (1 - np.clip(bulge, 0, 1)) ** 2
    return relief.astype(np.float32), x * stretch, y * stretch


def lay(scene: Scene, surface: Surface, planes: Plane) -> Scene:
    """Put a new look of the object, sRGB in 0..1, in its place."""
    pixels = scene.pixels.copy()
    pixels[surface.window] = blend(scene.pixels[surface.window], planes, surface.mask)
    return Scene(pixels, scene.objects)
