"""Reads a verdict and a rule; what cannot be read is an error, never a verdict."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from irloom.agents.replies import check_refusal, find_json, looks_like_json, read_text
from irloom.errors import ModelReplyError
from irloom.lexicon import Lexicon
from irloom.protocols import ReplySchema, ReplyText
from irloom.records import CATEGORIES, Category, Verdict

_ACCEPT_ALONE = re.compile(r"\W*accept(ed)?\W*", re.IGNORECASE)
_ACCEPT_FIRST = re.compile(r"\W*accept(ed)?\b", re.IGNORECASE)
_ACCEPT_LOUD = re.compile(r"\bACCEPT(ED)?\b")
_REJECT_FIRST = re.compile(r"\W*reject(ed)?\b\W*", re.IGNORECASE)
_RULE_LEAD = re.compile(
    r"^\W*(here( is|['’]s) [^:]*|(the )?((new|filter|filtering) )*rule( \d+)?)\W*:[\s*_]*", re.IGNORECASE
)
_MARKS = re.compile(r"^(?:[*`>#-]+\s*|\d+[.)]\s+)+|[*`]+$")
_QUOTES = ('""', "''", "“”", "‘’")
_OBJECTION = re.compile(r"\b(but|however|although|though|except|unfortunately|yet)\b", re.IGNORECASE)

VERDICT = ReplySchema(
    "verdict",
    {
        "type": "object",
        "properties": {
            "verdict": {"type": "string", "enum": ["accept", "reject"]},
            "category": {"type": ["string", "null"], "enum": [*CATEGORIES, None]},
            "reason": {"type": "string"},
        },
        "required": ["verdict", "category", "reason"],
        "additionalProperties": False,
    },
)
RULE = ReplySchema(
    "rule",
    {
        "type": "object",
        "properties": {"rule": {"type": "string"}},
        "required": ["rule"],
        "additionalProperties": False,
    },
)


def read_verdict(reply: ReplyText, lexicon: Lexicon) -> Verdict:
    """The verdict in a reply, structured or plain.

    In plain text ACCEPT or Accepted alone accepts, and anything else is the reason of a rejection.
    ModelReplyError where the reply is empty, cut or refused, or accepts and objects at once.
    """
    text = read_text(reply)
    found = find_json(text)
    if found is not None and "verdict" in found:
        return _read_structured(found)
    if found is not None or looks_like_json(text):
        raise ModelReplyError(f"the verdict's JSON cannot be read: {text[:200]!r}")
    return _read_plain(text, lexicon)


def read_rule(reply: ReplyText) -> str:
    """One rule, on one line."""
    text = read_text(reply)
    found = find_json(text)
    rule = found.get("rule") if found is not None else None if looks_like_json(text) else text
    if not isinstance(rule, str) or not re.search(r"\w", rule):
        raise ModelReplyError(f"no rule was found in the reply: {text[:200]!r}")
    check_refusal(rule)
    return _clean_rule(" ".join(rule.split()))


def _clean_rule(rule: str) -> str:
    """A rule without the lead, list mark, bold mark and quotation marks that models like to add."""
    rule = _MARKS.sub("", _RULE_LEAD.sub("", rule)).strip()
    while len(rule) > 1 and f"{rule[0]}{rule[-1]}" in _QUOTES:
        rule = rule[1:-1].strip()
    return rule[:300]


def _read_structured(found: Mapping[str, Any]) -> Verdict:
    said = str(found.get("verdict") or "").strip().lower()
    reason = " ".join(str(found.get("reason") or "").split())
    category = _read_category(found.get("category"))
    if said in {"accept", "accepted"}:
        if category is not None or _OBJECTION.search(reason):
            raise ModelReplyError(f"the verdict accepts and objects at once: {category or reason!r}")
        return Verdict(verdict="accept", reason=reason)
    if said not in {"reject", "rejected"}:
        raise ModelReplyError(f"the verdict is {said!r}, neither accept nor reject")
    if not reason:
        raise ModelReplyError("the verdict rejects without a reason")
    check_refusal(reason)
    return Verdict(verdict="reject", category=category or "other", reason=reason)


def _read_category(said: object) -> Category | None:
    name = str(said or "").strip().lower().replace("color", "colour")
    if name in {"", "none", "null", "n/a"}:
        return None
    return next((category for category in CATEGORIES if category == name), "other")


def _read_plain(text: str, lexicon: Lexicon) -> Verdict:
    if _ACCEPT_ALONE.fullmatch(text):
        return Verdict(verdict="accept")
    if _ACCEPT_FIRST.match(text) or _ACCEPT_LOUD.search(text):
        raise ModelReplyError(f"the verdict accepts and objects at once: {text[:200]!r}")
    reason = " ".join(_REJECT_FIRST.sub("", text, count=1).split())
    if not reason:
        raise ModelReplyError("the verdict rejects without a reason")
    named = lexicon.named_by(reason)
    category: Category = next((category for category in CATEGORIES if category in named), "other")
    return Verdict(verdict="reject", category=category, reason=reason)


def name_judge_prompt(sees: Collection[str]) -> str:
    """The prompt that says what the judge gets beside the instruction."""
    seeing = "_seeing" if "image" in sees else ""
    grounded = "_grounded" if "captions" in sees else ""
    return f"debate/judge{seeing}{grounded}"
