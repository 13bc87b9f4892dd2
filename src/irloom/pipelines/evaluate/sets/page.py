"""Scores, questions, pictures and replies of question sets as one HTML page in parts: nothing fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.engine.reader import iterate_rows
from irloom.export.files import write_text
from irloom.metrics.edir_report import Album
from irloom.metrics.page import fill_page
from irloom.pipelines.evaluate.exported import list_infrared
from irloom.pipelines.evaluate.sets import tables
from irloom.pipelines.evaluate.sets.bench import list_notes
from irloom.pipelines.evaluate.sets.published import read_published
from irloom.pipelines.evaluate.sets.results import Results, Scored

PER_PAGE = 20
"""Questions that are shown at a time."""
MOST = 400
"""Questions that a page holds: a picture each, and a browser that has to open it."""
_LONG = 160
"""Letters of a reply that are shown."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one run replied."""

    run: str
    read: str
    is_right: bool
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its pictures and replies."""

    scored: Scored
    pictures: Sequence[str]
    """Classes in the style sheet."""
    replies: Sequence[Reply]

    @property
    def right(self) -> int:
        """How many replies are right."""
        return sum(one.is_right for one in self.replies)


def write_page(path: Path, roots: Sequence[Path], found: Mapping[str, Any]) -> None:
    """Write the page, wrong replies first, task by task in turn; UserError where it cannot be written."""
    album, runs = Album(), found["runs"]
    chosen = _choose(runs)
    cases = list(_build_cases(roots[0], chosen, runs, album))
    text = fill_page(
        "sets_report.html",
        title=", ".join(dict.fromkeys(one.model for one in runs)),
        flow=runs[0].flow,
        notes=list(list_notes(runs)),
        tables=_list_tables(found),
        shown=len(cases),
        asked=len(runs[0].scored),
        pages=[cases[at : at + PER_PAGE] for at in range(0, len(cases), PER_PAGE)],
        urls=album.urls,
    )
    write_text(path, text)


def _list_tables(found: Mapping[str, Any]) -> list[tuple[str, list[list[str]]]]:
    """The tables of the page with their headings."""
    listed = []
    for results, scores, habits in zip(found["runs"], found["scores"], found["habits"], strict=True):
        listed.append((tables.name_run(results), tables.tabulate_tasks(scores)))
        listed.append((f"{results.name}: guessing, on the same questions", tables.tabulate_guesses(scores)))
        if habits:
            listed.append((f"{results.name}: habits", tables.tabulate_habits(habits)))
    if found["against"]:
        listed.append(("Runs against the first", tables.tabulate_differences(found["against"])))
    return [*listed, *read_published(found["runs"][0].flow)]


def _choose(runs: Sequence[Results]) -> list[Scored]:
    """Questions of the first run, those first that are wrong most often, the tasks in turn."""
    replies = [{one.sample: one for one in run.scored} for run in runs]

    def count_right(one: Scored) -> int:
        return sum(each[one.sample].is_right for each in replies if one.sample in each)

    ordered = [sorted(some, key=count_right) for some in runs[0].list_tasks().values()]
    longest = max(map(len, ordered))
    turns = (some[place] for place in range(longest) for some in ordered if place < len(some))
    return [one for _, one in zip(range(MOST), turns, strict=False)]


def _build_cases(
    root: Path, chosen: Sequence[Scored], runs: Sequence[Results], album: Album
) -> Iterator[Case]:
    wanted = {one.sample for one in chosen}
    rows = {row["sample"]: row for row in iterate_rows(root, "questions") if row["sample"] in wanted}
    replies = [(run.name, {one.sample: one for one in run.scored}) for run in runs]
    for one in chosen:
        pictures = [album.add(root / path) for path in list_infrared(rows[one.sample])]
        said = [_tell(name, known[one.sample]) for name, known in replies if one.sample in known]
        yield Case(one, pictures, said)


def _tell(run: str, one: Scored) -> Reply:
    return Reply(run, one.read or "–", one.is_right, (one.reply or "no reply came")[:_LONG])
