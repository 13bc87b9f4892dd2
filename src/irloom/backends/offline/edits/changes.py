"""One change of a photograph, and what is said of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from irloom.backends.offline.edits.photograph import Target
from irloom.backends.offline.edits.phrasebook import (
    Phrases,
    count_more,
    decapitalise,
    fill,
    make_sentence,
    name_slots,
    read_phrasebook,
)
from irloom.backends.offline.edits.places import Spot
from irloom.edits import WHOLE_IMAGE, Step, Subcategory
from irloom.errors import ModelReplyError
from irloom.scene.nouns import plural, singular


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an object, of a free place, or of the image as a whole."""

    subcategory: Subcategory
    value: str
    target: Target | None = None
    spot: Spot | None = None
    """Where something is added."""

    @property
    def base(self) -> str:
        """What it shares with its siblings."""
        return fill(read_phrasebook().find_phrases(self.subcategory, self.value).base, self._slots())

    @property
    def point(self) -> str:
        """What it alone has."""
        return fill(read_phrasebook().find_phrases(self.subcategory, self.value).point, self._slots())

    @property
    def state(self) -> str:
        """What is so afterwards, as a clause."""
        return fill(read_phrasebook().find_phrases(self.subcategory, self.value).state[0], self._slots())

    @property
    def labels(self) -> frozenset[str]:
        """Labels that it speaks of."""
        named = {self.value} if self.subcategory in {"replace", "addition"} else set()
        return frozenset(named | ({self.target.thing.label} if self.target else set()))

    @property
    def step(self) -> Step:
        """The same for the editor."""
        phrases = read_phrasebook().find_phrases(self.subcategory, self.value)
        return Step(
            subcategory=self.subcategory,
            instruction=make_sentence(fill(phrases.instruction, self._slots())),
            target=self.target.number if self.target else None,
            what=self._call(),
            value=self.value,
            region=self.spot.region if self.spot else None,
        )

    def _call(self) -> str:
        return self.target.call(singular(self.target.thing.label)) if self.target else ""

    def _slots(self) -> dict[str, str]:
        slots = name_slots(self.subcategory, self.value, self._call())
        if self.spot is not None:
            slots["place"] = self.spot.words
        if self.target is not None:
            label = self.target.thing.label
            like = "" if self.target.name == "the {}" else f" like {self.target.call('one')}"
            slots |= {"more": count_more(self.value, label) + like, "many": plural(label)}
        return slots


_WHOLE = "whole image"
_NO_VALUE = "-"
_CAPTURED = ("place", "more")
"""Slots that only the instruction tells."""
_NEEDS_NO_OBJECT: frozenset[Subcategory] = WHOLE_IMAGE | {"addition"}


@dataclass(frozen=True, slots=True)
class Told:
    """One line, such as `- color | the car on the left | blue | Make the car on the left blue.`, in parts."""

    subcategory: Subcategory
    what: str
    value: str
    instruction: str

    @property
    def is_clear(self) -> bool:
        """Whether it says enough for the phrases of its kind to be used.

        Foreign words for a number may mean fewer as well as more, so that these have to be quoted.
        """
        named = self.what != _WHOLE or self.subcategory in _NEEDS_NO_OBJECT
        valued = bool(self.value) or self.subcategory == "remove"
        return named and valued and (self.subcategory != "count" or self._match() is not None)

    @property
    def phrases(self) -> Phrases:
        """The words for it."""
        return read_phrasebook().find_phrases(self.subcategory, self.value)

    @property
    def orders(self) -> Sequence[str]:
        """Ways to order it: phrases, or the instruction itself where that is not of our making."""
        return self.phrases.order if self._match() else ("{instruction}",)

    @property
    def quotation(self) -> str:
        """The instruction as a clause; what a second sentence adds is for the editor alone."""
        return decapitalise(re.split(r"[.!]\s", self.instruction)[0].rstrip(" .!"))

    def slots(self) -> dict[str, str]:
        """What the slots of its phrases stand for."""
        named = self._named()
        if match := self._match():
            named |= match.groupdict()
        named["place"] = named["place"].removesuffix(" of the image")
        return named

    def _named(self) -> dict[str, str]:
        named = name_slots(self.subcategory, self.value, self.what)
        return named | {"place": "", "more": "", "many": "", "instruction": self.quotation}

    def _match(self) -> re.Match[str] | None:
        """Find the slots in an instruction that `Change` wrote."""
        unknown = {name: f"@{name}@" for name in _CAPTURED}
        pattern = re.escape(fill(self.phrases.instruction, self._named() | unknown))
        for name, mark in unknown.items():
            pattern = pattern.replace(mark, f"(?P<{name}>.+)")
        return re.fullmatch(pattern, self.quotation)


def read_told(changes: str) -> list[Told]:
    """Read the slot; another form is a ModelReplyError."""
    told = [_read_line(line) for line in changes.splitlines() if line.strip()]
    if not told:
        raise ModelReplyError("there is no change to phrase")
    return told


def _read_line(line: str) -> Told:
    fields = [field.strip() for field in line.strip().removeprefix("- ").split("|", 3)]
    kinds = [name for name in get_args(Subcategory) if name == fields[0] != "complex"]
    if len(fields) != 4 or not kinds:
        raise ModelReplyError(f"a change reads {line!r}: write it as `- kind | what | becomes | instruction`")
    _, what, value, instruction = fields
    return Told(kinds[0], what, "" if value == _NO_VALUE else value, instruction)
