"""DroneVehicle: vehicles from above, in infrared and visible pictures with boxes of their own."""

import re
from pathlib import PurePosixPath

from irloom.sources.geometry import KeptBox
from irloom.sources.sets.entry import Entry, Marks
from irloom.sources.sets.files import Place, Role
from irloom.sources.sets.form import Form, is_picture, scan_placed
from irloom.sources.sets.voc import read_voc

_BORDER_PX = 100
_SIZE = (640, 512)
_BORDERED = (_SIZE[0] + 2 * _BORDER_PX, _SIZE[1] + 2 * _BORDER_PX)
_FOLDER = re.compile(r"(train|val|test)(img|label)(r?)", re.IGNORECASE)
_ROLES: dict[tuple[str, str], Role] = {
    ("img", "r"): "infrared",
    ("img", ""): "visible",
    ("label", "r"): "infrared_boxes",
    ("label", ""): "visible_boxes",
}
_NAMES = {
    "feright car": "freight car",
    "feright": "freight car",
    "freight": "freight car",
    "truvk": "truck",
}
_LABELS = frozenset({"car", "truck", "bus", "van", "freight car"})


def place(path: PurePosixPath) -> Place | None:
    """`train/trainimgr/00001.jpg` and what lies beside it under the same number are one pair."""
    found = _FOLDER.fullmatch(path.parent.name)
    if found is None:
        return None
    part, kind, infrared = (text.lower() for text in found.groups())
    fits = is_picture(path) if kind == "img" else path.suffix.lower() == ".xml"
    return Place(f"{part}/{path.stem}", _ROLES[kind, infrared]) if fits else None


def read(data: bytes, marks: Marks) -> None:
    """Boxes are those of the bordered picture, and are moved onto what is left of it. Raises SourceError."""
    read_voc(data, marks, mend_label)
    if marks.size in (None, _BORDERED):
        marks.boxes = [_move(box) for box in marks.boxes]
        marks.ignored = [_move(box) for box in marks.ignored]
        marks.size = _SIZE


def mend_label(label: str) -> str | None:
    """One of the five classes for whatever way it is written; None for `*`, which says nothing."""
    name = label.lower().replace("_", " ").strip()
    return None if name in ("", "*") else _NAMES.get(name, name)


def describe(entry: Entry) -> None:
    """The part stands in the id; pictures have a border, whether or not they have annotations."""
    entry.part = entry.id.partition("/")[0]
    if entry.size in (None, _SIZE):
        entry.size, entry.border = _SIZE, _BORDER_PX


def _move(box: KeptBox) -> KeptBox:
    x, y, width, height = box.bbox
    return box._replace(
        bbox=[x - _BORDER_PX, y - _BORDER_PX, width, height],
        polygons=[[value - _BORDER_PX for value in polygon] for polygon in box.polygons],
    )


FORM = Form(
    name="dronevehicle",
    about="{train,val,test}/{trainimg,trainimgr,trainlabel,trainlabelr} and so on",
    scan=scan_placed(place, read, describe),
    labels=_LABELS,
)
