"""A question has exactly one answer of its kind."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from irloom.question_sets.record import Draft


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"answer": "perhaps"}, "neither yes nor no"),
        ({"choices": ("a", "b")}, "has no choices"),
        ({"kind": "choice", "choices": ("a",), "answer": "a"}, "1 choices: a question has 2 to 4"),
        ({"kind": "choice", "choices": ("a", "A "), "answer": "a"}, "not all different"),
        ({"kind": "choice", "choices": ("a", "b"), "answer": "c"}, "none of the choices"),
        ({"kind": "number", "answer": "many"}, "could not convert"),
    ],
)
def test_a_draft_without_one_right_answer_is_refused(
    draft: Callable[..., Draft], said: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        draft("x", **said)
