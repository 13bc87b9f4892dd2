"""Winoground: two images and two captions of the same words, each caption right of one (arXiv 2204.03162)."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from irloom.alignment import LabelledSentence
from irloom.pipelines.evaluate.detect.forms.document import Document
from irloom.pipelines.evaluate.detect.forms.form import (
    Form,
    Pick,
    name_sentence,
    read_records,
    require_text,
)
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger, Unusable

GROUP = "Winoground"
_NUMBERS = (0, 1)


def read_winoground(document: Document, ledger: Ledger, pick: Pick) -> Iterator[LabelledSentence]:
    """Four sentences an example: each caption beside each image, right where the numbers agree."""

    def read(where: str, record: Any) -> list[LabelledSentence]:
        if not isinstance(record, dict) or record.get("id") is None:
            raise Unusable("a record without `id`")
        images = [pick(_list_names(require_text(record, f"image_{number}"))) for number in _NUMBERS]
        captions = [require_text(record, f"caption_{number}") for number in _NUMBERS]
        pair, tag = f"winoground-{record['id']}", record.get("collapsed_tag") or record.get("tag")
        return [
            LabelledSentence(
                id=name_sentence(GROUP, image, caption, pair, c, i),
                group=GROUP,
                image=image,
                text=caption,
                label="correct" if c == i else "incorrect",
                pair=pair,
                side=f"c{c}i{i}",
                domain=tag if isinstance(tag, str) else "",
            )
            for c, caption in enumerate(captions)
            for i, image in enumerate(images)
        ]

    yield from read_records(document.iterate_records(), read, ledger)


def _list_names(name: str) -> list[str]:
    """The set names its pictures without a suffix, and brings them as PNG in a folder `images`."""
    if PurePosixPath(name).suffix:
        return [name]
    return [f"{name}.png", f"images/{name}.png", f"{name}.jpg", f"images/{name}.jpg"]


WINOGROUND = Form(
    name="winoground",
    expects="JSON Lines with `id`, `image_0`, `image_1`, `caption_0` and `caption_1` in every row",
    recognise=lambda document: document.has("image_0", "image_1", "caption_0", "caption_1"),
    read=read_winoground,
)
