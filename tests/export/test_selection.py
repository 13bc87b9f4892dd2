"""Rows are selected by what was said of them."""

from typing import Any

import pytest

from irloom.engine.marks import Mark, write_mark
from irloom.engine.reader import read_rows_at
from irloom.errors import ConfigError, UserError
from irloom.export.options import ExportOptions
from irloom.export.selection import choose_data, select_rows
from irloom.records import SampleResult
from support.small_run import SmallRun, draw_image


def select(run: SmallRun, **options: Any) -> list[str]:
    """Also rows that nobody judged, if nothing else is said."""
    selected = select_rows(run.root, ExportOptions(form="llava", **{"unjudged": True, **options}))
    return [place.sample for place in selected.places]


def test_without_conditions_every_row_is_selected_in_the_order_of_commits(run: SmallRun) -> None:
    assert select(run) == ["1", "2", "3", "4"]
    assert select(run, data="pairs") == ["1", "1", "2", "3", "3", "4", "4"]


def test_rows_that_nobody_judged_stay_out_unless_asked_for(run: SmallRun) -> None:
    selected = select_rows(run.root, ExportOptions(form="llava"))
    assert ([place.sample for place in selected.places], selected.unjudged) == (["1", "2", "3"], 1)
    assert select(run, unjudged=False, outcomes=("unjudged",)) == ["4"]
    assert select(run, unjudged=False, data="pairs") == ["1", "1", "2", "3", "3", "4", "4"]
    with pytest.raises(UserError, match=r"1 were judged by nobody: --unjudged takes them"):
        select(run, unjudged=False, tasks=("description",))


@pytest.mark.parametrize(
    ("licences", "samples"),
    [(("by",), ["6"]), (("by-nc", "by"), ["6", "7"]), (("own-words-1.0",), ["8"])],
)
def test_rows_go_by_the_licence_of_their_photograph_and_unknown_ones_go(
    licences: tuple[str, ...], samples: list[str], run: SmallRun
) -> None:
    for name, licence in (
        ("6", "Attribution License"),
        ("7", "Attribution-NonCommercial License"),
        ("8", "Own words 1.0"),
    ):
        run.add(name, draw_image(int(name)), ["A."], licence=licence, licence_url=None)
    assert select(run, data="pairs", licences=licences) == samples
    selected = select_rows(run.root, ExportOptions(form="llava", data="pairs", licences=licences))
    assert selected.unlicensed == 10 - len(samples)


def test_an_instruction_goes_by_its_verdict_and_a_pair_by_its_sample(run: SmallRun) -> None:
    run.fail("5")
    assert select(run, outcomes=("unjudged",)) == ["4"]
    assert select(run, outcomes=("accepted",)) == ["1", "2", "3"]
    assert select(run, data="pairs", outcomes=("failed", "unjudged")) == ["4", "4", "5"]


def test_a_row_of_another_form_goes_by_its_sample_and_is_of_no_task(run: SmallRun) -> None:
    row = {"sample": "6", "attempt": 1, "images": ["images/6.png"], "messages": [], "verdict": "splendid"}
    run.commit("6", SampleResult(outcome="rejected", rows={"instructions": (row,)}))
    assert select(run, outcomes=("rejected",)) == ["6"]
    assert select(run, tasks=("reasoning", "description")) == ["1", "2", "3", "4"]


def test_a_task_is_selected(run: SmallRun) -> None:
    assert select(run, tasks=("description",)) == ["4"]
    assert select(run, tasks=("description", "reasoning")) == ["1", "2", "3", "4"]


def test_a_pair_is_selected_by_the_score_of_its_chosen_caption(run: SmallRun) -> None:
    run.add("6", draw_image(6), ["A.", "B.", "C."], scores=[0.69, 0.7, 0.71])
    selected = select_rows(run.root, ExportOptions(form="llava", data="pairs", min_score=0.7))
    rows = list(read_rows_at(run.root, "pairs", (place.offset for place in selected.places)))
    assert [(row["sample"], row["caption"]) for row in rows] == [("6", "B."), ("6", "C.")]
    assert selected.passed_over == 8


def test_marked_samples_are_selected_and_not_those_with_a_note_only(run: SmallRun) -> None:
    write_mark(run.root, Mark(sample="3", marked=True))
    write_mark(run.root, Mark(sample="2", note="look again"))
    assert select(run, marked=True) == ["3"]
    with pytest.raises(UserError, match=r"None of the 4 instructions of .* fits the conditions"):
        select(run, marked=True, samples=frozenset({"2"}))
    assert select(run, samples=frozenset({"2", "4"})) == ["2", "4"]


def test_a_retried_sample_is_selected_once_and_keeps_its_rank(run: SmallRun) -> None:
    run.fail("5")
    run.add("6", draw_image(6), ["A."])
    run.add("5", draw_image(5), ["A dog, again."], attempt=2)
    selected = select_rows(run.root, ExportOptions(form="llava", data="pairs"))
    assert [place.sample for place in selected.places][-2:] == ["6", "5"]
    assert selected.ranks["5"] < selected.ranks["6"]


def test_rows_that_the_flow_does_not_make_are_refused(run: SmallRun) -> None:
    rename_flow(run, "cir")
    with pytest.raises(UserError, match="a run of the flow 'cir', which makes no pairs"):
        select(run, data="pairs")


def test_rows_that_no_training_tool_reads_are_refused_with_those_that_one_does(run: SmallRun) -> None:
    rename_flow(run, "imgcoder")
    with pytest.raises(UserError, match=r"'imgcoder', which exports no figures\. It exports instructions\."):
        select(run, data="figures")


def test_a_run_of_a_flow_that_is_not_installed_is_refused_by_its_name(run: SmallRun) -> None:
    rename_flow(run, "elsewhere")
    with pytest.raises(ConfigError, match="there is no flow 'elsewhere' here; there are infrared, cir"):
        select(run)
    with pytest.raises(ConfigError, match="no flow 'elsewhere'"):
        choose_data(run.root)


def rename_flow(run: SmallRun, name: str) -> None:
    about = run.root / "run.json"
    about.write_text(about.read_text().replace('"flow": "infrared"', f'"flow": "{name}"'))
