"""A run that is looked at: where it is, what it is of, and the index of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from irloom.engine.directory import RunDirectory
from irloom.engine.marks import MARKS_FILE, Mark, read_marks
from irloom.pipelines.registry import find_usable
from irloom.views.blocks import View
from irloom.views.outcomes import Labels
from irloom.web.entries import FACETS
from irloom.web.filters import Filter
from irloom.web.index import Index
from irloom.web.queries import Totals, count_facets, sum_up

_KEPT = 64
"""Counts of so many filters are kept: a page that follows a run asks for the same again and again."""
Facets = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True)
class Facts:
    """What `run.json` says of a run."""

    flow: str
    view: View
    """How its samples are told."""
    source: Path | None
    """The folder of visible images, where there is one."""
    created: str
    is_known: bool = True
    """Whether its flow is installed here."""
    labels: Labels = field(default_factory=dict)
    """What the flow calls outcomes."""
    has_rules: bool = True
    """Whether there may be a rule book to look at."""

    @property
    def facets(self) -> dict[str, str]:
        """Heading by the name in addresses."""
        own = {name: heading for name, (_, heading) in self.view.facets.items()}
        return {**FACETS, **own, **{name: one.heading for name, one in self.view.found.items()}}


@dataclass(eq=False)
class ViewedRun:
    """One run of the command line."""

    number: int
    """Its name in addresses."""
    name: str
    """What the pages call it."""
    root: Path
    index: Index
    facts: Facts

    def read_again(self) -> None:
        """See whether another run lies in its place; RunDirError or OSError where none does."""
        self.facts = _read_facts(self.root)

    @property
    def marks(self) -> dict[str, Mark]:
        """What people think of its samples."""
        return read_marks(self.root)

    def stamp(self) -> str:
        """Changes whenever a page of this run would."""
        with self.index.reading() as connection:
            row = connection.execute("SELECT offset, in_flight FROM state").fetchone()
        marks = self.root / MARKS_FILE
        indexed = f"{row['offset']}.{hash(row['in_flight'])}" if row is not None else "0"
        return f"{self.index.path.stem}.{indexed}.{marks.stat().st_size if marks.is_file() else 0}"

    def count(self, wanted: Filter) -> tuple[Totals, Facets]:
        """The sums and counts of a filter, counted again only where something has changed."""
        return _count(self, self.stamp(), wanted.query())


def open_runs(roots: Sequence[Path], cache: Path, notify: Callable[[str], None]) -> list[ViewedRun]:
    """Open runs and make their indexes; RunDirError or ConfigError where that is not possible."""
    names = [root.resolve().name for root in roots]
    # Of two folders with one name, the folder above tells which is which.
    names = [
        name if names.count(name) == 1 else f"{root.resolve().parent.name}/{name}"
        for name, root in zip(names, roots, strict=True)
    ]
    opened = []
    for number, (name, root) in enumerate(zip(names, roots, strict=True)):
        opened.append(_open_run(number, name, root, cache, notify))
    return opened


def _open_run(number: int, name: str, root: Path, cache: Path, notify: Callable[[str], None]) -> ViewedRun:
    facts = _read_facts(root)
    index = Index(root, cache)
    if index.drop_changed():
        notify(f"The viewer's index {index.path} is not as it was left: it is built again.")
    index.prepare()
    return ViewedRun(number, name, root, index, facts)


def _read_facts(root: Path) -> Facts:
    run = RunDirectory.open(root)
    flow = find_usable(run.flow)
    view = flow.view if flow is not None else View()
    return Facts(
        flow=run.flow,
        view=view,
        source=run.source,
        created=str(run.about.get("created", "")),
        is_known=flow is not None,
        labels=flow.labels if flow is not None else {},
        has_rules=flow is None or flow.rules is not None,
    )


@lru_cache(_KEPT)
def _count(run: ViewedRun, stamp: str, query: str) -> tuple[Totals, Facets]:
    wanted, marks = Filter.parse(query), run.marks
    with run.index.reading() as connection:
        return sum_up(connection, wanted, marks), count_facets(connection, wanted, marks)
