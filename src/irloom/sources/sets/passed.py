"""What lies in the folder of a set and cannot be of use: nobody shall miss it unaware."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from irloom.sources.listing import UNREAD, is_hidden, is_thumbnail

_KIND = "kind_unread"
_TOLD = 10
"""More than one file in so many is of a kind that is not read, and it is told."""
_SAID = {
    "folder_linked": "are links to folders, which are not followed: move the folders there, or name one by "
    "--root",
    "name_no_unicode": "have a name that is no Unicode, and are left out: rename them",
    _KIND: "are of kinds that are not read: convert them first",
}


class Passed:
    """Counts by reason, with an example each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, reason: str, name: str) -> None:
        """Count what a walk leaves out; `name` may be no Unicode."""
        path = PurePosixPath(name)
        if not is_hidden(path) and not is_thumbnail(path):
            self.counts[reason] += 1
            self._examples.setdefault(reason, name.encode("utf-8", "backslashreplace").decode())

    def look(self, path: PurePosixPath) -> None:
        """Count a picture of a kind that is not read."""
        if path.suffix.lower() in UNREAD:
            self.add(_KIND, path.as_posix())

    def list_notices(self, images: int) -> Iterator[str]:
        """A sentence for each reason; a few of other kinds lie beside many pictures."""
        for reason, number in self.counts.items():
            if reason != _KIND or number * _TOLD > number + images:
                yield f"{number:,} in the folder {_SAID[reason]}, such as {self._examples[reason]}."
