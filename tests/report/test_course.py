"""The course of a run is read off its commits."""

from pathlib import Path

import pytest

from irloom.errors import RunDirError
from irloom.report.course import follow
from support.small_run import SmallRun, draw_image


def test_rounds_rules_failures_and_objections_are_counted(run: SmallRun) -> None:
    course = follow(run.root)
    assert course.outcomes == {"1": "accepted", "2": "accepted", "3": "accepted", "4": "failed"}
    assert course.endings == {
        "reasoning": {("accepted", 1): 1, ("accepted", 2): 1},
        "description": {("accepted", 1): 1},
    }
    assert course.rules == [(0, 1), (2, 2), (4, 2)]
    assert course.failures == {("judge", "EndpointError"): 1}
    assert course.objections == {"colour": 1}


def test_a_retried_sample_counts_by_its_last_attempt_and_what_was_used_by_all(run: SmallRun) -> None:
    run.add("4", draw_image(4), ["A dog."], [("description", "A dog.")], attempt=2)
    course = follow(run.root)
    assert course.outcomes["4"] == "accepted"
    assert course.failures == {}
    assert course.endings["description"] == {("accepted", 1): 2}
    last = course.spent[-1]
    assert (last.samples, last.requests, last.prompt_tokens, last.completion_tokens) == (5, 15, 1000, 250)
    assert last.cost_usd == pytest.approx(0.005)


def test_a_retired_rule_stands_no_more(run: SmallRun) -> None:
    run.log.retire("No colours.")
    assert follow(run.root).rules[-1] == (4, 1)


def test_a_long_curve_is_thinned_out_and_keeps_its_end(
    run: SmallRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("irloom.report.course._POINTS", 2)
    for number in range(5, 12):
        run.add(str(number), draw_image(number))
    assert [one.samples for one in follow(run.root).spent] == [5, 10, 11]


def test_a_run_without_commits_has_a_course(tmp_path: Path) -> None:
    course = follow(SmallRun(tmp_path / "run").root)
    assert (course.spent, course.outcomes, course.rules) == ([], {}, [(0, 1), (0, 1)])


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunDirError, match="holds no run"):
        follow(tmp_path)
