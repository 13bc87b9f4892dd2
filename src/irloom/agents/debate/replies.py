"""Reads a verdict and a rule; what cannot be read is asked for once more."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from irloom.agents.replies import check_refusal, find_json, looks_like_json, read_text, unfence
from irloom.lexicon import Lexicon
from irloom.protocols import ReplySchema, ReplyText, Unreadable
from irloom.records import CATEGORIES, Category, Verdict

_LEAD = re.compile(
    r"^\W*(?:(?:the|my|final|reply) )*(?:verdict|decision|answer|reply|result|judg[e]?ment)\W*:[\s*]*",
    re.IGNORECASE,
)
_ACCEPT_ALONE = re.compile(r"\W*accept(ed)?\W*", re.IGNORECASE)
_ACCEPT_FIRST = re.compile(r"\W*accept(ed)?\b", re.IGNORECASE)
_ACCEPT_LOUD = re.compile(r"\bACCEPT(ED)?\b")
_REJECT_FIRST = re.compile(r"(?<!\W)\W*+reject(ed)?\b\W*+", re.IGNORECASE)
_RULE_LEAD = re.compile(
    r"^\W*(here( is|['’]s) [^:]*|(the )?((new|filter|filtering) )*rule( \d+)?)\W*:[\s*_]*", re.IGNORECASE
)
_MARKS = re.compile(r"^(?:[*`>#-]+\s*|\d+[.)]\s+)+|[*`]+$")
_QUOTES = ('""', "''", "“”", "‘’")
_OBJECTION = re.compile(r"\b(but|however|although|though|except|unfortunately|yet)\b", re.IGNORECASE)

MOST_CHARACTERS = 400
"""Of a reason, and of a rule."""


def _branch(parts: Mapping[str, Mapping[str, Any]], order: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: parts[name] for name in order},
        "required": list(order),
        "additionalProperties": False,
    }


def _make_schema(order: Sequence[str]) -> ReplySchema:
    """Two branches, so that a server with grammars cannot produce a contradiction.

    Where the reason comes first an acceptance has one, too: it is thought before the verdict is known.
    """
    said = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS}
    nothing = {"type": "string", "enum": [""]}
    reject: dict[str, Mapping[str, Any]] = {
        "verdict": {"type": "string", "enum": ["reject"]},
        "category": {"type": "string", "enum": list(CATEGORIES)},
        "reason": said,
    }
    accept: dict[str, Mapping[str, Any]] = {
        "verdict": {"type": "string", "enum": ["accept"]},
        "category": {"type": "null"},
        "reason": said if order[0] == "reason" else nothing,
    }
    return ReplySchema("verdict", {"anyOf": [_branch(reject, order), _branch(accept, order)]})


_CATEGORIES = f"where the category is one of {', '.join(CATEGORIES)}"
VERDICTS: Mapping[bool, tuple[ReplySchema, str]] = {
    False: (
        _make_schema(("verdict", "category", "reason")),
        '{"verdict": "accept", "category": null, "reason": ""}, or {"verdict": "reject", "category": "…", '
        f'"reason": "…"}}, {_CATEGORIES}',
    ),
    True: (
        _make_schema(("reason", "verdict", "category")),
        '{"reason": "…", "verdict": "accept", "category": null}, or {"reason": "…", "verdict": "reject", '
        f'"category": "…"}}, {_CATEGORIES}',
    ),
}
"""Schema and form of a verdict, by whether the reason stands first."""
RULE_FORM = '{"rule": "Delete …"}'
RULE = ReplySchema(
    "rule",
    {
        "type": "object",
        "properties": {"rule": {"type": "string", "maxLength": MOST_CHARACTERS}},
        "required": ["rule"],
        "additionalProperties": False,
    },
)


def read_verdict(reply: ReplyText, lexicon: Lexicon) -> Verdict | Unreadable:
    """The verdict in a reply, structured or plain.

    In plain text ACCEPT or Accepted accepts, and anything else is the reason of a rejection. Unreadable
    where it accepts and objects at once; ModelReplyError where the reply is empty, cut or refused.
    """
    text = unfence(read_text(reply))
    found = _find_verdict(text)
    if found is not None:
        return _read_structured(found, text)
    if looks_like_json(text):
        return Unreadable(text, "the verdict's JSON cannot be read")
    return _read_plain(text, lexicon)


def read_verdict_finally(reply: ReplyText, lexicon: Lexicon) -> Verdict:
    """The verdict of a repair: what is no clear one even now is a rejection."""
    read = read_verdict(reply, lexicon)
    if isinstance(read, Verdict):
        return read
    found = _find_verdict(read.text) or {}
    category, reason = _read_category(found.get("category")), _tidy(found.get("reason"))
    if _is_acceptance(found) and not reason:
        return Verdict(verdict="accept")
    said = reason or (f"The {category} is not visible." if category else _tidy(read.text)[:MOST_CHARACTERS])
    return Verdict(verdict="reject", category=category or "other", reason=said or "No reason was given.")


def read_rule(reply: ReplyText) -> str | Unreadable:
    """One rule, on one line."""
    text = unfence(read_text(reply))
    found = find_json(text)
    rule = found.get("rule") if found is not None else None if looks_like_json(text) else text
    if not isinstance(rule, str) or not re.search(r"\w", rule):
        return Unreadable(text, "no rule was found in it")
    check_refusal(rule)
    return _clean_rule(" ".join(rule.split()))


def _clean_rule(rule: str) -> str:
    """A rule without the lead, list mark, bold mark and quotation marks that models like to add."""
    rule = _MARKS.sub("", _RULE_LEAD.sub("", rule)).strip()
    while len(rule) > 1 and f"{rule[0]}{rule[-1]}" in _QUOTES:
        rule = rule[1:-1].strip()
    return rule[:300]


def _find_verdict(text: str) -> Mapping[str, Any] | None:
    """The object that holds a verdict, also inside another one."""
    found = find_json(text)
    if found is None or "verdict" not in found:
        return None
    inner = found["verdict"]
    return inner if isinstance(inner, dict) and "verdict" in inner else found


def _read_structured(found: Mapping[str, Any], text: str) -> Verdict | Unreadable:
    """An acceptance keeps its reason, which is no objection whatever its words; a category is one."""
    reason, category = _tidy(found.get("reason")), _read_category(found.get("category"))
    if _is_acceptance(found):
        if category in {None, "other"}:
            return Verdict(verdict="accept", reason=reason)
        return Unreadable(text, f"the verdict accepts and objects at once: {category!r}")
    said = _tidy(found.get("verdict")).lower()
    if said not in {"reject", "rejected"}:
        return Unreadable(text, f"the verdict is {said!r}, neither accept nor reject")
    if not reason:
        return Unreadable(text, "the verdict rejects without a reason")
    check_refusal(reason)
    return Verdict(verdict="reject", category=category or "other", reason=reason)


def _is_acceptance(found: Mapping[str, Any]) -> bool:
    return _tidy(found.get("verdict")).lower().strip(".! ") in {"accept", "accepted"}


def _tidy(value: object) -> str:
    return " ".join(str(value or "").split())


def _read_category(said: object) -> Category | None:
    name = str(said or "").strip().lower().replace("color", "colour")
    if name in {"", "none", "null", "n/a"}:
        return None
    return next((category for category in CATEGORIES if category == name), "other")


def _read_plain(text: str, lexicon: Lexicon) -> Verdict | Unreadable:
    text = _LEAD.sub("", text)
    if _ACCEPT_ALONE.fullmatch(text):
        return Verdict(verdict="accept")
    if (first := _ACCEPT_FIRST.match(text)) and not _OBJECTION.search(text):
        return Verdict(verdict="accept", reason=_tidy(text[first.end() :].lstrip(".:;,!*- ")))
    if first or _ACCEPT_LOUD.search(text):
        return Unreadable(text, "the verdict accepts and objects at once")
    reason = _tidy(_REJECT_FIRST.sub("", text, count=1))
    if not reason:
        return Unreadable(text, "the verdict rejects without a reason")
    named = lexicon.named_by(reason)
    category: Category = next((category for category in CATEGORIES if category in named), "other")
    return Verdict(verdict="reject", category=category, reason=reason)


def name_judge_prompt(sees: Collection[str], reason_first: bool = False) -> str:
    """The prompt that says what the judge gets beside the instruction, and what it says first."""
    seeing = "_seeing" if "image" in sees else ""
    grounded = "_grounded" if "captions" in sees else ""
    return f"debate/judge{seeing}{grounded}{'_reasoned' if reason_first else ''}"
