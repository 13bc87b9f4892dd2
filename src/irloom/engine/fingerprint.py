"""What decides the rows of a run, so that a resume under other conditions is refused.

In are the digests of inputs, prompts, lexicons, tables and starting rules, the models and their
parameters, and with mining whether samples run one at a time. Out are timeouts, limits, other
concurrency, the base URL, the device and the batch size: they change when, not what.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from irloom.config import RunConfig

_NOT_DECISIVE = frozenset(
    {
        "profile",
        "max_failures",
        "requests",
        "tokens",
        "cost_usd",
        "prompt_usd",
        "completion_usd",
        "reuse",
        "limit",
        "accepted",
        "concurrency",
        "base_url",
        "api_key_env",
        "prompt_cache_key",
        "timeout_s",
        "max_retries",
        "first_backoff_s",
        "max_in_flight",
        "outage_s",
        "device",
        "batch_size",
        "images",
        "captions",
        "instances",
        "infrared",
        "rules",
        "prompts",
        "lexicon",
        "temperatures",
        "checkpoint",
        "problems",
        "container",
        "workers",
        "offload",
        "with_references",
    }
)
"""Settings that change no row, and paths, whose contents are digested instead."""


def fingerprint(config: RunConfig, digests: Mapping[str, str]) -> dict[str, Any]:
    """Name every decisive part with its value; `digests` are those of the files that were read."""
    settings = config.model_dump(mode="json")
    parts = {name: value for name, value in _flatten(settings) if name.split(".")[-1] not in _NOT_DECISIVE}
    parts |= config.name_circumstances()
    return dict(sorted({**parts, **{f"digest.{name}": value for name, value in digests.items()}}.items()))


_ORDER = {True: "1", False: "more than 1", "not set": "without mining"}


def name_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say in a line each what differs between two fingerprints."""
    names = sorted(old.keys() | new.keys())
    pairs = ((name, old.get(name, "not set"), new.get(name, "not set")) for name in names)
    return [_name_change(name, before, after) for name, before, after in pairs if before != after]


def _name_change(name: str, old: Any, new: Any) -> str:
    if name == "sequential":
        return f"concurrency: was {_ORDER[old]}, now {_ORDER[new]}, which matters as long as rules are mined"
    if name.startswith("digest."):
        return f"{name.removeprefix('digest.')}: the content differs ({str(old)[:12]}, now {str(new)[:12]})"
    return f"{name}: was {old!r}, now {new!r}"


def digest_settings(parts: Mapping[str, Any], section: str, table: str) -> str:
    """Digest of what one backend depends on in a fingerprint: its settings, its table and its weights."""
    wanted = {name: value for name, value in parts.items() if name.startswith(f"{section}.")}
    files = [str(parts.get(f"digest.{name}")) for name in (table, f"weights.{section}")]
    return digest_text(repr(sorted(wanted.items())) + "/".join(files))


def digest_text(text: str | bytes) -> str:
    """First 16 hex digits of the sha256."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]


def _flatten(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, part in value.items():
        if isinstance(part, dict) and part:
            yield from _flatten(part, f"{prefix}{name}.")
        elif part != {}:
            yield f"{prefix}{name}", part
