"""Questions of a benchmark as rows of other tools: what was asked with a picture, and the right answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from irloom.pipelines.evaluate.items import list_visible, read_shots
from irloom.pipelines.flow import Card, Exported
from irloom.records import IMAGE_MARK

Line = Mapping[str, Any]

NO_PICTURE = "have no picture in the run: it was missing, or no variant was asked that shows the infrared one"
"""Why questions are left out, and what would have them."""
_KEEP_OUT = (
    "These are questions of a benchmark with their right answers: keep them out of all training data of a "
    "model that is to be measured by it."
)


def list_infrared(row: Line) -> list[str]:
    """The infrared pictures of a question, relative to the run; without their visible-light translations."""
    shown: Sequence[str] = row["images"]
    return [*shown[: len(shown) - len(list_visible(row))]]


def list_sources(row: Line) -> list[str]:
    """The pictures that a question is about, as the benchmark calls them, whatever is shown of each."""
    return [shot.name for shot in read_shots(row)] if "question" in row else []


def write_question(row: Line) -> str:
    """A question with its options, a line each, as they stand in the file."""
    return "\n".join([row["question"], *(f"{letter}. {text}" for letter, text in row["options"].items())])


def write_answer(row: Line) -> str:
    """The right answer: the option with its letter, else what was right without options."""
    option = row["options"].get(row["answer"])
    return f"{row['answer']}. {option}" if option is not None else str(row["answer"])


def to_messages(row: Line) -> list[dict[str, str]]:
    """A conversation of the question below its pictures, and the right answer."""
    marks = f"{IMAGE_MARK}\n" * len(list_infrared(row))
    return [
        {"role": "user", "content": marks + write_question(row)},
        {"role": "assistant", "content": write_answer(row)},
    ]


def warn(card: Card) -> Card:
    """The same card with what holds for every benchmark: people wrote it, and nobody may train on it."""

    def list_limits(config: Line) -> Sequence[str]:
        return (_KEEP_OUT, *card.limits(config))

    return replace(card, limits=list_limits, is_synthetic=False)


QUESTIONS = Exported(
    messages=to_messages,
    images=list_infrared,
    lacking=NO_PICTURE,
    task=lambda row: str(row["dimension"]),
    identify=lambda row: f"{row['sample']}-{row['language']}",
    text=lambda row: f"{write_question(row)}\n{write_answer(row)}",
)
"""As instructions; a question that was asked without a picture is none."""
