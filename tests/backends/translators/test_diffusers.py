"""Promises of the translator; the editor that it drives has tests of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from irloom.backends.editors.diffusers import DiffusersEditor
from irloom.backends.translators.diffusers import Diffused
from irloom.errors import ConfigError, EditError, SampleError, SourceError, TranslationError
from irloom.options import DiffusersOptions
from irloom.protocols import Edit, EditJob, ImageTranslator, Translation, TranslationJob
from irloom.records import Box
from support.tiny_pipelines import QUIET, build_instruct_pix2pix

pytestmark = pytest.mark.filterwarnings(QUIET)
Configure = Callable[..., DiffusersOptions]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other cost more than all that these models compute."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pipeline")
    build_instruct_pix2pix().save_pretrained(folder)
    return folder


@pytest.fixture
def configure(model: Path) -> Configure:
    def make_options(**options: Any) -> DiffusersOptions:
        given = {"model": str(model), "device": "cpu", "steps": 2, "max_side": 64}
        return DiffusersOptions.model_validate({**given, **options})

    return make_options


def save_photograph(path: Path, seed: int = 0, size: tuple[int, int] = (50, 38)) -> Path:
    draw = np.random.default_rng(seed)
    blocks = Image.fromarray(draw.integers(0, 256, (4, 4, 3), np.uint8))
    blocks.resize(size, Image.Resampling.NEAREST).save(path)
    return path


def pixels(result: Translation | SampleError) -> NDArray[np.uint8]:
    assert isinstance(result, Translation)
    assert isinstance(result.image, np.ndarray)
    return result.image


def translate_one(translator: ImageTranslator, image: Path) -> NDArray[np.uint8]:
    return pixels(translator.translate([TranslationJob(image, (), seed=4)])[0])


def test_the_editor_gets_the_configured_prompt_and_the_seed(configure: Configure, tmp_path: Path) -> None:
    image = save_photograph(tmp_path / "a.png")
    options = configure(grey=False, prompt="as if by heat", guidance=20)
    [edit] = DiffusersEditor(options).edit([EditJob(image, "as if by heat", seed=4)])
    assert isinstance(edit, Edit)
    assert np.array_equal(translate_one(Diffused(options), image), edit.image)
    other = Diffused(configure(grey=False, guidance=20))
    assert not np.array_equal(translate_one(other, image), edit.image)


def test_grey_is_the_luminance_of_what_was_drawn(configure: Configure, tmp_path: Path) -> None:
    image = save_photograph(tmp_path / "a.png")
    colour, grey = (translate_one(Diffused(configure(grey=on)), image) for on in (False, True))
    assert colour.shape == (38, 50, 3)
    assert grey.shape == (38, 50)
    assert np.abs(colour @ np.array([0.299, 0.587, 0.114]) - grey).max() <= 1


def test_a_translation_depends_on_its_job_and_not_on_its_batch(configure: Configure, tmp_path: Path) -> None:
    jobs = [
        TranslationJob(save_photograph(tmp_path / f"{seed}.png", seed, size), (), seed)
        for seed, size in enumerate([(50, 38), (37, 53), (50, 38)])
    ]
    together = Diffused(configure(batch_size=3)).translate(jobs)
    single = Diffused(configure())
    for job, result in zip(jobs, together, strict=True):
        alone = pixels(single.translate([job])[0]).astype(int)
        assert np.abs(alone - pixels(result)).max() <= 1


def test_annotations_of_a_turned_photograph_are_followed(configure: Configure, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(save_photograph(tmp_path / "a.png")) as stored:
        stored.save(tmp_path / "a.jpg", exif=exif)
    box = Box(label="cup", x1=0, y1=0, x2=1, y2=1)
    translator = Diffused(configure())
    as_seen = translator.translate([TranslationJob(tmp_path / "a.jpg", (box,), 1)])
    as_stored = translator.translate([TranslationJob(tmp_path / "a.jpg", (box,), 1, width=50, height=38)])
    assert (pixels(as_seen[0]).shape, pixels(as_stored[0]).shape) == ((50, 38), (38, 50))


def test_an_image_that_the_safety_checker_blackens_is_a_translation_error(
    configure: Configure, tmp_path: Path
) -> None:
    build_instruct_pix2pix(checked=True).save_pretrained(tmp_path / "checked")
    image = save_photograph(tmp_path / "a.png")
    translator = Diffused(configure(model=str(tmp_path / "checked")))
    [result] = translator.translate([TranslationJob(image, (), 1)])
    assert isinstance(result, TranslationError)
    assert isinstance(result.__cause__, EditError)
    assert "safety checker blackened" in str(result)


def test_an_unreadable_image_is_its_own_error(configure: Configure, tmp_path: Path) -> None:
    good = save_photograph(tmp_path / "a.png")
    jobs = [TranslationJob(path, (), 1) for path in (tmp_path / "gone.png", good)]
    gone, translated = Diffused(configure(batch_size=2)).translate(jobs)
    assert isinstance(gone, SourceError)
    assert isinstance(translated, Translation)


def test_details_say_that_the_image_is_made_up(configure: Configure, tmp_path: Path) -> None:
    image = save_photograph(tmp_path / "a.png")
    [result] = Diffused(configure()).translate([TranslationJob(image, (), 4)])
    assert isinstance(result, Translation)
    assert result.details["synthetic"] == "image-editing model"
    assert result.details["seed"] == 4
    assert result.objects == ()


def test_a_prompt_whose_end_would_be_cut_is_refused_at_once(configure: Configure) -> None:
    with pytest.raises(ConfigError, match=r"^prompt: .* reads 77: shorten it"):
        Diffused(configure(prompt="a very long tale " * 50))
