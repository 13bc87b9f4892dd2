"""VisDrone-DET: photographs from drones in visible light, a text file with boxes beside each."""

import re
from pathlib import PurePosixPath

from irloom.sources.sets.entry import Entry, Marks
from irloom.sources.sets.fields import read_floats, read_lines
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, is_picture, scan_placed

_CLASSES = (
    *("ignored regions", "pedestrian", "people", "bicycle", "car", "van", "truck", "tricycle"),
    *("awning-tricycle", "bus", "motor", "others"),
)
_IGNORED = (0, len(_CLASSES) - 1)
_PART = re.compile(r"(train|val|test)", re.IGNORECASE)


def place(path: PurePosixPath) -> Place | None:
    """`…-train/images/x.jpg` and `…-train/annotations/x.txt` are one image."""
    part = path.parent.parent.name or "images"
    kind = path.parent.name.lower()
    if kind == "images" and is_picture(path):
        return Place(f"{part}/{path.stem}", "visible")
    if kind == "annotations" and path.suffix.lower() == ".txt":
        return Place(f"{part}/{path.stem}", "visible_boxes")
    return None


def read(data: bytes, marks: Marks) -> None:
    """Left, top, width, height, whether it counts, class, truncation, occlusion. Raises SourceError."""
    for number, fields in read_lines(data):
        values = read_floats(fields)
        if values is None or len(values) != 8 or not 0 <= values[5] < len(_CLASSES):
            marks.lose("line_invalid", f"line {number}, {','.join(fields)!r},")
            continue
        category = int(values[5])
        counts = values[4] != 0 and category not in _IGNORED
        marks.take(_CLASSES[category] if counts else None, values[:4])


def describe(entry: Entry) -> None:
    """The part is in the name of its folder, such as `VisDrone2019-DET-train`."""
    found = _PART.search(entry.id.partition("/")[0])
    entry.part = found[1].lower() if found else None


FORM = Form(
    name="visdrone",
    about="VisDrone2019-DET-{train,val,test-dev}/{images,annotations}",
    scan=scan_placed(place, read, describe),
    labels=frozenset(name for number, name in enumerate(_CLASSES) if number not in _IGNORED),
)
