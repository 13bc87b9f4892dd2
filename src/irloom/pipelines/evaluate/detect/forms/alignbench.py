"""AlignBench: sentences of captioners and painters, judged by a panel (arXiv 2511.20515).

The columns are those that its first data card named; only `caption` and `annotation` must be there.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from irloom.alignment import ERROR_TYPES, ErrorType, Label, LabelledSentence, Span, find_spans
from irloom.pipelines.evaluate.detect.forms.document import Document
from irloom.pipelines.evaluate.detect.forms.form import (
    Form,
    Pick,
    list_texts,
    name_sentence,
    read_records,
    require_text,
)
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger, Unusable
from irloom.pipelines.evaluate.detect.forms.votes import compare_votes, read_votes

GROUP = "AlignBench"
_LABELS: tuple[Label, ...] = ("correct", "incorrect", "unknown")
_MOST_SENTENCES = 10**6
"""Of a text: a larger place is a damaged one."""
_TYPES = {name.casefold(): name for name in ERROR_TYPES}


def read_alignbench(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """A sentence a row."""
    yield from read_records(
        document.iterate_records(), lambda where, record: [read_row(record, ledger, pick)], ledger
    )


def read_row(record: Any, ledger: Ledger, pick: Pick) -> LabelledSentence:
    """The sentence of a row in the published columns. Raises Unusable."""
    text = require_text(record, "caption").strip()
    label = read_label(record)
    model, position = next(iter(list_texts(record, "model")), ""), _read_position(record, ledger)
    if not model:
        ledger.remark(f"sentences without `model`, whose group is {GROUP}", repr(text[:80]))
    image = _pick_image(record, pick)
    votes = read_votes(record)
    for difference in compare_votes(record, label, votes):
        ledger.remark(difference, repr(text[:80]))
    return LabelledSentence(
        id=name_sentence(model or GROUP, image, text, position),
        group=model or GROUP,
        image=image,
        text=text,
        label=label,
        position=position,
        spans=tuple(_read_spans(record, text, ledger)) if label == "incorrect" else (),
        error_type=_read_type(record, ledger) if label == "incorrect" else None,
        votes=votes,
        domain=next(iter(list_texts(record, "domain")), ""),
        writer=model,
    )


def read_label(record: Any) -> Label:
    """What the panel said. Raises Unusable."""
    said = require_text(record, "annotation").strip().lower()
    for label in _LABELS:
        if said == label:
            return label
    raise Unusable("an unknown label", said)


def _read_position(record: dict[str, Any], ledger: Ledger) -> int | None:
    """The place in the text; None where it is missing or none, which is told."""
    said = record.get("sentence_index")
    try:
        position = int(said) if isinstance(said, int | float | str) else -1
    except (ValueError, OverflowError):
        position = -1
    if 0 <= position < _MOST_SENTENCES:
        return position
    what = "missing" if said is None else "no place in a text"
    ledger.remark(f"sentences whose `sentence_index` is {what}", repr(record["caption"][:80]))
    return None


def _pick_image(record: dict[str, Any], pick: Pick) -> str:
    """By its path in the set's own folder, its name, or the end of its address, whichever is there."""
    paths = list_texts(record, "image_path_in_repo", "image_name")
    ends = [PurePosixPath(urlsplit(url).path).name for url in list_texts(record, "image_url")]
    names = list(dict.fromkeys([*paths, *(PurePosixPath(path).name for path in paths), *filter(None, ends)]))
    return pick(names) if names else ""


def _read_spans(record: dict[str, Any], text: str, ledger: Ledger) -> list[Span]:
    words = _list_words(record.get("error_words"), text)
    spans, missing = find_spans(text, words)
    if not words:
        ledger.remark("wrong sentences without `error_words`", repr(text[:80]))
    for word in missing:
        ledger.remark("wrong words that do not stand in their sentence", f"{word!r} in {text[:80]!r}")
    return spans


def _list_words(said: object, text: str) -> list[str]:
    """Words or phrases of a list, or of one text: as it stands in the sentence, else between commas."""
    if isinstance(said, list):
        return [word for word in said if isinstance(word, str) and word.strip()]
    if not isinstance(said, str) or not said.strip():
        return []
    _, missing = find_spans(text, [said])
    parts = said.replace(";", ",").split(",") if missing else [said]
    return [part.strip() for part in parts if part.strip()]


def _read_type(record: dict[str, Any], ledger: Ledger) -> ErrorType | None:
    said = next(iter(list_texts(record, "error_type")), "")
    found = _TYPES.get(said.casefold())
    if found is None:
        what = "an unknown kind of error" if said else "wrong sentences without `error_type`"
        ledger.remark(what, repr(said or record["caption"][:80]))
    return found


ALIGNBENCH = Form(
    name="alignbench",
    expects="JSON Lines with `caption` and `annotation` (correct, incorrect or unknown) in every row",
    recognise=lambda document: document.has("caption", "annotation"),
    read=read_alignbench,
)
