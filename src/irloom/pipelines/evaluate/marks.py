"""How a question was answered, in a word or two: what viewers filter by, list and compare."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from irloom.views.blocks import Facet, Rows

Line = Mapping[str, Any]


def list_marks(rows: Rows) -> Iterator[str]:
    """What holds for all replies to a question, or for some of them."""
    yield from _mark(rows.get("answers", ()))


def list_variant_marks(rows: Rows) -> Iterator[str]:
    """The same variant by variant."""
    for variant, answers in group_by_variant(rows.get("answers", ())).items():
        yield from (f"{variant}: {mark}" for mark in _mark(answers))


def tell_variants(rows: Rows) -> dict[str, str]:
    """How many replies of each variant are right, unread and missing."""
    answers = group_by_variant(rows.get("answers", ()))
    failed = group_by_variant(row for row in rows.get("failed", ()) if row["variant"] is not None)
    return {
        variant: _tell(answers.get(variant, ()), len(failed.get(variant, ())))
        for variant in [*answers, *(name for name in failed if name not in answers)]
    }


def group_by_variant(rows: "Iterator[Line] | Sequence[Line]") -> dict[str, list[Line]]:
    """Rows of asks by the variant that was asked, in their order."""
    found: dict[str, list[Line]] = {}
    for row in rows:
        found.setdefault(row["variant"], []).append(row)
    return found


def _mark(answers: Sequence[Line]) -> Iterator[str]:
    """An unread reply is no wrong answer here: that says more of the reading than of the model."""
    if not answers:
        return
    judged = [row["correct"] for row in answers if row["read"] is not None]
    if len(judged) == len(answers) and all(one is True for one in judged):
        yield "all right"
    if any(one is False for one in judged):
        yield "some wrong"
    if all(row["correct"] is False for row in answers):
        yield "none right"
    if len(judged) < len(answers):
        yield "some unread"


def _tell(answers: Sequence[Line], failed: int) -> str:
    judged = [row["correct"] for row in answers if row["correct"] is not None]
    asked, unread = len(answers) + failed, sum(row["read"] is None for row in answers)
    parts = [
        f"{sum(judged):,} of {asked:,} right" if judged or not answers else f"{len(answers):,} answered",
        f"{unread:,} unread" if unread else "",
        f"{failed:,} failed" if failed else "",
    ]
    return ", ".join(filter(None, parts))


FACETS: Mapping[str, Facet] = {
    "answers": Facet(heading="Answers", values=list_marks),
    "variant": Facet(heading="Answers by variant", values=list_variant_marks),
}
