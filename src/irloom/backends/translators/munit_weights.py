"""Loads sRGB-TIR's checkpoint strictly: what does not match is refused by name, never skipped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from irloom.backends.translators.munit import Generator, Widths, name_unused_buffers
from irloom.backends.weights import summarise
from irloom.errors import ConfigError

_NAMED = 12
"""Keys that a message names; of more, it says how many."""
_HINT = "name the translation_weights.pt that sRGB-TIR's README links to"


@dataclass(frozen=True, slots=True)
class Generators:
    """Both generators of a checkpoint, on the CPU, for inference only."""

    thermal: Generator
    visible: Generator


def load_generators(path: Path, notify: Callable[[str], None] = lambda _: None) -> Generators:
    """Read generators `a` (thermal) and `b` (visible); `notify` is told which buffers were left out.

    Raises ConfigError for a file that is missing, broken, or that would run code, and for every key
    that is missing, unknown, of another shape, or not a finite number.
    """
    states = _read(path)
    thermal, unread_a = _build(f"{path}: generator 'a'", states["a"])
    visible, unread_b = _build(f"{path}: generator 'b'", states["b"])
    unread = [f"a.{name}" for name in sorted(unread_a)] + [f"b.{name}" for name in sorted(unread_b)]
    if unread:
        notify(
            f"{path.name} holds {len(unread)} running means and variances that the network never reads; "
            f"they were left out: {_enumerate(unread, most=2)}."
        )
    return Generators(thermal, visible)


def _read(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise ConfigError(f"checkpoint = {str(path)!r} is no file: {_HINT}; it cannot be fetched for you")
    try:
        states = torch.load(path, map_location="cpu", weights_only=True)
    # A broken file makes torch raise anything from EOFError to KeyError.
    except Exception as error:
        raise ConfigError(
            f"checkpoint = {str(path)!r} cannot be read as plain weights ({summarise(error)}): {_HINT}, "
            "and copy it again if it is the one"
        ) from error
    names = set(states) if isinstance(states, Mapping) else set()
    if names != {"a", "b"} or not all(isinstance(state, Mapping) for state in states.values()):
        found = _enumerate(sorted(map(str, names))) or type(states).__name__
        raise ConfigError(
            f"checkpoint = {str(path)!r} does not hold the generators 'a' and 'b' and nothing else, "
            f"but {found}: {_HINT}"
        )
    return {str(name): state for name, state in states.items()}


def _build(where: str, state: Mapping[str, Any]) -> tuple[Generator, frozenset[str]]:
    """The generator of a state, and the buffers that it holds beside the weights."""
    # Without memory or random numbers: every weight comes from the file.
    with torch.device("meta"):
        generator = Generator(_read_widths(state))
    unread = name_unused_buffers(generator) & state.keys()
    weights = {name: value for name, value in state.items() if name not in unread}
    mistakes = list(_find_mistakes(generator.state_dict(), weights))
    if mistakes:
        raise ConfigError(f"{where} does not fit. {'; '.join(mistakes)}: {_HINT}")
    generator.load_state_dict(weights, strict=True, assign=True)
    return generator.eval().requires_grad_(requires_grad=False), unread


def _read_widths(state: Mapping[str, Any]) -> Widths:
    """The widths that a state was trained with, or the published ones where it does not tell."""
    published = Widths()
    return Widths(
        first=_read_side(state, "enc_content.model.0.conv.weight", 0, published.first),
        style=_read_side(state, "mlp.model.0.fc.weight", 1, published.style),
        hidden=_read_side(state, "mlp.model.0.fc.weight", 0, published.hidden),
    )


def _read_side(state: Mapping[str, Any], name: str, axis: int, otherwise: int) -> int:
    value = state.get(name)
    if isinstance(value, Tensor) and value.dim() > axis and value.shape[axis] > 0:
        return value.shape[axis]
    return otherwise


def _find_mistakes(wanted: Mapping[str, Tensor], found: Mapping[str, Any]) -> Iterator[str]:
    missing = [name for name in wanted if name not in found]
    if missing:
        yield f"missing: {_enumerate(missing)}"
    unknown = [str(name) for name in found if name not in wanted]
    if unknown:
        yield f"unknown: {_enumerate(unknown)}"
    unfit = [
        f"{name} ({complaint})"
        for name, value in wanted.items()
        if name in found and (complaint := _complain(value, found[name]))
    ]
    if unfit:
        yield f"wrong: {_enumerate(unfit)}"


def _complain(wanted: Tensor, found: Any) -> str | None:
    if not isinstance(found, Tensor) or not found.is_floating_point():
        return "not a tensor of floating numbers"
    if found.shape != wanted.shape:
        return f"{tuple(found.shape)} instead of {tuple(wanted.shape)}"
    if not found.isfinite().all():
        return "not finite"
    return None


def _enumerate(names: Sequence[str], most: int = _NAMED) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
