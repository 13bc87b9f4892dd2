"""What a published form of labelled sentences is: how it is known, and how it is read."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

from pydantic import ValidationError

from irloom.alignment import LabelledSentence
from irloom.pipelines.evaluate.detect.forms.document import BROKEN, Document
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger, Unusable

ReadRecord = Callable[[str, Any], Iterable[LabelledSentence]]
"""The sentences of a record that stands somewhere; raises Unusable."""


class Pick(Protocol):
    """Knows which images are in the folder."""

    def __call__(self, names: Sequence[str], /) -> str:
        """Of the names by which a set may mean an image, the one that is in the folder; else the first."""
        ...

    def measure(self, name: str, /) -> tuple[int, int] | None:
        """Width and height of an image as it is shown; None where that is not known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A published form."""

    name: str
    """As `--form` and the column `set` have it."""
    expects: str
    """What it looks like, for whoever gives something else."""
    recognise: Callable[[Document], bool]
    read: Callable[[Document, Ledger, Pick], Iterator[LabelledSentence]]
    """Every sentence that can be used; what cannot be is left out and counted."""


def read_records(
    records: Iterable[tuple[str, Any]], read: ReadRecord, ledger: Ledger
) -> Iterator[LabelledSentence]:
    """The sentences of all records that can be used."""
    for where, record in records:
        try:
            sentences = [] if record is BROKEN else list(read(where, record))
            if record is BROKEN:
                raise Unusable("a line that is no JSON")
        except Unusable as error:
            ledger.leave_out(where, error)
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            ledger.leave_out(where, Unusable("a record that fits no labelled sentence", said))
        else:
            yield from sentences


def require_text(record: Any, name: str) -> str:
    """A text of a record that is there and says something. Raises Unusable."""
    found = record.get(name) if isinstance(record, dict) else None
    if not isinstance(found, str) or not found.strip():
        raise Unusable(f"a record without `{name}`", found)
    return found


def list_texts(record: dict[str, Any], *names: str) -> list[str]:
    """The texts that a record has under some names, without the empty ones."""
    return [text.strip() for name in names if isinstance(text := record.get(name), str) and text.strip()]


def name_sentence(group: str, image: str, text: str, *more: object) -> str:
    """An id that follows from what a sentence is and about, wherever it stands in its file."""
    digest = hashlib.sha256(repr((group, image, text, *more)).encode()).hexdigest()
    return f"{_shorten(group, 12)}-{_shorten(PurePosixPath(image).stem, 16)}-{digest[:8]}"


def _shorten(name: str, most: int) -> str:
    """Letters and digits of a name, at most so many: of a longer one its end, where names differ."""
    return (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "none")[-most:].lstrip("-")
