"""HAT: captions of image captioners, with each word called right or hallucinated (arXiv 2404.02904)."""

from collections.abc import Iterator, Sequence
from typing import Any

from irloom.alignment import LabelledSentence, Span, find_spans
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

GROUP = "HAT"


def read_hat(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """A sentence a caption; the words that are called hallucinated are its wrong words."""

    def read(where: str, record: Any) -> list[LabelledSentence]:
        text = require_text(record, "caption")
        wrong = record.get("contains_hallucination")
        if not isinstance(wrong, bool):
            missing = "a record without `contains_hallucination`"
            raise Unusable(missing if wrong is None else "an unknown label", wrong)
        image = pick(list_coco_names(record.get("image_path"), "val2014"))
        spans = _find_hallucinated(text, record.get("grounding"), ledger) if wrong else []
        return [
            LabelledSentence(
                id=name_sentence(GROUP, image, text, record.get("sample_id")),
                group=GROUP,
                image=image,
                text=text,
                label="incorrect" if wrong else "correct",
                spans=tuple(spans),
            )
        ]

    yield from read_records(document.iterate_records(), read, ledger)


def _find_hallucinated(text: str, grounding: object, ledger: Ledger) -> list[Span]:
    """Where the marked words stand: all words are followed, so that of equal ones the right one is met."""
    pairs: Sequence[Any] = grounding if isinstance(grounding, list) else ()
    if not pairs:
        ledger.remark("wrong captions without `grounding`", repr(text[:80]))
    spans: list[Span] = []
    behind = 0
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            continue
        found, missing = find_spans(text[behind:], [pair[0]])
        if found:
            start, end = behind + found[0][0], behind + found[0][1]
            spans += [(start, end)] if pair[1] is True else []
            behind = end
        elif missing and pair[1] is True:
            ledger.remark("wrong words that do not stand in their sentence", f"{pair[0]!r} in {text!r}")
    return spans


HAT = Form(
    name="hat",
    expects="a JSON list of records with `caption`, `grounding`, `contains_hallucination` and `image_path`",
    recognise=lambda document: document.has("caption", "contains_hallucination"),
    read=read_hat,
)
