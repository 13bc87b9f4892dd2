"""Finds the captions of an image that the others, the boxes or common decency speak against.

Several people described each photograph, so that one who saw something else stands out. A class that the
annotations do not have is unknown and speaks against nobody.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from irloom.agents.caption.hearsay import find_hearsay
from irloom.records import Box, RejectedCaption
from irloom.scene.nouns import mentioned

_FEWEST_OTHERS = 2
"""So many others must agree before one that disagrees is an outlier."""
_GROWN = re.compile(r"\b(?:adult|baby|male|female|kid) (?=\w)", re.IGNORECASE)
"""Words for people by themselves that say of an animal how old it is: an adult panda."""


def find_outliers(
    captions: Sequence[str], boxes: Sequence[Box], annotated: Collection[str]
) -> list[RejectedCaption]:
    """The captions of which no pair is made, each with its reason.

    `annotated` are the classes that the annotations have: where one of them has no box it is not there.
    """
    seen = {box.label for box in boxes}
    named = [mentioned(_GROWN.sub("", caption), annotated) for caption in captions]
    return [
        RejectedCaption(caption=index, original=caption, stage="consensus", reason=reason)
        for index, caption in enumerate(captions)
        for reason in [find_hearsay(caption) or _find_stranger(index, named, seen, annotated)]
        if reason is not None
    ]


def _find_stranger(
    index: int, named: Sequence[frozenset[str]], seen: Collection[str], annotated: Collection[str]
) -> str | None:
    """Why a caption is of another picture: what it names nobody else does, and what they name it does not."""
    others = [labels for place, labels in enumerate(named) if place != index]
    agreed = set(_list_agreed(others))
    strange = [
        label
        for label in sorted(named[index])
        if label in annotated and label not in seen and not any(label in labels for labels in others)
    ]
    if not strange or not agreed or named[index] & (agreed | set(seen)):
        return None
    return (
        f"it names {_list_words(strange)}, of which neither the other captions nor the boxes know, while "
        f"they agree on {_list_words(sorted(agreed))}"
    )


def _list_agreed(others: Sequence[frozenset[str]]) -> Iterator[str]:
    """What all but one of the others name, as long as these are enough."""
    counts = Counter(label for labels in others for label in labels)
    enough = max(_FEWEST_OTHERS, len(others) - 1)
    return (label for label, count in counts.items() if count >= enough)


def _list_words(labels: Sequence[str]) -> str:
    return ", ".join(repr(label) for label in labels)
