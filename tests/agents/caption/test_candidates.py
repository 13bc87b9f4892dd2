"""The best candidate wins, and an original that breaks a rule does not."""

from irloom.agents.caption.candidates import choose, list_candidates
from irloom.lexicon import Lexicon
from irloom.records import Candidate

LEXICON = Lexicon.load(None)
COLOURS = ("Delete all words about colour.",)
ORIGINAL = "A brown dog."


def listed(
    scores: list[float] | None, *texts: str, rules: tuple[str, ...] = COLOURS
) -> tuple[Candidate, ...]:
    return list_candidates(texts, ORIGINAL, scores, rules, LEXICON)


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
        choose(listed([0.1, 0.9, 0.5], "A dog.", "One dog."), "only_if_clean", scoring=True).text
        == "One dog."
    )


def test_negative_scores_are_compared_as_they_are() -> None:
    assert choose(listed([-3.0, -1.0, -2.0], "A dog.", "One dog."), "allow", scoring=True).text == "One dog."


def test_a_tie_keeps_the_earlier_one() -> None:
    assert choose(listed([0.5, 0.5, 0.5], "A dog.", "One dog."), "allow", scoring=True).text == "A dog."


def test_an_original_that_breaks_a_rule_cannot_win_unless_it_is_allowed() -> None:
    candidates = listed([0.1, 0.9], "A dog.")
    assert choose(candidates, "only_if_clean", scoring=True).origin == "filtered"
    assert choose(candidates, "allow", scoring=True).origin == "original"


def test_an_original_that_breaks_no_rule_wins_by_its_score() -> None:
    candidates = listed([0.1, 0.9], "A dog.", rules=("Delete all words about text.",))
    assert choose(candidates, "only_if_clean", scoring=True).origin == "original"


def test_a_rewrite_that_gives_an_unclean_original_back_is_the_original() -> None:
    candidates = listed([0.9, 0.1, 0.9], ORIGINAL, "A dog.")
    assert choose(candidates, "only_if_clean", scoring=True).text == "A dog."
    assert choose(candidates, "only_if_clean", scoring=False).text == "A dog."
    assert choose(candidates, "allow", scoring=True).text == ORIGINAL


def test_where_nothing_else_is_left_the_unclean_original_is_kept() -> None:
    assert choose(listed([0.9]), "only_if_clean", scoring=True).text == ORIGINAL
    assert choose(listed([0.9, 0.9], ORIGINAL), "only_if_clean", scoring=True).text == ORIGINAL


def test_a_rewrite_that_breaks_a_rule_may_still_win() -> None:
    assert (
        choose(listed([0.1, 0.9, 0.5], "A dog.", "A red dog."), "only_if_clean", scoring=True).text
        == "A red dog."
    )


def test_without_scoring_the_first_one_is_taken() -> None:
    assert choose(listed(None, "A dog.", "One dog."), "allow", scoring=False).text == "A dog."
    assert choose(listed(None, "A dog.", "One dog."), "only_if_clean", scoring=False).text == "A dog."
