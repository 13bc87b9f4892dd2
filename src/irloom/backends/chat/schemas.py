"""JSON schemas as they are sent, whole or without what some endpoints refuse, and how long a reply can be."""

from collections.abc import Mapping
from typing import Any

_BOUNDS = frozenset({"maxLength", "minLength", "maxItems", "minItems", "pattern"})
_OVERHEAD = 12
"""Characters for a name's quotes, its colon, the comma and the space around them."""


def simplify(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without bounds, and with one object in place of branches at its root.

    OpenAI takes no `anyOf` at the root, and others no bounds. A value may then be what any branch allows.
    """
    bare: dict[str, Any] = _without_bounds(schema)
    branches = bare.get("anyOf")
    return _merge(branches) if isinstance(branches, list) else bare


def count_longest(schema: Mapping[str, Any]) -> int | None:
    """How many characters the longest reply of this form has; None where it is without bound."""
    if "enum" in schema:
        return max(len(str(value)) + 2 for value in schema["enum"])
    if "anyOf" in schema:
        found = [count_longest(branch) for branch in schema["anyOf"]]
        return None if None in found else max(one for one in found if one is not None)
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {})
            names = sum(len(name) + _OVERHEAD for name in parts)
            return _add_up([names, *(count_longest(part) for part in parts.values())]) if parts else None
        case "array":
            one, most = count_longest(schema.get("items", {})), schema.get("maxItems")
            return None if one is None or most is None else int(most) * (one + _OVERHEAD)
        case "string":
            most = schema.get("maxLength")
            return None if most is None else int(most)
        case "boolean" | "null" | "integer" | "number":
            return 8
    return None


def _add_up(parts: list[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _without_bounds(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_bounds(part) for name, part in value.items() if name not in _BOUNDS}
    return [_without_bounds(part) for part in value] if isinstance(value, list) else value


def _merge(branches: list[dict[str, Any]]) -> dict[str, Any]:
    """One object that allows each value of each branch."""
    names = dict.fromkeys(name for branch in branches for name in branch["properties"])
    properties = {
        name: _merge_values([branch["properties"].get(name) for branch in branches]) for name in names
    }
    required = [name for name in names if all(name in branch.get("required", ()) for branch in branches)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _merge_values(values: list[dict[str, Any] | None]) -> dict[str, Any]:
    """The values of one name in all branches: an enumeration where each lists its own, else the widest."""
    known = [value for value in values if value is not None]
    kinds = list(dict.fromkeys(kind for value in known for kind in _kinds_of(value)))
    merged: dict[str, Any] = {"type": kinds[0] if len(kinds) == 1 else kinds}
    free = [value for value in known if "enum" not in value and value.get("type") != "null"]
    if not free:
        listed = [one for value in known for one in value.get("enum", [None])]
        merged["enum"] = list(dict.fromkeys(listed))
    return merged


def _kinds_of(value: Mapping[str, Any]) -> list[str]:
    kind = value.get("type", "string")
    return list(kind) if isinstance(kind, list) else [str(kind)]
