"""Code that lies beside weights is refused and leaves no trace, whichever library would load it."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants

from irloom.backends.editors.weights import load_pipeline
from irloom.backends.model_code import refuse_code
from irloom.backends.scorers.open_clip import OpenClip
from irloom.errors import ConfigError
from irloom.options import EditorOptions, OpenClipOptions
from support.tiny_clip import CONFIG, register, save_untrained
from support.tiny_pipelines import QUIET, build_instruct_pix2pix

pytestmark = pytest.mark.filterwarnings(QUIET)
NAME = "tiny-planted"
COMMIT = "c" * 40


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """A file that planted code would make."""
    return tmp_path / "trace"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    register(folder, NAME)
    return save_untrained(folder, NAME)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pipeline")
    build_instruct_pix2pix().save_pretrained(folder)
    return folder


def plant(folder: Path, trace: Path) -> None:
    """A tokenizer and a model in a file of their own, which leave a trace when it is imported."""
    folder.mkdir(parents=True, exist_ok=True)
    source = f"open({str(trace)!r}, 'w').close()\nfrom transformers import CLIPTokenizer as Mine\n"
    (folder / "mine.py").write_text(source)
    mapped = {"auto_map": {"AutoTokenizer": ["mine.Mine", None], "AutoConfig": "mine.Mine"}}
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "Mine", **mapped}))
    (folder / "config.json").write_text(json.dumps({"model_type": "mine", **mapped}))


def describe_clip(folder: Path, text: Mapping[str, Any]) -> None:
    config = {**CONFIG, "text_cfg": {**CONFIG["text_cfg"], **text}}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config}))


def load_clip(model: str) -> None:
    OpenClip(OpenClipOptions(model=model, device="cpu"))


def load_editor(model: Path, **options: Any) -> Any:
    given = EditorOptions(model=str(model), **options)
    return load_pipeline(given, "StableDiffusionInstructPix2PixPipeline", torch.device("cpu"))


def change(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


class Planted:
    """What a pickle runs when it is read carelessly."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.trace),)


@pytest.mark.parametrize(
    "kwargs",
    [{"trust_remote_code": True}, {"trust_remote_code": "yes"}, {"code_revision": "main"}],
    ids=["trusted", "a word", "another argument"],
)
def test_a_tokenizer_of_open_clip_runs_no_code_of_its_folder(
    kwargs: Mapping[str, Any], checkpoint: Path, tmp_path: Path, trace: Path
) -> None:
    folder = tmp_path / "model"
    plant(folder, trace)
    shutil.copy(checkpoint, folder / "open_clip_model.bin")
    describe_clip(folder, {"hf_tokenizer_name": "mine", "tokenizer_kwargs": kwargs})
    with pytest.raises(ConfigError, match=r"run code that came with it: open_clip_config\.json"):
        load_clip(f"local-dir:{folder}")
    assert not trace.exists()


def test_a_tokenizer_of_open_clip_runs_no_code_of_the_hub(
    checkpoint: Path, tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "hub"
    folder = cache / "models--maker--clip" / "snapshots" / COMMIT
    plant(folder, trace)
    (cache / "models--maker--clip" / "refs").mkdir()
    (cache / "models--maker--clip" / "refs" / "main").write_text(COMMIT)
    shutil.copy(checkpoint, folder / "open_clip_pytorch_model.bin")
    describe_clip(
        folder, {"hf_tokenizer_name": "maker/clip", "tokenizer_kwargs": {"trust_remote_code": True}}
    )
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigError, match=r"'maker/clip' would run code that came with it"):
        load_clip("hf-hub:maker/clip")
    assert not trace.exists()


@pytest.mark.parametrize("part", ["hf_tokenizer_name", "hf_model_name"])
def test_nobody_is_asked_whether_to_run_code(
    part: str, checkpoint: Path, tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    plant(folder, trace)
    shutil.copy(checkpoint, folder / "open_clip_model.bin")
    describe_clip(folder, {part: str(folder)})
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    with pytest.raises(ConfigError, match="cannot load"):
        load_clip(f"local-dir:{folder}")
    assert not trace.exists()


def test_a_pickle_in_place_of_a_checkpoint_is_not_run(checkpoint: Path, tmp_path: Path, trace: Path) -> None:
    torch.save({"visual.proj": Planted(trace)}, tmp_path / "weights.pt")
    with pytest.raises(ConfigError, match="cannot load"):
        OpenClip(OpenClipOptions(model=NAME, pretrained=str(tmp_path / "weights.pt"), device="cpu"))
    assert not trace.exists()


def test_a_pickle_beside_safetensors_is_not_read(pipeline: Path, tmp_path: Path, trace: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(pipeline, folder)
    for part, name in (("text_encoder", "pytorch_model"), ("unet", "diffusion_pytorch_model")):
        torch.save({"weight": Planted(trace)}, folder / part / f"{name}.bin")
    load_editor(folder)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("text_encoder", "model.safetensors", "pytorch_model.bin"),
        ("unet", "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.bin"),
    ],
)
def test_a_pickle_in_a_pipeline_is_not_run(
    part: str, old: str, new: str, pipeline: Path, tmp_path: Path, trace: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(pipeline, folder)
    (folder / part / old).unlink()
    torch.save({"weight": Planted(trace)}, folder / part / new)
    with pytest.raises(ConfigError, match="cannot be loaded"):
        load_editor(folder)
    assert not trace.exists()


def test_a_pickle_as_lora_is_not_run(pipeline: Path, tmp_path: Path, trace: Path) -> None:
    torch.save({"unet.lora": Planted(trace)}, tmp_path / "pytorch_lora_weights.bin")
    with pytest.raises(ConfigError, match="lora = "):
        load_editor(pipeline, lora=str(tmp_path / "pytorch_lora_weights.bin"))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("file", "changes", "reason"),
    [
        ("model_index.json", {"unet": ["mine", "Mine"]}, "takes unet from 'mine'"),
        ("model_index.json", {"unet": ["os", "path"]}, "takes unet from 'os'"),
        ("text_encoder/config.json", {"attn_implementation": "maker/kernel"}, "names 'maker/kernel'"),
        ("text_encoder/config.json", {"_attn_implementation": {"text": "maker/k:f"}}, "names 'maker/k:f'"),
        ("text_encoder/config.json", {"text_config": {"attn_implementation": "a/b@c"}}, "names 'a/b@c'"),
        ("tokenizer/tokenizer_config.json", {"trust_remote_code": True}, "trust_remote_code = true"),
    ],
)
def test_a_pipeline_that_asks_for_code_is_refused(
    file: str, changes: Mapping[str, Any], reason: str, pipeline: Path, tmp_path: Path, trace: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(pipeline, folder)
    plant(folder / "unet" / "mine", trace)
    shutil.copy(folder / "unet" / "mine" / "mine.py", folder / "unet" / "mine.py")
    change(folder / file, **changes)
    with pytest.raises(ConfigError, match=rf"would run code.*{re.escape(file)} .*{reason}"):
        load_editor(folder)
    assert not trace.exists()


def test_a_pipeline_that_names_a_file_as_its_class_is_refused(
    pipeline: Path, tmp_path: Path, trace: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(pipeline, folder)
    plant(folder, trace)
    change(folder / "model_index.json", _class_name=["mine", "Mine"])
    with pytest.raises(ConfigError, match="is for "):
        load_editor(folder)
    assert not trace.exists()


def test_an_adapter_that_names_another_model_is_refused(pipeline: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(pipeline, folder)
    adapter = {"base_model_name_or_path": "maker/other", "peft_type": "LORA"}
    (folder / "text_encoder" / "adapter_config.json").write_text(json.dumps(adapter))
    with pytest.raises(ConfigError, match="merge the adapter"):
        load_editor(folder)


def test_what_models_say_of_themselves_otherwise_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(
        json.dumps(
            {"attn_implementation": "sdpa", "trust_remote_code": False, "auto_map": {"AutoModel": "a.B"}}
        )
    )
    describe_clip(tmp_path, {"tokenizer_kwargs": {"clean": "canonicalize", "strip_sep_token": True}})
    index = {"_class_name": "X", "unet": ["diffusers", "U"], "safety_checker": [None, None]}
    checker = {"other": ["stable_diffusion", "StableDiffusionSafetyChecker"]}
    (tmp_path / "model_index.json").write_text(json.dumps({**index, **checker}))
    (tmp_path / "torn.json").write_text("{")
    refuse_code("mine", tmp_path)
