"""A run of `irloom run align`: AlignBench's columns, with spans and each judge's vote beside them."""

from collections.abc import Iterator
from typing import Any

from irloom.alignment import LabelledSentence
from irloom.engine.reader import iterate_rows
from irloom.pipelines.evaluate.detect.forms.alignbench import read_row
from irloom.pipelines.evaluate.detect.forms.document import Document
from irloom.pipelines.evaluate.detect.forms.form import Form, Pick, list_texts, name_sentence, read_records
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger


def is_align_run(document: Document) -> bool:
    """Whether a folder is a run that wrote sentences."""
    folder = document.path
    return document.is_folder and (folder / "run.json").is_file() and (folder / "sentences.jsonl").is_file()


def read_align_run(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """Every committed sentence of the run. Raises RunDirError."""
    rows = iterate_rows(document.path, "sentences")
    records = ((f"sentence {number}", row) for number, row in enumerate(rows, 1))
    yield from read_records(records, lambda where, row: [_read(row, ledger, pick)], ledger)


def _read(row: Any, ledger: Ledger, pick: Pick) -> LabelledSentence:
    """What the columns say, and over it what only a run knows."""
    found = read_row(row, ledger, pick)
    image, group = _first(row, "image", found.image), _first(row, "group", found.group)
    more = {
        "id": name_sentence(group, image, found.text, found.position, row.get("sample"), row.get("task")),
        "group": group,
        "image": image,
        "judges": tuple(vote["judge"] for vote in row.get("votes") or () if "judge" in vote),
    }
    if spans := row.get("spans"):
        more["spans"] = tuple(tuple(span) for span in spans)
    return LabelledSentence.model_validate({**found.model_dump(), **more})


def _first(row: dict[str, Any], name: str, otherwise: str) -> str:
    return next(iter(list_texts(row, name)), otherwise)


ALIGN_RUN = Form(
    name="align",
    expects="a run of `irloom run align`",
    recognise=is_align_run,
    read=read_align_run,
)
