"""Reads a checkpoint of a CLIP model, and loads it only where every key matches."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from irloom.backends.weights import summarise
from irloom.errors import ConfigError

_NAMES = ("model.safetensors", "pytorch_model.bin")
_HARMLESS = ("*.position_ids",)
"""Buffers that count from 0 up; older versions of transformers stored them."""
_SHARED = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "hidden_act")
_VISION = (*_SHARED, "image_size", "patch_size")
_TEXT = (*_SHARED, "vocab_size", "max_position_embeddings", "eos_token_id")
_OPTIONAL = ("layer_norm_eps",)


@dataclass(frozen=True, slots=True)
class Shape:
    """What config.json says of a model: arguments for the halves of a CLIP, and of its LoRA."""

    vision: Mapping[str, Any]
    text: Mapping[str, Any]
    projection: int
    rank: int
    """0 where there are no adapters."""
    alpha: float | None


def read_shape(path: Path) -> Shape:
    """Read config.json; nothing that tensors cannot show is guessed. Raises ConfigError."""
    try:
        config = json.loads(path.read_bytes())
        vision, text = config["vision_config"], config["text_config"]
        if vision.get("add_time_attn"):
            raise ConfigError(f"{path} is of a video model (add_time_attn): take LanguageBind_Thermal")
        return Shape(
            vision=_pick(vision, _VISION),
            text=_pick(text, _TEXT),
            projection=config["projection_dim"],
            rank=int(vision.get("lora_r") or 0),
            alpha=vision.get("lora_alpha"),
        )
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): fetch the model again") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"{path} does not describe a CLIP model ({summarise(error)}): take the one that came "
            "with the weights"
        ) from error


def read_tensors(folder: Path) -> dict[str, torch.Tensor]:
    """Read the weights in a folder, without running what a pickle may hold. Raises ConfigError."""
    path = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    if path is None:
        raise ConfigError(f"{folder} holds neither of {', '.join(_NAMES)}: fetch the model again")
    try:
        found = (
            load_file(path)
            if path.suffix == ".safetensors"
            else torch.load(path, map_location="cpu", weights_only=True)
        )
        return {name: tensor for name, tensor in found.items() if isinstance(tensor, torch.Tensor)}
    except Exception as error:  # torch and safetensors raise a dozen kinds for a file that is not whole
        raise ConfigError(f"{path} cannot be read ({summarise(error)}): fetch it again") from error


def load_strictly(
    model: torch.nn.Module, tensors: Mapping[str, torch.Tensor], notify: Callable[[str], None]
) -> None:
    """Put tensors into a model; ConfigError unless each has its place and each place its tensor.

    A place that is left out would keep its random numbers, and nothing would show it. Buffers that
    hold no weights are left out, which `notify` is told.
    """
    places = model.state_dict()
    left_out = [name for name in tensors if name not in places and _is_harmless(name)]
    kept = {name: tensor for name, tensor in tensors.items() if name not in left_out}
    wrong = [
        *(f"{name} is missing" for name in places if name not in kept),
        *(f"{name} is not known" for name in kept if name not in places),
        *(
            f"{name} is {tuple(kept[name].shape)} and not {tuple(place.shape)}"
            for name, place in places.items()
            if name in kept and kept[name].shape != place.shape
        ),
    ]
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise ConfigError(
            f"the checkpoint is not of this model: {'; '.join(wrong[:5])}{more}. Give the weights with the "
            "config.json that belongs to them."
        )
    model.load_state_dict(kept)
    if left_out:
        notify(f"Left out of the checkpoint, since they hold no weights: {', '.join(left_out)}.")


def _is_harmless(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _HARMLESS)


def _pick(section: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    wanted = {name: section[name] for name in names}
    return wanted | {name: section[name] for name in _OPTIONAL if name in section}
