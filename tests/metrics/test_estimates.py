"""Figures are told in per cent, with a dash where nothing is known."""

from irloom.metrics.estimates import Estimate, gain, gain_between, percent, percent_between


def test_a_share_is_told_with_a_decimal_and_its_interval() -> None:
    found = Estimate(0.6249, 0.5, 0.71)
    assert (percent(found.value), percent_between(found)) == ("62.5", "50.0–71.0")


def test_a_difference_and_the_ends_of_its_interval_have_signs() -> None:
    found = Estimate(0.01, -0.02, 0.04)
    assert (gain(found.value), gain_between(found)) == ("+1.0", "-2.0 to +4.0")


def test_a_dash_stands_for_what_is_not_known() -> None:
    found = Estimate(0.5, None, None)
    assert (percent(None), percent_between(found), gain_between(found)) == ("–", "–", "–")
