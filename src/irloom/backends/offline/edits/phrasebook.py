"""What `data/edits.toml` holds: values to propose, what they suit, and the words for every change."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from irloom.backends.offline.chat.english import article_for, capitalise, end_sentence
from irloom.edits import Subcategory
from irloom.records import Row
from irloom.scene.nouns import SYNONYMS, plural, singular
from irloom.toml_files import parse_toml


class Phrases(Row):
    """What is said of one change; the file's head names the slots."""

    base: str
    point: str
    instruction: str
    order: tuple[str, ...]
    state: tuple[str, ...]
    fragment: tuple[str, ...]
    now: str
    instead: str | None = None


class Heads(Row):
    """How queries begin."""

    search: tuple[str, ...]
    elliptic: tuple[str, ...]
    negative: tuple[str, ...]


class Phrasebook(Row):
    """The whole file."""

    values: Mapping[Subcategory, tuple[str, ...]]
    kinds: Mapping[str, tuple[str, ...]]
    fits: Mapping[str, Mapping[Subcategory, tuple[str, ...]]]
    shown: Mapping[Subcategory, Mapping[str, tuple[str, ...]]]
    indoors: tuple[str, ...]
    flying: tuple[str, ...]
    outdoors: tuple[str, ...]
    heads: Heads
    phrases: Mapping[Subcategory, Mapping[str, Any]]

    def find_phrases(self, subcategory: Subcategory, value: str) -> Phrases:
        """The words for a change to a value, known or not."""
        table = dict(self.phrases[subcategory])
        special = table.pop("values", {})
        return Phrases.model_validate(table | special.get(value, {}))

    def find_kind(self, label: str) -> str:
        """Whether a label names a "person", an "animal" or a "thing"."""
        for kind, labels in self.kinds.items():
            named = {word for name in labels for word in (name, *SYNONYMS.get(name, "").split())}
            if label.lower() in named:
                return kind
        return "thing"

    def list_fitting(self, subcategory: Subcategory, label: str) -> tuple[str, ...]:
        """The values that suit an object with this label."""
        return self.fits[self.find_kind(label)].get(subcategory, self.values[subcategory])


_IN_USE: ContextVar[Path | None] = ContextVar("phrasebook", default=None)


@contextmanager
def using_phrasebook(path: Path | None) -> Iterator[None]:
    """Have a block read another file than the embedded one, such as one that a run kept."""
    before = _IN_USE.set(path)
    try:
        yield
    finally:
        _IN_USE.reset(before)


def read_phrasebook() -> Phrasebook:
    """The file in use."""
    return _load(_IN_USE.get())


@cache
def _load(path: Path | None) -> Phrasebook:
    file = path or resources.files("irloom").joinpath("data/edits.toml")
    return Phrasebook.model_validate(parse_toml(file.read_text("utf-8")))


_DETERMINED = re.compile(r"(?i)(?:the|an?|another|one|some|his|her|their|its|all|both|each|every)\b|\w+'s\b")
_NOUNS: frozenset[Subcategory] = frozenset({"addition", "replace"})
"""Subcategories whose value is a thing's name."""


def fill(phrase: str, slots: Mapping[str, str]) -> str:
    """Put the slots' values in, with single spaces."""
    return " ".join(phrase.format_map(slots).split())


def decapitalise(text: str) -> str:
    """Make the first letter small, unless the word is written in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def make_sentence(clause: str) -> str:
    """A clause as a sentence by itself."""
    return end_sentence(capitalise(clause))


def name_slots(subcategory: Subcategory, value: str, what: str) -> dict[str, str]:
    """The slots that any change has, by what becomes of what."""
    noun = singular(value) if subcategory in _NOUNS else value
    return {
        "it": decapitalise(what) if _DETERMINED.match(what) else f"the {what}",
        "value": value,
        "a": noun if _DETERMINED.match(noun) else f"{article_for(noun)} {noun}",
        "be": "is",
        "are": "is" if value.startswith("one ") else "are",
    }


def count_more(value: str, label: str) -> str:
    """So many more of a label: "one more dog", "two more people"."""
    return f"{value} {singular(label) if value.startswith('one ') else plural(label)}"
