import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

from irloom.backends.scorers.frames import Frame
from irloom.options import Crop

MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)


def frame(crop: Crop, height: int = 32, width: int = 32) -> Frame:
    return Frame(height, width, MEAN, STD, crop)


def picture(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(48, 64), (64, 48), (20, 31), (32, 32), (33, 500)])
@pytest.mark.parametrize(("crop", "theirs"), [("center", "shortest"), ("squash", "squash")])
def test_a_picture_is_prepared_as_open_clip_prepares_it(
    size: tuple[int, int], crop: Crop, theirs: str
) -> None:
    pixels = picture(*size)
    ours = frame(crop)
    made = ours.normalise(torch.from_numpy(np.stack([ours.fill(pixels)])))
    config = PreprocessCfg(size=32, mean=MEAN, std=STD, resize_mode=theirs)
    expected = image_transform_v2(config, is_train=False)(Image.fromarray(pixels))
    assert torch.allclose(made[0], expected, atol=1e-5)


def test_padding_keeps_the_whole_picture_and_adds_the_models_grey() -> None:
    white = np.full((20, 40, 3), 255, np.uint8)
    padded = frame("pad").fill(white)
    assert (padded[8:24] == 255).all(), "the picture fills the width"
    grey = np.round(np.array(MEAN) * 255)
    assert (padded[:8] == grey).all()
    assert (padded[24:] == grey).all()
    normal = frame("pad").normalise(torch.from_numpy(np.stack([padded])))
    assert normal[0, :, 0, 0].abs().max() < 0.02, "grey is what the model takes for nothing"


def test_a_window_that_is_no_square_is_filled_too() -> None:
    for crop in ("center", "pad", "squash"):
        assert frame(crop, 24, 48).fill(picture(37, 41)).shape == (24, 48, 3)


def test_the_middle_loses_only_the_longer_sides_ends() -> None:
    striped = np.zeros((32, 96, 3), np.uint8)
    striped[:, 32:64] = 200
    assert (frame("center").fill(striped)[:, 2:-2] == 200).all()
