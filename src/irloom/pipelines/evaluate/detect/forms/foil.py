"""FOIL: COCO captions, some of them with one noun replaced (arXiv 1705.01359)."""

from collections.abc import Iterator
from typing import Any

from irloom.alignment import LabelledSentence, find_spans
from irloom.pipelines.evaluate.detect.forms.coco import list_coco_names
from irloom.pipelines.evaluate.detect.forms.document import Document, has_keys
from irloom.pipelines.evaluate.detect.forms.form import Form, Pick, name_sentence, read_records, require_text
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger, Unusable

GROUP = "FOIL"


def is_foil(document: Document) -> bool:
    """Whether it is COCO's form, with a mark on annotations that says whether they are foiled."""
    return any(has_keys(one, "foil") for one in _list_objects(document, "annotations"))


def read_foil(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """A sentence a caption; the word that was put in is its wrong word."""
    files = {
        str(one["id"]): one["file_name"] for one in _list_objects(document, "images") if _names_file(one)
    }

    def read(where: str, record: Any) -> list[LabelledSentence]:
        text = require_text(record, "caption")
        foil, image_id = record.get("foil"), record.get("image_id")
        if not isinstance(foil, bool):
            raise Unusable("a record without `foil`" if foil is None else "an unknown label", foil)
        image = pick(list_coco_names(files.get(str(image_id), image_id), "val2014"))
        return [_make(record, text, image, foil, ledger)]

    annotations = enumerate(_list_objects(document, "annotations"), 1)
    records = ((f"annotation {number}", one) for number, one in annotations)
    yield from read_records(records, read, ledger)


def _list_objects(document: Document, name: str) -> list[Any]:
    """A list of the file; nothing where it has none."""
    found = document.value.get(name) if isinstance(document.value, dict) else None
    return found if isinstance(found, list) else []


def _names_file(image: Any) -> bool:
    return has_keys(image, "id") and isinstance(image.get("file_name"), str)


def _make(record: dict[str, Any], text: str, image: str, foil: bool, ledger: Ledger) -> LabelledSentence:
    caption = record.get("id")  # of COCO's caption, which both sides share
    word = record.get("foil_word")
    spans, missing = find_spans(text, [word] if foil and isinstance(word, str) else [])
    for one in missing:
        ledger.remark("wrong words that do not stand in their sentence", f"{one!r} in {text!r}")
    if foil and not isinstance(word, str):
        ledger.remark("wrong captions without `foil_word`", repr(text[:80]))
    if caption is None:
        ledger.remark("captions without `id`, which belong to no pair", repr(text[:80]))
    return LabelledSentence(
        id=name_sentence(GROUP, image, text, caption, foil),
        group=GROUP,
        image=image,
        text=text,
        label="incorrect" if foil else "correct",
        error_type="Object" if foil else None,
        spans=tuple(spans),
        pair=f"foil-{caption}" if caption is not None else "",
        side="wrong" if foil else "right",
    )


FOIL = Form(
    name="foil",
    expects="an object with `images` and `annotations`, these with `image_id`, `caption`, `foil` and "
    "`foil_word`",
    recognise=is_foil,
    read=read_foil,
)
