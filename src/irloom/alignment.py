"""Sentences about images that are right or wrong of them: the record of AlignBench and the sets like it.

Columns and kinds of error are those of AlignBench (arXiv 2511.20515).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from irloom.records import Row

Label = Literal["correct", "incorrect", "unknown"]
"""What is known of a sentence; `unknown` takes part in no score."""
ErrorType = Literal[
    "Attribute", "Object", "Number", "Location", "Direction", "Text", "Relation", "Illusion", "Other"
]
ERROR_TYPES: tuple[ErrorType, ...] = get_args(ErrorType)
Span = tuple[int, int]
"""Where words stand in a sentence, in characters: the first one, and the one behind the last."""


_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛′ʼ`´", "'"), **dict.fromkeys("“”„‟″«»", '"')})
"""One sign for another, so that what is found in a folded text stands at the same place in the text."""


class LabelledSentence(Row):
    """One sentence about one image, with what is known of it."""

    id: str = Field(min_length=1)
    group: str
    """Who made it: a captioner, a painter, or the set that it is from; scores are told by group."""
    image: str
    """Name in the folder of images; empty where the file names none."""
    crop: tuple[float, float, float, float] | None = None
    """Left, top, right and bottom of the part that is shown, in pixels."""
    context: str = ""
    """What stands before it in its text, such as the question that it answers."""
    text: str = Field(min_length=1)
    label: Label
    position: int | None = Field(default=None, ge=0)
    """Its place in its text, from 0."""
    spans: tuple[Span, ...] = ()
    """The wrong words, where they are known."""
    error_type: ErrorType | None = None
    votes: Mapping[Label, int] = Field(default_factory=dict)
    """How many of the panel said what; empty where it is not known."""
    pair: str = ""
    """What a right and a wrong sentence have in common, or the two by two of Winoground."""
    side: str = ""
    """Which of its pair it is: `right` or `wrong`; in Winoground `c0i0`, `c0i1`, `c1i0`, `c1i1`."""
    domain: str = ""
    """What the picture shows, or the part of a set that it is from."""
    writer: str = ""
    """The model that wrote the sentence or drew the picture, where it is known."""
    judges: tuple[str, ...] = ()
    """The models of the panel, where they are known."""

    @model_validator(mode="after")
    def validate_spans(self) -> Self:
        """Refuse wrong words that do not stand in the sentence."""
        for start, end in self.spans:
            if not 0 <= start < end <= len(self.text):
                raise ValueError(f"the span {start}..{end} is not inside the sentence {self.text[:80]!r}")
        return self

    @property
    def wrong_words(self) -> tuple[str, ...]:
        """The texts of its spans."""
        return tuple(self.text[start:end] for start, end in self.spans)


class Writing(Row):
    """A text about one picture, sentence by sentence, with who made which of the two."""

    task: str
    """Its name within the sample, from which keys are made."""
    group: str
    """The captioner or painter by the name that the run gives it, or `made`."""
    image: str
    """Path relative to the run directory."""
    sha256: str
    sentences: tuple[str, ...]


class Vote(Row):
    """What one judge says of one sentence."""

    judge: str
    label: Label
    error_type: ErrorType | None = None
    words: tuple[str, ...] = ()
    """The wrong words, as they stand in the sentence."""
    dropped: int = 0
    """How many words it named, also when it was asked again, that do not stand in the sentence."""
    unread: bool = False
    """Whether `unknown` stands for a judgement that could not be read."""


class Ballot(Row):
    """What one judge says of all sentences of a text, in their order."""

    task: str
    judge: str
    votes: tuple[Vote, ...]


def find_spans(text: str, words: Sequence[str]) -> tuple[list[Span], list[str]]:
    """Where each of some words or phrases stands in a sentence, and those that do not stand there.

    Each is looked for behind the one before it, then from the beginning; case, the form of quotation marks
    and the width of white space do not count, and a word is found as a word, not inside another.
    """
    text = text.translate(_QUOTES)
    spans: list[Span] = []
    missing: list[str] = []
    behind = 0
    for word in words:
        said = word.translate(_QUOTES).strip()
        span = _find(text, said, behind) or _find(text, said, 0)
        if span is None or span in spans:
            missing += [word] if span is None else []
            continue
        spans.append(span)
        behind = span[1]
    return sorted(spans), missing


def _find(text: str, word: str, start: int) -> Span | None:
    if not word:
        return None
    # A word of Chinese or Japanese stands between others without a space, so that \b would not find it.
    edges = [r"(?<!\w)" if _is_letter(word[0]) else "", r"(?!\w)" if _is_letter(word[-1]) else ""]
    pattern = r"\s+".join(map(re.escape, word.split()))
    found = re.compile(f"{edges[0]}{pattern}{edges[1]}", re.IGNORECASE).search(text, start)
    return None if found is None else found.span()


def _is_letter(letter: str) -> bool:
    return letter.isalnum() and ord(letter) < 0x2E80
