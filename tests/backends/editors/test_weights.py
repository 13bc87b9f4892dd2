"""What a folder of weights and a LoRA must be, and what is said where they are not."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from irloom.backends.editors.weights import load_pipeline, name_source
from irloom.errors import ConfigError
from irloom.options import Editing, EditorOptions
from support.tiny_pipelines import QUIET, build_flux_kontext, build_instruct_pix2pix, diffusers, save_lora

pytestmark = pytest.mark.filterwarnings(QUIET)
PIX2PIX = "StableDiffusionInstructPix2PixPipeline"


def load(model: Path, **options: Any) -> Any:
    given = EditorOptions.model_validate({"model": str(model), **options})
    return load_pipeline(given, PIX2PIX, torch.device("cpu"))


def query(pipeline: Any) -> torch.Tensor:
    """The first weight that the LoRA of these tests changes."""
    found: torch.Tensor = next(
        tensor for name, tensor in pipeline.unet.named_parameters() if name.endswith("to_q.weight")
    )
    return found


@pytest.fixture(scope="module")
def lora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_lora(build_instruct_pix2pix(), "unet", tmp_path_factory.mktemp("lora"))


def test_weights_come_in_the_number_type_that_was_asked_for(models: Mapping[Editing, Path]) -> None:
    pipeline = load(models["instruct_pix2pix"], dtype="bfloat16")
    assert {pipeline.unet.dtype, pipeline.vae.dtype, pipeline.text_encoder.dtype} == {torch.bfloat16}


def test_a_model_of_another_pipeline_is_refused_with_both_names(models: Mapping[Editing, Path]) -> None:
    with pytest.raises(
        ConfigError, match=rf"is for FluxKontextPipeline, but .*'instruct_pix2pix' is {PIX2PIX}"
    ):
        load(models["flux_kontext"])


@pytest.mark.parametrize("index", [None, "{", "[]"], ids=["no index", "a torn index", "another index"])
def test_a_folder_without_a_pipeline_is_refused(tmp_path: Path, index: str | None) -> None:
    if index is not None:
        (tmp_path / "model_index.json").write_text(index)
    with pytest.raises(ConfigError, match=r"model_index\.json cannot be read"):
        load(tmp_path)


def test_a_folder_that_is_not_there_is_refused_without_asking_the_hub(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.*there is no such folder"):
        load(tmp_path / "nowhere")


def test_torn_weights_are_refused(models: Mapping[Editing, Path], tmp_path: Path) -> None:
    shutil.copytree(models["instruct_pix2pix"], tmp_path / "torn")
    weights = tmp_path / "torn" / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(ConfigError, match="cannot be loaded"):
        load(tmp_path / "torn")


def test_a_part_that_is_missing_is_refused(models: Mapping[Editing, Path], tmp_path: Path) -> None:
    shutil.copytree(models["instruct_pix2pix"], tmp_path / "part", ignore=shutil.ignore_patterns("vae"))
    with pytest.raises(ConfigError, match=r"cannot be loaded \(.*config\.json"):
        load(tmp_path / "part")


@pytest.mark.parametrize(
    "file",
    ["unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors"],
    ids=["unet", "text"],
)
def test_weights_are_never_made_up(models: Mapping[Editing, Path], tmp_path: Path, file: str) -> None:
    shutil.copytree(models["instruct_pix2pix"], tmp_path / "less")
    weights = load_file(tmp_path / "less" / file)
    gone = sorted(weights)[-1]
    save_file({n: t for n, t in weights.items() if n != gone}, tmp_path / "less" / file, {"format": "pt"})
    with pytest.raises(ConfigError, match=rf"lacks 1 weights, such as .*{gone}"):
        load(tmp_path / "less")


def test_offload_without_an_accelerator_is_refused(models: Mapping[Editing, Path]) -> None:
    with pytest.raises(ConfigError, match="offload = true needs an accelerator"):
        load(models["instruct_pix2pix"], offload=True)


def test_a_lora_is_merged_into_the_weights_by_its_scale(models: Mapping[Editing, Path], lora: Path) -> None:
    model = models["instruct_pix2pix"]
    plain, half, full = (
        query(load(model, **given))
        for given in ({}, {"lora": str(lora), "lora_scale": 0.5}, {"lora": str(lora)})
    )
    assert not torch.allclose(full, plain)
    torch.testing.assert_close(half - plain, (full - plain) / 2)
    assert not any("lora" in name for name, _ in load(model, lora=str(lora)).unet.named_parameters())


def test_a_lora_may_be_a_file(models: Mapping[Editing, Path], lora: Path) -> None:
    file = next(lora.glob("*.safetensors"))
    by_file, by_folder = (load(models["instruct_pix2pix"], lora=str(path)) for path in (file, lora))
    assert torch.equal(query(by_file), query(by_folder))


@pytest.mark.parametrize(
    ("old", "new"),
    [("unet.", "transformer."), ("up_blocks.0", "up_blocks.7"), ("to_v", "to_w")],
    ids=["all for another part", "some for another place", "some for another layer"],
)
def test_a_lora_of_which_something_does_not_fit_is_refused(
    models: Mapping[Editing, Path], lora: Path, tmp_path: Path, old: str, new: str
) -> None:
    weights = load_file(next(lora.glob("*.safetensors")))
    assert any(old in name for name in weights)
    save_file(
        {name.replace(old, new): tensor for name, tensor in weights.items()}, tmp_path / "a.safetensors"
    )
    with pytest.raises(ConfigError, match="made for"):
        load(models["instruct_pix2pix"], lora=str(tmp_path / "a.safetensors"))


def test_a_lora_of_another_pipeline_is_refused(models: Mapping[Editing, Path], tmp_path: Path) -> None:
    save_lora(build_flux_kontext(), "transformer", tmp_path)
    with pytest.raises(ConfigError, match="made for"):
        load(models["instruct_pix2pix"], lora=str(tmp_path))


def test_a_lora_with_nothing_in_it_is_refused(models: Mapping[Editing, Path], tmp_path: Path) -> None:
    save_file({}, tmp_path / "empty.safetensors")
    with pytest.raises(ConfigError, match="made for"):
        load(models["instruct_pix2pix"], lora=str(tmp_path / "empty.safetensors"))


def test_a_lora_that_is_not_there_is_refused(models: Mapping[Editing, Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"lora = .*cannot be loaded"):
        load(models["instruct_pix2pix"], lora=str(tmp_path))


def test_loading_prints_nothing(
    models: Mapping[Editing, Path], lora: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    diffusers.utils.logging.set_verbosity_warning()
    diffusers.utils.logging.enable_progress_bar()
    diffusers.StableDiffusionInstructPix2PixPipeline.from_pretrained(models["instruct_pix2pix"])
    assert "Loading pipeline components" in capfd.readouterr().err
    load(models["instruct_pix2pix"], lora=str(lora))
    assert capfd.readouterr() == ("", "")


def test_rows_name_a_folder_without_the_machine_it_lies_on(tmp_path: Path) -> None:
    assert name_source(str(tmp_path)) == tmp_path.name
    assert name_source("owner/name") == "owner/name"


def test_the_published_index_of_each_pipeline_is_the_class_that_is_looked_for(
    models: Mapping[Editing, Path],
) -> None:
    from irloom.backends.editors.pipelines import FAMILIES

    for name, folder in models.items():
        index = json.loads((folder / "model_index.json").read_text())
        assert index["_class_name"] == FAMILIES[name].pipeline_class
