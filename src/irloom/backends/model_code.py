"""Refuses models that bring code: what irloom runs is installed here, never what lies beside weights."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from irloom.backends.weights import fetch_snapshot
from irloom.errors import ConfigError

DESCRIPTIONS = ("*.json",)
"""Patterns of the files of a model that say how it is built, in folders below it too."""
_LARGEST = 4 * 1024 * 1024
"""Bytes; what is larger is a vocabulary, or the list of a large model's tensors."""
_VOCABULARIES = ("tokenizer.json", "vocab.json", "added_tokens.json")
_ATTENTIONS = frozenset({"eager", "sdpa", "flash_attention_2", "flash_attention_3", "flex_attention"})
"""What transformers and diffusers bring; any other name is a kernel that is fetched and run."""
_TOKENIZER_KEYS = frozenset({"clean", "strip_sep_token", "language", "reduction_mask"})
"""What open_clip's own tokenizers take; the rest goes on to transformers, whatever it is."""
_PARTS_FROM = frozenset({"diffusers", "transformers"})


def refuse_code(model: str, folder: Path) -> None:
    """Raise ConfigError where a description below a model's folder asks for code that is not installed.

    Looked for are `trust_remote_code`, kernels of the hub as attention, arguments of a tokenizer that
    open_clip would hand on unseen, parts of a pipeline from other libraries, and adapters that put
    another model in the place of this one. A description that cannot be read is left to who loads it.
    """
    for path in sorted(folder.rglob(DESCRIPTIONS[0])):
        if path.name in _VOCABULARIES or not path.is_file() or path.stat().st_size > _LARGEST:
            continue
        for reason in _find_reasons(path):
            raise ConfigError(
                f"model = {model!r} would run code that came with it: {path.relative_to(folder)} {reason}. "
                "irloom runs installed code alone: take a model without, or remove this from a copy of it "
                "if you know that it works so"
            )


def refuse_code_on_hub(model: str, revision: str | None = None) -> Path:
    """The same for a folder or a name on the hub, whose descriptions are fetched; returns their folder."""
    folder = fetch_snapshot(model, revision, DESCRIPTIONS)
    refuse_code(model, folder)
    return folder


@contextmanager
def without_asking() -> Iterator[None]:
    """In the block transformers refuses code of a model; else it asks on the terminal whether to run it."""
    from transformers import dynamic_module_utils

    before = dynamic_module_utils.TIME_OUT_REMOTE_CODE
    dynamic_module_utils.TIME_OUT_REMOTE_CODE = 0
    try:
        yield
    finally:
        dynamic_module_utils.TIME_OUT_REMOTE_CODE = before


def _find_reasons(path: Path) -> Iterator[str]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return
    if path.name == "adapter_config.json":
        yield "lays an adapter over another model (merge the adapter into the weights)"
    if path.name == "model_index.json" and isinstance(found, dict):
        yield from _find_foreign_parts(found)
    for key, value in _walk(found):
        yield from _judge(key, value)


def _judge(key: str, value: Any) -> Iterator[str]:
    if key in {"trust_remote_code", "use_kernels", "custom_pipeline", "allow_all_kernels"} and value:
        yield f"says {key} = {json.dumps(value)}"
    elif key.endswith("attn_implementation"):
        names = value.values() if isinstance(value, dict) else [value]
        if foreign := [name for name in names if name is not None and name not in _ATTENTIONS]:
            yield f"names {foreign[0]!r} as attention, which is a kernel to fetch"
    elif key == "tokenizer_kwargs" and isinstance(value, dict) and not set(value) <= _TOKENIZER_KEYS:
        unknown = min(set(value) - _TOKENIZER_KEYS)
        yield f"hands {unknown!r} to its tokenizer (tokenizer_kwargs)"


def _find_foreign_parts(index: Mapping[str, Any]) -> Iterator[str]:
    for name, part in index.items():
        if name.startswith("_") or not (isinstance(part, list) and len(part) == 2 and part[0] is not None):
            continue
        if not isinstance(part[0], str) or not (part[0] in _PARTS_FROM or _is_pipeline(part[0])):
            yield f"takes {name} from {part[0]!r}, which is no part of diffusers or transformers"


def _is_pipeline(name: str) -> bool:
    """Whether diffusers has a pipeline's module of this name, some of which bring parts of their own."""
    from diffusers import pipelines

    return name.isidentifier() and (Path(pipelines.__path__[0]) / name).is_dir()


def _walk(found: Any) -> Iterator[tuple[str, Any]]:
    waiting = [found]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value.items()
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
