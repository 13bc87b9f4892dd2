"""IF-Bench's scores, questions, images and answers as one HTML page in parts: no script, nothing fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from irloom.engine.reader import iterate_rows
from irloom.export.files import write_text
from irloom.metrics.edir_report import Album
from irloom.metrics.page import fill_page
from irloom.pipelines.evaluate.ifbench import tables
from irloom.pipelines.evaluate.ifbench.asks import rotate_letter
from irloom.pipelines.evaluate.ifbench.notes import list_notes, tabulate_published
from irloom.pipelines.evaluate.ifbench.results import Cell, Results, find_common
from irloom.pipelines.evaluate.items import read_items
from irloom.pipelines.evaluate.records import Item

PER_PAGE = 20
"""Questions that are shown at a time."""
_LONG = 160
"""Letters of a reply that are shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one ask came to."""

    option: str
    """The letter that the chosen option has on the page, whatever it had in the ask; or what became of it."""
    right: bool
    title: str
    """What was asked and replied."""


@dataclass(frozen=True, slots=True)
class Replies:
    """What one run replied to a question in one variant and language, by rotation."""

    run: str
    cell: Cell
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its pictures and replies."""

    item: Item
    pictures: Sequence[tuple[str, str]]
    """Class in the style sheet, and what it shows."""
    replies: list[Replies] = field(default_factory=list)

    @property
    def right(self) -> int:
        """How many replies are right."""
        return sum(mark.right for one in self.replies for mark in one.marks)

    @property
    def asked(self) -> int:
        """How many replies there are."""
        return sum(len(one.marks) for one in self.replies)


def write_page(
    path: Path, roots: Sequence[Path], found: Mapping[str, Any], guesses: Sequence[tables.Named]
) -> None:
    """Write the page, the most often wrong questions first; UserError where it cannot be written."""
    album = Album()
    cases = sorted(
        _build_cases(roots, found["runs"], album), key=lambda case: case.right / max(case.asked, 1)
    )
    pages = [cases[at : at + PER_PAGE] for at in range(0, len(cases), PER_PAGE)]
    note, published = tabulate_published()
    text = fill_page(
        "ifbench_report.html",
        title=_name(found["runs"]),
        notes=list_notes(found),
        tables=[
            *_list_tables(found),
            ("Guessing, without image and model", tables.tabulate_macro(guesses)),
            (note, published),
        ],
        pages=pages,
        orders=max(results.rotations for results in found["runs"]),
        urls=album.urls,
    )
    write_text(path, text)


def _name(runs: Sequence[Results]) -> str:
    return ", ".join(dict.fromkeys(one.model for one in runs))


def _list_tables(found: Mapping[str, Any]) -> list[tuple[str, list[list[str]]]]:
    """The tables of the page with their headings."""
    listed = []
    told = zip(*(found[name] for name in ("runs", "scores", "gains", "guessed", "readings")), strict=True)
    for results, scores, gains, guessed, readings in told:
        of = f"{results.name}: {results.model}"
        listed.append((of, tables.tabulate_macro(tables.name_variants(scores, guessed))))
        listed.append((f"{of}, by dimension", tables.tabulate_dimensions(scores, guessed)))
        listed += [
            (f"{of}, {variant}", tables.tabulate_variant(scores, variant, guessed))
            for variant in results.variants
        ]
        if gains:
            listed.append((f"{of}, against the variant normal", tables.tabulate_differences(gains)))
            listed.append((f"{of}, gains by dimension", tables.tabulate_gains(gains)))
        listed.append((f"{of}, by each way to read replies", tables.tabulate_readings(readings)))
        listed.append((f"{of}, what befell its asks", tables.tabulate_counts(results)))
    if found["against"]:
        listed.append(("Runs against the first", tables.tabulate_differences(found["against"])))
        listed.append(("Runs against the first, by dimension", tables.tabulate_gains(found["against"])))
    return listed


def _build_cases(roots: Sequence[Path], runs: Sequence[Results], album: Album) -> list[Case]:
    """Every question that is in a score; runs share one where it is the same in both."""
    cases: list[Case] = []
    places: list[dict[str, Case]] = []
    for root, results in zip(roots, runs, strict=True):
        mine: dict[str, Case] = {}
        for before, known in zip(runs, places, strict=False):
            common, _ = find_common(before, results)
            mine = {sample: known[sample] for sample in common} | mine
        new = [case for case in _read_cases(root, results, album) if case.item.id not in mine]
        mine |= {case.item.id: case for case in new}
        for sample, replies in _list_replies(root, results):
            mine[sample].replies.append(replies)
        cases += new
        places.append(mine)
    return cases


def _read_cases(root: Path, results: Results, album: Album) -> Iterator[Case]:
    rows = {row["sample"]: row for row in iterate_rows(root, "questions")}
    for item in read_items(root):
        if item.id in results.dimensions:
            yield Case(item, list(_show(root, rows[item.id], album)))


def _show(root: Path, row: Mapping[str, Any], album: Album) -> Iterator[tuple[str, str]]:
    for path in row["images"]:
        yield album.add(root / path), "translation" if path == row["visible"] else "infrared"


def _list_replies(root: Path, results: Results) -> Iterator[tuple[str, Replies]]:
    """The replies to each question that is in a score, with those that failed in their places."""
    said = {
        (row["sample"], row["variant"], row["language"], row["rotation"]): row
        for row in iterate_rows(root, "answers")
    }
    for cell in results.cells:
        for sample in results.dimensions:
            asks = [said.get((sample, *cell, turn)) for turn in range(results.rotations)]
            yield sample, Replies(results.name, cell, [_mark(row, results.reading) for row in asks])


def _mark(row: Mapping[str, Any] | None, reading: str) -> Mark:
    read = row["readings"].get(reading) if row is not None else None
    if row is None or read is None:
        return Mark("failed", False, "no reply came, or nobody read it: failed.jsonl says why")
    option = "–" if read["read"] is None else rotate_letter(read["read"], -row["rotation"])
    told = "unread" if read["read"] is None else f"read as {read['read']} of order {row['rotation'] + 1}"
    return Mark(option, read["correct"], f"{told}: {row['reply'][:_LONG] or 'an empty reply'}")
