"""A contrastive model small enough to train in a test, and the pictures that it learns."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from irloom.backends.quiet import hush_libraries

SHAPES = ("disc", "square", "cross")
CAPTIONS = tuple(f"a {heat} {shape} shape" for shape in SHAPES for heat in ("hot", "cold"))
"""What can be on a picture: hot is white and cold is black, as a white-hot camera shows it."""
SIDE = 32
CONTEXT = 16
CONFIG: dict[str, Any] = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": SIDE, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": CONTEXT, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}
_SEEN = 1200
_BATCH = 48


def register(folder: Path, name: str, config: dict[str, Any] = CONFIG) -> None:
    """Make a configuration known to open_clip under a name."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(config))
    open_clip.add_model_config(path)


def save_untrained(folder: Path, name: str, seed: int = 0) -> Path:
    """A checkpoint with random weights of a registered model."""
    return _save(_create(name, seed), folder / f"{name}-untrained.pt")


def save_trained(folder: Path, name: str, steps: int = 200) -> Path:
    """A checkpoint of a registered model that learnt to tell the six pictures by their captions."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # in so small a model threads only wait for each other
    try:
        return _save(
            _train(_create(name), open_clip.get_tokenizer(name), steps), folder / f"{name}-trained.pt"
        )
    finally:
        torch.set_num_threads(threads)


def draw(kind: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """A picture that `CAPTIONS[kind]` describes, its size, place and noise new: SIDE x SIDE x 3 bytes."""
    picture = Image.fromarray(np.clip(random.normal(128, 25, (SIDE, SIDE)), 0, 255).astype(np.uint8))
    pen, radius = ImageDraw.Draw(picture), int(random.integers(8, 11))
    x, y = (SIDE // 2 + int(shift) for shift in random.integers(-2, 3, size=2))
    box = (x - radius, y - radius, x + radius, y + radius)
    shape, fill = SHAPES[kind // 2], 15 if kind % 2 else 240
    if shape == "disc":
        pen.ellipse(box, fill=fill)
    elif shape == "square":
        pen.rectangle(box, fill=fill)
    else:
        pen.line((box[0], y, box[2], y), fill=fill, width=3)
        pen.line((x, box[1], x, box[3]), fill=fill, width=3)
    return np.repeat(np.asarray(picture)[:, :, None], 3, axis=2)


def _create(name: str, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    with hush_libraries():
        return open_clip.create_model(name)


def _save(model: Any, path: Path) -> Path:
    torch.save(model.state_dict(), path)
    return path


def _train(model: Any, tokenizer: Any, steps: int) -> Any:
    random, tokens = np.random.default_rng(0), tokenizer(list(CAPTIONS))
    kinds = np.arange(_SEEN) % len(CAPTIONS)
    pictures = _normalise(np.stack([draw(int(kind), random) for kind in kinds]))
    model.token_embedding.weight.requires_grad_(False)  # most of the weights, and random ones do
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-4)
    for _ in range(steps):
        batch = random.integers(_SEEN, size=_BATCH)
        seen = model.encode_image(pictures[batch], normalize=True)
        read = model.encode_text(tokens, normalize=True)
        loss: Any = torch.nn.functional.cross_entropy(20 * seen @ read.T, torch.from_numpy(kinds[batch]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def _normalise(pictures: NDArray[np.uint8]) -> torch.Tensor:
    mean, std = (torch.tensor(one) for one in (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD))
    return ((torch.from_numpy(pictures) / 255 - mean) / std).permute(0, 3, 1, 2).contiguous()
