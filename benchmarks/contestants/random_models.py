"""Random weights in the files of each backend: how fast a model is does not depend on what it has learnt.

`python -m benchmarks.contestants.random_models KIND FOLDER [--large]` writes the files and prints the options
that name them as JSON. `--large` makes the published sizes, which want a GPU; otherwise they are tiny.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from irloom.backends.quiet import hush_libraries
from irloom.backends.translators.munit import Generator, Widths

Settings = dict[str, Any]
_LETTERS = [chr(code) for code in range(33, 127)]
_START, _END = "<|startoftext|>", "<|endoftext|>"


def make_nothing(folder: Path, large: bool) -> Settings:
    """For backends that need no files."""
    return {}


def make_srgb_tir(folder: Path, large: bool) -> Settings:
    """A checkpoint with both generators."""
    widths = Widths() if large else Widths(first=16, hidden=64)
    weights = {name: Generator(widths).state_dict() for name in ("a", "b")}
    torch.save(weights, folder / "translation_weights.pt")
    return {"checkpoint": str(folder / "translation_weights.pt")}


def make_diffusers(folder: Path, large: bool) -> Settings:
    """An InstructPix2Pix pipeline."""
    diffusers: Any = import_module("diffusers")
    transformers: Any = import_module("transformers")
    # Without sizes the network is that of Stable Diffusion 1.
    small = {"block_out_channels": (32, 32, 32, 32), "layers_per_block": 1, "norm_num_groups": 16}
    width, layers = (768, 12) if large else (32, 2)
    unet = diffusers.UNet2DConditionModel(
        in_channels=8, cross_attention_dim=width, **({} if large else small)
    )
    vae = diffusers.AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        **({"block_out_channels": (128, 256, 512, 512), "layers_per_block": 2} if large else small),
    )
    text = transformers.CLIPTextModel(transformers.CLIPTextConfig(**_describe_text(width, layers)))
    pipeline = diffusers.StableDiffusionInstructPix2PixPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=write_tokenizer(folder / "tokenizer"),
        unet=unet,
        scheduler=diffusers.DDIMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder / "pipeline")
    words = {
        "prompt": "Make it infrared.",
        "negative_prompt": "text",
    }  # the tiny tokenizer knows letters alone
    return {"model": str(folder / "pipeline"), **({} if large else {"steps": 2, "max_side": 64}), **words}


def make_open_clip(folder: Path, large: bool) -> Settings:
    """A checkpoint of one of open_clip's own models."""
    open_clip: Any = import_module("open_clip")
    name = "ViT-L-14" if large else "ViT-S-32-alt"
    torch.save(open_clip.create_model(name).state_dict(), folder / "weights.pt")
    return {"model": name, "pretrained": str(folder / "weights.pt")}


def make_languagebind(folder: Path, large: bool) -> Settings:
    """A folder as the hub gives it, with adapters that are merged already."""
    transformers: Any = import_module("transformers")
    write_tokenizer(folder)
    shape = {"image_size": 224, "patch_size": 14 if large else 32, "hidden_act": "gelu"}
    vision = {**shape, **(_describe_layers(1024, 24) if large else _describe_layers(64, 2))}
    text = _describe_text(768, 12) if large else _describe_text(64, 2)
    described = {"vision_config": vision, "text_config": text, "projection_dim": text["hidden_size"]}
    model = transformers.CLIPModel(transformers.CLIPConfig(**described))
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    (folder / "config.json").write_text(json.dumps(described))
    return {"model": str(folder)}


def write_tokenizer(folder: Path) -> Any:
    """A CLIP tokenizer that knows single letters, so that a caption is about as many tokens as letters."""
    pieces = [*_LETTERS, *(f"{letter}</w>" for letter in _LETTERS), _START, _END]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({piece: at for at, piece in enumerate(pieces)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    transformers: Any = import_module("transformers")
    tokens = transformers.CLIPTokenizer.from_pretrained(folder, model_max_length=77)
    tokens.save_pretrained(folder)
    return tokens


def _describe_layers(width: int, layers: int) -> Settings:
    return {
        "hidden_size": width,
        "intermediate_size": 4 * width,
        "num_hidden_layers": layers,
        "num_attention_heads": max(1, width // 64),
        "hidden_act": "gelu",
    }


def _describe_text(width: int, layers: int) -> Settings:
    ids = {"bos_token_id": 2 * len(_LETTERS), "eos_token_id": 2 * len(_LETTERS) + 1}
    return {
        **_describe_layers(width, layers),
        **ids,
        "vocab_size": 2 * len(_LETTERS) + 2,
        "max_position_embeddings": 77,
    }


MAKERS: Mapping[str, Callable[[Path, bool], Settings]] = {
    "radiometric": make_nothing,
    "srgb_tir": make_srgb_tir,
    "diffusers": make_diffusers,
    "grounding": make_nothing,
    "open_clip": make_open_clip,
    "languagebind": make_languagebind,
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=[*MAKERS])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args(arguments)
    with hush_libraries():
        options = MAKERS[given.kind](given.folder, given.large)
    print(json.dumps(options))


if __name__ == "__main__":
    main()
