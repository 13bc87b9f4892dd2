"""Agreement of a panel, on the example that Fleiss' kappa is known by (10 items, 14 raters, 5 categories)."""

import pytest

from irloom.metrics.agreement import Tally, add_up, agreement_ratio, fleiss_kappa, item_agreement

EXAMPLE = (
    *((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1)),
    *((7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7)),
)
PUBLISHED = (1.000, 0.253, 0.308, 0.440, 0.330, 0.462, 0.242, 0.176, 0.286, 0.286)


def test_items_agree_as_far_as_the_published_example_says() -> None:
    found = [item_agreement(counts) for counts in EXAMPLE]
    assert found == [pytest.approx(value, abs=0.0005) for value in PUBLISHED]


def test_kappa_is_that_of_the_published_example() -> None:
    assert fleiss_kappa(EXAMPLE) == pytest.approx(0.210, abs=0.0005)


def test_sums_over_parts_of_a_run_give_the_kappa_of_the_whole() -> None:
    first, second = add_up(EXAMPLE[:4]), add_up(EXAMPLE[4:])
    votes = tuple(map(sum, zip(first.votes, second.votes, strict=True)))
    joined = Tally(first.items + second.items, first.agreeing + second.agreeing, votes)
    assert joined.kappa == fleiss_kappa(EXAMPLE)


def test_three_judges_agree_by_a_third_where_one_disagrees() -> None:
    assert item_agreement((2, 1, 0)) == pytest.approx(1 / 3)
    assert item_agreement((1, 1, 1)) == 0
    assert agreement_ratio((2, 1, 0)) == pytest.approx(2 / 3)


def test_a_single_judge_agrees_with_nobody_and_no_vote_is_no_share() -> None:
    assert item_agreement((1, 0, 0)) is None
    assert item_agreement((0, 0, 0)) is None
    assert agreement_ratio((0, 0, 0)) is None
    assert fleiss_kappa([(1, 0, 0), (0, 1, 0)]) is None
    assert fleiss_kappa([]) is None


def test_kappa_is_not_defined_where_all_votes_are_of_one_category() -> None:
    assert fleiss_kappa([(3, 0, 0), (3, 0, 0)]) is None


def test_kappa_of_unequal_panels_is_refused() -> None:
    with pytest.raises(ValueError, match="different numbers"):
        fleiss_kappa([(3, 0), (1, 1)])
