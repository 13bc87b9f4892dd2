"""M3FD: infrared and visible pictures of roads and campuses, aligned, with six classes."""

from irloom.sources.sets.entry import Marks
from irloom.sources.sets.form import Form, scan_placed
from irloom.sources.sets.numbered import place_numbered
from irloom.sources.sets.voc import read_voc

_NAMES = {"people": "person"}
_LABELS = frozenset({"person", "car", "bus", "motorcycle", "lamp", "truck"})


def read(data: bytes, marks: Marks) -> None:
    """Labels are written with capitals, and people as `People`. Raises SourceError."""
    read_voc(data, marks, lambda label: _NAMES.get(label.lower(), label.lower()))


FORM = Form(name="m3fd", about="Ir, Vis, Annotation", scan=scan_placed(place_numbered, read), labels=_LABELS)
