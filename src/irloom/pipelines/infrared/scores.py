"""What a detector found, as readers are shown it: its scores beside the sentences."""

from collections.abc import Iterator, Sequence

from irloom.views.blocks import Block, Line, Table, Text


def tell_scores(scores: Sequence[Line] | None) -> list[Block]:
    """The sentences of a text with their scores; nothing where no detector was asked."""
    if not scores:
        return []
    return [Table([(one["sentence"], _write(one["score"])) for one in scores], ("sentence", "detector"))]


def tell_verified(verified: Line | None) -> Iterator[Block]:
    """What stands in a caption's column: its scores, then those of the candidates that gave way."""
    if not verified:
        return
    picture = "photograph" if verified["on"] == "visible" else "infrared image"
    yield Text(f"{verified['model']} on the {picture}, kept from {verified['above']:g} on", "Detector")
    yield from tell_scores(verified["scores"])
    for one in verified["gave_way"]:
        if one["scores"] != verified["scores"]:
            yield Text(one["text"], "Gave way")
            yield from tell_scores(one["scores"])


def _write(score: float | None) -> str:
    return "not asked" if score is None else f"{score:.4g}"
