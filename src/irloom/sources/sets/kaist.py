"""KAIST multispectral pedestrians: drives by day and night, thermal and visible frames aligned."""

import re
from pathlib import PurePosixPath

from irloom.errors import SourceError
from irloom.sources.sets.entry import Entry, Marks
from irloom.sources.sets.fields import read_floats, read_lines
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, is_picture, scan_placed

_FRAME = re.compile(r"(?:.*/)?(set\d\d)/(V\d\d\d)/(?:(lwir|visible)/)?(I\d+)\.(\w+)", re.IGNORECASE)
_NIGHT = ("set03", "set04", "set05", "set09", "set10", "set11")
_FIRST_OF_TEST = "set06"


def place(path: PurePosixPath) -> Place | None:
    """`set00/V000/lwir/I00000.jpg` with its visible frame and `set00/V000/I00000.txt` are one pair."""
    found = _FRAME.fullmatch(path.as_posix())
    if found is None:
        return None
    drive, video, camera, frame, suffix = found.groups()
    key = f"{drive.lower()}/{video.upper()}/{frame.upper()}"
    if camera is None:
        return Place(key, "boxes") if suffix.lower() == "txt" else None
    if not is_picture(path):
        return None
    return Place(key, "infrared" if camera.lower() == "lwir" else "visible")


def read(data: bytes, marks: Marks) -> None:
    """A first line that names the form, then label, left, top, width, height and seven further numbers.

    `people` is a group that nobody counted, and a set tenth of the numbers says not to count a box. A file
    with the first line alone says that nobody is there. Raises SourceError for another form.
    """
    lines = read_lines(data)
    _, first = next(lines, (0, []))
    if not "".join(first).lower().startswith("%bbgt"):
        raise SourceError("its first line does not begin with `% bbGt`, so it is no annotation of KAIST")
    for number, (label, *fields) in lines:
        values = read_floats(fields)
        if values is None or len(values) < 4:
            marks.lose("line_invalid", f"line {number}, {' '.join([label, *fields])!r},")
            continue
        ignored = len(values) > 9 and values[9] != 0
        crowd = label == "people"
        name = None if ignored else "person" if crowd else label
        marks.take(name, values[:4], crowd=crowd)


def describe(entry: Entry) -> None:
    """Drives are by day or by night; those of the second half are the test part."""
    drive, video, _ = entry.id.split("/")
    entry.part = "train" if drive < _FIRST_OF_TEST else "test"
    entry.sequence = f"{drive}/{video}"
    entry.scene["hours"] = "night" if drive in _NIGHT else "day"


FORM = Form(
    name="kaist",
    about="set00/V000/{lwir,visible} with annotations in set00/V000/I00000.txt",
    scan=scan_placed(place, read, describe),
    labels=frozenset({"person", "cyclist"}),
    polarity="white_hot",
)
