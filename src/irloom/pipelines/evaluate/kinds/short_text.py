"""Answers in a few free words: the right words by rule, all others by a model that judges them."""

import re
from typing import TypedDict

from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.kinds.plain import plain_answer
from irloom.pipelines.evaluate.records import Heard, Posed

JUDGE = "evaluate/judge_short"
"""The checker's prompt; a benchmark of short texts names it among its prompts."""
_VERDICT = re.compile(r"\b(right|correct|wrong|incorrect)\b", re.IGNORECASE)
_BEGINNING = re.compile(r"\W*(right|correct|wrong|incorrect)\s*(?:[*.,;:!–—-]|$)", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|neither|nor|cannot)\b|n['’]t\b", re.IGNORECASE)
_VERDICTS = {"right": "right", "correct": "right", "wrong": "wrong", "incorrect": "wrong"}
_MARKS = re.compile(r"[^\w\s%°+.,-]|(?<!\d)[.,]|[.,](?!\d)")
"""Punctuation, that inside of numbers left out."""
_LEADING = re.compile(r"^(?:(?:an?|the|it is|it s|this is|there is|there are)\s+)+")


class Judged(TypedDict):
    """What an ask says of its checker."""

    check: str
    check_fields: dict[str, str]


def name_judge(question: str, right: str) -> Judged:
    """What a `Posed` says so that the checker judges it: `Posed(…, **name_judge(question, right))`."""
    return Judged(check=JUDGE, check_fields={"question": question, "right": right})


def read_same(heard: Heard, posed: Posed) -> str | None:
    """`right` where the reply is the right answer in its words, whatever their case, marks and articles."""
    said = _fold(plain_answer(heard))
    return "right" if said and said == _fold(posed.right) else None


def read_verdict(said: str, heard: Heard, posed: Posed) -> str | None:
    """`right` or `wrong`, as the judge says of a reply that is more than thoughts."""
    text = plain_answer(Heard(text=said))
    if not plain_answer(heard):
        return None
    if match := _BEGINNING.match(text):
        return _VERDICTS[match[1].lower()]
    verdicts = {_VERDICTS[word.lower()] for word in _VERDICT.findall(text)}
    return verdicts.pop() if len(verdicts) == 1 and not _DENIED.search(text) else None


def make_judged_text() -> Rule:
    """Reads whether a short text is right; what is not in the right words needs the checker."""
    return Rule(
        read=read_same,
        read_check=read_verdict,
        is_right=lambda read, posed: read == "right",
        needs_checker=True,
    )


def _fold(text: str) -> str:
    """Words alone, in one case, without the articles and phrases that begin an answer."""
    return _LEADING.sub("", " ".join(_MARKS.sub(" ", text.casefold()).split()))
