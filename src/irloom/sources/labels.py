"""Which labels name no object, such as those that mark what annotators left out."""

import re
from collections.abc import Iterable

_BETWEEN = re.compile(r"[\s_\-'’`]+")


class IgnoredLabels:
    """Labels to leave out, in whatever spelling: `DontCare` is also `don't care`, `others` also `Other`."""

    def __init__(self, labels: Iterable[str]) -> None:
        self._spelt = frozenset(filter(None, map(_fold, labels)))

    def __contains__(self, label: str) -> bool:
        return _fold(label) in self._spelt


def _fold(label: str) -> str:
    """What the spellings of a label have in common; a question mark stays, since it makes another label."""
    return _BETWEEN.sub("", label.casefold()).removesuffix("s")
