"""P(yes) by the first tokens of a reply."""

import math

import pytest

from irloom.agents.probability import weigh_yes


def tokens(**chances: float) -> list[tuple[str, float]]:
    return [(token, math.log(chance)) for token, chance in chances.items()]


def test_yes_is_weighed_against_no_alone_whatever_its_case() -> None:
    assert weigh_yes(tokens(Yes=0.2, yes=0.1, No=0.1, The=0.6)) == pytest.approx(0.75)


def test_where_neither_is_likely_there_is_no_chance_to_tell() -> None:
    assert weigh_yes(tokens(The=0.99, Yes=0.005, No=0.004)) is None
    assert weigh_yes([]) is None


def test_marks_of_a_space_and_quotes_are_folded() -> None:
    assert weigh_yes([("▁Yes", -1.0), ('"no', -1.0)]) == pytest.approx(0.5)
