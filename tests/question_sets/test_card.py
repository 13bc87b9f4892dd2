"""The card says in plain words what a set is, and what one may do with it."""

from collections.abc import Sequence

import pytest

from irloom.question_sets.writer import write_set
from support.spots import SPOTS, SpotSettings


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """Of a set with little to learn from, and of one with enough."""
    root, found = tmp_path_factory.mktemp("cards"), []
    for pictures in (12, 60):
        write_set(root / str(pictures), SPOTS, SpotSettings(pictures=pictures))
        found.append((root / str(pictures) / "README.md").read_text("utf-8"))
    return found


def test_settings_are_told_in_words_of_people(cards: Sequence[str]) -> None:
    assert "test-only no" in cards[0]
    assert "False" not in cards[0]


def test_pictures_keep_the_terms_of_their_sets(cards: Sequence[str]) -> None:
    limits = cards[0].partition("## Limits")[2]
    assert "pass this set on only where all of them allow it" in limits


def test_guesses_that_were_learned_from_the_asked_questions_are_named(cards: Sequence[str]) -> None:
    few, enough = cards
    assert "majority letter (of the asked)" in few
    assert "was learned from the test questions themselves" in few
    assert "(of the asked)" not in enough
