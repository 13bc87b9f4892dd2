"""The short form of every benchmark runs, and what it counts is right; no time is asserted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.processes import ROOT

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]


def run_short(name: str, *arguments: str) -> list[list[str]]:
    """The cells of every line of its tables, headings included."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("IRLOOM_")}
    ended = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--short", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=590,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    lines = [line for line in ended.stdout.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def by_first_cell(rows: list[list[str]]) -> dict[str, list[str]]:
    return {row[0]: row for row in rows}


def test_throughput_counts_every_request_and_says_what_the_parts_cost(tmp_path: Path) -> None:
    table = run_short("throughput", "--peers", str(tmp_path))
    rows = by_first_cell(table)
    column = {name: at for at, name in enumerate(rows["who"])}
    for who in ("irloom, captions only", "openai client, bare loop", "openai client, bare loop, raw replies"):
        assert rows[who][column["requests"]] == "120", "40 rows of three requests"
        assert 1 < int(rows[who][column["peak in flight"]]) <= 8
        assert 0 < float(rows[who][column["rate / ideal"]]) <= 1.05
    assert int(rows["irloom, whole flow"][column["requests"]]) > 90, "10 samples of three captions and tasks"
    for peer in ("datatrove", "curator", "datadesigner"):
        assert f"{peer}: not installed" in rows
    *parts, everything = table[table.index(rows["part"]) + 1 :]
    spent = {row[0]: float(row[1]) for row in parts}
    assert spent["client"] > 0
    assert spent["LangGraph"] > 0
    assert sum(spent.values()) == pytest.approx(float(everything[1]), abs=0.01 * len(parts)), "they add up"


def test_memory_sees_neither_the_process_nor_the_journal_grow() -> None:
    rows = by_first_cell(run_short("memory"))
    assert float(rows["resident memory, last / first"][1]) < 1.1
    assert float(rows["journal files / samples at a time"][1]) < 4
    assert float(rows["resume: memory / that of the run"][1]) < 1.2


def test_an_evaluation_needs_no_more_memory_for_many_questions_than_for_seven() -> None:
    rows = by_first_cell(run_short("evaluation"))
    assert float(rows["peak memory, many / few"][1]) < 1.1
    assert float(rows["seconds between first and last commit / ideal"][1]) >= 1


def test_a_detector_needs_no_more_memory_for_many_sentences_than_for_few() -> None:
    rows = by_first_cell(run_short("detect"))
    assert float(rows["peak memory, many / few"][1]) < 1.1
    assert float(rows["seconds between first and last commit / ideal"][1]) >= 1


def test_recovery_sends_nothing_again_that_was_recorded() -> None:
    rows = run_short("recovery")
    named = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows}
    ours = named["irloom, captions only"]
    assert ours["exit code"] == "0"
    assert ours["recorded and sent again"] == "0"
    assert int(ours["paid twice"]) <= 2 * 8, "eight in flight, killed twice"
    assert int(named["openai client, bare loop"]["paid twice"]) > 2 * 8, "who keeps nothing pays again"


def test_the_soak_accounts_for_every_sample_once() -> None:
    rows = {row[0]: row[1] for row in run_short("soak")}
    assert rows["samples, each accounted for once"] == "20"
    assert int(rows["faults"]) > 0
    assert int(rows["times the endpoint was gone"]) > 0
    assert "SIG" in rows["signals"]


def test_models_are_measured_through_the_flow_and_directly() -> None:
    rows = by_first_cell(run_short("models", "--device", "cpu", "--only", "radiometric"))
    column = {name: at for at, name in enumerate(rows["who"])}
    ours = rows["radiometric"]
    assert int(ours[column["images"]]) >= 48, "six times what is in flight"
    flow, direct = (float(ours[column[f"images/s, {way}"]]) for way in ("flow", "direct"))
    assert float(ours[column["flow / direct"]]) == pytest.approx(flow / direct, rel=0.05, abs=0.01)
    assert float(rows["MB moved an image"][1]) > 0


def test_figures_draw_every_problem_and_what_the_sandbox_adds_is_told() -> None:
    rows = by_first_cell(run_short("figures"))
    assert float(rows["standard"][1]) > 0, "drawing takes time"
    assert rows["6"][0] == "6", "all six problems were drawn"


def test_retrieval_is_timed_beside_the_bare_product_and_its_memory_told() -> None:
    table = run_short("retrieval")
    rows = by_first_cell(table)
    column = {name: at for at, name in enumerate(rows["who"])}
    ours, bare = (rows[who] for who in ("irloom", "numpy, product alone"))
    assert float(bare[column["time / product"]]) >= 1
    assert float(ours[column["seconds"]]) > 0
    queries, gallery_mb, allocated_mb = map(float, table[-1])
    assert queries == 300
    assert gallery_mb == pytest.approx(15.4, abs=0.1)
    assert 0 < allocated_mb < gallery_mb


def test_edits_are_counted_and_timed_beside_the_editor_alone() -> None:
    header, *_, found = run_short("edits")
    column = {name: at for at, name in enumerate(header)}
    assert int(found[column["edits"]]) > 5
    run_s = float(found[column["the run, start-up and data set included, s"]])
    alone_s = float(found[column["the editor alone, s"]])
    assert 0 < alone_s < run_s


def test_sets_of_many_files_take_the_memory_of_few() -> None:
    rows = by_first_cell(run_short("sets"))
    assert float(rows["peak memory, many / few"][1]) < 1.1
