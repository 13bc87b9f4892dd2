"""How runs asked, apart from the model: what a bench says of two runs that it compares."""

from collections.abc import Mapping
from typing import Any

from irloom.pipelines.evaluate.config import PUBLISHED_TOKENS, ROOMY_TOKENS

Conditions = Mapping[str, Any]
"""By the name that is told: what decides a reply to the same question."""
_PROMPTS = "words of prompts"
_PROMPT, _CHECKER = "digest.prompt.", "roles.checker."


def read_conditions(about: Mapping[str, Any]) -> Conditions:
    """How a run asks, by its run.json."""
    decided = about["fingerprint"]
    decoding = decided.get("decoding") or "greedy"
    usual = PUBLISHED_TOKENS if decoding == "model" else ROOMY_TOKENS
    return {
        "prompt": decided.get("prompt"),
        _PROMPTS: {name: text for name, text in decided.items() if name.startswith(_PROMPT)},
        "decoding": decoding,
        "reply tokens": decided.get("reply_tokens") or usual,
        "longest side": decided.get("max_side"),
        "seed": decided.get("seed"),
        "checker": decided.get(f"{_CHECKER}model") or decided.get("checker"),
    }


def name_unlike(first: Conditions, other: Conditions) -> list[str]:
    """What differs between two runs; of prompts those that both have."""
    return [name for name in first if name in other and _is_unlike(name, first[name], other[name])]


def tell_unlike(first: str, other: str, unlike: list[str]) -> list[str]:
    """The sentence about it, or none where nothing differs."""
    *names, last = unlike or [""]
    listed = f"{', '.join(names)} and {last}" if names else last
    return [f"{other} and {first} differ in {listed} too."] if unlike else []


def _is_unlike(name: str, first: Any, other: Any) -> bool:
    if name != _PROMPTS:
        return bool(first != other)
    return any(first[one] != other[one] for one in first.keys() & other.keys())
