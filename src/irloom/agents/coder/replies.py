"""Reads what the Coder's model wrote: what the figure must contain, the plan, the script."""

import re
from collections.abc import Mapping
from typing import Any

from irloom.agents.replies import find_json, read_text
from irloom.figures import Failure, Plan, Understanding
from irloom.protocols import ReplySchema, ReplyText, Unreadable

_LIST = {"type": "array", "items": {"type": "string", "maxLength": 600}, "maxItems": 60}
_FENCE = re.compile(
    r"^[ \t]*+```[ \t]*+(?P<tag>\w*+)[^\n]*+\n(?P<code>.*?)^[ \t]*+```", re.DOTALL | re.MULTILINE
)
_TAGS = ("python", "py", "python3", "")
_DRAWS = re.compile(r"\b(matplotlib|plt\.|pylab)\b")
_HEADING = re.compile(
    r"^\W*+(?:\d++[.)]\s*+)?\W*+(?P<name>image content|layout|labels?|drawing considerations)\b[\s*:]*"
    r"(?P<rest>.*)$",
    re.IGNORECASE,
)
_PARTS = {
    "image content": "content",
    "layout": "layout",
    "label": "labels",
    "labels": "labels",
    "drawing considerations": "considerations",
}
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d+[.)])\s+")
_UNSUPPORTED = re.compile(r"UNSUPPORTED:[ \t]*(?P<reason>.+)")
NO_CODE = Failure(reason="no_code", log="The reply held no Python script in a fenced block.")
PARTS = ("content", "layout", "labels", "considerations", "forbidden")

UNDERSTANDING = ReplySchema(
    "understanding",
    {
        "type": "object",
        "properties": {"elements": _LIST, "givens": _LIST},
        "required": ["elements", "givens"],
        "additionalProperties": False,
    },
)
PLAN = ReplySchema(
    "plan",
    {
        "type": "object",
        "properties": dict.fromkeys(PARTS, _LIST),
        "required": list(PARTS),
        "additionalProperties": False,
    },
)
UNDERSTANDING_FORM = '{"elements": ["…"], "givens": ["…"]}'
PLAN_FORM = (
    '{"content": ["…"], "layout": ["…"], "labels": ["…"], "considerations": ["…"], "forbidden": ["…"]}'
)


def read_understanding(reply: ReplyText) -> Understanding | Unreadable:
    """Elements and given values; ModelReplyError for a reply that was cut, refused or is empty."""
    text = read_text(reply)
    found = find_json(text) or {}
    elements = _list_texts(found.get("elements"))
    if not elements:
        return Unreadable(text, "no JSON object with a list `elements` was found")
    return Understanding(elements=elements, givens=_list_texts(found.get("givens")))


def read_plan(reply: ReplyText) -> Plan | Unreadable:
    """The plan as JSON; ModelReplyError for a reply that was cut, refused or is empty."""
    text = read_text(reply)
    found = find_json(text) or {}
    parts = {name: _list_texts(found.get(name)) for name in PARTS}
    if not parts["content"] and not parts["labels"]:
        return Unreadable(text, "no JSON object with the lists `content` and `labels` was found")
    return Plan.model_validate(parts)


def read_sketch(reply: ReplyText) -> tuple[Plan, str | Failure]:
    """Plan and script of a reply that holds both, as ImgCoder's single request asks for them."""
    text = read_text(reply)
    match = _find_script(text)
    prose = text[: match.start()] if match else text
    return Plan.model_validate(_read_headings(prose)), _dedent(match["code"]) if match else _say_why(text)


def read_script(reply: ReplyText) -> str | Failure:
    """The script of a reply, fenced or bare, or why there is none.

    ModelReplyError for a reply that was cut, refused or is empty.
    """
    text = read_text(reply)
    if match := _find_script(text):
        return _dedent(match["code"])
    bare = "```" not in text and _DRAWS.search(text) and "import" in text
    return text if bare else _say_why(text)


def _say_why(text: str) -> Failure:
    """The embedded coder says on the first line what it does not draw; a model only leaves the script out."""
    if found := _UNSUPPORTED.match(text):
        return Failure(reason="unsupported", log=found["reason"])
    return NO_CODE


def _find_script(text: str) -> re.Match[str] | None:
    """The first block tagged python, else py, else untagged (as the public ImgCoder scripts choose)."""
    blocks = list(_FENCE.finditer(text))
    return next((one for tag in _TAGS for one in blocks if one["tag"].lower() == tag), None)


def _dedent(code: str) -> str:
    """A script without the indentation that its block may have."""
    lines = code.expandtabs(4).splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return "\n".join(line[min(indents, default=0) :] for line in lines).strip() + "\n"


def _read_headings(text: str) -> Mapping[str, tuple[str, ...]]:
    """The points under each heading of a plan in prose."""
    found: dict[str, list[str]] = {}
    name = None
    for line in text.splitlines():
        if heading := _HEADING.match(line):
            name = _PARTS[heading["name"].lower()]
            line = heading["rest"]
        point = _BULLET.sub("", line).strip().strip("*").strip()
        if name and point:
            found.setdefault(name, []).append(point)
    return {name: tuple(points) for name, points in found.items()}


def _list_texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, whatever else stands in it."""
    items = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return tuple(" ".join(item.split()) for item in items if isinstance(item, str) and item.strip())
