"""Promises of the editor, on tiny pipelines that are saved and loaded as real ones are."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file

from irloom.backends.editors.diffusers import DiffusersEditor
from irloom.errors import AcceleratorFull, ConfigError, EditError, SourceError
from irloom.options import Editing, EditorOptions
from irloom.protocols import Edit, EditJob, ImageEditor
from support.tiny_pipelines import QUIET, build_flux_kontext, build_instruct_pix2pix, diffusers, save_lora

pytestmark = pytest.mark.filterwarnings(QUIET)
KINDS: tuple[Editing, ...] = ("instruct_pix2pix", "flux_kontext", "qwen_image_edit")
Make = Callable[..., DiffusersEditor]


@pytest.fixture
def make(models: Mapping[Editing, Path], monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes an editor of the kind that `pipeline` says; two steps at 64 pixels."""
    # Qwen always looks at a megapixel beside what it draws: seconds on a CPU.
    module = "diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_plus"
    monkeypatch.setattr(f"{module}.VAE_IMAGE_SIZE", 64 * 64)

    def make_editor(
        pipeline: Editing = "instruct_pix2pix", told: Callable[[str], None] = lambda _: None, **options: Any
    ) -> DiffusersEditor:
        given = {
            "pipeline": pipeline,
            "model": str(models[pipeline]),
            "device": "cpu",
            "steps": 2,
            "max_side": 64,
        }
        return DiffusersEditor(EditorOptions.model_validate({**given, **options}), told)

    return make_editor


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    return save_photograph(tmp_path / "photograph.png", 0)


def save_photograph(path: Path, seed: int, size: tuple[int, int] = (80, 60)) -> Path:
    """Colour blocks with some noise."""
    draw = np.random.default_rng(seed)
    blocks = Image.fromarray(draw.integers(0, 256, (4, 4, 3), np.uint8)).resize(
        size, Image.Resampling.NEAREST
    )
    noise = draw.integers(-9, 10, (*size[::-1], 3))
    Image.fromarray(np.clip(np.asarray(blocks) + noise, 0, 255).astype(np.uint8)).save(path)
    return path


def pixels(result: object) -> NDArray[np.uint8]:
    assert isinstance(result, Edit)
    return result.image


def edit_one(
    editor: ImageEditor, image: Path, prompt: str = "make it night", seed: int = 1
) -> NDArray[np.uint8]:
    return pixels(editor.edit([EditJob(image, prompt, seed)])[0])


def differ(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """The largest difference of two images, in levels."""
    return int(np.abs(one.astype(int) - other).max())


def make_jobs(folder: Path) -> list[EditJob]:
    """Six photographs of three sizes, four of which are drawn at one, each with a prompt and a seed."""
    sizes = [(80, 60), (40, 30), (33, 57)] * 2
    prompts = ["make it night", "add a red dog", "snow", "remove the car", "in oil", "turn it left"]
    return [
        EditJob(save_photograph(folder / f"{number}.png", number, size), prompt, seed=10 + number)
        for number, (size, prompt) in enumerate(zip(sizes, prompts, strict=True))
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_depends_on_its_job_and_not_on_its_batch(make: Make, tmp_path: Path, kind: Editing) -> None:
    jobs = make_jobs(tmp_path)
    together = make(kind, batch_size=4, guidance=20)
    singly = make(kind, guidance=20)
    alone = [pixels(singly.edit([job])[0]) for job in jobs]
    for results in (together.edit(jobs), together.edit(jobs[::-1])[::-1]):
        # A larger batch may round the last bit otherwise.
        assert max(map(differ, map(pixels, results), alone)) <= 1
    assert min(differ(one, other) for one, other in zip(alone[:3], alone[3:], strict=True)) > 1


def test_jobs_of_one_size_are_drawn_in_one_batch(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watch_unet(monkeypatch)
    make(batch_size=4).edit(make_jobs(tmp_path))
    # Four of one size and two of another, in two steps; guidance triples each image.
    assert seen == [12, 12, 6, 6]


def test_flux_sees_the_photograph_as_large_as_it_draws(
    make: Make, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    forward = diffusers.FluxTransformer2DModel.forward

    def watched(self: Any, hidden_states: torch.Tensor, **kwargs: Any) -> Any:
        seen.append(hidden_states.shape[1])
        return forward(self, hidden_states, **kwargs)

    monkeypatch.setattr(diffusers.FluxTransformer2DModel, "forward", watched)
    edit_one(make("flux_kontext"), photograph)
    drawn = (64 // 4) * (48 // 4)  # the tiny autoencoder halves, and four latents make a token
    assert seen == [2 * drawn] * 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_seed_decides_and_repeats(make: Make, photograph: Path, kind: Editing) -> None:
    editor = make(kind)
    first, again, other = (edit_one(editor, photograph, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first, again)
    assert differ(first, other) > 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_prompt_decides(make: Make, photograph: Path, kind: Editing) -> None:
    editor = make(kind, guidance=20)
    night, snow = (edit_one(editor, photograph, prompt) for prompt in ("make it night", "snow"))
    assert differ(night, snow) > 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_photograph_decides(make: Make, photograph: Path, tmp_path: Path, kind: Editing) -> None:
    editor = make(kind)
    other = save_photograph(tmp_path / "other.png", 1)
    assert differ(edit_one(editor, photograph), edit_one(editor, other)) > 0


@pytest.mark.parametrize(
    ("kind", "more"),
    [("instruct_pix2pix", {}), ("flux_kontext", {"negative_guidance": 4.0}), ("qwen_image_edit", {})],
)
def test_the_negative_prompt_is_passed(
    make: Make, photograph: Path, kind: Editing, more: dict[str, Any]
) -> None:
    plain = edit_one(make(kind, guidance=20, **more), photograph)
    avoiding = edit_one(make(kind, guidance=20, negative_prompt="red and blue", **more), photograph)
    assert differ(plain, avoiding) > 1


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("instruct_pix2pix", {"guidance": 15.0}),
        ("instruct_pix2pix", {"image_guidance": 4.0}),
        ("flux_kontext", {"guidance": 15.0}),
        ("qwen_image_edit", {"guidance": 15.0}),
        ("flux_kontext", {"steps": 3}),
    ],
)
def test_guidance_and_steps_are_passed(
    make: Make, photograph: Path, kind: Editing, option: dict[str, Any]
) -> None:
    assert differ(edit_one(make(kind), photograph), edit_one(make(kind, **option), photograph)) > 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(37, 53), (64, 48), (200, 21)])
def test_an_edit_has_the_size_of_its_photograph(
    make: Make, tmp_path: Path, kind: Editing, size: tuple[int, int]
) -> None:
    job = EditJob(save_photograph(tmp_path / "a.png", 0, size), "make it night", 1)
    [result] = make(kind).edit([job])
    assert pixels(result).shape == (size[1], size[0], 3)
    assert isinstance(result, Edit)
    assert max(result.details["drawn_at"]) == 64


@pytest.mark.parametrize(
    ("kind", "part", "build"),
    [
        ("instruct_pix2pix", "unet", build_instruct_pix2pix),
        ("flux_kontext", "transformer", build_flux_kontext),
    ],
)
def test_a_lora_changes_the_edit(
    make: Make, photograph: Path, tmp_path: Path, kind: Editing, part: str, build: Callable[[], Any]
) -> None:
    folder = str(save_lora(build(), part, tmp_path / "lora"))
    plain, none, full = (
        edit_one(make(kind, **given), photograph)
        for given in ({}, {"lora": folder, "lora_scale": 0.0}, {"lora": folder})
    )
    assert differ(plain, none) <= 1
    assert differ(plain, full) > 1


def test_half_precision_draws_nearly_the_same(make: Make, photograph: Path) -> None:
    full, half = (edit_one(make(dtype=dtype), photograph) for dtype in ("float32", "bfloat16"))
    assert half.std() > 1
    assert np.abs(full.astype(int) - half).mean() < 64


def test_an_unreadable_image_is_its_own_error(make: Make, photograph: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.png").write_bytes(photograph.read_bytes()[:100])
    jobs = [EditJob(tmp_path / name, "snow", 1) for name in ("torn.png", "photograph.png", "gone.png")]
    torn, good, gone = make(batch_size=3).edit(jobs)
    assert isinstance(torn, SourceError)
    assert isinstance(gone, SourceError)
    assert np.array_equal(pixels(good), edit_one(make(), photograph, "snow"))


@pytest.mark.parametrize("kind", ["instruct_pix2pix", "flux_kontext"])
def test_a_prompt_whose_end_would_be_cut_is_its_own_error(
    make: Make, photograph: Path, kind: Editing
) -> None:
    jobs = [EditJob(photograph, prompt, 1) for prompt in ("a very long tale " * 50, "snow")]
    long, good = make(kind).edit(jobs)
    assert isinstance(long, EditError)
    assert str(long).startswith("'a very long tale ")
    assert "shorten it" in str(long)
    assert isinstance(good, Edit)


def test_a_negative_prompt_whose_end_would_be_cut_is_refused(make: Make) -> None:
    with pytest.raises(ConfigError, match=r"negative_prompt: .* reads 77: shorten it"):
        make(negative_prompt="a very long tale " * 50)


def test_what_the_safety_checker_blackens_is_an_error(make: Make, photograph: Path, tmp_path: Path) -> None:
    build_instruct_pix2pix(checked=True).save_pretrained(tmp_path / "checked")
    [result] = make(model=str(tmp_path / "checked")).edit([EditJob(photograph, "snow", 1)])
    assert isinstance(result, EditError)
    assert str(result).startswith(f"{photograph}: the model's safety checker blackened the result")


def test_only_the_blackened_image_of_a_batch_is_an_error(
    make: Make, photograph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers.pipelines.stable_diffusion import safety_checker

    def blacken_second(_: Any, clip_input: Any, images: torch.Tensor) -> tuple[torch.Tensor, list[bool]]:
        images[1] = 0
        return images, [False, True, False]

    build_instruct_pix2pix(checked=True).save_pretrained(tmp_path / "checked")
    editor = make(model=str(tmp_path / "checked"), batch_size=3)
    monkeypatch.setattr(safety_checker.StableDiffusionSafetyChecker, "forward", blacken_second)
    results = editor.edit([EditJob(photograph, "snow", seed) for seed in (1, 2, 3)])
    assert [type(result) for result in results] == [Edit, EditError, Edit]


def test_numbers_that_overflow_are_an_error_and_no_black_image(
    make: Make, models: Mapping[Editing, Path], photograph: Path, tmp_path: Path
) -> None:
    shutil.copytree(models["instruct_pix2pix"], tmp_path / "overflowing")
    file = tmp_path / "overflowing" / "vae" / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    weights["decoder.conv_out.bias"] = torch.full_like(weights["decoder.conv_out.bias"], torch.nan)
    save_file(weights, file)
    [result] = make(model=str(tmp_path / "overflowing")).edit([EditJob(photograph, "snow", 1)])
    assert isinstance(result, EditError)
    assert "overflowed in float32" in str(result)


def watch_unet(monkeypatch: pytest.MonkeyPatch, most: int = 1000) -> list[int]:
    """Note how many images each step of the UNet gets; more than `most` do not fit into memory."""
    seen: list[int] = []
    forward = diffusers.UNet2DConditionModel.forward

    def watched(self: Any, sample: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        seen.append(len(sample))
        if len(sample) > most:
            raise torch.OutOfMemoryError("out of memory")
        return forward(self, sample, *args, **kwargs)

    monkeypatch.setattr(diffusers.UNet2DConditionModel, "forward", watched)
    return seen


def test_memory_that_runs_out_halves_the_batch_and_says_so_once(
    make: Make, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [EditJob(photograph, "snow", seed) for seed in range(4)]
    alone = [edit_one(make(), photograph, "snow", job.seed) for job in jobs]
    seen = watch_unet(monkeypatch, most=3)
    told: list[str] = []
    results = make(batch_size=4, told=told.append).edit(jobs)
    assert max(map(differ, map(pixels, results), alone)) <= 1
    assert seen == [12, 6, *[3] * 8]
    assert len(told) == 1


def test_an_image_that_does_not_fit_alone_is_its_own_error(
    make: Make, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch_unet(monkeypatch, most=2)
    [result] = make().edit([EditJob(photograph, "snow", 1)])
    assert isinstance(result, AcceleratorFull)
    assert str(result).startswith(f"{photograph}: ")
    assert "lower max_side" in str(result)


@pytest.mark.parametrize("kind", KINDS)
def test_editing_prints_nothing(
    make: Make, photograph: Path, kind: Editing, capfd: pytest.CaptureFixture[str]
) -> None:
    diffusers.utils.logging.set_verbosity_warning()
    diffusers.utils.logging.enable_progress_bar()
    edit_one(make(kind), photograph, "a tale " * 15)
    assert capfd.readouterr() == ("", "")


def test_details_say_how_an_edit_was_made(make: Make, photograph: Path) -> None:
    [result] = make(revision="main").edit([EditJob(photograph, "snow", 5)])
    assert isinstance(result, Edit)
    assert result.details == {
        "pipeline": "instruct_pix2pix",
        "model": "instruct_pix2pix",
        "revision": "main",
        "lora": None,
        "drawn_at": [64, 48],
        "seed": 5,
    }


def test_no_jobs_are_no_edits(make: Make) -> None:
    jobs: Sequence[EditJob] = []
    assert make().edit(jobs) == []
