"""Messages that say the same of different things count as one."""

import pytest

from irloom.sameness import strip_varying


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("images/000012.jpg: cannot be decoded", "images/more/31.png: cannot be decoded"),
        ("no rewrite of 'A lady's hat.', since it is empty", "no rewrite of 'Two dogs.', since it is empty"),
        ("the prompt has 4123 tokens", "the prompt has 9 tokens"),
        ('request "req_a8f" refused', 'request "x" refused'),
    ],
)
def test_what_differs_from_case_to_case_is_left_out(one: str, other: str) -> None:
    assert strip_varying(one) == strip_varying(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the reply is empty", "the reply is cut"),
        ("the reply can't be read: don't know why", "the reply can't be used: don't know why"),
    ],
)
def test_other_words_are_another_reason(one: str, other: str) -> None:
    assert strip_varying(one) != strip_varying(other)
