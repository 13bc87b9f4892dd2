"""The rule book: what stands at which version, what is the same rule, who comes first."""

from typing import Any

import pytest

from irloom.engine.rulebook import RuleBook, signature
from irloom.records import MinedRule

COLOUR = "Delete all words about colour."


def basic(*rules: str) -> list[dict[str, Any]]:
    return [{"rule": rule, "version": 0, "origin": "basic"} for rule in rules]


def mined(rule: str, round: int = 1) -> MinedRule:
    return MinedRule(rule=rule, task="reasoning", round=round, category="other", reason=f"because of {rule}")


def take(book: RuleBook, sample: str, *rules: str, attempt: int = 1) -> list[dict[str, Any]]:
    """Propose and take, as a commit does."""
    lines = book.propose(sample, attempt, [mined(rule, number) for number, rule in enumerate(rules, 1)])
    for line in lines:
        book.take(line)
    return lines


def origins(lines: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(line["rule"], line["origin"], line["version"]) for line in lines]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Delete all material-related words", "Remove words about materials"),
        ("Delete all words about color.", "Do not mention colours!"),
        ("Delete categories.", "Remove any category"),
        ("DELETE WORDS ABOUT GLASS", "delete glass."),
        ("Delete all words.", "delete all words. "),
    ],
)
def test_rules_with_the_same_content_words_are_one(one: str, other: str) -> None:
    assert signature(one) == signature(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Delete all material-related words", "Delete words about wood"),
        ("Delete words about lighting.", "Delete words about light and shadow."),
        ("Delete.", "Remove."),
        ("Delete words about glass.", "Delete words about gas."),
        ("删除颜色", "删除材料"),
    ],
)
def test_rules_about_other_things_are_two(one: str, other: str) -> None:
    assert signature(one) != signature(other)


def test_the_starting_rules_are_version_0_in_their_order() -> None:
    book = RuleBook(basic("Delete b.", "Delete a."))
    assert (book.version, book.standing(10)) == (0, ("Delete b.", "Delete a."))
    assert (RuleBook().version, RuleBook().standing(10)) == (0, ())


def test_a_commit_that_mines_makes_one_version_however_many_rules_it_has() -> None:
    book = RuleBook(basic(COLOUR))
    assert origins(take(book, "1", "Delete wood.", "Delete glass.")) == [
        ("Delete wood.", "mined", 1),
        ("Delete glass.", "mined", 1),
    ]
    assert take(book, "2") == []
    assert book.version == 1
    assert origins(take(book, "3", "Delete text.")) == [("Delete text.", "mined", 2)]


def test_a_line_says_where_its_rule_comes_from() -> None:
    (line,) = take(RuleBook(), "1", "Delete wood.", attempt=2)
    assert line == {
        **{"rule": "Delete wood.", "version": 1, "origin": "mined", "sample": "1", "attempt": 2},
        **{"task": "reasoning", "round": 1, "category": "other", "reason": "because of Delete wood."},
    }


def test_a_rule_that_stands_already_is_merged_and_what_was_said_is_kept() -> None:
    book = RuleBook(basic(COLOUR))
    (line,) = take(book, "1", "Remove any color.")
    assert (line["rule"], line["origin"], line["said"]) == (COLOUR, "merged", "Remove any color.")
    (line,) = take(book, "2", COLOUR)
    assert (line["origin"], "said" in line) == ("merged", False)
    assert book.standing(10) == (COLOUR,)


def test_the_same_rule_twice_in_one_sample_is_mined_once() -> None:
    assert [line["origin"] for line in take(RuleBook(), "1", "Delete wood.", "Remove wood.")] == [
        "mined",
        "merged",
    ]


def test_the_most_often_mined_come_first_and_then_the_oldest() -> None:
    book = RuleBook(basic(COLOUR, "Delete text."))
    take(book, "1", "Delete wood.", "Delete glass.")
    take(book, "2", "Remove glass.", "Remove text.", "Delete light.")
    take(book, "3", "Delete text.")
    assert book.standing(10) == ("Delete text.", "Delete glass.", "Delete wood.", "Delete light.", COLOUR)
    assert book.standing(2) == ("Delete text.", "Delete glass.")


def test_earlier_versions_stand_as_they_stood() -> None:
    book = RuleBook(basic(COLOUR))
    take(book, "1", "Delete wood.")
    take(book, "2", "Delete glass.", "Delete colours.", "Delete color.")
    assert book.standing(10, 0) == (COLOUR,)
    assert book.standing(10, 1) == ("Delete wood.", COLOUR)
    assert book.standing(10, 2) == book.standing(10) == (COLOUR, "Delete wood.", "Delete glass.")


def test_a_book_read_again_is_the_same_book() -> None:
    book = RuleBook(basic(COLOUR))
    take(book, "1", "Delete wood.", "Remove color.")
    take(book, "2", "Delete glass.")
    again = RuleBook(book)
    for version in range(3):
        assert again.standing(10, version) == book.standing(10, version)
    assert take(again, "1", "Delete wood.") == []


def test_a_retired_rule_stands_no_more_for_later_samples() -> None:
    book = RuleBook(basic(COLOUR, "Delete text."))
    book.take({"rule": COLOUR, "version": 1, "origin": "retired"})
    assert book.standing(10) == ("Delete text.",)
    assert book.standing(10, 0) == (COLOUR, "Delete text.")


def test_a_retired_rule_does_not_come_back_when_it_is_mined_again() -> None:
    book = RuleBook(basic(COLOUR))
    book.take({"rule": COLOUR, "version": 1, "origin": "retired"})
    assert origins(take(book, "1", "Remove color.")) == [(COLOUR, "merged", 2)]
    assert book.standing(10) == ()


def test_a_retry_that_replays_a_rejection_counts_it_once() -> None:
    book = RuleBook()
    take(book, "1", "Delete wood.")
    assert take(book, "1", "Delete wood.", attempt=2) == []
    assert origins(take(book, "1", "Delete wood.", "Delete glass.", attempt=2)) == [
        ("Delete glass.", "mined", 2)
    ]


def test_samples_of_one_commit_group_see_each_others_rules() -> None:
    book = RuleBook(basic(COLOUR))
    first = book.propose("1", 1, [mined("Delete wood.")])
    second = book.propose("2", 1, [mined("Remove wood."), mined("Delete glass.", 2)], first)
    third = book.propose("3", 1, [mined("Remove glass.")], [*first, *second])
    assert origins([*first, *second, *third]) == [
        ("Delete wood.", "mined", 1),
        ("Delete wood.", "merged", 2),
        ("Delete glass.", "mined", 2),
        ("Delete glass.", "merged", 3),
    ]
    assert book.version == 0
    assert book.standing(10) == (COLOUR,), "what is drafted does not stand"


def about(rule: str) -> set[str]:
    """What a flow knows of a rule: the words of a few things."""
    return {name for name in ("colour", "wood", "glass") if name in rule.lower()}


def test_a_rule_that_covers_nothing_new_is_merged_into_the_one_that_covers_it() -> None:
    book = RuleBook(basic(COLOUR, "Delete all words about wood and glass."), covers=about)
    lines = take(book, "1", "Drop whatever names glass objects.", "Avoid colour and wood talk.")
    assert origins(lines) == [("Delete all words about wood and glass.", "merged", 1), (COLOUR, "merged", 1)]
    assert [line["said"] for line in lines] == [
        "Drop whatever names glass objects.",
        "Avoid colour and wood talk.",
    ]
    assert book.changed == 0, "the same rules stand"


def test_a_rule_that_covers_more_or_that_nobody_understands_is_new() -> None:
    book = RuleBook(basic(COLOUR), covers=about)
    assert origins(take(book, "1", "Drop colour and wood.", "Avoid the weather.")) == [
        ("Drop colour and wood.", "mined", 1),
        ("Avoid the weather.", "mined", 1),
    ]
    assert book.changed == 1


def test_a_retired_rule_covers_what_it_covered_so_that_no_other_wording_brings_it_back() -> None:
    book = RuleBook(basic(COLOUR, "Delete words about wood."), covers=about)
    book.take({"rule": "Delete words about wood.", "version": 1, "origin": "retired"})
    assert origins(take(book, "1", "Avoid saying wood at all costs.")) == [
        ("Delete words about wood.", "merged", 2)
    ]
    assert (book.standing(10), book.changed) == ((COLOUR,), 1)


def test_a_book_that_is_read_again_knows_when_other_rules_began_to_stand() -> None:
    book = RuleBook(basic(COLOUR))
    take(book, "1", "Delete wood.")
    take(book, "2", "Remove wood.")
    assert (book.version, book.changed, RuleBook(book).changed) == (2, 1, 1)
