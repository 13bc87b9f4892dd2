"""Finds which pixels belong to an annotated object, with Pillow and numpy on the CPU."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from irloom.backends.offline.translator.smoothing import guide
from irloom.backends.offline.translator.temperatures import Heat
from irloom.records import Box

_MARGIN = 0.2
"""Of the box, to each side: what lies there is taken for background."""

_FAR = 100.0


@dataclass(frozen=True, slots=True)
class Outline:
    """A soft mask on a crop of the image."""

    top: int
    left: int
    mask: NDArray[np.float32]
    """0..1, height x width of the crop."""
    depth: NDArray[np.float32]
    """0 at the rim, 1 well inside."""
    across: NDArray[np.float32]
    """Place in the box, 0 at its left edge, 1 at its right one; (1, width)."""
    down: NDArray[np.float32]
    """0 at its top edge, 1 at its bottom one; (height, 1)."""
    aspect: float
    """Box width over box height."""


def trace(box: Box, heat: Heat, rgb: NDArray[np.uint8], draw: np.random.Generator) -> Outline:
    """Mask an object by its polygons, or else by its box and colours; never empty."""
    height, width = rgb.shape[:2]
    x1, x2 = _span(box.x1, box.x2, width)
    y1, y2 = _span(box.y1, box.y2, height)
    pad_x, pad_y = math.ceil(_MARGIN * (x2 - x1)) + 2, math.ceil(_MARGIN * (y2 - y1)) + 2
    left, right = max(0, math.floor(x1) - pad_x), min(width, math.ceil(x2) + pad_x)
    top, bottom = max(0, math.floor(y1) - pad_y), min(height, math.ceil(y2) + pad_y)
    across = ((np.arange(left, right)[None, :] + 0.5 - x1) / (x2 - x1)).astype(np.float32)
    down = ((np.arange(top, bottom)[:, None] + 0.5 - y1) / (y2 - y1)).astype(np.float32)
    hard = _fill_polygons(box, (left, top, right, bottom), (width, height))
    if hard is None:
        cut = (box.x1 < 0.02, box.x2 > 0.98, box.y2 > 0.98)
        central = _fill_box(heat.shape, across, down, cut)
        crop = rgb[top:bottom, left:right]
        outside = (np.abs(across - 0.5) > 0.5) | (np.abs(down - 0.5) > 0.5)
        soft = _scatter(central, crop, draw) if box.crowd else _follow_colours(central, crop, outside)
        hard = Image.fromarray(np.rint(soft * 255).astype(np.uint8))
    size = math.sqrt((x2 - x1) * (y2 - y1))
    mask = _as_share(hard.filter(ImageFilter.BoxBlur(0.7)))
    wide = _as_share(hard.filter(ImageFilter.BoxBlur(max(1.0, 0.11 * size))))
    return Outline(
        top=top,
        left=left,
        mask=mask,
        depth=np.clip((wide - 0.45) / 0.5, 0, 1),
        across=across,
        down=down,
        aspect=(x2 - x1) / (y2 - y1),
    )


def _span(low: float, high: float, size: int) -> tuple[float, float]:
    """A box edge to edge in pixels, at least one pixel and inside the image."""
    first, last = sorted((low * size, high * size))
    if last - first < 1:
        first = min(max(0.0, (first + last) / 2 - 0.5), size - 1.0)
        last = first + 1
    return first, last


def _fill_polygons(box: Box, crop: tuple[int, int, int, int], size: tuple[int, int]) -> Image.Image | None:
    """Draw the outlines that enclose something; None where there are none."""
    left, top, right, bottom = crop
    image = Image.new("L", (right - left, bottom - top))
    pen = ImageDraw.Draw(image)
    for flat in box.polygons:
        points = [
            (x * size[0] - left - 0.5, y * size[1] - top - 0.5)
            for x, y in zip(flat[::2], flat[1::2], strict=False)
            if abs(x) < _FAR and abs(y) < _FAR  # neither infinite nor not a number
        ]
        if len(points) >= 3:
            pen.polygon(points, fill=255)
    return image if image.getbbox() else None


def _fill_box(
    shape: str, across: NDArray[np.float32], down: NDArray[np.float32], cut: tuple[bool, bool, bool]
) -> NDArray[np.float32]:
    """How central a pixel is in the ellipse or rounded box that fills a box: 1 to 0 at its rim, then below.

    Where the box is `cut` (left, right, bottom) by the image, the object goes on beyond it; tops of
    things mostly end where their box does.
    """
    x = _from_middle(across, cut[0], cut[1])
    y = _from_middle(down, False, cut[2])
    power = 2 if shape == "ellipse" else 6
    return np.asarray(1 - (x**power + y**power), dtype=np.float32)


def _from_middle(place: NDArray[np.float32], cut_low: bool, cut_high: bool) -> NDArray[np.float32]:
    """Distance from the middle, 1 at the rim; a cut rim is moved outwards."""
    reach_low, reach_high = (0.7 if cut_low else 0.5), (0.7 if cut_high else 0.5)
    offset = place - 0.5
    return np.asarray(np.where(offset < 0, -offset / reach_low, offset / reach_high), dtype=np.float32)


def _scatter(
    central: NDArray[np.float32], rgb: NDArray[np.uint8], draw: np.random.Generator
) -> NDArray[np.float32]:
    """Break a crowd's box into small figures where the photograph is busy: its members have no outlines."""
    soft = np.clip(central * 2 + 0.5, 0, 1)
    height, width = soft.shape
    cell = max(4.0, 0.12 * height)
    rows, columns = max(2, round(height / cell)), max(2, round(1.6 * width / cell))
    coarse = Image.fromarray((draw.random((rows, columns)) * 255).astype(np.uint8))
    figures = _as_share(coarse.resize((width, height), Image.Resampling.BICUBIC))
    grey = Image.fromarray(rgb).convert("L")
    ups_and_downs = ImageChops.difference(grey, grey.filter(ImageFilter.BoxBlur(2)))
    busy = _as_share(ups_and_downs.filter(ImageFilter.BoxBlur(max(2.0, cell / 3))))
    return np.asarray(soft * np.clip(busy / 0.05, 0, 1) * np.clip(figures * 1.6 - 0.35, 0.1, 0.8), np.float32)


def _follow_colours(
    central: NDArray[np.float32], rgb: NDArray[np.uint8], outside: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Cut an object out of its box: what is coloured like its middle belongs, what like its margin not.

    Histograms of 4096 colours vote for and against, are gathered again from what won (the idea of
    GrabCut, without the graph), and the vote is fitted to the photograph's edges.
    """
    prior = np.clip(0.12 + 0.8 * central, 0.12, 0.92)
    prior[outside] = 0.01
    if prior.size < 400:
        return np.asarray(prior > 0.3, dtype=np.float32)
    bins = (rgb >> 4).astype(np.int64)
    colours = bins[..., 0] * 256 + bins[..., 1] * 16 + bins[..., 2]
    share = prior
    for _ in range(3):
        inner = _colour_shares(colours, share**2)
        outer = _colour_shares(colours, (1 - share) ** 2)
        odds = (inner / outer)[colours] ** 0.7 * prior / (1 - prior)
        share = _fit_to_edges(odds / (1 + odds), rgb)
    core = np.clip((central - 0.7) * 4, 0, 0.9)
    return np.asarray(
        np.where(outside, 0, np.maximum(core, np.clip(share * 2.4 - 0.7, 0, 1))), dtype=np.float32
    )


def _fit_to_edges(share: NDArray[np.float64], rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Smooth a vote inside surfaces, and not across their edges."""
    luma = torch.from_numpy(np.asarray(Image.fromarray(rgb).convert("L"), dtype=np.float32) / 255)
    radius = max(2, round(0.025 * math.sqrt(share.size)))
    vote = torch.from_numpy(share.astype(np.float32))
    smooth = guide(vote[None], luma[None], radius, 4e-3)[0].clamp(0.01, 0.99)
    return np.asarray(smooth.numpy())


def _colour_shares(colours: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Share of each of 4096 colours, spread a little to those next to it."""
    counted = np.bincount(colours.ravel(), weights.ravel(), 4096)
    cube: NDArray[np.float64] = counted.astype(np.float64).reshape(16, 16, 16)
    for axis in range(3):
        padded = np.pad(cube, [(1, 1) if each == axis else (0, 0) for each in range(3)])
        cube = (np.take(padded, range(16), axis) + 2 * cube + np.take(padded, range(2, 18), axis)) / 4
    return np.asarray(cube.ravel() / cube.sum() + 1e-5)


def _as_share(image: Image.Image) -> NDArray[np.float32]:
    """Bytes as 0..1."""
    return np.asarray(image, dtype=np.float32) / np.float32(255)
