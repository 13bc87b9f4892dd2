"""Detectors' scores and their surest mistakes as one HTML page in parts: no script, nothing fetched."""

from dataclasses import dataclass
from pathlib import Path

from irloom.export.files import write_text
from irloom.metrics.edir_report import Album
from irloom.metrics.page import fill_page
from irloom.pipelines.evaluate.detect import tables
from irloom.pipelines.evaluate.detect.mistakes import Mistake, count_scoreless, find_mistakes
from irloom.pipelines.evaluate.detect.results import Result
from irloom.pipelines.evaluate.detect.sheet import list_notes, list_tables

PER_PAGE = 20
"""Sentences that are shown at a time."""


@dataclass(frozen=True, slots=True)
class Case:
    """A mistake with its picture."""

    mistake: Mistake
    picture: str
    """Class in the style sheet; empty where it cannot be shown."""
    scores: list[tuple[str, str]]
    """Run and score."""


def write_page(path: Path, result: Result, resamples: int | None) -> None:
    """Write the page, the surest mistakes first; UserError where it cannot be written."""
    album = Album()
    runs = [one.run for one in result.runs]
    cases = [_show(one, album) for one in find_mistakes(runs)]
    text = fill_page(
        "alignbench_report.html",
        title=", ".join(dict.fromkeys(one.run.model for one in result.runs)),
        tables=list_tables(result, with_filter=True),
        notes=list_notes(result, resamples),
        published=[(table.note, tables.tabulate_published(table)) for table in result.published],
        pages=[cases[at : at + PER_PAGE] for at in range(0, len(cases), PER_PAGE)],
        scoreless=count_scoreless(runs),
        urls=album.urls,
    )
    write_text(path, text)


def _show(mistake: Mistake, album: Album) -> Case:
    picture = album.add(mistake.picture) if mistake.picture is not None else ""
    scores = [
        (run, "no score" if score is None else tables.tell_score(score))
        for run, score in mistake.scores.items()
    ]
    return Case(mistake, picture, scores)
