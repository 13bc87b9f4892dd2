"""Makes drafts of ThermEval's rows, with what all of its kinds share."""

from collections.abc import Mapping
from typing import Any

from irloom.question_sets.builder import Drafted, Picture
from irloom.question_sets.record import AnswerKind, Draft
from irloom.question_sets.thermeval.thermograms import Matrix, Thermograms, measure_scale
from irloom.shots import Mark, Shot
from irloom.thermal.picture_settings import Side

WITHIN_K = 1.0
"""How far a temperature may be off."""
USUAL_SIDE: Side = "right"
"""Of the colour bar, where its side is not what is asked."""


def draft_one(
    name: str,
    task: str,
    kind: AnswerKind,
    image: tuple[str, Picture],
    question: str,
    answer: str,
    **more: Any,
) -> Drafted:
    """A draft about one picture; its own name is the sequence, since the set names no videos."""
    shown, picture = image
    marks = more.pop("marks", ())
    draft = Draft(
        id=name,
        task=task,
        kind=kind,
        question=question,
        answer=answer,
        phrasing=more.pop("phrasing", task),
        images=(Shot(name=shown, marks=marks),),
        sequence=more.pop("sequence", shown),
        source=more.pop("source", name),
        **more,
    )
    return Drafted(draft, {shown: picture})


def draft_temperature(
    name: str,
    task: str,
    found: Thermograms,
    tiff: tuple[str, Matrix],
    question: str,
    answer: float,
    *,
    marks: tuple[Mark, ...] = (),
    truth: Mapping[str, Any] | None = None,
) -> Drafted:
    """A question for a temperature, beside the colour bar."""
    file, matrix = tiff
    return draft_one(
        name,
        task,
        "temperature",
        show_with_bar(found, file),
        question,
        f"{answer:g}",
        within=WITHIN_K,
        sequence=file,
        source=f"thermeval/{file}",
        marks=marks,
        truth={"scale": measure_scale(matrix), **(truth or {})},
    )


def show_with_bar(found: Thermograms, file: str, side: Side | None = USUAL_SIDE) -> tuple[str, Picture]:
    """A picture's name in the set, and what draws it."""
    return f"thermeval/{file}-{side or 'bare'}.png", found.show(file, side)
