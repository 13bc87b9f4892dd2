"""Any set in YOLO's form: a text file of the same name for each picture, and a file with the classes."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from irloom.errors import SourceError
from irloom.sources.sets.entry import Entry, Marks
from irloom.sources.sets.fields import read_floats, read_lines
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, Task, name_part, scan_placed
from irloom.sources.sets.joined import choose_place
from irloom.sources.sets.plain import KNOWN_BY
from irloom.sources.sets.yolo_names import read_names

_LISTS = frozenset({"classes", "train", "val", "valid", "test", "trainval", "readme", "notes"})
"""Text files that annotate no picture."""
_FEWEST = 7
"""Numbers of an outline, its class included; it always has an odd number of them."""


def scan(task: Task) -> Iterator[Entry]:
    """Every picture of which it is known what it is, with its objects. Raises ConfigError without classes."""
    classes = read_names(task.files, task.say)
    place = choose_place(task.options, ".txt")

    def place_labels(path: PurePosixPath) -> Place | None:
        listing = path.suffix.lower() == ".txt" and path.stem.lower() in _LISTS
        return None if listing else place(path)

    yield from scan_placed(place_labels, lambda data, marks: read(data, marks, classes), describe)(task)


def read(data: bytes, marks: Marks, classes: Sequence[str]) -> None:
    """Class with centre, width and height in shares of the picture, or with an outline of points.

    A sixth number is how sure a detector was. Raises SourceError for what is no text, or in pixels.
    """
    for number, fields in read_lines(data):
        values = read_floats(fields)
        if values is None or not _fits(values):
            marks.lose("line_invalid", f"line {number}, {' '.join(fields)!r},")
            continue
        if max(values[1:5]) > 2:
            raise SourceError(f"line {number} has {values[1:5]}: these are no shares of the picture")
        category, numbers = int(values[0]), values[1:]
        if not 0 <= category < len(classes):
            marks.lose("category_unknown", f"class {category} of line {number}")
        elif len(numbers) < 6:
            x, y, width, height = numbers[:4]
            marks.take(classes[category], [x - width / 2, y - height / 2, width, height], shares=True)
        else:
            xs, ys = numbers[0::2], numbers[1::2]
            box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
            marks.take(classes[category], box, polygons=[numbers], shares=True)


def _fits(values: Sequence[float]) -> bool:
    outline = len(values) >= _FEWEST and len(values) % 2 == 1
    return (len(values) in (5, 6) or outline) and values[0].is_integer()


def describe(entry: Entry) -> None:
    """Folders may be called `train`, `val` and `test`."""
    entry.part = name_part(PurePosixPath(next(entry.pictures())))


FORM = Form(
    name="yolo", about=f"data.yaml or classes.txt, and text files beside pictures in {KNOWN_BY}", scan=scan
)
