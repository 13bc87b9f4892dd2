"""The best candidate wins, and an original that breaks a rule does not."""

from typing import Any

from irloom.agents.caption.candidates import Written, covers_all, list_candidates, rank
from irloom.lexicon import Lexicon
from irloom.records import Candidate

LEXICON = Lexicon.load(None)
COLOURS = ("Delete all words about colour.",)
ORIGINAL = "A brown dog."


def listed(
    scores: list[float] | None, *texts: str, rules: tuple[str, ...] = COLOURS
) -> tuple[Candidate, ...]:
    written: list[Written] = [*((text, "filtered") for text in texts), (ORIGINAL, "original")]
    return list_candidates(written, scores, rules, LEXICON)


def chosen(*given: Any, **more: Any) -> Candidate:
    """What wins, where something does."""
    return rank(*given, **more)[0]


def test_candidates_are_the_rewrites_in_order_and_the_original_last_each_with_its_score() -> None:
    candidates = listed([0.1, 0.2, 0.3], "A dog.", "A red dog.")
    assert [(one.text, one.origin, one.score, one.breaks) for one in candidates] == [
        ("A dog.", "filtered", 0.1, ()),
        ("A red dog.", "filtered", 0.2, ("red",)),
        (ORIGINAL, "original", 0.3, ("brown",)),
    ]


def test_without_rules_nothing_breaks_one() -> None:
    assert [one.breaks for one in listed(None, "A red dog.", rules=())] == [(), ()]


def test_the_highest_score_wins() -> None:
    assert (
        chosen(listed([0.1, 0.9, 0.5], "A dog.", "One dog."), "only_if_clean", scoring=True).text
        == "One dog."
    )


def test_those_that_may_win_stand_in_the_order_in_which_they_would() -> None:
    candidates = listed([0.1, 0.9, 0.5, 0.9, 0.7], "A dog.", "A red dog.", "One dog.", "The dog.")
    texts = [one.text for one in rank(candidates, "only_if_clean", scoring=True)]
    assert texts == ["The dog.", "One dog.", "A dog."]
    texts = [one.text for one in rank(candidates, "only_if_clean", scoring=False)]
    assert texts == ["A dog.", "One dog.", "The dog."]


def test_negative_scores_are_compared_as_they_are() -> None:
    assert chosen(listed([-3.0, -1.0, -2.0], "A dog.", "One dog."), "allow", scoring=True).text == "One dog."


def test_a_tie_keeps_the_earlier_one() -> None:
    assert chosen(listed([0.5, 0.5, 0.5], "A dog.", "One dog."), "allow", scoring=True).text == "A dog."


def test_an_original_that_breaks_a_rule_cannot_win_unless_it_is_allowed() -> None:
    candidates = listed([0.1, 0.9], "A dog.")
    assert chosen(candidates, "only_if_clean", scoring=True).origin == "filtered"
    assert chosen(candidates, "allow", scoring=True).origin == "original"


def test_an_original_that_breaks_no_rule_wins_by_its_score() -> None:
    candidates = listed([0.1, 0.9], "A dog.", rules=("Delete all words about text.",))
    assert chosen(candidates, "only_if_clean", scoring=True).origin == "original"


def test_a_rewrite_that_gives_an_unclean_original_back_is_the_original() -> None:
    candidates = listed([0.9, 0.1, 0.9], ORIGINAL, "A dog.")
    assert chosen(candidates, "only_if_clean", scoring=True).text == "A dog."
    assert chosen(candidates, "only_if_clean", scoring=False).text == "A dog."
    assert chosen(candidates, "allow", scoring=True).text == ORIGINAL


def test_where_all_break_a_rule_none_is_chosen_unless_that_is_allowed() -> None:
    candidates = listed([0.9, 0.9], "A red dog.")
    assert rank(candidates, "only_if_clean", scoring=True) == []
    assert rank(candidates, "only_if_clean", scoring=False) == []
    assert chosen(candidates, "allow", scoring=True).text == "A red dog."


def test_a_clean_rewrite_wins_over_one_that_breaks_a_rule_whatever_their_scores() -> None:
    candidates = listed([0.1, 0.9, 0.5], "A dog.", "A red dog.")
    assert chosen(candidates, "only_if_clean", scoring=True).text == "A dog."
    assert chosen(candidates, "allow", scoring=True).text == "A red dog."


def test_the_lexicon_covers_rules_that_name_a_category_of_it() -> None:
    assert covers_all((*COLOURS, "Delete words about materials."), LEXICON)
    assert covers_all((), LEXICON)
    assert not covers_all((*COLOURS, "Delete all words about the weather."), LEXICON)
    assert not covers_all(("Keep words about colour.",), LEXICON)


def test_without_scoring_the_first_one_is_taken() -> None:
    assert chosen(listed(None, "A dog.", "One dog."), "allow", scoring=False).text == "A dog."
    assert chosen(listed(None, "A dog.", "One dog."), "only_if_clean", scoring=False).text == "A dog."
