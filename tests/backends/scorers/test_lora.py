from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model

from irloom.backends.scorers.lora import merge_lora
from irloom.errors import ConfigError

RANK, ALPHA = 2, 16


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.q_proj = torch.nn.Linear(5, 3)
        self.norm = torch.nn.LayerNorm(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.norm(self.q_proj(x))
        return out


class Wrapped(torch.nn.Module):
    """A model of which peft has adapted one part, as LanguageBind's is."""

    def __init__(self, *, adapted: bool = True) -> None:
        super().__init__()
        torch.manual_seed(0)
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["q_proj"], init_lora_weights=False)
        self.part: Any = get_peft_model(Net(), config) if adapted else Net()


def tensors(style: str = "new") -> dict[str, torch.Tensor]:
    found = Wrapped().eval().state_dict()
    return {
        name.replace(".base_layer.", ".") if style == "old" else name: value for name, value in found.items()
    }


@pytest.mark.parametrize("style", ["old", "new"])
def test_merged_weights_do_what_adapter_and_weights_did(style: str) -> None:
    adapted, plain = Wrapped().eval(), Wrapped(adapted=False).eval()
    plain.load_state_dict(merge_lora(tensors(style), RANK, ALPHA), strict=True)
    x = torch.randn(4, 5)
    assert torch.allclose(plain.part(x), adapted.part(x), atol=1e-6)
    with adapted.part.disable_adapter():
        assert not torch.allclose(plain.part(x), adapted.part(x), atol=1e-2), "the adapter matters"


def test_weights_without_adapters_stay_as_they_are() -> None:
    plain = Wrapped(adapted=False).state_dict()
    merged = merge_lora(plain, 0, None)
    assert merged.keys() == plain.keys()
    assert all(torch.equal(merged[name], plain[name]) for name in plain)


A = "part.base_model.model.q_proj.lora_A.default.weight"
WEIGHT = "part.base_model.model.q_proj.base_layer.weight"


@pytest.mark.parametrize(
    ("rank", "alpha", "reason"),
    [
        (0, ALPHA, "hold 1 LoRA adapters, but config.json says lora_r = 0"),
        (RANK, None, "lora_alpha = None"),
        (4, ALPHA, r"adapter of part.q_proj.weight, \(3, 2\) x \(2, 5\), does not fit rank 4"),
    ],
)
def test_a_rank_or_scale_that_does_not_belong_to_the_adapters_is_refused(
    rank: int, alpha: float | None, reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        merge_lora(tensors(), rank, alpha)


@pytest.mark.parametrize("lacking", [A, A.replace("_A", "_B"), WEIGHT])
def test_half_an_adapter_is_refused(lacking: str) -> None:
    found = tensors()
    del found[lacking]
    with pytest.raises(ConfigError, match=r"adapter of part.q_proj.weight lacks A, B or that weight"):
        merge_lora(found, RANK, ALPHA)


def test_a_rank_without_adapters_is_refused() -> None:
    with pytest.raises(ConfigError, match="hold no LoRA adapter: set lora_r to 0 if they are merged"):
        merge_lora(Wrapped(adapted=False).state_dict(), RANK, ALPHA)


def test_weights_in_both_styles_at_once_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"hold part.q_proj.* twice"):
        merge_lora({**tensors("old"), **tensors("new")}, RANK, ALPHA)
