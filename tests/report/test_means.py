"""A mean says of how many it is, and what has no figure is a 0 or is told."""

from typing import Any

from irloom.engine.summary import Summary
from irloom.pipelines.evaluate.summary import PLOTS
from irloom.pipelines.flow import Means
from irloom.pipelines.imgcoder.summary import MARKS
from irloom.report.means import tell_means

SUMS = {"layout": [6.0, 4], "readability": [4.0, 2]}


def end(samples: int, **outcomes: int) -> Summary:
    summary = Summary(samples=samples)
    summary.outcomes.update(outcomes)
    return summary


def tell(plot: Means, summary: Summary, **config: Any) -> tuple[str, dict[str, float]]:
    return tell_means(plot, SUMS, summary, config)


def test_a_mean_of_the_rows_that_have_the_figure_says_their_number() -> None:
    plot = Means(data="pairs", title="Length", note="In words.", read=lambda row: {})
    assert tell(plot, end(9)) == ("In words.", {"layout (4)": 1.5, "readability (2)": 2.0})


def test_marks_are_of_all_problems_and_those_that_were_judged_stand_beside() -> None:
    note, means = tell(MARKS, end(8), judging=True)
    assert means == {"layout": 0.75, "readability": 0.5}
    assert "Of 8, where what has none counts as 0." in note
    assert "layout 1.50 of 4; readability 2.00 of 2" in note


def test_where_nobody_was_to_judge_marks_are_of_the_figures_that_have_some() -> None:
    assert tell(MARKS, end(8), judging=False)[1] == {"layout (4)": 1.5, "readability (2)": 2.0}
    assert tell_means(MARKS, {}, end(8), {"judging": False})[1] == {}


def test_replies_that_failed_are_in_no_share_and_are_told() -> None:
    note, means = tell(PLOTS[0], end(9, failed=2))
    assert means == {"layout (4)": 1.5, "readability (2)": 2.0}
    assert "replies of 2 questions failed: irloom bench counts them as wrong." in note
    assert "failed" not in tell(PLOTS[0], end(9))[0]
