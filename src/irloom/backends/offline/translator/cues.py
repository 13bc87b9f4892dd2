"""Reads from a photograph what its surfaces probably are: sky, leaves, water, snow, lamps.

All maps are soft, 0..1, (B, h, w) at half the sensor's resolution. The thresholds are heuristics of
ours, tuned by eye on COCO photographs.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from irloom.backends.offline.translator.smoothing import box, enlarge, erase_print, halve, step

_GRAIN = 0.015


@dataclass(frozen=True, slots=True)
class Cues:
    """What was seen in a batch of photographs of one size."""

    base: Tensor
    """Luma 0..1 without print and fine texture."""
    light: Tensor
    """Luma 0..1 at low frequency: how the scene is lit."""
    grain: Tensor
    """Fine texture, about ±0.015, whose stark part (print) is compressed."""
    sky: Tensor
    blueness: Tensor
    leaves: Tensor
    water: Tensor
    snow: Tensor
    grey_ground: Tensor
    lamps: Tensor
    down: Tensor
    """0 at the top of the image, 1 at the bottom, (1, h, 1)."""


def see_cues(rgb: Tensor) -> Cues:
    """Read the cues of a batch of photographs, (B, 3, H, W) in 0..1."""
    small = halve(rgb)
    height, width = small.shape[2:]
    unit = max(1, round(max(height, width) / 107))  # 3 pixels of 320
    luma = _luma(small)
    base = erase_print(luma, unit)
    rest = luma - base
    light = box(box(luma, 12 * unit), 12 * unit)
    down = torch.linspace(0, 1, height, device=rgb.device)[None, :, None]
    smooth = torch.stack([box(channel, unit) for channel in small.unbind(1)], 1)
    saturation = smooth.amax(1) - smooth.amin(1)
    red, green, blue = smooth.unbind(1)
    busy = box((luma - box(luma, unit)).abs(), unit)
    blueness = step(blue - red, 0.02, 0.11) * step(blue, 0.1, 0.22) * step(blue - green, -0.02, 0.03)
    pale = step(saturation, 0.22, 0.12) * _see_bright_above(base)
    # A wall or a path is as pale as a grey sky, but seldom as smooth.
    sky = see_sky(torch.maximum(blueness * step(busy, 0.06, 0.025), pale * step(busy, 0.03, 0.012)), unit)
    return Cues(
        base=base,
        light=light,
        # Print is stark and bark is not: the compression takes nearly all of the one's contrast.
        grain=rest * _GRAIN / (rest.abs() + _GRAIN),
        sky=sky,
        blueness=blueness,
        leaves=box(step(green - torch.maximum(red, blue), -0.005, 0.06), unit) * (1 - sky),
        water=box(step(blue - red, 0.0, 0.1), unit) * (1 - sky) * step(down, 0.25, 0.5),
        snow=box(step(luma, 0.6, 0.8) * step(saturation, 0.2, 0.1), unit) * (1 - sky),
        grey_ground=box(step(saturation, 0.2, 0.1), 2 * unit) * step(down, 0.45, 0.8),
        lamps=_see_lamps(luma, light, unit),
        down=down,
    )


def _luma(rgb: Tensor) -> Tensor:
    red, green, blue = rgb.unbind(1)
    return red * 0.299 + green * 0.587 + blue * 0.114


def _see_bright_above(luma: Tensor) -> Tensor:
    """Bright by itself, or much brighter than the lower half, as a grey sky is at dusk."""
    lower = luma[:, luma.shape[1] // 2 :]
    # Integers, because float sums depend on how many threads share them.
    levels = (lower * 255).round().to(torch.int64).sum((1, 2)).to(torch.float32)
    mean = (levels / (255 * lower[0].numel())).clamp(min=0.1)[:, None, None]
    return torch.maximum(step(luma, 0.68, 0.85), step(luma / mean, 1.4, 1.9) * step(luma, 0.2, 0.3))


def see_sky(likely: Tensor, unit: int) -> Tensor:
    """Sky, from what looks like it: hangs together with the top of the image, holes closed."""
    reached = reach_from_top(likely)
    closed = step(box(box(reached, 3 * unit), 3 * unit), 0.38, 0.62)
    return torch.maximum(step(reached, 0.1, 0.5), closed)


def reach_from_top(likely: Tensor, cells: int = 60) -> Tensor:
    """Keep what hangs together with the top edge, (B, h, w) in 0..1.

    Greyscale reconstruction on a coarse grid: the mark of the top fifth spreads to neighbours, never
    above their own likelihood.
    """
    height, width = likely.shape[1:]
    size = max(1, max(height, width) // cells)
    coarse = F.avg_pool2d(likely[:, None], size, size, ceil_mode=True, count_include_pad=False)
    mark = torch.zeros_like(coarse)
    # A frame, a bezel or a branch may hide the top row itself.
    rows = max(1, coarse.shape[2] // 5)
    mark[:, :, :rows] = coarse[:, :, :rows]
    for _ in range(2 * max(coarse.shape[2:])):
        spread = torch.minimum(F.max_pool2d(mark, 3, 1, 1), coarse)
        if torch.equal(spread, mark):
            break
        mark = spread
    # One cell wider, so that the fine map decides where the sky ends.
    reached = enlarge(F.max_pool2d(mark, 3, 1, 1)[:, 0], height, width)
    return likely * step(reached, 0.15, 0.5)


def _see_lamps(luma: Tensor, light: Tensor, unit: int) -> Tensor:
    """Small burnt-out spots, in the upper part or in the dark."""
    height = luma.shape[1]
    burnt = step(luma, 0.95, 0.99)
    small = step(box(burnt, 6 * unit), 0.35, 0.1)
    down = torch.linspace(0, 1, height, device=luma.device)[None, :, None]
    return box(burnt * small, unit) * torch.maximum(step(down, 0.55, 0.35), step(light, 0.4, 0.25))
