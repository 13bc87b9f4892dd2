"""What is asked of a question of a set: its words once, in the form that its kind wants."""

from collections.abc import Mapping

from irloom.pipelines.evaluate.records import Item, Posed, Wording
from irloom.question_sets.asking import PROMPTS as FOLDER
from irloom.question_sets.asking import fill_slots, name_prompt
from irloom.question_sets.guesses import Guessed
from irloom.question_sets.record import AnswerKind, Question

PROMPTS = (FOLDER,)
LANGUAGE = "en"
VARIANT = "normal"
_CHECK = f"{FOLDER}/check"
_FORMS: Mapping[AnswerKind, str] = {
    "choice": "the letter of one option",
    "yes_no": "yes or no",
    "number": "one number in digits",
    "temperature": "one temperature in degrees Celsius",
    "difference": "one difference of temperatures in kelvin",
}
"""As a checker is told what was wanted."""


def make_item(
    question: Question, guesses: Mapping[str, Guessed], met: bool = False, licence: str | None = None
) -> Item:
    """A question as a unit of work; what its score needs stands in columns beside.

    `met` says that the model was trained on the part which the question belongs to; `licence` is that of the
    published set which its pictures are from, where the set says it.
    """
    return Item(
        id=question.id,
        images=question.images,
        dimension=question.task,
        group=question.kind,
        answer=question.answer,
        wordings={LANGUAGE: Wording(question=question.question, options=question.options)},
        about={
            "kind": question.kind,
            "part": question.part,
            "met": met,
            "cluster": question.group,
            "strict_group": question.strict_group,
            "within": question.within,
            "phrasing": question.phrasing,
            "origin": question.source,
            **({"licence": licence} if licence else {}),
            "truth": dict(question.truth),
            "guesses": {name: one.model_dump() for name, one in guesses.items()},
        },
    )


def pose(item: Item, config: object) -> list[Posed]:
    """One ask."""
    wording, kind = item.wordings[LANGUAGE], item.about["kind"]
    return [
        Posed(
            name=VARIANT,
            variant=VARIANT,
            language=LANGUAGE,
            prompt=name_prompt(kind),
            fields=fill_slots(wording.question, wording.options),
            sights=("infrared",),
            options=wording.options,
            right=item.answer,
            within=item.about["within"],
            check=_CHECK,
            check_fields={"form": _FORMS[kind]},
        )
    ]
