"""A question has exactly one answer of its kind."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from irloom.question_sets.record import Draft, Question


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"answer": "perhaps"}, "neither yes nor no"),
        ({"choices": ("a", "b")}, "has no choices"),
        ({"kind": "choice", "choices": ("a",), "answer": "a"}, "1 choices: a question has 2 to 4"),
        ({"kind": "choice", "choices": ("a", "A "), "answer": "a"}, "not all different"),
        ({"kind": "choice", "choices": ("a", "b"), "answer": "c"}, "none of the choices"),
        ({"kind": "number", "answer": "many"}, "could not convert"),
        ({"kind": "number", "answer": "nan"}, "no finite number"),
    ],
)
def test_a_draft_without_one_right_answer_is_refused(
    draft: Callable[..., Draft], said: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        draft("x", **said)


TWO = {"A": "cat", "B": "dog"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"answer": "perhaps"}, "neither yes nor no"),
        ({"options": TWO}, "has no options"),
        ({"kind": "number", "answer": "many"}, "could not convert"),
        ({"kind": "temperature", "answer": "nan"}, "no finite number"),
        ({"kind": "number", "answer": "A", "options": TWO}, "has no options"),
        ({"kind": "choice", "answer": "Z", "options": TWO}, "'Z' is none of the letters"),
        ({"kind": "choice", "answer": "A", "options": {}}, "0 choices: a question has 2 to 4"),
        ({"kind": "choice", "answer": "A", "options": {"A": "cat"}}, "1 choices"),
        ({"kind": "choice", "answer": "A", "options": {"A": "cat", "B": " Cat"}}, "not all different"),
        ({"kind": "choice", "answer": "A", "options": {"A": "cat", "Zebra": "dog"}}, "not the first of ABCD"),
        ({"kind": "choice", "answer": "A", "options": {"A": "cat", "C": "dog"}}, "not the first of ABCD"),
        ({"truth": {"label": ["car"]}}, "and no text"),
        ({"truth": {"scale": [20]}}, "not two finite numbers"),
        ({"truth": {"scale": "20"}}, "not two finite numbers"),
        ({"truth": {"scale": [20, float("inf")]}}, "not two finite numbers"),
    ],
)
def test_a_question_that_cannot_be_asked_or_scored_is_refused(
    question: Callable[..., Question], said: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        question(1, **said)
