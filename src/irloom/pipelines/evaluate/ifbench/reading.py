"""Reads the letter out of a reply, in the published way and in a sound one.

The published way (bench_evaluate.py) takes the first character, so that "Based on …" means B. The sound way
takes a letter that stands by itself, where the reply leaves no doubt which.
"""

import re
import unicodedata

from irloom.agents.replies import strip_thoughts
from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.ifbench.source import LETTERS
from irloom.pipelines.evaluate.records import Heard, Posed

_THOUGHT = "</think>"
_ALONE = r"(?<![A-Za-z0-9'’\-])([A-D])(?![A-Za-z0-9'’\-])"
"""A letter that is no part of a word, of a name such as `C4` or of a compound such as `D-day`."""
_BOXED = re.compile(r"(?:\\boxed\{|<answer>|<\|begin_of_box\|>)\s*(?:\\text\{)?\s*\(?([A-D])\b")
_STATED = re.compile(
    r"(?:\b(?:answer|option|choice)(?:\s+(?:is|would be|should be|must be))?\s*[:=]?|\bchoose|\bpick"
    r"|答案(?:应该|应当|应)?(?:是|为|选)?\s*[:：]?|选项(?:是|为)?\s*[:：]?|选择|应选|选)"
    rf"\s*[\s*_`\"“(（\[【]*(?:(?:option|选项)\s*)?{_ALONE}",
    re.IGNORECASE,
)
_LEADING = re.compile(r"[\s*_`\"“(\[【]*([A-Da-d])(?:[\s*_`\"”)\]】]*(?:[.:!。:]|$)|[)\]】*]|\s*\n|\s+[-–—]\s)")
_LISTED = re.compile(r"^[\s*(\[]*[A-D]\s*[.):、]", re.MULTILINE)
_STANDING = re.compile(_ALONE)
_ARTICLE = re.compile(r"\bA(?= [a-z])")


def read_first(heard: Heard, posed: Posed) -> str | None:
    """The first character of a reply behind its thoughts, if it is a letter of the options."""
    text = as_written(heard)
    return text[0] if text[:1] in tuple(LETTERS) else None


def as_written(heard: Heard) -> str:
    """A reply as the published script gets it: behind the last closing tag, or with thoughts that none ends."""
    text = heard.text.strip() or (f"<think>{heard.thinking}" if heard.thinking else "")
    return text.rpartition(_THOUGHT)[2].strip()


def read_first_of_check(text: str, posed: Posed) -> str | None:
    """The first character of what the checker says."""
    return read_first(Heard(text=text), posed)


def read_token(heard: Heard, posed: Posed) -> str | None:
    """The one letter that a reply means, or the option whose text it repeats; None where it is in doubt."""
    text = unicodedata.normalize("NFKC", strip_thoughts(heard.text)).strip()
    if heard.is_cut and not text:
        return None
    return _read_stated(text) or _read_leading(text) or _read_standing(text) or _read_text(text, posed)


def read_token_of_check(text: str, posed: Posed) -> str | None:
    """The one letter that the checker says."""
    return read_token(Heard(text=text), posed)


def _read_stated(text: str) -> str | None:
    """A letter in a box, or behind words such as "the answer is"; the last one counts."""
    found = _BOXED.findall(text) or [
        match[1] for match in _STATED.finditer(text) if match[1].isupper() and not _is_article(text, match)
    ]
    return str(found[-1]) if found else None


def _is_article(text: str, match: re.Match[str]) -> bool:
    return _ARTICLE.match(text, match.start(1)) is not None


def _read_leading(text: str) -> str | None:
    """A letter that begins the reply, with punctuation or nothing behind it; none of a list of all options."""
    match = _LEADING.match(text)
    if match is None or len(_LISTED.findall(text)) > 1 or (match[1].islower() and len(text.strip(" .()*")) > 1):
        return None
    return match[1].upper()


def _read_standing(text: str) -> str | None:
    """The only letter that stands by itself anywhere."""
    found = set(_STANDING.findall(_ARTICLE.sub("", text)))
    return str(found.pop()) if len(found) == 1 else None


def _read_text(text: str, posed: Posed) -> str | None:
    """The option that the whole reply repeats, with its letter in front or not."""
    said = _fold(re.sub(r"^[A-D]\s+", "", text))
    found = [letter for letter, option in posed.options.items() if said in {_fold(option), _fold(f"{letter} {option}")}]
    return found[0] if len(found) == 1 else None


def _fold(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .。\"'*")


RULES = {
    "first-character": Rule(read=read_first, read_check=read_first_of_check),
    "token": Rule(read=read_token, read_check=read_token_of_check),
}
