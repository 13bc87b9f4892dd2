"""What votes on a sentence come to."""

from irloom.agents.panel.majority import decide
from irloom.alignment import ErrorType, Label, Vote

SENTENCE = "Three brown dogs sit to the left of a tree."


def vote(label: Label, kind: ErrorType | None = None, *words: str) -> Vote:
    return Vote(judge="j", label=label, error_type=kind, words=words)


def words_of(*votes: Vote) -> list[str]:
    return [SENTENCE[start:end] for start, end in decide(SENTENCE, votes).spans]


def test_the_label_of_most_votes_counts() -> None:
    assert decide(SENTENCE, [vote("correct"), vote("correct"), vote("unknown")]).label == "correct"


def test_a_tie_and_an_empty_panel_are_unknown() -> None:
    assert decide(SENTENCE, [vote("correct"), vote("incorrect", "Number", "Three")]).label == "unknown"
    assert decide(SENTENCE, []).label == "unknown"


def test_the_kind_is_that_of_most_who_call_it_incorrect_and_in_a_tie_of_the_first() -> None:
    number, other = vote("incorrect", "Number", "Three"), vote("incorrect", "Attribute", "brown")
    assert decide(SENTENCE, [other, number, number]).error_type == "Number"
    assert decide(SENTENCE, [other, number, vote("correct")]).error_type == "Attribute"


def test_words_that_half_of_them_name_are_wrong() -> None:
    first, second = vote("incorrect", "Number", "Three"), vote("incorrect", "Number", "Three brown dogs")
    assert words_of(first, second) == ["Three brown dogs"]
    assert words_of(first, first, second) == ["Three"]
    assert words_of(first, first, vote("incorrect", "Number")) == ["Three"], "who names none does not count"


def test_where_no_word_is_named_by_half_all_that_are_named_are_wrong() -> None:
    votes = [vote("incorrect", "Other", word) for word in ("Three", "sit", "tree")]
    assert words_of(*votes) == ["Three", "sit", "tree"]


def test_votes_of_the_minority_leave_no_words() -> None:
    verdict = decide(SENTENCE, [vote("correct"), vote("correct"), vote("incorrect", "Number", "Three")])
    assert (verdict.spans, verdict.error_type) == ((), None)
