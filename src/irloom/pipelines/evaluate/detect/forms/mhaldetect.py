"""M-HalDetect: answers about COCO images whose parts people called accurate or not (arXiv 2308.06394)."""

from collections.abc import Iterator
from typing import Any

from irloom.alignment import Label, LabelledSentence
from irloom.pipelines.evaluate.detect.forms.coco import list_coco_names
from irloom.pipelines.evaluate.detect.forms.document import Document
from irloom.pipelines.evaluate.detect.forms.form import (
    Form,
    Pick,
    name_sentence,
    read_records,
    require_text,
)
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger, Unusable

GROUP = "M-HalDetect"
_LABELS: dict[str, Label] = {
    "ACCURATE": "correct",
    "INACCURATE": "incorrect",
    "ANALYSIS": "unknown",
    "UNSURE": "unknown",
}


def read_mhaldetect(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """A sentence for each part that has a label, with the question before it."""

    def read(where: str, record: Any) -> Iterator[LabelledSentence]:
        response = require_text(record, "response")
        image = pick(list_coco_names(record.get("image", record.get("image_id")), "val2014"))
        spans = record.get("annotations")
        if not isinstance(spans, list):
            raise Unusable("a record without a list of `annotations`", spans)
        parts = ((f"{where}, part {number}", (number, span)) for number, span in enumerate(spans))
        question = record.get("question")
        context = question if isinstance(question, str) else ""
        return read_records(parts, lambda _, part: [_read_part(part, response, image, context)], ledger)

    yield from read_records(document.iterate_records(), read, ledger)


def _read_part(part: tuple[int, Any], response: str, image: str, context: str) -> LabelledSentence:
    number, span = part
    said = require_text(span, "label").strip().upper()
    if said not in _LABELS:
        raise Unusable("an unknown label", said)
    text = _find_text(span, response)
    return LabelledSentence(
        id=name_sentence(GROUP, image, text, context, number),
        group=GROUP,
        image=image,
        context=context,
        text=text,
        label=_LABELS[said],
        position=number,
    )


def _find_text(span: dict[str, Any], response: str) -> str:
    """The part's own text, else what stands in the answer between its edges."""
    if isinstance(text := span.get("text"), str) and text.strip():
        return text.strip()
    start, end = span.get("start"), span.get("end")
    is_inside = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(response)
    if is_inside and (text := response[start:end].strip()):
        return text
    raise Unusable("a part whose text is not in its answer", (start, end))


MHALDETECT = Form(
    name="mhaldetect",
    expects="a JSON list of records with `question`, `response`, `image`, and `annotations` of `start`, "
    "`end`, `text` and `label`",
    recognise=lambda document: document.has("response", "annotations"),
    read=read_mhaldetect,
)
