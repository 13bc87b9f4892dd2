"""Changes the last step of an edit that was rejected, so that it may succeed."""

from collections.abc import Sequence
from random import Random

from irloom.backends.offline.edits.families import list_families
from irloom.backends.offline.edits.photograph import Photograph
from irloom.backends.offline.edits.targets import Nothing
from irloom.edits import Step


def revise(
    steps: Sequence[Step], photograph: Photograph, reasons: str, taken: str, random: Random
) -> list[Step]:
    """The same steps with another value for the last one, or as they are where there is no other.

    What is removed has no value, so that another object is. What the reasons quote was tried already, and
    what siblings are told in `taken` is theirs.
    """
    *kept, last = steps
    numbers = {step.target for step in kept}
    labels = {target.thing.label for target in photograph.targets if target.number in numbers}
    found = _list_others(last, photograph.without(labels | {step.value for step in kept}))
    others = [step for step in found if step.instruction not in reasons and step.instruction not in taken]
    return [*kept, random.choice(others) if others else last]


def _list_others(last: Step, photograph: Photograph) -> list[Step]:
    """What the families of this step hold beside it."""
    try:
        families = list_families(last.subcategory, photograph)
    except Nothing:
        return []
    found = [[change.step for change in family] for family in families]
    return [
        step
        for family in found
        if any((step.target, step.region) == (last.target, last.region) for step in family)
        for step in family
        if (step.target, step.value.casefold()) != (last.target, last.value.casefold())
    ]
