"""Answers that are yes or no."""

import re

from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.kinds.plain import plain_answer
from irloom.pipelines.evaluate.records import Heard, Posed

_WORDS = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
_CHINESE_WORDS = {"是": "yes", "有": "yes", "否": "no", "不是": "no", "没有": "no"}
_BEGINNING = re.compile(r"\W*(yes|no|true|false)\s*(?:[.,;:!]|$)", re.IGNORECASE)
_ANSWER = re.compile(r"\b(yes|no|true|false)\b", re.IGNORECASE)
_CHINESE = re.compile(r"^\W*(没有|否|不是|是(?!否|不是)|有(?!没有))")


def read_yes_no(heard: Heard, posed: Posed) -> str | None:
    """`yes` or `no`: the one that begins the reply, else the only one in it."""
    text = plain_answer(heard)
    if match := _CHINESE.match(re.split(r"[?？]", text)[-1]):  # behind a question that it repeats
        return _CHINESE_WORDS[str(match[1])]
    found = [_WORDS[word.lower()] for word in _ANSWER.findall(text)]
    if _BEGINNING.match(text):
        return found[0]
    return found[0] if len(set(found)) == 1 else None


def make_yes_no() -> Rule:
    """Reads yes or no; the right answer is `yes` or `no`."""
    return Rule(read=read_yes_no, read_check=lambda said, heard, posed: read_yes_no(Heard(text=said), posed))
