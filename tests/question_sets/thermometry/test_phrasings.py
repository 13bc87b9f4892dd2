"""Every task has several phrasings with places for what is asked, and broken ones are refused."""

import pytest

from irloom.question_sets.thermometry.phrasings import Phrasings, read_phrasings
from irloom.question_sets.thermometry.settings import TASKS


def test_every_task_has_two_phrasings_at_least() -> None:
    phrasings = read_phrasings()
    for task in TASKS:
        drawn = {phrasings.choose(task, 0, str(unit))[0] for unit in range(60)}
        assert len(drawn) >= 2, task


def test_a_phrasing_follows_from_seed_and_question_alone() -> None:
    phrasings = read_phrasings()
    assert phrasings.choose("warmer", 3, "a") == phrasings.choose("warmer", 3, "a")


def test_words_without_a_place_for_what_is_asked_are_refused() -> None:
    tasks: dict[str, dict[str, str]] = {task: dict(read_phrasings()._tasks[task]) for task in TASKS}
    tasks["above_point"]["plain"] = "Is it hot?"
    with pytest.raises(
        ValueError, match=r"above_point.plain has places for \[\], and needs those for \['limit'\]"
    ):
        Phrasings(tasks)
    del tasks["above_point"]
    with pytest.raises(ValueError, match="above_point"):
        Phrasings(tasks)
