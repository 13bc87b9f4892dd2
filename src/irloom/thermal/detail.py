"""Makes small differences visible beside large ones, at the price that a colour is no temperature."""

import numpy as np
from numpy.typing import NDArray

from irloom.thermal.picture_settings import DetailName

_RADIUS_PX = 2.0
_CLIP_LIMIT = 0.01


def enhance(levels: NDArray[np.float64], how: DetailName, strength: float) -> NDArray[np.float64]:
    """Levels in 0..1 with more detail; pixels without one (NaN) stay so."""
    known = np.isfinite(levels)
    if how == "none" or np.ptp(levels[known]) == 0:
        return levels
    # Neighbours of a missing pixel take its filling for real: the mean disturbs least.
    filled = np.where(known, levels, levels[known].mean())
    changed = _sharpen(filled, strength) if how == "unsharp" else _equalise_locally(filled, strength)
    return np.where(known, np.clip(changed, 0, 1), np.nan)


def _sharpen(levels: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter

    blurred: NDArray[np.float64] = gaussian_filter(levels, _RADIUS_PX)
    return levels + strength * (levels - blurred)


def _equalise_locally(levels: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    from skimage.exposure import equalize_adapthist

    return np.asarray(equalize_adapthist(levels, clip_limit=min(1.0, _CLIP_LIMIT * strength)), np.float64)
