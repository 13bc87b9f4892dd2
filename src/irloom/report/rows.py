"""Goes through a run's rows once: what they say of their making, some figures, and some samples to show."""

import hashlib
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from irloom.engine.reader import iterate_rows
from irloom.export.facts import Facts
from irloom.pipelines.flow import Means, Scatter

T = TypeVar("T")
Row = Mapping[str, Any]

SHOWN = 24
"""Samples of the contact sheet."""
_POINTS = 5_000
"""Rows whose figures are drawn."""
READ = 2_000
"""Rows of a data file whose words are measured."""


@dataclass(slots=True)
class Drawn(Generic[T]):
    """A part of many things, each as likely as any other."""

    most: int
    seen: int = 0
    drawn: list[T] = field(default_factory=list)

    def take(self, one: T, draw: random.Random) -> None:
        """Add it, or put it in the place of another."""
        self.seen += 1
        if len(self.drawn) < self.most:
            self.drawn.append(one)
        elif (place := draw.randrange(self.seen)) < self.most:
            self.drawn[place] = one


@dataclass(slots=True)
class Sampled:
    """What a report needs of rows, in bounded memory."""

    facts: Facts = field(default_factory=Facts)
    rows: Counter[str] = field(default_factory=Counter)
    """By data file."""
    points: dict[str, Drawn[tuple[float, float]]] = field(default_factory=dict)
    """By the title of their plot; likewise the sums that means are taken of."""
    read: dict[str, Drawn[Row]] = field(default_factory=dict)
    """Rows whose words are measured, by data file."""
    labels: set[str] = field(default_factory=set)
    """Names of objects in the rows."""
    sums: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    shown: list[Row] = field(default_factory=list)
    """Rows of some samples, one each, drawn from all."""


def sample_rows(root: Path, kinds: Sequence[str], plots: Sequence[Scatter | Means]) -> Sampled:
    """Read every committed row of some data files; the same rows give the same samples."""
    found = Sampled()
    draw = random.Random(0)
    chosen: dict[str, Row] = {}
    for kind in kinds:
        wanted = [plot for plot in plots if plot.data == kind]
        for row in iterate_rows(root, kind):
            found.rows[kind] += 1
            found.facts.take(row, kind)
            found.read.setdefault(kind, Drawn(READ)).take(row, draw)
            found.labels.update(thing["label"] for thing in row.get("objects", ()))
            if kind == kinds[0]:
                _keep_shown(chosen, row)
            for plot in wanted:
                _take(found, plot, row, draw)
    found.shown = [chosen[sample] for sample in sorted(chosen, key=_draw)]
    return found


def _take(found: Sampled, plot: Scatter | Means, row: Row, draw: random.Random) -> None:
    if isinstance(plot, Scatter):
        if (point := plot.read(row)) is not None:
            found.points.setdefault(plot.title, Drawn(_POINTS)).take(point, draw)
        return
    sums = found.sums.setdefault(plot.title, {})
    for name, value in plot.read(row).items():
        total = sums.setdefault(name, [0.0, 0])
        total[0] += value
        total[1] += 1


def _keep_shown(chosen: dict[str, Row], row: Row) -> None:
    """Keep the first row of each of the samples whose hashes are lowest."""
    sample = row["sample"]
    if sample in chosen:
        return
    chosen[sample] = row
    if len(chosen) > SHOWN:
        del chosen[max(chosen, key=_draw)]


def _draw(sample: str) -> bytes:
    return hashlib.sha256(sample.encode()).digest()
