"""Outcomes go by a flow's words where it has any, in what is read and in what is typed."""

import pytest

from irloom.errors import ConfigError
from irloom.views.outcomes import find_outcome, name_outcome, name_within

LABELS = {"accepted": "scored"}


def test_an_outcome_has_the_flows_word_or_its_name() -> None:
    assert (name_outcome("accepted", LABELS), name_outcome("failed", LABELS)) == ("scored", "failed")


def test_a_remark_is_told_in_the_flows_words() -> None:
    assert name_within("color accepted", LABELS) == "color scored"
    assert name_within("accepted in round 2", LABELS) == "scored in round 2"
    assert name_within("accepted in round 2", {}) == "accepted in round 2"


@pytest.mark.parametrize("word", ["accepted", "scored"])
def test_both_words_find_the_outcome(word: str) -> None:
    assert find_outcome(word, LABELS) == "accepted"


def test_another_word_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match="'good' is none of scored, rejected, failed, unjudged"):
        find_outcome("good", LABELS)
