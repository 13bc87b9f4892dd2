"""Writes the questions of an IF-Bench run as VLMEvalKit reads its own: a TSV file a language, all rotations.

The row of rotation k has the index of its question and k million more, by which that tool finds what belongs
together; a question counts there only if all its rows are right, as in the strict score.
"""

import argparse
import csv
import io
import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.pictures import require_pictures
from irloom.engine.reader import iterate_rows
from irloom.errors import UserError
from irloom.export.files import write_text
from irloom.pipelines.evaluate.exported import NO_PICTURE, list_infrared
from irloom.pipelines.evaluate.ifbench.asks import rotate, rotate_letter
from irloom.pipelines.evaluate.ifbench.config import LANGUAGES
from irloom.pipelines.evaluate.ifbench.source import LETTERS
from irloom.pipelines.flow import Form

_STEP = 1_000_000
_COLUMNS = ("index", "image_path", "question", *LETTERS, "answer", "category", "l2-category", "split")


def export_questions(arguments: argparse.Namespace) -> Sequence[str]:
    """Write a file a language into a folder, and say where.

    UserError for a run of another flow, and for one without a question that shows its infrared picture.
    """
    root, out = Path(arguments.run), Path(arguments.out)
    about = RunDirectory.open(root).about
    if about.get("flow") != "ifbench":
        raise UserError(
            f"{root} is a run of the flow {about.get('flow')!r}: only IF-Bench runs have this form."
        )
    said = []
    questions = list(iterate_rows(root, "questions"))
    shown = [row for row in questions if list_infrared(row)]
    if not shown:
        raise UserError(_tell_nothing(root, len({row["sample"] for row in questions})))
    for language in (one for one in LANGUAGES if any(row["language"] == one for row in shown)):
        rows = [row for row in shown if row["language"] == language]
        require_pictures(root, (name for row in rows for name in row["images"]))
        rows.sort(key=lambda row: str(row["sample"]))  # whatever the order in which they were finished
        path = out / f"ifbench_{language}_circular.tsv"
        write_text(path, _as_table(list(_list_rows(root, rows, about["config"]["rotations"]))))
        said.append(f"{len(rows):,} questions in {about['config']['rotations']} orders are in {path}.")
    if left_out := len({row["sample"] for row in questions} - {row["sample"] for row in shown}):
        said.append(f"{left_out:,} questions {NO_PICTURE}: they are left out.")
    return said


def _tell_nothing(root: Path, questions: int) -> str:
    where = shlex.quote(str(root))
    if not questions:
        return f"There are no questions in {root} yet: `irloom inspect {where}` says how the run stands."
    return (
        f"Nothing was written: all {questions:,} questions of {root} {NO_PICTURE}. Export a run that was "
        "asked with --variants normal; --limit, --rotations 1 and a baseline make one without cost."
    )


def _list_rows(root: Path, rows: Sequence[dict[str, Any]], rotations: int) -> Iterator[list[str]]:
    for turn in range(rotations):
        for number, row in enumerate(rows, 1):
            options = rotate(row["options"], turn)
            images = [str((root / path).absolute()) for path in list_infrared(row)]
            yield [
                str(number + turn * _STEP),
                images[0] if len(images) == 1 else json.dumps(images),
                row["question"],
                *(options[letter] for letter in LETTERS),
                rotate_letter(row["answer"], turn),
                row["dimension"],
                row["group"],
                "test",
            ]


def _as_table(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    return file.getvalue()


VLMEVALKIT = Form(
    name="vlmevalkit",
    help="IF-Bench's questions as VLMEvalKit reads them, a TSV file a language in a folder",
    write=export_questions,
)
