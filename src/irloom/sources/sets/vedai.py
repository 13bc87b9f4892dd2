"""VEDAI: vehicles from the air in colour and near infrared, with turned boxes."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from irloom.sources.sets.entry import Entry, Loss, Marks
from irloom.sources.sets.fields import read_floats, read_lines
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, Task, is_picture, scan_placed

_CLASSES = {
    1: "car",
    2: "truck",
    4: "tractor",
    5: "camping car",
    7: "motorcycle",
    8: "bus",
    9: "van",
    10: "other",
    11: "pickup",
    23: "boat",
    31: "plane",
}
_PICTURE = re.compile(r"(\d{8})_(co|ir)")
_NUMBER = re.compile(r"\d{8}")
_UNKNOWN_M, _PIXEL_M = 10.0, 0.125
"""How wide the ground is that stays open around a bare centre, and what a pixel of 1024 is of it."""


def place(path: PurePosixPath) -> Place | None:
    """`00000001_co.png`, `00000001_ir.png` and `00000001.txt`, in folders for 512 and for 1024 pixels.

    Lists of folds and the one file with all annotations are passed over: their names are no numbers.
    """
    size = "512" if is_small(path) else "1024"
    picture = _PICTURE.fullmatch(path.stem)
    if picture is not None and is_picture(path):
        return Place(f"{size}/{picture[1]}", "infrared" if picture[2] == "ir" else "visible")
    if path.suffix.lower() == ".txt" and _NUMBER.fullmatch(path.stem):
        return Place(f"{size}/{path.stem}", "boxes")
    return None


def is_small(path: PurePosixPath) -> bool:
    """Whether a file is of the pictures of 512 pixels."""
    return path.parent.name.endswith("512")


def read(data: bytes, marks: Marks) -> None:
    """Centre, angle, class, contained, occluded and four corners; or centre, class and the two of them.

    Raises SourceError for what is no text.
    """
    side_px = _UNKNOWN_M / _PIXEL_M / (2 if is_small(PurePosixPath(marks.file)) else 1)
    for number, fields in read_lines(data):
        values = read_floats(fields)
        if values is not None and len(values) == 14:
            _take_corners(marks, values[3], values[6:10], values[10:14])
        elif values is not None and len(values) == 5:
            _take_centre(marks, values, side_px)
        else:
            marks.lose("line_invalid", f"line {number}, {' '.join(fields)!r},")


def _take_corners(marks: Marks, category: float, xs: list[float], ys: list[float]) -> None:
    polygon = [value for point in zip(xs, ys, strict=True) for value in point]
    box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
    marks.take(_CLASSES.get(int(category)), box, polygons=[polygon])
    if int(category) not in _CLASSES:
        marks.notes["class_unknown"] += 1


def _take_centre(marks: Marks, values: list[float], side: float) -> None:
    """No box, since nobody gave its extent; but something is there, so its surroundings stay open."""
    x, y = values[:2]
    marks.lose("box_without_extent", f"{_CLASSES.get(int(values[2]), values[2])!r} at {x:g}, {y:g}")
    marks.take(None, [x - side / 2, y - side / 2, side, side])


def describe(entry: Entry) -> None:
    """Both sizes show the same place, so they never part."""
    entry.sequence = entry.id.partition("/")[2]


_SCAN_ALL = scan_placed(place, read, describe)


def scan(task: Task) -> Iterator[Entry]:
    """Each place once: of a picture that is there in both sizes the smaller one is counted and left."""
    large = set[str | None]()
    for entry in _SCAN_ALL(task):  # in the order of ids, so that those of 1024 pixels come first
        if entry.id.startswith("1024/"):
            large.add(entry.sequence)
        elif entry.sequence in large:
            task.lose(Loss("pictures", "smaller_copy", entry.id))
            continue
        yield entry


FORM = Form(
    name="vedai",
    about="Vehicules512 or Vehicules1024 beside Annotations512 or Annotations1024",
    scan=scan,
    labels=frozenset(_CLASSES.values()) - {"other"},
    band="nir",
    films=False,
)
