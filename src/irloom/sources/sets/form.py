"""What is known of a published set, and how most of them are read: file by file, grouped by image."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from irloom.errors import SourceError
from irloom.sources.collector import Progress
from irloom.sources.labels import IgnoredLabels
from irloom.sources.listing import SUFFIXES
from irloom.sources.sets.entry import Entry, Loss, Marks, Names
from irloom.sources.sets.files import Group, Place, SetFiles
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.record import Band, Polarity


@dataclass(frozen=True, slots=True)
class Task:
    """What a form reads, and how the user wants it."""

    files: SetFiles
    options: SetOptions
    lose: Callable[[Loss], None]
    """Takes what belongs to no image."""
    say: Callable[[str], None]
    """Takes what was found out of the set, for whoever looks at it."""
    cache: Path | None
    progress: Progress

    @property
    def names(self) -> Names:
        """What labels are called."""
        return Names(self.options.classes, IgnoredLabels(self.options.ignore_labels))


Scan = Callable[[Task], Iterator[Entry]]


@dataclass(frozen=True, slots=True)
class Form:
    """One published set, or one way to write annotations."""

    name: str
    about: str
    """The folders that it is known by, for people."""
    scan: Scan
    labels: frozenset[str] | None = None
    """What it annotates wherever it appears; None for whatever some box is called."""
    band: Band = "thermal"
    polarity: Polarity = "unknown"
    licence: str | None = None
    films: bool = True
    """Whether its sequences are films; else they are stills that show one place, and must not part."""


def scan_placed(
    place: Callable[[PurePosixPath], Place | None],
    read: Callable[[bytes, Marks], None] | None = None,
    describe: Callable[[Entry], None] = lambda entry: None,
) -> Scan:
    """A scan that gathers the files of an image by `place`, reads their annotations, and describes it.

    `read` raises SourceError for a file that is none of the form.
    """

    def scan(task: Task) -> Iterator[Entry]:
        for group in task.files.group(place):
            found = list(choose_pictures(group, task.options))
            if not found:
                task.lose(_miss(group))
            for entry in found:
                if read is not None:
                    _annotate(entry, group, task, read)
                describe(entry)
                yield entry

    return scan


def choose_pictures(group: Group, options: SetOptions) -> Iterator[Entry]:
    """An entry with the pictures that are wanted; several where one name has several suffixes, or none."""
    infrared = [] if options.pictures == "visible" else group.files.get("infrared", [])
    visible = [] if options.pictures == "infrared" else group.files.get("visible", [])
    own = infrared or visible
    partners = {_choose_partner(name, visible) for name in infrared}
    spare = [name for name in visible if infrared and name not in partners]
    for name in own:
        key = f"{group.key}{PurePosixPath(name).suffix}" if len(own) > 1 else group.key
        partner = _choose_partner(name, visible)
        raw = group.first("temperatures")
        entry = Entry(key, partner, name, raw) if infrared else Entry(key, name)
        if spare:
            entry.note("partner_second")
            what = f"{spare[0]!r}, where {partner!r} is taken,"
            entry.losses.append(Loss("images", "partner_second", what))
        yield entry


def _choose_partner(name: str, others: Sequence[str]) -> str | None:
    """Of several pictures of one name the one of the same kind of file, else the first."""
    suffix = PurePosixPath(name).suffix.lower()
    alike = [other for other in others if PurePosixPath(other).suffix.lower() == suffix]
    return next(iter([*alike, *others]), None)


def _miss(group: Group) -> Loss:
    """What a group without a wanted picture is."""
    unwanted = group.first("visible") or group.first("infrared")
    if unwanted is not None:
        return Loss("pictures", "picture_not_wanted", unwanted)
    return Loss("annotations", "annotation_orphan", next(iter(group.files.values()))[0])


def _annotate(entry: Entry, group: Group, task: Task, read: Callable[[bytes, Marks], None]) -> None:
    """Read the annotations of the picture that is looked at; those of the other are of other pixels."""
    own = group.files.get("infrared_boxes" if entry.infrared else "visible_boxes", ())
    name, *others = (*own, *group.files.get("boxes", ())) or (None,)
    if name is None:
        entry.note("annotation_missing")
        entry.losses.append(Loss("images", "annotation_missing", next(entry.pictures())))
        return
    if others:
        entry.note("annotation_second")
        what = f"{others[0]!r}, where {name!r} is read,"
        entry.losses.append(Loss("annotations", "annotation_second", what, len(others)))
    marks = Marks(task.names, name)
    try:
        read(task.files.read(name), marks)
    except SourceError as error:
        entry.fault = f"{name}: {error}"
        entry.losses.append(Loss("annotations", "annotation_unreadable", entry.fault))
        return
    entry.mark(marks)


def is_picture(path: PurePosixPath) -> bool:
    """Whether a file is of a kind that is read."""
    return path.suffix.lower() in SUFFIXES


def name_part(path: PurePosixPath) -> str | None:
    """`train`, `val` or `test` where a folder on the way is called so."""
    for folder in path.parts[:-1]:
        for part, spellings in _PARTS.items():
            if folder.lower() in spellings:
                return part
    return None


_PARTS = {
    "train": ("train", "training"),
    "val": ("val", "valid", "validation"),
    "test": ("test", "testing"),
}
