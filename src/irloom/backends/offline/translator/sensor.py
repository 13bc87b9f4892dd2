"""The camera: lens blur, detector noise, gain control and palette."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from irloom.backends.offline.translator.radiance import Planck
from irloom.backends.offline.translator.smoothing import blur
from irloom.options import Palette

_BLUR_SIGMA = 0.8
"""Pixels; diffraction and aberrations of a 640-pixel microbolometer, somewhat soft."""

# Ratios to NETD of the 3-D noise model (Boson figures): what each pixel, each column and each row
# adds. One frame cannot tell temporal from fixed noise, so both are drawn as one: hypot(1, .30),
# hypot(.15, .05) and hypot(.08, .05).
_PIXEL_NOISE, _COLUMN_NOISE, _ROW_NOISE = 1.044, 0.158, 0.094

_COUNT_K = 0.02
"""Kelvin a raw count."""
_COLDEST_K, _COUNTS = 150.0, 25_000
_PLATEAU = 0.07
_MOST_LEVELS_PER_K = 55.0
_LEAST_SPAN_K = 7.0
_LINEAR_SHARE = 0.15
_COLD_TAIL, _HOT_TAIL = 0.002, 0.008
_GAMMA = 1.15
_HEADROOM = 6

_IRONBOW = ((0, 0, 10), (145, 0, 156), (230, 70, 22), (254, 180, 0), (255, 255, 246))


def expose(radiance: Tensor, planck: Planck, netd_mk: float, seeds: Sequence[int]) -> Tensor:
    """What the detector reports before gain control: apparent temperature in kelvin, (B, H, W).

    Noise is added to the radiance, so that `netd_mk` holds at 293 K and cold skies are noisier, as
    with a real detector. One seed an image.
    """
    seen = blur(radiance, _BLUR_SIGMA)
    _, height, width = radiance.shape
    noise = np.stack([_draw_noise(height, width, seed) for seed in seeds])
    scale = netd_mk / 1000 * planck.per_kelvin_at_293
    return planck.kelvin(seen + torch.from_numpy(noise).to(radiance.device) * scale)


def _draw_noise(height: int, width: int, seed: int) -> NDArray[np.float32]:
    """Pixel, column and row noise of one frame, in units of NETD."""
    draw = np.random.default_rng([seed, 0x5E])
    noise = draw.standard_normal((height, width), dtype=np.float32) * np.float32(_PIXEL_NOISE)
    noise += draw.standard_normal((1, width), dtype=np.float32) * np.float32(_COLUMN_NOISE)
    noise += draw.standard_normal((height, 1), dtype=np.float32) * np.float32(_ROW_NOISE)
    return noise


def control_gain(kelvin: Tensor) -> Tensor:
    """Map one image (H, W) in kelvin to grey 0..255 (white hot) by plateau equalisation.

    Histogram equalisation whose bins are cut at a plateau and whose slope is limited, mixed with a
    linear stretch. Integer counts keep it exact.
    """
    counts = ((kelvin - _COLDEST_K) / _COUNT_K).clamp(0, _COUNTS - 1).to(torch.int64)
    histogram = torch.bincount(counts.flatten(), minlength=_COUNTS).cpu().numpy()
    table = torch.from_numpy(_gain_table(histogram)).to(kelvin.device)
    return table[counts]


def _gain_table(histogram: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Grey level of each raw count."""
    total = int(histogram.sum())
    order = np.cumsum(histogram)
    low = int(np.searchsorted(order, total * _COLD_TAIL))
    high = int(np.searchsorted(order, total * (1 - _HOT_TAIL)))
    # A flat scene keeps a span of its own, or the noise would fill the whole range.
    missing = max(0, round(_LEAST_SPAN_K / _COUNT_K) - (high - low))
    low, high = max(0, low - missing // 2), high + missing - missing // 2
    linear = np.clip((np.arange(_COUNTS) - low) / (high - low), 0, 1)
    levels = (1 - _LINEAR_SHARE) * _equalise(histogram, low, high) + _LINEAR_SHARE * linear
    return np.rint(_HEADROOM + levels**_GAMMA * (255 - 2 * _HEADROOM)).astype(np.uint8)


def _equalise(histogram: NDArray[np.int64], low: int, high: int) -> NDArray[np.float64]:
    """Cumulative share of counts between `low` and `high`, no bin above the plateau."""
    total = int(histogram.sum())
    bins = np.zeros(_COUNTS)
    bins[low : high + 1] = np.minimum(histogram[low : high + 1], total * _PLATEAU)
    # A floor under every bin keeps the order of temperatures visible where few pixels lie.
    bins[low : high + 1] += 0.15 * bins.sum() / (high + 1 - low)
    steepest = max(_MOST_LEVELS_PER_K * _COUNT_K / 255, 1.5 / (high + 1 - low))
    for _ in range(8):
        bins = np.minimum(bins, steepest * bins.sum())
    shares = np.cumsum(bins)
    return np.asarray(shares / shares[-1])


def colour(grey: NDArray[np.uint8], palette: Palette) -> NDArray[np.uint8]:
    """Show a white-hot image (H, W) in a palette: (H, W), or (H, W, 3) for `ironbow`."""
    if palette == "white_hot":
        return grey
    if palette == "black_hot":
        return np.asarray(255 - grey, dtype=np.uint8)
    stops = np.linspace(0, 255, len(_IRONBOW))
    channels = [np.interp(np.arange(256), stops, values) for values in zip(*_IRONBOW, strict=True)]
    return np.asarray(np.rint(np.stack(channels, axis=1)).astype(np.uint8)[grey])
