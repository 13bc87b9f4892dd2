"""One change of a photograph, and what is said of it."""

from dataclasses import dataclass

from irloom.backends.chat.editing.photograph import Target
from irloom.backends.chat.editing.phrasebook import read_phrasebook
from irloom.backends.chat.editing.places import Spot
from irloom.backends.chat.editing.wording import count_more, fill, make_sentence, name_slots
from irloom.backends.chat.nouns import plural, singular
from irloom.edits import Step, Subcategory


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
