"""How much of a photograph's structure an infrared image keeps."""

import torch
from torch import Tensor
from torch.nn import functional

_WINDOW = 7
_C2 = 0.03**2


def compare_structure(visible: Tensor, infrared: Tensor) -> Tensor:
    """One value an image, 0..1, for two stacks (n x height x width) of greys in 0..1; higher keeps more.

    It is the contrast and structure term of SSIM (Wang et al., Image quality assessment: from error
    visibility to structural similarity, IEEE TIP 13(4), 2004), averaged over windows of 7 x 7 pixels,
    with two changes: brightness is left out, since a temperature has none, and so is the sign of the
    covariance, since what is bright may be cold.
    """
    means, infrared_means = _average(visible), _average(infrared)
    covariance = _average(visible * infrared) - means * infrared_means
    variances = _average(visible**2) - means**2 + _average(infrared**2) - infrared_means**2
    return ((2 * covariance.abs() + _C2) / (variances + _C2)).mean(dim=(1, 2))


def _average(stack: Tensor) -> Tensor:
    """Mean of each pixel's window; at the borders, of the part that lies inside."""
    inside = functional.avg_pool2d(
        stack[:, None], _WINDOW, stride=1, padding=_WINDOW // 2, count_include_pad=False
    )
    return torch.squeeze(inside, 1)
