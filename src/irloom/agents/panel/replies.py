"""Reads what a judge says of numbered sentences; what is not in the form is asked for once more.

After that a judge is taken at its word as far as it can be: words that do not stand in the sentence are left
out and counted, a kind of mistake that is none becomes `Other`, and a sentence without a label is `unknown`.
"""

from collections.abc import Sequence
from typing import Any

from irloom.agents.replies import find_json, read_text
from irloom.alignment import ERROR_TYPES, ErrorType, Label, Vote, find_spans
from irloom.errors import ModelReplyError
from irloom.protocols import ReplySchema, ReplyText, Unreadable

_LABELS: tuple[Label, ...] = ("correct", "incorrect", "unknown")
_ENTRY = {
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        "label": {"type": "string", "enum": list(_LABELS)},
        "type": {"type": ["string", "null"], "enum": [*ERROR_TYPES, None]},
        "words": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["number", "label", "type", "words"],
    "additionalProperties": False,
}
JUDGEMENTS = ReplySchema(
    "judgements",
    {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": _ENTRY}},
        "required": ["sentences"],
        "additionalProperties": False,
    },
)


def number_sentences(sentences: Sequence[str]) -> str:
    """Sentences as the prompt lists them, from 1."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(sentences, 1))


def describe_form(sentences: Sequence[str]) -> str:
    """What a repair is told; it holds the sentences, from which words are to be copied."""
    return (
        '{"sentences": [{"number": 1, "label": "correct", "type": null, "words": []}, …]} with an entry for '
        "each sentence; the label is correct, incorrect or unknown; for an incorrect one the type is one of "
        f"{', '.join(ERROR_TYPES)}, and the words are copied from the sentence. The sentences:\n"
        f"{number_sentences(sentences)}"
    )


def read_votes(reply: ReplyText, judge: str, sentences: Sequence[str]) -> tuple[Vote, ...] | Unreadable:
    """One vote a sentence; Unreadable names the first thing that is not as it was asked for.

    ModelReplyError for a reply that was cut, refused or is empty.
    """
    text = read_text(reply)
    entries = _find_entries(text)
    if entries is None:
        return Unreadable(text, "no JSON object with a list `sentences` was found")
    votes: list[Vote] = []
    for number, sentence in enumerate(sentences, 1):
        vote, problem = _read_vote(entries.get(number), judge, sentence)
        if problem:
            return Unreadable(text, f"sentence {number}: {problem}")
        votes.append(vote)
    return tuple(votes)


def read_loosely(reply: ReplyText, judge: str, sentences: Sequence[str]) -> tuple[Vote, ...]:
    """One vote a sentence from a repaired reply; ModelReplyError where it holds no judgement at all."""
    text = read_text(reply)
    entries = _find_entries(text)
    votes = [_read_vote((entries or {}).get(at), judge, one)[0] for at, one in enumerate(sentences, 1)]
    if all(vote.unread for vote in votes):
        raise ModelReplyError(f"no judgement was found in it, also after a repair: {text[:200]!r}")
    return tuple(votes)


def _find_entries(text: str) -> dict[int, dict[str, Any]] | None:
    """The entries by number; of two with one number the first counts."""
    listed = (find_json(text) or {}).get("sentences")
    if not isinstance(listed, list):
        return None
    found: dict[int, dict[str, Any]] = {}
    for entry in listed:
        number = _read_number(entry.get("number")) if isinstance(entry, dict) else None
        if number is not None:
            found.setdefault(number, entry)
    return found


def _read_number(value: Any) -> int | None:
    text = str(value).strip().rstrip(".")
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _read_vote(entry: dict[str, Any] | None, judge: str, sentence: str) -> tuple[Vote, str]:
    """What can be read of an entry, and what is wrong with it; nothing is, where that is empty."""
    if entry is None:
        return Vote(judge=judge, label="unknown", unread=True), "it has no entry"
    said = str(entry.get("label", "")).strip().lower()
    label = next((one for one in _LABELS if one == said), None)
    if label is None:
        return Vote(judge=judge, label="unknown", unread=True), f"its label is {said[:40]!r}"
    if label != "incorrect":
        return Vote(judge=judge, label=label), ""
    kind = _read_type(entry.get("type"))
    words = _read_words(entry.get("words"))
    spans, missing = find_spans(sentence, words)
    problem = "" if kind else f"its type is {str(entry.get('type'))[:40]!r}"
    problem = f"the words {missing[0][:60]!r} do not stand in it" if missing else problem
    problem = problem if words else "it is incorrect, and no wrong words are named"
    found = tuple(sentence[start:end] for start, end in spans)
    return Vote(
        judge=judge, label=label, error_type=kind or "Other", words=found, dropped=len(missing)
    ), problem


def _read_type(value: Any) -> ErrorType | None:
    said = str(value or "").strip().lower()
    return next((one for one in ERROR_TYPES if one.lower() == said), None)


def _read_words(value: Any) -> list[str]:
    """The words of an entry, of which some models make one text."""
    listed = value if isinstance(value, list) else [value]
    return [one.strip() for one in listed if isinstance(one, str) and one.strip()]
