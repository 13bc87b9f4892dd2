"""EDIR's scores and examples as one HTML page, for people: no script, nothing fetched."""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.backends.images import load_rgb
from irloom.edits import SUBCATEGORIES, category_of
from irloom.errors import SourceError, StorageError
from irloom.metrics.edir import Found
from irloom.metrics.edir_layout import Case, Layout, Mode
from irloom.metrics.edir_scores import CUTS, EdirScores, find_ranks
from irloom.metrics.edir_tables import MODE_COLUMNS, list_gaps, list_groups, show_interval, tabulate_modes
from irloom.metrics.page import fill_page

EXAMPLES = 200
_SHOWN = 5
_SIDE = 160
"""Longer side of a thumbnail, in pixels."""
_MAX_PIXELS = 100_000_000

Mark = Literal["right", "sibling", "reference", "other"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the page, which is in it once, however often it is shown."""

    name: str
    """Its class in the style sheet; empty for a file that cannot be read."""
    label: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A query with what was looked for and what was found."""

    case: Case
    rank: int
    """Of the first target, from 1; 0 where it was not among those that were looked up."""
    group: str
    category: str
    reference: Picture
    targets: Sequence[Picture]
    siblings: Sequence[Picture]
    found: Sequence[Picture]


class Album:
    """Thumbnails by file, as text for the style sheet."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}
        self._names: dict[Path, str] = {}

    def add(self, path: Path) -> str:
        """The class of a picture; empty where the file cannot be read."""
        if path not in self._names:
            self._names[path] = self._make(path)
        return self._names[path]

    def _make(self, path: Path) -> str:
        try:
            picture = Image.fromarray(load_rgb(path, _MAX_PIXELS))
        except SourceError:
            return ""
        picture.thumbnail((_SIDE, _SIDE))
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=80)
        name = f"p{len(self.urls)}"
        self.urls[name] = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
        return name


def write_report(path: Path, layout: Layout, scores: EdirScores, found: Mapping[Mode, Found]) -> None:
    """Write the page, with examples of the first mode; StorageError where it cannot be written."""
    mode, first = next(iter(found.items()))
    places = first.places
    album = Album()
    ranks = find_ranks(layout.cases, places)
    chosen = choose_examples(layout.cases, ranks)
    examples = [
        _build_example(layout, album, number, places[number], int(ranks[number])) for number in chosen
    ]
    text = fill_page(
        "edir_report.html",
        scores=scores,
        mode=mode,
        groups=list(list_groups(scores.modes[mode])),
        cuts=CUTS,
        show_interval=show_interval,
        mode_columns=MODE_COLUMNS,
        mode_rows=tabulate_modes(scores),
        gaps=list(list_gaps(scores)),
        examples=examples,
        filters=[
            (name, count)
            for name in (*SUBCATEGORIES, "unknown")
            if (count := sum(one.group == name for one in examples))
        ],
        urls=album.urls,
        depth=places.shape[1],
    )
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error


def choose_examples(cases: Sequence[Case], ranks: NDArray[np.int64], most: int = EXAMPLES) -> list[int]:
    """Numbers of the cases to show: from all subcategories alike, and failures first."""
    groups: dict[str, list[int]] = {}
    for number in sorted(range(len(cases)), key=lambda number: ranks[number] == 1):
        groups.setdefault(_group_of(cases[number]), []).append(number)
    in_turn: Iterator[int | None] = chain.from_iterable(zip_longest(*groups.values()))
    taken = [number for number in in_turn if number is not None][:most]
    return sorted(taken, key=lambda number: (ranks[number] == 1, number))


def _group_of(case: Case) -> str:
    return case.query.subcategory or "unknown"


def _build_example(
    layout: Layout, album: Album, number: int, places: NDArray[np.int64], rank: int
) -> Example:
    case = layout.cases[number]
    subcategory = case.query.subcategory

    def show(place: int) -> Picture:
        return Picture(album.add(layout.paths[place]), layout.gallery[place].id, _mark(case, place))

    return Example(
        case=case,
        rank=rank,
        group=_group_of(case),
        category=category_of(subcategory) if subcategory is not None else "unknown",
        reference=Picture(album.add(case.image), case.query.image),
        targets=[show(place) for place in sorted(case.targets)],
        siblings=[show(place) for place in sorted(case.siblings)],
        found=[show(place) for place in places[:_SHOWN].tolist() if place >= 0],
    )


def _mark(case: Case, place: int) -> Mark:
    if place in case.targets:
        return "right"
    if place in case.references:
        return "reference"
    return "sibling" if place in case.siblings else "other"
