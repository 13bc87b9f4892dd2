"""The blocks that a sample is told in, for a terminal and for a page, and what a flow fills them with."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from irloom.views.differences import Piece

Line = Mapping[str, Any]
Rows = Mapping[str, Sequence[Line]]
"""The rows of a sample by data file."""
Tone = Literal["", "accepted", "rejected", "failed", "unjudged"]

_TITLE_LENGTH = 160
SAID = frozenset(
    {
        *("caption", "original", "content", "text", "question", "answer", "reply", "code"),
        *("reason", "rule", "message", "query", "instruction", "base", "point"),
    }
)
"""Fields whose texts are searched: what people, models and errors said."""
_REPEATED = frozenset({"candidates", "objects", "texts", "drafts", "details", "more", "steps"})
"""Parts of rows that repeat these texts, or are no texts."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A short remark, coloured by how something ended."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle with a text, in pixels of the picture."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is drawn over a picture on demand; sizes in pixels."""

    width: int
    height: int
    rectangles: Sequence[Rectangle]
    what: str = "boxes"

    @property
    def letter(self) -> float:
        """Height of the letters, in pixels of the picture."""
        return max(8.0, self.width / 45)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a sample: in the run directory, or in the folder of visible images."""

    kind: str
    """Its name in addresses."""
    folder: Literal["run", "source"]
    path: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures side by side, by kind and label; two may be swapped and blinked."""

    shown: Sequence[tuple[str, str]]
    overlay: Overlay | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: a name, what is said, and remarks; `pieces` shows what changed or is marked in it."""

    text: str = ""
    name: str = ""
    chips: Sequence[Chip] = ()
    pieces: Sequence[Piece] = ()
    tone: Tone | Literal["dim", "rule"] = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several texts, with how often it came and what a scorer thought of it."""

    text: str
    origin: str = ""
    times: int = 1
    score: float | None = None
    chosen: bool = False
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Texts of which one was chosen."""

    title: str
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with options, the right one and the one that was answered."""

    text: str
    options: Mapping[str, str]
    right: str
    answered: str | None

    @property
    def is_right(self) -> bool:
        """Whether the right option was answered."""
        return self.answered == self.right


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, some of several lines, below a head."""

    rows: Sequence[Sequence[str]]
    head: Sequence[str] = ()
    meter: float | None = None
    """The most that the second column can be: its numbers are drawn as shares of that."""


@dataclass(frozen=True, slots=True)
class Code:
    """A program or a log."""

    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks below a heading; `task` lets readers ask for it alone, `folded` ones are opened on demand."""

    title: str
    blocks: Sequence["Block"]
    note: str = ""
    chips: Sequence[Chip] = ()
    task: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks side by side where there is room, else below each other; one section alone is a card."""

    columns: Sequence[Sequence["Block"]]


Block: TypeAlias = Pictures | Text | Choice | Question | Table | Code | Section | Columns


def straighten(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks, all below each other."""
    for block in blocks:
        if isinstance(block, Columns):
            yield from straighten(one for column in block.columns for one in column)
        else:
            yield block


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, those inside others too."""
    for block in straighten(blocks):
        yield block
        if isinstance(block, Section):
            yield from walk(block.blocks)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that is known of one sample's last attempt."""

    commit: Line
    rows: Rows
    turns: Sequence[Line]
    """Calls in the order of the flow, those that nothing used left out."""


def tell_of(sample: Mapping[str, Any]) -> Told:
    """What `irloom.engine.reader.read_sample` found of a sample."""
    rows = {name: lines for name, lines in sample.items() if name not in ("commit", "transcripts")}
    turns = [turn for row in sample["transcripts"] for turn in row["turns"] if not turn.get("unused")]
    return Told(sample["commit"], rows, turns)


def _tell_rows(told: Told) -> list[Block]:
    """What can be told of rows that nobody explains: their pictures, and each as a table."""
    kinds = dict.fromkeys(picture.kind for picture in find_pictures(told.rows))
    rows = [
        Section(
            name, [Table([(key, _spell(value)) for key, value in row.items()])], task=row.get("task") or ""
        )
        for name, lines in told.rows.items()
        for row in lines
    ]
    return [*([Pictures([(kind, kind) for kind in kinds])] if kinds else []), *rows]


def _spell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def find_title(rows: Rows) -> str:
    """A line that tells samples apart: the first text, else what went wrong."""
    texts = (text for lines in rows.values() for row in lines for text in find_texts(row, _REPEATED))
    return next(texts, "")


def find_pictures(rows: Rows) -> Iterable[Picture]:
    """The first picture of each data file that rows name as `image` or among `images`, each once."""
    seen = set[str]()
    for name, lines in rows.items():
        images = (image for row in lines for image in (row.get("image"), *(row.get("images") or ())))
        image = next((one for one in images if isinstance(one, str)), None)
        if image is not None and image not in seen:
            seen.add(image)
            yield Picture(name, "run", image)


def _name_texts(told: Told) -> dict[str, str]:
    return {}


def _tell_nothing(rows: Rows) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Something that samples can be filtered by, which follows from their rows."""

    heading: str
    values: Callable[[Rows], Iterable[str]]
    """Those of a sample, each once; none for a sample that it says nothing of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a flow's samples are told; left out, what can be said of any rows."""

    title: Callable[[Rows], str] = find_title
    pictures: Callable[[Rows], Iterable[Picture]] = find_pictures
    """The first two stand in lists and on the sheet of a report."""
    blocks: Callable[[Told], Sequence[Block]] = _tell_rows
    texts: Callable[[Told], Mapping[str, str]] = _name_texts
    """What a sample came to, by name: what two runs are compared by."""
    note: Callable[[Line], str] = lambda row: ""
    """What kind of row one is, in a word or two."""
    facets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What else samples can be filtered by: key on the commit line and heading, by the name in addresses.

    A list there is several values, and of counts each name with a count above 0.
    """
    found: Mapping[str, Facet] = field(default_factory=dict)
    """The same for what no commit line says, but rows do."""
    verdicts: Callable[[Rows], Mapping[str, str]] = _tell_nothing
    """What came of a task, by its name, where the outcome says too little; lists and comparisons show it."""
    has_tasks: bool = True
    """Whether tasks end otherwise than their sample."""


def choose_title(view: View, rows: Rows) -> str:
    """A sample's title on one line."""
    return _shorten(view.title(rows))


def list_pictures(view: View, rows: Rows) -> tuple[Picture, ...]:
    """A sample's pictures, one of a kind."""
    return tuple({picture.kind: picture for picture in view.pictures(rows)}.values())


def collect_words(sample: str, rows: Rows) -> str:
    """Everything that a full-text search looks at, each text once."""
    texts = (text for lines in rows.values() for row in lines for text in find_texts(row, _REPEATED))
    return "\n".join(dict.fromkeys([sample, *texts]))


def outline(boxes: Iterable[tuple[Sequence[float], str]], width: int, height: int, what: str) -> Overlay:
    """An overlay of boxes in 0..1 with their texts, over a picture of so many pixels."""
    rectangles = [
        Rectangle(x1 * width, y1 * height, (x2 - x1) * width, (y2 - y1) * height, text)
        for (x1, y1, x2, y2), text in boxes
    ]
    return Overlay(width, height, rectangles, what)


def outcome_chip(outcome: str) -> Chip:
    """How something ended."""
    known: Mapping[str, Tone] = {
        "accepted": "accepted",
        "rejected": "rejected",
        "failed": "failed",
        "unjudged": "unjudged",
    }
    return Chip(outcome, known.get(outcome.split(" ")[0], ""))


def find_texts(value: Any, left_out: Set[str] = frozenset(), searched: bool = False) -> Iterator[str]:
    """Every text inside a row that somebody said, except in the parts that are left out."""
    if isinstance(value, str) and searched and value:
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in left_out:
                yield from find_texts(part, left_out, name in SAID)
    elif isinstance(value, list):
        for part in value:
            yield from find_texts(part, left_out, searched)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1]}…"
