"""M3FD: infrared and visible pictures of roads and campuses, aligned, with six classes."""

from pathlib import PurePosixPath

from irloom.sources.sets.bands import split_band
from irloom.sources.sets.entry import Marks
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, is_picture, scan_placed
from irloom.sources.sets.voc import read_voc

_NAMES = {"people": "person"}
_LABELS = frozenset({"person", "car", "bus", "motorcycle", "lamp", "truck"})


def place(path: PurePosixPath) -> Place | None:
    """`Ir/00001.png`, `Vis/00001.png` and `Annotation/00001.xml` are one pair."""
    if path.suffix.lower() == ".xml":
        return Place(path.stem, "boxes")
    found = split_band(path) if is_picture(path) else None
    return None if found is None else Place(path.stem, found[0])


def read(data: bytes, marks: Marks) -> None:
    """Labels are written with capitals, and people as `People`. Raises SourceError."""
    read_voc(data, marks, lambda label: _NAMES.get(label.lower(), label.lower()))


FORM = Form(name="m3fd", about="Ir, Vis, Annotation", scan=scan_placed(place, read), labels=_LABELS)
