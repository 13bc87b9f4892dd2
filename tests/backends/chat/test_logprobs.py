"""The first answer token in what servers give as log-probabilities."""

import math
from typing import Any

import pytest

from irloom.backends.chat.logprobs import check_given, read_first_tokens
from irloom.errors import EndpointRefused
from irloom.protocols import ReplyText


def place(token: str, **alternatives: float) -> dict[str, Any]:
    listed = [{"token": name, "logprob": value} for name, value in alternatives.items()]
    return {"token": token, "logprob": -0.5, "top_logprobs": listed}


def content(*places: Any) -> dict[str, Any]:
    return {"content": list(places)}


def test_the_alternatives_of_the_first_token_are_read() -> None:
    given = content(place("Yes", Yes=-0.1, No=-2.5), place(".", **{".": -0.1}))
    assert read_first_tokens(given, "Yes.") == (("Yes", -0.1), ("No", -2.5))


def test_blank_tokens_before_the_answer_are_passed_over() -> None:
    given = content(place("\n", No=-0.1), place(" ", No=-0.1), place("Yes", Yes=-0.2))
    assert read_first_tokens(given, "\n Yes") == (("Yes", -0.2),)


def test_what_the_model_thought_aloud_is_passed_over() -> None:
    thought = [place(token, No=-0.1) for token in ("<think>", "Yes", "?", "</think>", "\n\n")]
    given = content(*thought, place("Yes", Yes=-0.3), place("<eos>", Yes=-9))
    assert read_first_tokens(given, "Yes", "Yes?") == (("Yes", -0.3),)


def test_tokens_in_another_spelling_count_from_the_first_unless_the_model_thought_before() -> None:
    given = content(place("▁Yes", Yes=-0.3), place("▁indeed", Yes=-9))
    assert read_first_tokens(given, "Yes indeed") == (("Yes", -0.3),)
    assert read_first_tokens(given, "Yes indeed", "thinking") == ()


def test_without_alternatives_the_token_itself_is_known() -> None:
    assert read_first_tokens(content({"token": "Yes", "logprob": -0.5}), "Yes") == (("Yes", -0.5),)


@pytest.mark.parametrize("value", [-math.inf, math.nan, None, "high"])
def test_values_that_no_journal_can_hold_are_left_out(value: Any) -> None:
    given = content(place("Yes", Yes=-0.5, No=value))
    assert read_first_tokens(given, "Yes") == (("Yes", -0.5),)


def test_a_chance_above_one_is_one() -> None:
    assert read_first_tokens(content(place("Yes", Yes=1e9)), "Yes") == (("Yes", 0.0),)


@pytest.mark.parametrize(
    "given", [None, {}, [], "no", {"content": None}, {"content": []}, {"content": [None, {"token": 5}, "x"]}]
)
def test_where_a_server_gives_nothing_there_is_nothing(given: Any) -> None:
    assert read_first_tokens(given, "Yes") == ()


def test_an_answer_without_what_was_asked_for_is_refused_with_the_way_out() -> None:
    with pytest.raises(EndpointRefused, match=r"no log-probabilities.*'Yes'.*set `answer = \"number\"`"):
        check_given([ReplyText(text="Yes")])


def test_an_empty_answer_does_not_tell_what_the_endpoint_can() -> None:
    check_given(
        [ReplyText(text="  ", finish_reason="length"), ReplyText(text="Y", first_tokens=(("Y", -1),))]
    )
