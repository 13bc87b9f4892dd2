"""Reads JSON that is whole but for what models get wrong: quotes, commas, escapes, Python's words.

`json-repair` mends it. What it would make up is refused: a reply that was cut is not read as a shorter one.
"""

from typing import Any

import json_repair

_LONGEST = 50_000
"""Beyond it a reply is a loop, and mending takes seconds."""
_MADE_UP = "missed the closing quote"


def mend_json(text: str) -> dict[str, Any] | None:
    """The object that begins a text, up to the last brace in it; None where something of it is missing."""
    end = text.rfind("}")
    if end < 0 or end > _LONGEST:
        return None
    source = text[: end + 1]
    try:
        found = json_repair.repair_json(source, return_objects=True, logging=True)
    except (RecursionError, ValueError):
        return None
    value, log = found if isinstance(found, tuple) and len(found) == 2 else (found, [])
    made_up = any(_MADE_UP in str(entry) for entry in log if isinstance(log, list))
    whole = isinstance(value, dict) and not made_up and _is_balanced(source, value)
    return value if whole and isinstance(value, dict) else None


def _is_balanced(source: str, value: Any) -> bool:
    """Whether every brace and bracket outside the texts is closed."""
    inside = "".join(_texts_of(value))
    return all(
        source.count(left) - inside.count(left) == source.count(right) - inside.count(right)
        for left, right in ("{}", "[]")
    )


def _texts_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts_of(part)]
    return [text for part in value for text in _texts_of(part)] if isinstance(value, list) else []
