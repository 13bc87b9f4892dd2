"""LSOTB-TIR: thermal videos in which one object is followed, for training and for evaluation."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import PurePosixPath

from irloom.errors import SourceError
from irloom.sources.sets.entry import Entry, Loss, Marks
from irloom.sources.sets.fields import read_floats, read_lines
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, Task, is_picture, scan_placed
from irloom.sources.sets.voc import read_voc

_TRAINING = re.compile(r"(?:.*/)?(TrainingData|Annotations)/(?:.*/)?([^/]+/[^/]+)/(\d+)\.\w+", re.IGNORECASE)
_EVALUATION = re.compile(r"(?:.*/)?([^/]+)/img/(\d+)\.\w+", re.IGNORECASE)
_NO_CLASSES = frozenset({"street", "crowd", "couple", "face", "head"})
"""How sequences are called that are no kind of object; `classes` of the options may name one."""
Lines = dict[int, list[float] | None]
"""Boxes by the number of their line, which begins at 1; None where it holds none, empty ones left out."""
_PLATFORMS = {"D": "drone", "H": "hand-held", "S": "surveillance", "V": "vehicle"}


def scan(task: Task) -> Iterator[Entry]:
    """Both trees, as far as they are there."""
    yield from scan_placed(place_training, partial(_read_training, task), describe_training)(task)
    yield from _add_truth(task, scan_placed(place_frame)(task))


def place_training(path: PurePosixPath) -> Place | None:
    """`TrainingData/TIR_training_001/dog_001/00000001.jpg`, and the same below `Annotations` as XML."""
    found = _TRAINING.fullmatch(path.as_posix())
    if found is None:
        return None
    key = f"{found[2]}/{found[3]}"
    if found[1].lower() == "annotations":
        return Place(key, "boxes") if path.suffix.lower() == ".xml" else None
    return Place(key, "infrared") if is_picture(path) else None


def _read_training(task: Task, data: bytes, marks: Marks) -> None:
    """Objects go by their own name, or by that of the sequence where it is a number of a word list."""
    sequence = PurePosixPath(marks.file).parent.name
    read_voc(data, marks, lambda label: _name_class(label if label.isalpha() else sequence, task))


def describe_training(entry: Entry) -> None:
    """Frames of one video lie in one folder."""
    entry.part, entry.sequence = "train", entry.id.rpartition("/")[0]


def place_frame(path: PurePosixPath) -> Place | None:
    """`person_S_001/img/0001.jpg`."""
    found = _EVALUATION.fullmatch(path.as_posix())
    return Place(f"{found[1]}/{found[2]}", "infrared") if found and is_picture(path) else None


def _add_truth(task: Task, frames: Iterator[Entry]) -> Iterator[Entry]:
    """Give each frame its line of the boxes of its sequence, which stand in one file."""
    for sequence, found in groupby(frames, key=lambda entry: entry.id.partition("/")[0]):
        # Names without zeros are in the order of their letters: 1, 10, 11, 2.
        own = sorted(found, key=_number)
        lines = _read_truth(task, PurePosixPath(own[0].infrared or ""), sequence)
        first, last = _number(own[0]), _number(own[-1])
        if lines is not None and max(lines, default=0) != last - first + 1:
            task.lose(_refuse_lines(sequence, lines, first, last))
            lines = None
        for entry in own:
            _describe_frame(entry, sequence)
            _mark(entry, task, lines, _number(entry) - first + 1)
            yield entry


def _number(entry: Entry) -> int:
    return int(PurePosixPath(entry.infrared or "").stem)


def _refuse_lines(sequence: str, lines: Lines, first: int, last: int) -> Loss:
    """Where a frame is missing at an end, or a line too many, nobody knows whose the lines are."""
    what = f"{sequence}, {max(lines, default=0):,} lines for the frames {first:,} to {last:,}"
    return Loss("boxes", "sequence_unequal", what, max(1, len(lines)))


def _describe_frame(entry: Entry, sequence: str) -> None:
    entry.part, entry.sequence = "test", sequence
    platform = sequence.partition("_")[2].partition("_")[0].upper()
    if platform in _PLATFORMS:
        entry.scene["platform"] = _PLATFORMS[platform]


def _mark(entry: Entry, task: Task, lines: Lines | None, number: int) -> None:
    if lines is None:
        entry.note("annotation_missing")
        entry.losses.append(Loss("images", "annotation_missing", next(entry.pictures())))
        return
    marks = Marks(task.names)
    box = lines.get(number)
    if box is None:
        marks.lose("line_invalid", f"line {number}")
    elif box[2] <= 0 or box[3] <= 0:
        marks.notes["target_absent"] += 1
    else:
        marks.take(_name_class(entry.sequence or "", task), box)
    entry.mark(marks)


def _read_truth(task: Task, frame: PurePosixPath, sequence: str) -> Lines | None:
    """Boxes by the number of their line; None where no file has them, or none that can be read."""
    places = (frame.parent.parent / "groundtruth_rect.txt", PurePosixPath("anno") / f"{sequence}.txt")
    name = next((place.as_posix() for place in places if task.files.has(place.as_posix())), None)
    if name is None:
        return None
    try:
        read = {number: read_floats(fields) for number, fields in read_lines(task.files.read(name))}
    except SourceError as error:
        task.lose(Loss("annotations", "annotation_unreadable", f"{name}: {error}"))
        return None
    return {number: values if values and len(values) == 4 else None for number, values in read.items()}


def _name_class(name: str, task: Task) -> str | None:
    """The class of an object; None for what says none."""
    label = name.partition("_")[0].lower()
    return None if label in _NO_CLASSES and label not in task.options.classes else label


FORM = Form(
    name="lsotb",
    about="TrainingData beside Annotations, or <sequence>/img beside <sequence>/groundtruth_rect.txt",
    scan=scan,
    labels=frozenset(),  # one object of each video is followed, and nothing is said of the others
)
