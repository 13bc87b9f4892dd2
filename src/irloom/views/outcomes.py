"""What outcomes are called: a flow may have another word for one, which people read and type."""

from collections.abc import Mapping
from typing import get_args

from irloom.errors import ConfigError
from irloom.records import Outcome

Labels = Mapping[str, str]
"""A flow's own words by outcome; the others go by their names."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def name_outcome(outcome: str, labels: Labels) -> str:
    """The word for an outcome."""
    return labels.get(outcome, outcome)


def name_within(text: str, labels: Labels) -> str:
    """A short remark such as `color accepted` or `accepted in round 2`, in the flow's words."""
    return " ".join(name_outcome(word, labels) for word in text.split(" "))


def find_outcome(word: str, labels: Labels) -> Outcome:
    """The outcome that goes by a word, be it its name or the flow's; ConfigError for none."""
    for outcome in OUTCOMES:
        if word in (outcome, name_outcome(outcome, labels)):
            return outcome
    known = ", ".join(name_outcome(outcome, labels) for outcome in OUTCOMES)
    raise ConfigError(f"--outcome: {word!r} is none of {known}.")
