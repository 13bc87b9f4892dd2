"""Folds LoRA adapters into the weights that they belong to."""

import re
from collections.abc import Mapping

import torch

from irloom.errors import ConfigError

_ADAPTER = re.compile(r"(?P<module>.+)\.lora_(?P<half>[AB])\.default\.weight")


def merge_lora(
    tensors: Mapping[str, torch.Tensor], rank: int, alpha: float | None
) -> dict[str, torch.Tensor]:
    """Plain weights: W + alpha/rank · B·A for each adapted W, under the names that they had without peft.

    peft put adapted weights at `q_proj.weight` before 0.7, and since then at `q_proj.base_layer.weight`;
    both are read. Raises ConfigError where the adapters are not whole, or not as `rank` and `alpha` say.
    """
    plain: dict[str, torch.Tensor] = {}
    adapters: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        adapter = _ADAPTER.fullmatch(name)
        if adapter:
            adapters.setdefault(_unwrap(adapter["module"]), {})[adapter["half"]] = tensor
            continue
        if _unwrap(name) in plain:
            raise ConfigError(f"the weights hold {_unwrap(name)} twice: fetch the file again")
        plain[_unwrap(name)] = tensor
    _check(adapters, rank, alpha)
    for module, halves in adapters.items():
        name = f"{module}.weight"
        plain[name] = _merge(name, plain.get(name), halves, rank, alpha or 0)
    return plain


def _unwrap(name: str) -> str:
    """The name without what peft puts around a model and around a layer."""
    return name.replace(".base_model.model.", ".").replace(".base_layer.", ".")


def _check(adapters: Mapping[str, Mapping[str, torch.Tensor]], rank: int, alpha: float | None) -> None:
    if adapters and (rank < 1 or alpha is None):
        raise ConfigError(
            f"the weights hold {len(adapters)} LoRA adapters, but config.json says lora_r = {rank}, "
            f"lora_alpha = {alpha}: take the one that came with the weights"
        )
    if rank > 0 and not adapters:
        raise ConfigError(
            f"config.json says lora_r = {rank}, but the weights hold no LoRA adapter: set lora_r to 0 if "
            "they are merged already"
        )


def _merge(
    name: str, weight: torch.Tensor | None, halves: Mapping[str, torch.Tensor], rank: int, alpha: float
) -> torch.Tensor:
    down, up = halves.get("A"), halves.get("B")
    if weight is None or down is None or up is None:
        raise ConfigError(f"the LoRA adapter of {name} lacks A, B or that weight: fetch the file again")
    if (down.shape, up.shape) != ((rank, *weight.shape[1:]), (*weight.shape[:1], rank)):
        raise ConfigError(
            f"the LoRA adapter of {name}, {tuple(up.shape)} x {tuple(down.shape)}, does not fit rank {rank} "
            f"and weights {tuple(weight.shape)}: take the config.json that came with the weights"
        )
    return weight.float() + (alpha / rank) * (up.float() @ down.float())
