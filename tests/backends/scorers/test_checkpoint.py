import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from irloom.backends.scorers.checkpoint import load_strictly, read_shape, read_tensors
from irloom.errors import ConfigError
from support import tiny_languagebind


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = torch.nn.Linear(2, 3), torch.nn.Linear(3, 2)


def net() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return Net().state_dict()


def load(tensors: dict[str, torch.Tensor]) -> tuple[Net, list[str]]:
    said: list[str] = []
    model = Net()
    load_strictly(model, tensors, said.append)
    return model, said


def test_every_tensor_takes_its_place() -> None:
    model, said = load(net())
    assert all(torch.equal(model.state_dict()[name], value) for name, value in net().items())
    assert said == []


def test_buffers_that_hold_no_weights_are_left_out_and_named() -> None:
    _, said = load({**net(), "text_model.embeddings.position_ids": torch.arange(3)})
    assert said == [
        "Left out of the checkpoint, since they hold no weights: text_model.embeddings.position_ids."
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"one.bias": None}, r"not of this model: one.bias is missing\. Give"),
        ({"three.bias": torch.zeros(1)}, "three.bias is not known"),
        ({"one.weight": torch.zeros(2, 2)}, r"one.weight is \(2, 2\) and not \(3, 2\)"),
        (
            {"one.bias": None, "one.base_layer.bias": torch.zeros(3)},
            "one.bias is missing; one.base_layer.bias is",
        ),
        ({f"lora{index}": torch.zeros(1) for index in range(7)}, "lora4 is not known and 2 more"),
    ],
)
def test_a_checkpoint_that_does_not_match_in_every_key_is_refused(
    change: dict[str, Any], reason: str
) -> None:
    tensors = {name: value for name, value in {**net(), **change}.items() if value is not None}
    with pytest.raises(ConfigError, match=reason):
        load(tensors)


def test_weights_are_read_from_either_kind_of_file(tmp_path: Path) -> None:
    torch.save(net(), tmp_path / "pytorch_model.bin")
    old = read_tensors(tmp_path)
    (tmp_path / "pytorch_model.bin").unlink()
    save_file(net(), tmp_path / "model.safetensors")
    new = read_tensors(tmp_path)
    assert old.keys() == new.keys() == net().keys()
    assert all(torch.equal(old[name], new[name]) for name in old)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_a_file_that_is_not_whole_is_a_users_mistake(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no weights")
    with pytest.raises(ConfigError, match=f"{name} cannot be read .*: fetch it again"):
        read_tensors(tmp_path)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    torch.save({"one": Path("x")}, tmp_path / "pytorch_model.bin")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_tensors(tmp_path)


def test_a_folder_without_weights_is_a_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds neither of model\.safetensors, pytorch_model\.bin"):
        read_tensors(tmp_path)


def write_config(folder: Path, half: str = "vision_config", **changes: Any) -> Path:
    config = copy.deepcopy(tiny_languagebind.CONFIG)
    for name, value in changes.items():
        config[half].pop(name, None)
        config[half] |= {} if value is None else {name: value}
    (folder / "config.json").write_text(json.dumps(config))
    return folder / "config.json"


def test_rank_and_scale_are_read_from_the_configuration(tmp_path: Path) -> None:
    shape = read_shape(write_config(tmp_path, lora_r=4, lora_alpha=32))
    assert (shape.rank, shape.alpha, shape.projection) == (4, 32, 24)
    assert shape.vision["hidden_act"] == "gelu"
    assert "lora_r" not in shape.vision
    merged = read_shape(write_config(tmp_path, lora_r=None, lora_alpha=None))
    assert (merged.rank, merged.alpha) == (0, None)


@pytest.mark.parametrize(
    ("half", "name"),
    [
        ("vision_config", "hidden_act"),
        ("vision_config", "num_attention_heads"),
        ("text_config", "eos_token_id"),
    ],
)
def test_what_no_tensor_shows_is_never_guessed(half: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"does not describe a CLIP model .*{name}"):
        read_shape(write_config(tmp_path, half, **{name: None}))


def test_a_model_with_attention_over_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is of a video model"):
        read_shape(write_config(tmp_path, add_time_attn=True))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"vision_config": 1, "text_config": 2}'])
def test_a_file_that_describes_no_model_is_a_users_mistake(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ConfigError, match=r"config.json does not describe a CLIP model"):
        read_shape(tmp_path / "config.json")


def test_a_folder_without_a_configuration_is_a_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config.json cannot be read \(No such file"):
        read_shape(tmp_path / "config.json")
