"""What `data/edits.toml` holds: values to propose, what they suit, and the words for every change."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from irloom.backends.chat.vocabulary import SYNONYMS
from irloom.edits import Subcategory
from irloom.records import Row


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


@cache
def read_phrasebook() -> Phrasebook:
    """The embedded file."""
    return Phrasebook.model_validate(
        tomllib.loads(resources.files("irloom").joinpath("data/edits.toml").read_text("utf-8"))
    )
