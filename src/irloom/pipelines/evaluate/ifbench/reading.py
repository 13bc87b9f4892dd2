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
_ONLY = r"(?!\s*+(?:or|and|/|&|,|或|和|与)\s*+[(\"“*]*+[A-D](?![A-Za-z]))"
"""No second letter beside it."""
_BOXED = re.compile(r"(?:\\boxed\{|<answer>|<\|begin_of_box\|>)\s*+(?:\\text\{\s*+)?\(?([A-D])\b")
_OPEN = r"[\s*_`\"“(\[【]*+(?:(?:option|选项)\s*+)?"
_ANSWER = re.compile(
    r"(?:\banswer(?:\s++(?:is|would be|should be|must be))?\s*+[:=]?"
    rf"|答案(?:应该|应当|应)?(?:是|为|选)?\s*+:?){_OPEN}{_ALONE}{_ONLY}",
    re.IGNORECASE,
)
"""What is said to be the answer: of several the last one counts."""
_CHOICE = re.compile(
    rf"(?:\b(?:option|choice|choose|pick|select)|选项(?:是|为)?\s*+:?|选择|应选|选){_OPEN}{_ALONE}{_ONLY}",
    re.IGNORECASE,
)
"""An option that is spoken of: only where no other one is."""
_LEADING = re.compile(
    r"[\s*_`\"“(\[【]*([A-Da-d])(?:[\s*_`\"”)\]】]*(?:[.:!。:]|$)|[)\]】*]|\s*\n|\s+[-–—]\s)"
)
_LISTED = re.compile(r"^(?:[^\S\n]|[*(\[])*+[A-D]\s*+[.):、]", re.MULTILINE)
_DENIED = re.compile(
    r"\b(?:not|never|neither|nor|wrong|incorrect|cannot|except|rule out)\b|n['’]t\b|不|错|排除", re.IGNORECASE
)
"""Where something is denied, a letter that merely stands there may be what is denied."""
_STANDING = re.compile(_ALONE)
_ARTICLE = re.compile(r"\bA(?= (?!(?:or|and|is|was|seems|looks|appears|because|since|as|would)\b)[a-z])")


def read_first(heard: Heard, posed: Posed) -> str | None:
    """The first character of a reply behind its thoughts, if it is a letter of the options."""
    text = as_written(heard)
    return text[0] if text[:1] in tuple(LETTERS) else None


def as_written(heard: Heard) -> str:
    """A reply as the published script gets it: behind the last closing tag, or thoughts that were cut."""
    text = heard.text.strip() or (f"<think>{heard.thinking}" if heard.open_thoughts else "")
    return text.rpartition(_THOUGHT)[2].strip()


def read_first_of_check(said: str, heard: Heard, posed: Posed) -> str | None:
    """The first character of what the checker says of a reply that is not empty.

    Of what it says only line ends are taken off (qwen3_infer.py), so that a space in front counts.
    """
    text = said.rpartition(_THOUGHT)[2].strip("\n")
    return text[0] if as_written(heard) and text[:1] in tuple(LETTERS) else None


def read_token(heard: Heard, posed: Posed) -> str | None:
    """The one letter that a reply means, or the option whose text it repeats; None where it is in doubt."""
    text = unicodedata.normalize("NFKC", strip_thoughts(heard.text)).strip()
    return _read_stated(text) or _read_leading(text) or _read_standing(text) or _read_text(text, posed)


def read_token_of_check(said: str, heard: Heard, posed: Posed) -> str | None:
    """The one letter that the checker says of a reply that is more than thoughts."""
    return read_token(Heard(text=said), posed) if strip_thoughts(heard.text).strip() else None


def _read_stated(text: str) -> str | None:
    """A letter in a box, else one that is called the answer, else the only option that is spoken of."""
    if found := _BOXED.findall(text) or _find(_ANSWER, text):
        return str(found[-1])
    spoken = set[str]() if _DENIED.search(text) else set(_find(_CHOICE, text))
    return str(spoken.pop()) if len(spoken) == 1 else None


def _find(pattern: re.Pattern[str], text: str) -> list[str]:
    matches = (match for match in pattern.finditer(text) if match[1].isupper())
    return [match[1] for match in matches if not _is_article(text, match)]


def _is_article(text: str, match: re.Match[str]) -> bool:
    return _ARTICLE.match(text, match.start(1)) is not None


def _read_leading(text: str) -> str | None:
    """A letter that begins the reply, with punctuation or nothing behind it; in no list of all."""
    match = _LEADING.match(text)
    if (
        match is None
        or len(_LISTED.findall(text)) > 1
        or (match[1].islower() and len(text.strip(" .()*")) > 1)
    ):
        return None
    return match[1].upper()


def _read_standing(text: str) -> str | None:
    """The only letter that stands by itself anywhere, where nothing is denied."""
    found = set[str]() if _DENIED.search(text) else set(_STANDING.findall(_ARTICLE.sub("", text)))
    return str(found.pop()) if len(found) == 1 else None


def _read_text(text: str, posed: Posed) -> str | None:
    """The option that the whole reply repeats, with its letter in front or not."""
    said = _fold(re.sub(r"^[A-D]\s+", "", text))
    found = [
        letter
        for letter, option in posed.options.items()
        if said in {_fold(option), _fold(f"{letter} {option}")}
    ]
    return found[0] if len(found) == 1 else None


def _fold(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .。\"'*")


RULES = {
    "first-character": Rule(read=read_first, read_check=read_first_of_check),
    "token": Rule(read=read_token, read_check=read_token_of_check),
}
