"""How a question was answered, in a word or two: what viewers filter by, list and compare."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from irloom.pipelines.evaluate.reading import list_missed
from irloom.views.blocks import Facet, Rows

Line = Mapping[str, Any]


def list_marks(rows: Rows) -> Iterator[str]:
    """What holds for all asks of a question, or for some of them; a failed one is wrong."""
    failed = sum(count for _, count in _pair_by_variant(rows).values())
    yield from _mark(rows.get("answers", ()), failed if _is_judged(rows) else 0)


def list_variant_marks(rows: Rows) -> Iterator[str]:
    """The same variant by variant."""
    is_judged = _is_judged(rows)
    for variant, (answers, failed) in _pair_by_variant(rows).items():
        yield from (f"{variant}: {mark}" for mark in _mark(answers, failed if is_judged else 0))


def tell_variants(rows: Rows) -> dict[str, str]:
    """How many replies of each variant are right, unread and missing."""
    return {variant: _tell(answers, failed) for variant, (answers, failed) in _pair_by_variant(rows).items()}


def _pair_by_variant(rows: Rows) -> dict[str, tuple[Sequence[Line], int]]:
    """The replies of each variant, and how many of its asks failed."""
    answers = group_by_variant(rows.get("answers", ()))
    missed = list_missed(rows.get("answers", ()), rows.get("failed", ()))
    failed = group_by_variant(row for row in missed if row["variant"] is not None)
    return {
        variant: (answers.get(variant, ()), len(failed.get(variant, ()))) for variant in {**answers, **failed}
    }


def _is_judged(rows: Rows) -> bool:
    """Whether asks are right or wrong at all; where none was answered, options to choose from say so."""
    if answers := rows.get("answers", ()):
        return all(row["correct"] is not None for row in answers)
    return any(row["options"] for row in rows.get("questions", ()))


def group_by_variant(rows: "Iterator[Line] | Sequence[Line]") -> dict[str, list[Line]]:
    """Rows of asks by the variant that was asked, in their order."""
    found: dict[str, list[Line]] = {}
    for row in rows:
        found.setdefault(row["variant"], []).append(row)
    return found


def _mark(answers: Sequence[Line], failed: int) -> Iterator[str]:
    """An unread reply is no wrong answer here: that says more of the reading than of the model."""
    if not answers and not failed:
        return
    judged = [row["correct"] for row in answers if row["read"] is not None]
    unread = len(answers) - len(judged)
    if not failed and not unread and all(one is True for one in judged):
        yield "all right"
    if failed or any(one is False for one in judged):
        yield "some wrong"
    if all(row["correct"] is False for row in answers):
        yield "none right"
    if unread:
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
