"""Promises of the painter with weights of its own, on a tiny pipeline that is saved and loaded."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from irloom.backends.painters.diffusers import DiffusersPainter
from irloom.errors import ConfigError, PaintError
from irloom.painter_options import PipelinePainterOptions
from irloom.paintings import Painting, PaintingJob
from support.tiny_pipelines import QUIET, build_instruct_pix2pix, build_stable_diffusion

pytestmark = pytest.mark.filterwarnings(QUIET)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    build_stable_diffusion().save_pretrained(folder)
    return folder


def make(model: Path, **options: Any) -> DiffusersPainter:
    given = {"model": str(model), "device": "cpu", "steps": 2, "width": 64, "height": 64}
    return DiffusersPainter(PipelinePainterOptions.model_validate({**given, **options}))


def pixels(result: object) -> NDArray[np.uint8]:
    assert isinstance(result, Painting)
    assert isinstance(result.image, np.ndarray)
    return result.image


def test_a_text_and_a_seed_decide_a_picture_of_the_size_that_is_set(model: Path) -> None:
    painter = make(model, height=128)
    first, again, seed, text = painter.draw(
        [PaintingJob("a dog", 1), PaintingJob("a dog", 1), PaintingJob("a dog", 2), PaintingJob("a car", 1)]
    )
    assert pixels(first).shape == (128, 64, 3)
    assert np.array_equal(pixels(first), pixels(again))
    assert not np.array_equal(pixels(first), pixels(seed))
    assert not np.array_equal(pixels(first), pixels(text))
    assert isinstance(first, Painting)
    assert (first.model, first.details["size"]) == ("diffusers tiny", [64, 128])
    assert painter.name == "diffusers tiny", "the folder's path is nobody's business"


def test_a_picture_does_not_hang_on_what_is_drawn_beside_it(model: Path) -> None:
    painter, job = make(model), PaintingJob("a dog", 1)
    (alone,) = painter.draw([job])
    beside = painter.draw([PaintingJob("a car", 5), job])[1]
    assert np.abs(pixels(alone).astype(int) - pixels(beside).astype(int)).max() <= 1


def test_a_text_whose_end_would_not_be_read_is_its_own_error(model: Path) -> None:
    found = make(model).draw([PaintingJob("word " * 90, 1), PaintingJob("a dog", 1)])
    assert isinstance(found[0], PaintError)
    assert "reads 77: shorten it" in str(found[0])
    assert isinstance(found[1], Painting)


def test_a_model_that_needs_a_photograph_is_refused(tmp_path: Path) -> None:
    build_instruct_pix2pix().save_pretrained(tmp_path / "editor")
    with pytest.raises(ConfigError, match="does not draw from text alone"):
        make(tmp_path / "editor")


def test_a_folder_that_is_not_there_or_lacks_weights_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        make(tmp_path / "nowhere")
    shutil.copytree(model, tmp_path / "torn")
    next((tmp_path / "torn" / "unet").glob("*.safetensors")).unlink()
    with pytest.raises(ConfigError, match="cannot be loaded"):
        make(tmp_path / "torn")
