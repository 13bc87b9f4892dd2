"""Which sentences of a text a picture can bear out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from irloom.agents.detecting import Spectrum
from irloom.records import Instruction, Turn, without_marks
from irloom.scene.statements import is_general, leaves_open
from irloom.sentences import split_sentences

_FEWEST_WORDS = 4
"""An answer of fewer words, such as "Yes." or "Two dogs.", says nothing without its question."""
_WORD = re.compile(r"\w+")
_HEAT = re.compile(
    r"(?i)\b(?:warm(?:er|est|th)?|cool(?:er|est)?|cold(?:er|est)?|hot(?:ter|test)?(?! dogs?\b)"
    r"|bright(?:er|est)?|dark(?:er|est)?|heat|temperatures?)\b"
)
"""What only the infrared picture shows."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, with its question before it where it says nothing alone."""

    text: str
    can_be_seen: bool
    """Whether the picture can bear it out; what cannot be told, advice and common knowledge are not asked."""


def split_caption(text: str) -> list[str]:
    """The sentences of a caption; the whole of it where it has no words that make one."""
    clean = without_marks(text)
    return [one.text for one in split_sentences(clean)] or [clean]


def list_statements(instruction: Instruction, on: Spectrum) -> list[Statement]:
    """What the answers of an instruction say, sentence by sentence; questions claim nothing by themselves."""
    return [statement for turn in instruction.turns for statement in _list_statements(turn, on)]


def _list_statements(turn: Turn, on: Spectrum) -> Iterator[Statement]:
    question = without_marks(turn.question)
    for sentence in split_caption(turn.answer):
        is_short = len(_WORD.findall(sentence)) < _FEWEST_WORDS
        text = f"{question} {sentence}" if is_short else sentence
        yield Statement(text, _can_be_seen(sentence, text, on))


def _can_be_seen(sentence: str, text: str, on: Spectrum) -> bool:
    if leaves_open(sentence) or is_general(sentence):
        return False
    return on == "infrared" or not _HEAT.search(text)
