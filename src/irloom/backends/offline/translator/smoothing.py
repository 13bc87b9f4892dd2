"""Smoothing for batches of maps, written so that a map's values never depend on its neighbours in the batch.

Only operations that IEEE rounds exactly are used (no exp, no matrix product, no convolution kernel
chosen by batch size), and pooling sums each output in a fixed order: the same map gives the same
bits alone, in a batch, and with any number of threads.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def step(value: Tensor, low: float, high: float) -> Tensor:
    """A soft threshold: 0 below `low`, 1 above `high` (swap them to fall), cubic between."""
    x = ((value - low) / (high - low)).clamp(0, 1)
    return x * x * (3 - 2 * x)


def box(maps: Tensor, radius: int) -> Tensor:
    """Mean over a square of `2 radius + 1` pixels, cut at the border; maps are (B, H, W)."""
    if radius < 1:
        return maps
    width = 2 * radius + 1
    rows = F.avg_pool2d(maps[:, None], (1, width), 1, (0, radius), count_include_pad=False)
    columns = F.avg_pool2d(rows, (width, 1), 1, (radius, 0), count_include_pad=False)
    return columns[:, 0]


def blur(maps: Tensor, sigma: float) -> Tensor:
    """Gaussian of `sigma` pixels with mirrored-edge values repeated; maps are (B, H, W)."""
    radius = max(1, math.ceil(3 * sigma))
    weights = [math.exp(-0.5 * (offset / sigma) ** 2) for offset in range(-radius, radius + 1)]
    total = sum(weights)
    taps = [weight / total for weight in weights]
    return _slide(_slide(maps, taps, radius).transpose(1, 2), taps, radius).transpose(1, 2)


def _slide(maps: Tensor, taps: list[float], radius: int) -> Tensor:
    """One pass along the last axis, tap by tap."""
    width = maps.shape[-1]
    padded = F.pad(maps, (radius, radius), mode="replicate")
    result = torch.zeros_like(maps)
    for offset, tap in enumerate(taps):
        result += padded[..., offset : offset + width] * tap
    return result


def halve(maps: Tensor) -> Tensor:
    """Mean of 2 x 2 pixels; odd sizes keep a last, smaller cell. Maps are (B, C, H, W)."""
    return F.avg_pool2d(maps, 2, 2, ceil_mode=True, count_include_pad=False)


def enlarge(maps: Tensor, height: int, width: int) -> Tensor:
    """Bilinear enlargement of (B, H, W) maps."""
    return F.interpolate(maps[:, None], size=(height, width), mode="bilinear", align_corners=False)[:, 0]


def guide(maps: Tensor, by: Tensor, radius: int, epsilon: float) -> Tensor:
    """Smooth `maps` along the edges of `by` (both (B, H, W)); guided filter of He et al. 2010."""
    mean_by, mean = box(by, radius), box(maps, radius)
    variance = (box(by * by, radius) - mean_by * mean_by).clamp(min=0)
    covariance = box(by * maps, radius) - mean_by * mean
    slope = covariance / (variance + epsilon)
    offset = mean - slope * mean_by
    return box(slope, radius) * by + box(offset, radius)


def erase_print(luma: Tensor, radius: int, rounds: int = 2) -> Tensor:
    """Remove structure finer than about `radius` pixels whatever its contrast, and keep large edges.

    Rolling guidance (Zhang et al. 2014): what the first blur removed has no edge in the guide and
    never returns; what survived it grows sharp again.
    """
    seen = box(box(luma, radius), radius)
    for _ in range(rounds):
        seen = guide(luma, seen, radius + 1, 2e-4)
    return seen
