"""SugarCrepe: COCO captions, each beside one that is wrong of its image (RAIVNLab/sugar-crepe)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from irloom.alignment import ErrorType, LabelledSentence
from irloom.pipelines.evaluate.detect.forms.document import Document, has_keys, open_document
from irloom.pipelines.evaluate.detect.forms.form import Form, Pick, read_records, require_text
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger, Unusable
from irloom.pipelines.evaluate.detect.forms.pairs import make_pair

GROUP = "SugarCrepe"
FILES = ("add_att", "add_obj", "replace_att", "replace_obj", "replace_rel", "swap_att", "swap_obj")
"""The published files, which say what was changed in their captions."""
_TYPES: dict[str, ErrorType] = {"att": "Attribute", "obj": "Object", "rel": "Relation"}


def is_sugarcrepe(document: Document) -> bool:
    """Whether a folder holds one of the files, or a file maps numbers to pairs of captions."""
    if document.is_folder:
        return bool(_list_files(document.path))
    return isinstance(document.value, dict) and any(_is_pair(one) for one in document.value.values())


def _is_pair(record: Any) -> bool:
    return has_keys(record, "caption", "negative_caption")


def _list_files(folder: Path) -> list[Path]:
    return [path for name in FILES if (path := folder / f"{name}.json").is_file()]


def read_sugarcrepe(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """Both captions of every entry; the name of its file is its domain."""
    parts = [open_document(path) for path in _list_files(document.path)]
    if document.is_folder:
        for name in sorted({*FILES} - {part.path.stem for part in parts}):
            ledger.remark("files of the published seven that are not there", f"{name}.json")
    for part in parts if document.is_folder else [document]:
        yield from _read_part(part, ledger, pick)


def _read_part(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    name = document.path.stem

    def read(where: str, record: Any) -> list[LabelledSentence]:
        if not isinstance(record, dict):
            raise Unusable("an entry that is no object", record)
        return make_pair(
            require_text(record, "caption"),
            require_text(record, "negative_caption"),
            group=GROUP,
            image=pick([require_text(record, "filename")]),
            pair=f"{name}-{where.removeprefix('entry ')}",
            error_type=_TYPES.get(name.rpartition("_")[2]),
            domain=name,
        )

    entries = document.value.items() if isinstance(document.value, dict) else ()
    yield from read_records(((f"entry {key}", record) for key, record in entries), read, ledger)


SUGARCREPE = Form(
    name="sugarcrepe",
    expects=f"a folder with {FILES[0]}.json to {FILES[-1]}.json, or one of these files, an object of entries "
    "with `filename`, `caption` and `negative_caption`",
    recognise=is_sugarcrepe,
    read=read_sugarcrepe,
)
