"""Opens what the user gives: the folders of published sets, and pictures that somebody counted by hand."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from irloom.question_sets.ledger import Source
from irloom.question_sets.template.counts_file import SOURCE, read_counts
from irloom.question_sets.template.told import Told, Unusable, tell
from irloom.sources.location import require_folder
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.reader import IndexedSet
from irloom.sources.sets.record import SetImage
from irloom.sources.sets.registry import open_set


class Opened(NamedTuple):
    """One set, ready to be gone through once."""

    name: str
    """As tasks call it."""
    root: Path
    images: Iterable[Told | Unusable]
    source: Source
    notices: tuple[str, ...] = ()
    """What is lost of its annotations, in sentences."""


def open_all(
    folders: Mapping[str, Path], counts: Path | None, counted: Path | None, closes: ExitStack
) -> Iterator[Opened]:
    """The sets by name, and the counted pictures; `closes` lets go of them in the end. Raises ConfigError."""
    for name, folder in folders.items():
        yield _open_set(name, folder, closes)
    if counts is not None and counted is not None:
        yield _open_counts(counts, require_folder(counted, "--counted"))


def open_infrared(name: str, folder: Path) -> IndexedSet:
    """The infrared pictures of a set; the caller closes it. Raises ConfigError."""
    return open_set(name, folder, SetOptions(pictures="infrared"))


def digest_reader(reader: IndexedSet) -> str:
    """One digest of all that was read of a set."""
    return hashlib.sha256(repr(sorted(reader.digests.items())).encode()).hexdigest()


def _open_set(name: str, folder: Path, closes: ExitStack) -> Opened:
    reader = closes.enter_context(closing(open_infrared(name, folder)))
    images = (tell(image, name, reader.labels) for image in reader)
    source = Source(
        name=reader.name, sha256=digest_reader(reader), images=len(reader), licence=_find_licence(reader)
    )
    return Opened(name, reader.root, images, source, reader.notices)


def _find_licence(reader: Iterable[SetImage]) -> str | None:
    return next((image.licence for image in reader), None)


def _open_counts(counts: Path, root: Path) -> Opened:
    images = list(read_counts(counts, root))
    digest = hashlib.sha256(counts.read_bytes()).hexdigest()
    return Opened(SOURCE, root, images, Source(name=SOURCE, sha256=digest, images=len(images)))
