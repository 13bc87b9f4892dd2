"""How an evaluated question is told: its pictures, its wordings, and every reply with how it was read."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from irloom.pipelines.evaluate.exported import list_infrared
from irloom.pipelines.evaluate.items import list_visible
from irloom.pipelines.evaluate.marks import FACETS, group_by_variant, tell_variants
from irloom.views.blocks import (
    Block,
    Chip,
    Columns,
    Line,
    Picture,
    Pictures,
    Question,
    Rows,
    Section,
    Table,
    Text,
    Told,
    View,
)
from irloom.views.differences import mark_spans

_LONG = 300
"""Letters of a reply that are shown."""


def find_title(rows: Rows) -> str:
    """The question, else what went wrong."""
    texts = (row["question"] for row in rows.get("questions", ()))
    messages = (row["message"] for row in rows.get("failed", ()))
    return next((text for text in (*texts, *messages) if text), "")


def list_pictures(rows: Rows) -> Iterator[Picture]:
    """The visible-light pictures, then the infrared ones, which comparisons show.

    Of several each has its number.
    """
    for row in rows.get("questions", ())[:1]:
        infrared = list_infrared(row)
        yield from _number_pictures("visible", list_visible(row))
        yield from _number_pictures(_name_kind(infrared), infrared)


def _name_kind(paths: Sequence[str]) -> str:
    """What the user's pictures are, by the folder in which the run keeps them."""
    return PurePosixPath(paths[0]).parent.name if paths else "infrared"


def _number_pictures(kind: str, paths: Sequence[str]) -> Iterator[Picture]:
    for number, path in enumerate(paths, 1):
        yield Picture(kind if len(paths) == 1 else f"{kind} {number}", "run", path)


def tell(told: Told) -> list[Block]:
    """Pictures and question, then the replies of each variant."""
    rows, answers = told.rows.get("questions", ()), told.rows.get("answers", ())
    shown = [(picture.kind, picture.kind) for picture in list_pictures(told.rows)]
    head: list[Block] = [Section("Question", [_tell_question(row, answers) for row in rows], _note(rows))]
    blocks: list[Block] = [Columns([[Pictures(shown)], head])] if shown else head
    said = tell_variants(told.rows)
    for variant, mine in group_by_variant(answers).items():
        blocks.append(Section(variant, [_tabulate(mine)], said[variant], task=variant))
    return blocks


def _note(rows: Sequence[Line]) -> str:
    return f"{rows[0]['dimension']}, {rows[0]['group']}" if rows else ""


def _tell_question(row: Line, answers: Sequence[Line]) -> Question | Text:
    """The question as it stands in the file, with the first reply to it in that order."""
    same = (one for one in answers if one["language"] == row["language"] and one["rotation"] == 0)
    first = next(same, None)
    if row["options"]:
        return Question(row["question"], row["options"], row["answer"], first["read"] if first else None)
    chips = [Chip(str(row["answer"])), *(_tell_reply(first) if first is not None else ())]
    return Text(row["question"], chips=chips, pieces=mark_spans(row["question"], row.get("spans") or ()))


def _tell_reply(answer: Line) -> Iterator[Chip]:
    """What was answered without options to choose from, which may be neither right nor wrong."""
    if answer["correct"] is not None:
        yield Chip("right", "accepted") if answer["correct"] else Chip("wrong", "rejected")
    yield Chip(f"answered {answer['read']}" if answer["read"] is not None else "unread")


def _tabulate(answers: Sequence[Line]) -> Table:
    head = ("language", "rotation", "right", "read", "by", "reply")
    return Table([_tell_answer(row) for row in answers], head)


def _tell_answer(row: Line) -> list[str]:
    reply = " ".join(row["reply"].split())
    reply = reply if len(reply) <= _LONG else f"{reply[:_LONG]}…"
    marks = " (cut)" if row["cut"] else ""
    read, verdict = row["read"] or "–", {True: " ✓", False: " ✗", None: ""}[row["correct"]]
    return [
        *(row["language"], str(row["rotation"] + 1), row["right"]),
        *(f"{read}{verdict}", row["read_by"] or "nobody", reply + marks),
    ]


def list_texts(told: Told) -> dict[str, str]:
    """What was read of each ask, which two runs are compared by."""
    return {row["ask"]: row["read"] or "unread" for row in told.rows.get("answers", ())}


def note_row(row: Line) -> str:
    """What kind of row one is."""
    return str(row.get("dimension") or "")


VIEW = View(
    title=find_title,
    pictures=list_pictures,
    blocks=tell,
    texts=list_texts,
    note=note_row,
    facets={"dimension": ("dimension", "Dimension")},
    found=FACETS,
    verdicts=tell_variants,
)
