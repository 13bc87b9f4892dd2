"""IF-Bench's scores, questions, images and answers as one HTML page in parts: no script, nothing fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.engine.reader import iterate_rows
from irloom.export.files import write_text
from irloom.metrics.edir_report import Album
from irloom.metrics.page import fill_page
from irloom.pipelines.evaluate.ifbench import tables
from irloom.pipelines.evaluate.ifbench.results import Results
from irloom.pipelines.evaluate.items import read_items
from irloom.pipelines.evaluate.records import Item

PER_PAGE = 20
"""Questions that are shown at a time."""
_LONG = 160
"""Letters of a reply that are shown."""


@dataclass(frozen=True, slots=True)
class Replies:
    """What one run replied to a question in one variant and language, by rotation."""

    run: str
    variant: str
    language: str
    marks: Sequence[tuple[str, bool, str]]
    """Read letter or a dash, whether right, and the reply."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its pictures and replies."""

    item: Item
    pictures: Sequence[tuple[str, str]]
    """Class in the style sheet, and what it shows."""
    replies: Sequence[Replies]

    @property
    def right(self) -> int:
        """How many replies are right."""
        return sum(right for one in self.replies for _, right, _ in one.marks)

    @property
    def asked(self) -> int:
        """How many replies there are."""
        return sum(len(one.marks) for one in self.replies)


def write_page(path: Path, roots: Sequence[Path], found: Mapping[str, Any]) -> None:
    """Write the page, the most often wrong questions first; UserError where it cannot be written."""
    album = Album()
    cases = sorted(
        _build_cases(roots, found["runs"], album), key=lambda case: case.right / max(case.asked, 1)
    )
    pages = [cases[at : at + PER_PAGE] for at in range(0, len(cases), PER_PAGE)]
    text = fill_page(
        "ifbench_report.html",
        title=_name(found["runs"]),
        tables=_list_tables(found),
        pages=pages,
        urls=album.urls,
    )
    write_text(path, text)


def _name(runs: Sequence[Results]) -> str:
    return ", ".join(dict.fromkeys(one.model for one in runs))


def _list_tables(found: Mapping[str, Any]) -> list[tuple[str, list[list[str]]]]:
    """The tables of the page with their headings."""
    listed = []
    told = zip(found["runs"], found["scores"], found["gains"], found["longest"], strict=True)
    for results, scores, gains, longest in told:
        of = f"{results.name}: {results.model}"
        beside = [(one.variant, one, longest[place % len(longest)]) for place, one in enumerate(scores)]
        listed.append((of, tables.tabulate_macro(beside)))
        listed.append((f"{of}, by dimension", tables.tabulate_dimensions(scores)))
        if gains:
            listed.append((f"{of}, against the variant normal", tables.tabulate_differences(gains)))
            listed.append((f"{of}, gains by dimension", tables.tabulate_gains(gains)))
        listed.append((f"{of}, what befell its asks", tables.tabulate_counts(results)))
    if found["against"]:
        listed.append(("Runs against the first", tables.tabulate_differences(found["against"])))
        listed.append(("Runs against the first, by dimension", tables.tabulate_gains(found["against"])))
    return listed


def _build_cases(roots: Sequence[Path], runs: Sequence[Results], album: Album) -> Iterator[Case]:
    pictures = {row["sample"]: row for row in iterate_rows(roots[0], "questions")}
    replies: dict[str, dict[tuple[str, str, str], list[tuple[str, bool, str]]]] = {}
    for root, results in zip(roots, runs, strict=True):
        for row in iterate_rows(root, "answers"):
            place = (results.name, row["variant"], row["language"])
            read = row["readings"][results.reading]
            mark = (read["read"] or "–", read["correct"], row["reply"][:_LONG])
            replies.setdefault(row["sample"], {}).setdefault(place, []).append(mark)
    for item in read_items(roots[0]):
        listed = [Replies(*place, marks) for place, marks in replies.get(item.id, {}).items()]
        yield Case(item, list(_show(roots[0], pictures[item.id], album)), listed)


def _show(root: Path, row: Mapping[str, Any], album: Album) -> Iterator[tuple[str, str]]:
    for path in row["images"]:
        yield album.add(root / path), "visible light, made" if path == row["visible"] else "infrared"
