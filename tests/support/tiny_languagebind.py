"""A LanguageBind checkpoint with tiny random weights, in the files and under the names of the real one."""

import json
from pathlib import Path
from typing import Any, Literal

import torch
from peft import LoraConfig, get_peft_model
from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPConfig, CLIPModel

Style = Literal["old", "new"]
"""How peft named what it adapted: before 0.7, and since."""
SIDE = 16
CONTEXT = 24
RANK, ALPHA = 2, 16
_ADAPTED = ["k_proj", "v_proj", "q_proj", "out_proj"]
_LETTERS = sorted(ByteLevel.alphabet())
_VOCABULARY = [*_LETTERS, *(f"{letter}</w>" for letter in _LETTERS), "<|startoftext|>", "<|endoftext|>"]
_HALF = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-5,
}
CONFIG: dict[str, Any] = {
    "architectures": ["LanguageBindThermal"],
    "model_type": "LanguageBindThermal",
    "projection_dim": 24,
    "vision_config": {
        **_HALF,
        "image_size": SIDE,
        "patch_size": 8,
        "add_time_attn": False,
        "lora_r": RANK,
        "lora_alpha": ALPHA,
        "lora_dropout": 0.0,
        "force_patch_dropout": 0.5,
        "num_frames": 1,
    },
    "text_config": {
        **_HALF,
        "vocab_size": len(_VOCABULARY),
        "max_position_embeddings": CONTEXT,
        "eos_token_id": 2,
    },
}


def build(*, adapted: bool = True) -> Any:
    """The model as LanguageBind trains it: a CLIP whose picture half peft has wrapped, with effect."""
    torch.manual_seed(0)
    vision = {name: CONFIG["vision_config"][name] for name in (*_HALF, "image_size", "patch_size")}
    model: Any = CLIPModel(
        CLIPConfig(
            vision_config=vision, text_config=CONFIG["text_config"], projection_dim=CONFIG["projection_dim"]
        )
    )
    if adapted:
        lora = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=_ADAPTED, init_lora_weights=False)
        model.vision_model.encoder = get_peft_model(model.vision_model.encoder, lora)
    return model.eval()


def list_tensors(style: Style, *, adapted: bool = True) -> dict[str, torch.Tensor]:
    """Its weights under the names of a style, with the buffers that transformers 4.30 stored."""
    weights = build(adapted=adapted).state_dict()
    tensors = {
        name.replace(".base_layer.", ".") if style == "old" else name: value
        for name, value in weights.items()
    }
    patches = (SIDE // CONFIG["vision_config"]["patch_size"]) ** 2
    tensors["vision_model.embeddings.position_ids"] = torch.arange(patches + 1)[None]
    tensors["text_model.embeddings.position_ids"] = torch.arange(CONTEXT)[None]
    return tensors


def save(folder: Path, tensors: dict[str, torch.Tensor], config: dict[str, Any] | None = None) -> Path:
    """Write the folder that the hub would give: config, weights and tokenizer."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config or CONFIG))
    torch.save(tensors, folder / "pytorch_model.bin")
    words = {word: number for number, word in enumerate(_VOCABULARY)}
    (folder / "vocab.json").write_text(json.dumps(words))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"model_max_length": CONTEXT, "tokenizer_class": "CLIPTokenizer"})
    )
    return folder
