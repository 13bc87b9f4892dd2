"""What the measure of kept structure rewards, and what it lets pass."""

import numpy as np
import torch
from skimage.metrics import structural_similarity
from torch import Tensor

from irloom.backends.translators.structure import compare_structure


def scene() -> Tensor:
    rows, columns = torch.meshgrid(torch.arange(40), torch.arange(50), indexing="ij")
    noise = torch.rand((40, 50), generator=torch.Generator().manual_seed(0))
    return (0.3 + 0.3 * ((rows // 8 + columns // 10) % 2) + 0.1 * noise)[None]


def test_the_same_image_keeps_everything_and_so_do_its_negative_and_a_lighter_one() -> None:
    image = scene()
    for kept in (image, 1 - image, image + 0.2):
        torch.testing.assert_close(compare_structure(image, kept), torch.ones(1), atol=1e-3, rtol=0)


def test_less_structure_counts_less() -> None:
    image = scene()
    moved = image.roll(5, dims=2)
    faint = 0.5 + (image - 0.5) * 0.3
    flat = torch.full_like(image, 0.5)
    kept = [compare_structure(image, other).item() for other in (image, faint, moved, flat)]
    assert kept == sorted(kept, reverse=True)
    assert kept[1] < 0.9
    assert kept[3] < 0.5


def test_it_is_ssim_without_brightness_where_the_contrast_keeps_its_sign() -> None:
    """The same windows, brightness equal on either side: SSIM then has this one term left."""
    image = scene()[0]
    other = image.clone()
    other[:, ::2] += 0.01
    other[:, 1::2] -= 0.01
    wanted = structural_similarity(  # type: ignore[no-untyped-call]
        image.numpy().astype(np.float64),
        other.numpy().astype(np.float64),
        data_range=1.0,
        win_size=7,
        use_sample_covariance=False,
        full=True,
    )[1]
    # Where windows are whole; at the borders skimage reflects.
    inside = np.s_[3:-3, 3:-3]
    found = compare_structure(image[None], other[None]).item()
    assert abs(found - wanted[inside].mean()) < 5e-3


def test_each_image_of_a_stack_has_its_own_value_and_any_size_will_do() -> None:
    image = scene()
    stack = compare_structure(torch.cat([image, image]), torch.cat([image, torch.zeros_like(image)]))
    assert stack[0] > 0.99
    assert stack[1] < 0.5
    torch.testing.assert_close(compare_structure(torch.zeros(1, 1, 1), torch.ones(1, 1, 1)), torch.ones(1))
