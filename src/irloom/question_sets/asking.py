"""In which words a question of a set is asked, by an evaluation and by an export alike."""

from collections.abc import Mapping

from irloom.question_sets.record import AnswerKind

PROMPTS = "evaluate/sets"
"""Folder of the prompts; one is called like each kind."""


def name_prompt(kind: AnswerKind) -> str:
    """The prompt of a kind, which says in what form the answer is wanted."""
    return f"{PROMPTS}/{kind}"


def fill_slots(question: str, options: Mapping[str, str]) -> dict[str, str]:
    """What stands in the slots of that prompt: the question and, where it has any, its options by line."""
    listed = "\n".join(f"{letter}. {text}" for letter, text in options.items())
    return {"question": question, **({"options": listed} if listed else {})}
