"""Takes words out of a caption where what is left is whole, and says why not where it would not be."""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple

from irloom.backends.offline.chat.cuts import find_cut
from irloom.backends.offline.chat.english import FUNCTION_WORDS, capitalise, end_sentence
from irloom.backends.offline.chat.runs import Cut, Run, find_runs
from irloom.lexicon import Hit, Lexicon
from irloom.records import Category

_MODAL = re.compile(r"(?i)(?:might|may|could|must) be")
_SINGLE = re.compile(r"(?i)\b(?:it|this|that|he|she)\s+$")
# "The red team plays the blue team", "a red bus and a blue bus": the words told them apart.
_TWO_OF_THEM = re.compile(r"(?i)\bthe\s+([\w-]+)\b(?=.*\bthe\s+\1\b)")
_TWICE = re.compile(
    r"(?i)(?<![\w-])((?:[\w-]+\s+)?[\w-]+),?\s+(?:and|or)\s+(?:(?:an?|the|one|another)\s+)?\1(?![\w-])"
)


class Refusal(NamedTuple):
    """Why a caption cannot be made to keep the rules."""

    reason: str


def edit_caption(text: str, lexicon: Lexicon, forbidden: Collection[Category]) -> str | Refusal:
    """Take the words of some categories out of a caption; without such words it is only trimmed.

    Whether that is safe is decided on the caption as it was written: what a cut leaves behind often looks
    like a sentence too.
    """
    text = text.strip()
    if not lexicon.find(text, forbidden):
        return text
    text = _put_replacements(readable(text), lexicon, forbidden)
    cuts = []
    for run in find_runs(text, lexicon, forbidden):
        cut = find_cut(run)
        if cut is None:
            return _refuse(run)
        cuts.append(cut)
    if any(second.start < first.end for first, second in pairwise(cuts)):
        return Refusal("what would have to go overlaps")
    return _finish(_make_cuts(text, cuts), lexicon, forbidden)


def rephrase(text: str, lexicon: Lexicon, forbidden: Collection[Category]) -> str:
    """Answer as the prompts of the Caption Agent ask for: the edited caption, or NONE with the reason."""
    edited = edit_caption(text, lexicon, forbidden)
    return f"NONE: {edited.reason}" if isinstance(edited, Refusal) else edited


def remove_words(text: str, lexicon: Lexicon, forbidden: Collection[Category]) -> str | None:
    """Take the words of some categories out of a caption; None where that is refused."""
    edited = edit_caption(text, lexicon, forbidden)
    return None if isinstance(edited, Refusal) else edited


def strip_label(label: str, lexicon: Lexicon, forbidden: Collection[Category]) -> str:
    """Take the words of some categories out of an object's label."""
    left = label
    for hit in reversed(lexicon.find(label, forbidden)):
        left = left[: hit.start] + left[hit.end :]
    return " ".join(left.split()) or "object"


def readable(text: str) -> str:
    """Turn a shouted caption into a plain one."""
    return capitalise(text.lower()) if text.isupper() else text


def _put_replacements(text: str, lexicon: Lexicon, forbidden: Collection[Category]) -> str:
    """Put what the lexicon knows to fit in any case, such as "is" for "appears to be"."""
    end = len(text) + 1
    for hit in reversed(lexicon.find(text, forbidden)):
        put = lexicon.replacement_for(hit)
        if put is None or hit.end > end or not _fits(text, hit):
            continue
        end = hit.start
        text = text[: hit.start] + put + text[hit.end :]
    return text


def _fits(text: str, hit: Hit) -> bool:
    """Whether the fixed words fit: "may be" may be said of many, and "likely to" of what follows."""
    if re.match(r"\s+(?:to|that)\b", text[hit.end :]):
        return False
    return _MODAL.fullmatch(hit.word) is None or _SINGLE.search(text[: hit.start]) is not None


def _make_cuts(text: str, cuts: list[Cut]) -> str:
    """Make the cuts from the last to the first."""
    for cut in reversed(cuts):
        text = text[: cut.start] + cut.put + text[cut.end :]
    return text


def _refuse(run: Run) -> Refusal:
    """Name the words and what stands around them."""
    around = [*run.before.split()[-3:], run.said, *run.after.split()[:1]]
    return Refusal(f"no safe way to take out {run.said!r} ({' '.join(around)!r})")


def _finish(text: str, lexicon: Lexicon, forbidden: Collection[Category]) -> str | Refusal:
    """Close the sentence, unless it now says the same thing twice or still holds a forbidden word."""
    text = end_sentence(capitalise(re.sub(r"\s+", " ", text).strip(" ,")))
    if left := lexicon.find(text, forbidden):
        return Refusal(f"{left[0].word!r} would be left in {text!r}")
    if twice := _TWICE.search(text) or _TWO_OF_THEM.search(text):
        return Refusal(f"without the words it would say {twice[0]!r}")
    if all(word in FUNCTION_WORDS for word in re.findall(r"[^\W\d_]+", text.lower())):
        return Refusal("nothing would be left")
    return text
