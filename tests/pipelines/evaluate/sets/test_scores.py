"""Intervals know that tasks ask about the same pictures, and pairs are pairs of one question."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from irloom.metrics.estimates import Estimate
from irloom.pipelines.evaluate.sets.bench import list_notes
from irloom.pipelines.evaluate.sets.results import Results, Scored
from irloom.pipelines.evaluate.sets.scores import compare_runs, score
from irloom.pipelines.evaluate.sets.tables import tabulate_tasks

Marks = Sequence[Sequence[bool]]
"""Whether right: a row a task, a column a cluster."""


def make(name: str, task: str, cluster: int, is_right: bool, **more: Any) -> Scored:
    usual: dict[str, Any] = {
        "sample": name, "kind": "yes_no", "strict_group": None, "question": "Is it?", "options": {},
        "right": "yes", "within": 0.0, "guesses": {"chance": {"right": 0.5, "error": None}}, "truth": {},
        "reply": "yes", "read": "yes",
    } | more  # fmt: skip
    return Scored(task=task, cluster=f"c{cluster}", is_right=is_right, **usual)


def run(marks: Marks, name: str = "run") -> Results:
    scored = [
        make(f"{task}-{cluster}", f"t{task}", cluster, is_right)
        for task, some in enumerate(marks)
        for cluster, is_right in enumerate(some)
    ]
    about = {"in_file": len(scored), "part": "test", "trained_on": ()}
    return Results(name, "m", "template", about, scored)


def draw(rights: float, clusters: int, seed: int) -> list[bool]:
    return [bool(value < rights) for value in np.random.default_rng(seed).random(clusters)]


def spread(one: Estimate) -> float:
    assert one.low is not None
    assert one.high is not None
    return one.high - one.low


def average_gain(marks: Marks) -> Estimate:
    nothing = [[False] * len(some) for some in marks]
    (difference,) = compare_runs([run(nothing, "nothing"), run(marks)])
    return difference.mean


@pytest.mark.parametrize("average", [lambda marks: score(run(marks)).mean, average_gain])
def test_twelve_tasks_that_go_alike_say_no_more_than_one(average: Callable[[Marks], Estimate]) -> None:
    some = draw(0.6, 60, seed=1)
    assert spread(average([some] * 12)) == pytest.approx(spread(average([some])))


def test_the_interval_of_the_mean_covers_the_truth_where_tasks_share_their_pictures() -> None:
    covered = 0
    for seed in range(60):
        some = draw(0.6, 60, seed)
        mean = score(run([some] * 6), resamples=300).mean
        assert mean.low is not None
        assert mean.high is not None
        covered += mean.low <= 0.6 <= mean.high
    assert covered >= 50


def test_tasks_about_different_pictures_say_more_together() -> None:
    apart = run([draw(0.6, 60, seed) for seed in range(4)])
    for place, one in enumerate(apart.scored):
        apart.scored[place] = make(one.sample, one.task, place, one.is_right)
    assert spread(score(apart).mean) == pytest.approx(spread(score(apart).tasks[0].accuracy) / 2, rel=0.2)


def test_a_task_of_which_a_resample_has_nothing_leaves_the_mean_of_the_others() -> None:
    made = run([draw(0.6, 20, seed=3), [True]])
    mean = score(made).mean
    assert mean.low is not None
    assert 0 < mean.low < mean.value


@pytest.mark.parametrize(
    "more", [{"question": "Is it not?"}, {"right": "no"}, {"options": {"A": "a"}}, {"truth": {"boxes": [1]}}]
)
def test_questions_that_share_an_id_alone_are_no_pair(more: dict[str, Any]) -> None:
    first, other = run([[True, False, True]]), run([[False, False, False]], "other")
    other.scored[0] = make("0-0", "t0", 0, False, **more)
    (difference,) = compare_runs([first, other])
    assert (difference.questions, difference.left_out) == (2, 1)
    assert difference.mean.value == -0.5
    assert any("1 question of one id but other content" in one for one in list_notes([first, other]))


def test_what_compared_runs_differ_in_is_said() -> None:
    first, other = run([[True]]), run([[True]], "other")
    first.conditions, other.conditions = {"seed": 0}, {"seed": 1}
    assert [*list_notes([first, other])][-1] == f"other and {first.name} differ in seed too."


def test_runs_of_which_no_question_is_the_same_are_not_compared() -> None:
    first, other = run([[True]]), run([[True]], "other")
    other.scored[0] = make("0-0", "t0", 0, True, question="Another?")
    assert compare_runs([first, other]) == []
    assert any("they are not compared" in one for one in list_notes([first, other]))


def test_the_mean_stands_beside_the_mean_of_the_best_guesses() -> None:
    made = run([[True], [False]])
    guesses = {"chance": {"right": 0.5, "error": None}, "majority": {"right": 0.9, "error": None}}
    made.scored[0] = make("0-0", "t0", 0, True, guesses=guesses)
    assert score(made).best_guess == pytest.approx(0.7)
    head, *_, last = tabulate_tasks(score(made))
    assert len(last) == len(head)
    assert (last[0], last[-1]) == ("mean of tasks", "70.0")
