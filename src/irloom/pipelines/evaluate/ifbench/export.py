"""Writes the questions of an IF-Bench run as VLMEvalKit reads its own: a TSV file a language, all rotations.

The row of rotation k has the index of its question and k million more, by which that tool finds what belongs
together; a question counts there only if all its rows are right, as in the strict score. The folder may be
one in which others keep their sets, so that what is known of a file lies beside it, in `NAME.irloom.json`.
"""

import argparse
import csv
import io
import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from irloom.engine.directory import RunDirectory
from irloom.engine.pictures import require_pictures
from irloom.engine.reader import iterate_rows
from irloom.errors import UserError
from irloom.export.attribution import Attribution
from irloom.export.claims import claiming
from irloom.export.files import write_text
from irloom.export.provenance import Origins
from irloom.export.recipe import describe_recipe
from irloom.export.sidecar import refuse_foreign, replace_known
from irloom.pipelines.evaluate.exported import NO_PICTURE, list_infrared
from irloom.pipelines.evaluate.ifbench.asks import rotate, rotate_letter
from irloom.pipelines.evaluate.ifbench.config import LANGUAGES
from irloom.pipelines.evaluate.ifbench.source import LETTERS
from irloom.pipelines.evaluate.numbers import say_number
from irloom.pipelines.flow import Form
from irloom.sources.licences import name_licence, read_licences

_STEP = 1_000_000
_COLUMNS = ("index", "image_path", "question", *LETTERS, "answer", "category", "l2-category", "split")


class _Table(NamedTuple):
    """A file of one language."""

    path: Path
    rows: list[dict[str, Any]]


def export_questions(arguments: argparse.Namespace) -> Sequence[str]:
    """Write a file a language into a folder, and say where.

    UserError for a run of another flow, for one without a question that shows its infrared picture or has a
    licence that was asked for, where another export writes there, and (without `--force`) for a file that no
    export is known to have written; then nothing is written.
    """
    root, out = Path(arguments.run), Path(arguments.out)
    about = RunDirectory.open(root).about
    if about.get("flow") != "ifbench":
        raise UserError(
            f"{root} is a run of the flow {about.get('flow')!r}: only IF-Bench runs have this form."
        )
    origins = Origins(root, "questions")
    questions = list(iterate_rows(root, "questions"))
    shown = [row for row in questions if list_infrared(row)]
    if not shown:
        raise UserError(_tell_nothing(root, len({row["sample"] for row in questions})))
    licensed = _choose_licensed(root, shown, origins, read_licences(arguments.licence or ()))
    tables = _list_tables(out, licensed)
    require_pictures(root, (name for row in licensed for name in row["images"]))
    with ExitStack() as claims:
        for table in tables:
            claims.enter_context(claiming(table.path.resolve()))
            refuse_foreign(table.path, arguments.force)
        for table in tables:
            _write_table(root, table, about["config"]["rotations"], origins)
    turns = about["config"]["rotations"]
    said = [f"{path} holds {say_number(len(rows))} in {say_number(turns, 'order')}." for path, rows in tables]
    if left_out := len({row["sample"] for row in questions} - {row["sample"] for row in shown}):
        said.append(f"{left_out:,} questions {NO_PICTURE}: they are left out.")
    if unlicensed := len({row["sample"] for row in shown} - {row["sample"] for row in licensed}):
        said.append(f"{unlicensed:,} questions have no licence of those asked for: they are left out.")
    return said


def _choose_licensed(
    root: Path, shown: list[dict[str, Any]], origins: Origins, licences: Sequence[str]
) -> list[dict[str, Any]]:
    """Questions about pictures of one of these licences, of any for none; UserError where none is left."""
    credits = ((row, origins.find_credit(row)) for row in shown)
    found = [
        row
        for row, credit in credits
        if not licences or name_licence(credit["licence"], credit["licence_url"]) in licences
    ]
    if not found:
        raise UserError(
            f"Nothing was written: none of the {len({row['sample'] for row in shown}):,} questions of {root} "
            f"has a licence of {', '.join(licences)}."
        )
    return found


def _list_tables(out: Path, shown: Sequence[dict[str, Any]]) -> list[_Table]:
    """What each file holds, whatever the order in which its questions were finished."""
    found = []
    for language in (one for one in LANGUAGES if any(row["language"] == one for row in shown)):
        rows = sorted(
            (row for row in shown if row["language"] == language), key=lambda row: str(row["sample"])
        )
        found.append(_Table(out / f"ifbench_{language}_circular.tsv", rows))
    return found


def _write_table(root: Path, table: _Table, rotations: int, origins: Origins) -> None:
    attribution = Attribution()
    for row in table.rows:
        attribution.take(row, origins.find_credit(row))

    def describe() -> dict[str, Any]:
        credits = list(attribution.list_items())
        recipe = describe_recipe(root)
        return {"run": origins.run, "rows": len(table.rows), "attribution": credits, "recipe": recipe}

    text = _as_table(list(_list_rows(root, table.rows, rotations)))
    replace_known(table.path, lambda path: write_text(path, text), describe)


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
    takes=frozenset({"licence", "force"}),
)
