"""Ways to read answers of the usual kinds, for benchmarks to choose from: yes or no, and numbers.

Choices are read by `irloom.pipelines.evaluate.ifbench.reading`.
"""

import re
import unicodedata

from irloom.agents.replies import strip_thoughts
from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.records import Heard, Posed

_WORDS = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
_CHINESE_WORDS = {"是": "yes", "有": "yes", "否": "no", "不是": "no", "没有": "no"}
_BEGINNING = re.compile(r"\W*(yes|no|true|false)\s*(?:[.,;:!]|$)", re.IGNORECASE)
_ANSWER = re.compile(r"\b(yes|no|true|false)\b", re.IGNORECASE)
_CHINESE = re.compile(r"^\W*(没有|否|不是|是(?!否|不是)|有(?!没有))")
_THOUSANDS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_NUMBER = re.compile(rf"(?<![A-Za-z0-9_.])[-+]?(?:{_THOUSANDS}|\d+(?:[.,]\d+)?)(?![A-Za-z_]*\d)")


def read_yes_no(heard: Heard, posed: Posed) -> str | None:
    """`yes` or `no`: the one that begins the reply, else the only one in it."""
    text = _answer_of(heard)
    if match := _CHINESE.match(re.split(r"[?？]", text)[-1]):  # behind a question that it repeats
        return _CHINESE_WORDS[str(match[1])]
    found = [_WORDS[word.lower()] for word in _ANSWER.findall(text)]
    if _BEGINNING.match(text):
        return found[0]
    return found[0] if len(set(found)) == 1 else None


def read_number(heard: Heard, posed: Posed) -> str | None:
    """The only number of a reply, or the last one of those behind an equals sign or "is"."""
    text = _answer_of(heard)
    found = [_plain(number) for number in _NUMBER.findall(text)]
    if len({float(number) for number in found}) == 1:
        return str(found[0])
    told = re.findall(rf"(?:=|:|\bis|是|为)\s*({_NUMBER.pattern})", text)
    return _plain(str(told[-1])) if told else None


def make_yes_no() -> Rule:
    """Reads yes or no; the right answer is `yes` or `no`."""
    return Rule(read=read_yes_no, read_check=lambda said, heard, posed: read_yes_no(Heard(text=said), posed))


def make_number(within: float = 0.0) -> Rule:
    """Reads a number, which may be off by as much as `within`."""
    return Rule(
        read=read_number,
        read_check=lambda said, heard, posed: read_number(Heard(text=said), posed),
        is_right=lambda read, posed: abs(float(read) - float(posed.right)) <= within,
    )


def _plain(number: str) -> str:
    """Without the commas of thousands, and with a point for a decimal comma."""
    return number.replace(",", "" if re.fullmatch(rf"[-+]?{_THOUSANDS}", number) else ".")


def _answer_of(heard: Heard) -> str:
    return unicodedata.normalize("NFKC", strip_thoughts(heard.text)).strip()
