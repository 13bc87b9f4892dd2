"""Fills the slots of the phrases in `data/edits.toml`."""

import re
from collections.abc import Mapping

from irloom.backends.chat.english import article_for, capitalise, end_sentence
from irloom.backends.chat.nouns import plural, singular
from irloom.edits import Subcategory

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
