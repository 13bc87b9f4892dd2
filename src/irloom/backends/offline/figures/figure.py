"""What a family makes of a problem, and how it says that it cannot."""

from collections.abc import Callable
from dataclasses import dataclass

from irloom.backends.offline.figures.statement import Statement


class Unsupported(Exception):
    """The text does not determine a figure that a family knows; the message says what is in the way."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a family: what it contains, what is read in it, and the script that draws it."""

    elements: tuple[str, ...]
    """Atomic facts, one sentence each."""
    labels: tuple[str, ...]
    """Every text that is drawn, as it is drawn; the given values are among them."""
    layout: tuple[str, ...]
    script: str
    considerations: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


Family = Callable[[Statement], Figure | None]
"""Gives a figure, None where the problem is about something else; raises Unsupported."""
EQUAL = "Equal aspect and hidden axes: lengths and angles are to scale."
GIVEN_ONLY = "Only what the problem gives is labelled: nothing calculated from it."
