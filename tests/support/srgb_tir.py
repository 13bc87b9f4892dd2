"""Random checkpoints in the layout that sRGB-TIR publishes, spelt out apart from the module under test."""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

State = dict[str, Tensor]
FIRST = 4
"""Channels of the first convolution; 64 as published."""


def list_entries(first: int = 64, style: int = 8, hidden: int = 256) -> dict[str, tuple[int, ...]]:
    """The name and shape of each entry of one generator."""
    return dict(_name_entries(first, style, hidden))


def draw_generator(seed: int, first: int = FIRST) -> State:
    """Random weights that keep activations near one through all layers."""
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, shape in list_entries(first, hidden=16).items():
        drawn = torch.randn(shape, generator=generator)
        match name.rpartition(".")[2]:
            case "weight":
                state[name] = drawn * (2 / drawn[0].numel()) ** 0.5
            case "gamma" | "running_var":
                state[name] = 1 + 0.1 * drawn
            case _:
                state[name] = 0.1 * drawn
    return state


def write_checkpoint(path: Path, a: State | None = None, b: State | None = None) -> Path:
    """Both generators in one file, thermal and visible."""
    torch.save({"a": a or draw_generator(1), "b": b or draw_generator(2)}, path)
    return path


def _name_entries(first: int, style: int, hidden: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    content = 4 * first
    for number, (inputs, outputs, kernel) in enumerate(
        [(3, first, 7), (first, 2 * first, 4), (2 * first, content, 4), *[(content, content, 4)] * 2]
    ):
        yield from _convolution(f"enc_style.model.{number}.conv", inputs, outputs, kernel)
    yield from _convolution("enc_style.model.6", content, style, 1)
    for number, (inputs, outputs, kernel) in enumerate(
        [(3, first, 7), (first, 2 * first, 4), (2 * first, content, 4)]
    ):
        yield from _convolution(f"enc_content.model.{number}.conv", inputs, outputs, kernel)
    for block in range(4):
        for layer in range(2):
            yield from _convolution(
                f"enc_content.model.3.model.{block}.model.{layer}.conv", content, content, 3
            )
    for block in range(4):
        for layer in range(2):
            yield from _convolution(f"dec.model.0.model.{block}.model.{layer}.conv", content, content, 3)
            yield f"dec.model.0.model.{block}.model.{layer}.norm.running_mean", (content,)
            yield f"dec.model.0.model.{block}.model.{layer}.norm.running_var", (content,)
    for number, inputs, outputs in [(2, content, 2 * first), (4, 2 * first, first)]:
        yield from _convolution(f"dec.model.{number}.conv", inputs, outputs, 5)
        yield f"dec.model.{number}.norm.gamma", (outputs,)
        yield f"dec.model.{number}.norm.beta", (outputs,)
    yield from _convolution("dec.model.5.conv", first, 3, 7)
    for number, (inputs, outputs) in enumerate([(style, hidden), (hidden, hidden), (hidden, 16 * content)]):
        yield f"mlp.model.{number}.fc.weight", (outputs, inputs)
        yield f"mlp.model.{number}.fc.bias", (outputs,)


def _convolution(name: str, inputs: int, outputs: int, kernel: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outputs, inputs, kernel, kernel)
    yield f"{name}.bias", (outputs,)
