"""Runs that earlier code made and a kill interrupted are read and resumed by today's.

`make.py` says what is kept of them and how they were made.
"""

import json
import runpy
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

import irloom
from irloom.export.provenance import COLUMNS
from irloom.pipelines.registry import find_flow
from kept.comparing import list_differences, measure_difference
from kept.keeping import HERE, NAMES, Kept, Row, copy_kept, read_path
from kept.replaying import ReplayServer
from support.killing import Ended, run_irloom

DIFFERENCE = 2.0
"""How much two pictures may differ in the mean, of 255."""
REVISED = frozenset(name for name in NAMES if find_flow(name).revision > 1)
"""Flows that make other rows now where inputs or replies were read wrongly, as none was in a kept run."""
RENEWED = frozenset({"infrared", "cir"})
"""Flows that ask and choose otherwise now, so that what they make of the rest cannot be as it was."""
Command = Callable[..., str]


@pytest.mark.parametrize("name", sorted({*NAMES} - RENEWED))
def test_a_kept_run_resumes_to_the_rows_of_its_time(name: str, tmp_path: Path) -> None:
    with ReplayServer(Kept(name, tmp_path).list_chats()) as server:
        kept = copy_kept(name, tmp_path, server.url)
        ended = resume(kept, *(["--accept-changes"] if name in REVISED else []))
    assert ended.code == kept.exit_code, ended.said
    assert list_differing_rows(kept) == []
    recorded = Counter(turn["parameters"]["seed"] for turn in kept.list_recorded() if "prompt" in turn)
    every = Counter(turn["parameters"]["seed"] for turn in kept.list_chats())
    assert Counter(server.asked) == every - recorded, "each once, but for those that the journal has"
    for picture in kept.list_expected("*.png"):
        assert measure_difference(HERE / name / "expected" / picture, kept.run / picture) < DIFFERENCE
    assert list((kept.run / "journal").iterdir()) == []


@pytest.mark.parametrize("name", sorted(RENEWED))
def test_a_kept_run_of_other_rows_keeps_what_it_has_and_ends_by_the_rules_of_today(
    name: str, tmp_path: Path, command: Command
) -> None:
    with ReplayServer(Kept(name, tmp_path).list_chats()) as server:
        kept = copy_kept(name, tmp_path, server.url)
        ended = resume(kept, "--accept-changes")
    assert ended.code in {0, 1}, ended.said
    committed = [row for row in drop_accepted(kept, "commits.jsonl") if row["event"] == "commit"]
    expected = [row for row in kept.read_expected("commits.jsonl") if row["event"] == "commit"]
    assert [row["sample"] for row in committed] == [row["sample"] for row in expected]
    files = set(find_flow(name).files) - {"transcripts", "rules"}
    for file in files:
        kept.read_added(f"{file}.jsonl")  # what had been committed is there unchanged
    assert set(json.loads(command("inspect", kept.run, committed[0]["sample"], "--json"))) >= files
    assert resume(kept).code == ended.code, "what was accepted once is accepted"


@pytest.mark.parametrize("name", sorted(REVISED))
def test_a_kept_run_of_an_earlier_revision_is_left_alone_until_that_is_accepted(
    name: str, tmp_path: Path
) -> None:
    kept = copy_kept(name, tmp_path)
    before = read_files(kept.run)
    ended = resume(kept)
    (kept.run / "lock").write_bytes(before["lock"])
    assert ended.code == 2
    assert "revision" in ended.said
    assert "--accept-changes" in ended.said
    assert read_files(kept.run) == before


def resume(kept: Kept, *options: str) -> Ended:
    """Resume by the command line, and say again where the endpoint is: nobody knows who made these runs."""
    address = json.loads((kept.run / "run.json").read_text("utf-8"))["config"]["chat"]["base_url"]
    command = ["resume", str(kept.run), "--concurrency", "1", "--quiet", "--base-url", address]
    return run_irloom([*command, *options], kept.folder)


def list_differing_rows(kept: Kept) -> list[str]:
    """Rows, turns and commits that are not as they were, or not in their order."""
    return [
        difference
        for name in kept.list_expected("*.jsonl")
        for difference in list_differences(kept.read_expected(name), drop_accepted(kept, name), name)
    ]


def drop_accepted(kept: Kept, name: str) -> list[Row]:
    """What was added, without the line that says which changes were accepted."""
    return [row for row in kept.read_added(name) if row.get("event") != "accept_changes"]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Runs `irloom` here and gives what it prints; it must end well."""
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))

    def run(*arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", ["irloom", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("irloom", run_name="__main__")
        said = capsys.readouterr()
        assert not ended.value.code, said.err
        return said.out

    return run


@pytest.mark.parametrize("name", NAMES)
def test_an_interrupted_kept_run_is_inspected_as_it_is(name: str, tmp_path: Path, command: Command) -> None:
    kept = copy_kept(name, tmp_path)
    before = read_files(kept.run)
    sample = list_committed(kept)[0]
    summary = json.loads(command("inspect", kept.run, "--json"))["summary"]
    assert (summary["samples"], summary["open"]) == (len(list_committed(kept)), 1)
    shown = json.loads(command("inspect", kept.run, sample, "--json"))
    for file in list_row_files(kept):
        assert shown.get(file, []) == select(kept, file, sample), file
    assert f"{len(list_committed(kept))} samples" in command("inspect", kept.run)
    assert sample in command("inspect", kept.run, sample, "--prompts")
    assert read_files(kept.run) == before


@pytest.mark.parametrize("name", NAMES)
def test_an_interrupted_kept_run_is_reported_and_exported_as_it_is(
    name: str, tmp_path: Path, command: Command
) -> None:
    kept = copy_kept(name, tmp_path)
    before = read_files(kept.run)
    command("report", kept.run, "--out", tmp_path / "report.html")
    assert "</html>" in (tmp_path / "report.html").read_text("utf-8")
    if kept.flow == "cir":
        command("export", kept.run, "--format", "edir", "--out", tmp_path / "data")
        exported, rows = (tmp_path / "data" / "queries.jsonl").read_text("utf-8").splitlines(), "edits"
    else:
        command("export", kept.run, "--format", "llava", "--out", tmp_path / "data.json")
        exported, rows = json.loads((tmp_path / "data.json").read_text("utf-8")), "instructions"
    assert len(exported) == len(kept.read_begun(f"{rows}.jsonl")) > 0
    assert read_files(kept.run) == before


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("cir", "edir"),
        *((name, form) for name in ("imgcoder", "infrared") for form in ("messages", "parquet")),
    ],
)
def test_a_kept_run_is_exported_with_every_column_of_today_and_null_where_its_rows_say_nothing(
    name: str, form: str, tmp_path: Path, command: Command
) -> None:
    kept, out = copy_kept(name, tmp_path), tmp_path / "exported"
    command("export", kept.run, "--format", form, "--out", out)
    told = list_told(out, form)
    began = kept.read_begun("edits.jsonl" if name == "cir" else "instructions.jsonl")
    assert len(told) == len(began) > 0
    for item, row in zip(told, began, strict=True):
        assert {column["name"] for column in COLUMNS} <= item.keys()
        for column in ("seed", "attempt", "irloom", "photographer", "licence", "language", "heat_from"):
            assert item[column] == row.get(column), column
        models = [(one["role"], one["model"], one["answered_by"]) for one in item["models"]]
        assert models == [(role, model, None) for role, model in row["models"].items()]
        assert item["detector"] is item["sentences"] is None, "there was none"
        assert item["licence_code"] == "unknown"


def list_told(out: Path, form: str) -> list[Row]:
    """What an export says of where each of its rows came from."""
    if form == "parquet":
        found: list[Row] = pyarrow.parquet.read_table(out / "data").to_pylist()
        return found
    if form == "edir":
        return [json.loads(line["metadata"]["provenance"]) for line in read_path(out / "queries.jsonl")]
    return [json.loads(line["provenance"]) for line in read_path(out)]


@pytest.mark.parametrize("name", NAMES)
def test_an_interrupted_kept_run_is_read_from_python_as_it_is(name: str, tmp_path: Path) -> None:
    kept = copy_kept(name, tmp_path)
    before = read_files(kept.run)
    run = irloom.open(kept.run)
    assert run.config.flow == kept.flow
    assert (run.summary.samples, run.summary.open) == (len(list_committed(kept)), 1)
    for file in list_row_files(kept):
        assert list(run.rows(file)) == kept.read_begun(f"{file}.jsonl"), file
    sample = list_committed(kept)[0]
    assert run.sample(sample)["transcripts"] == select(kept, "transcripts", sample)
    assert read_files(kept.run) == before


def list_committed(kept: Kept) -> list[str]:
    """The samples that were committed when the run was killed."""
    return [row["sample"] for row in kept.read_begun("commits.jsonl") if row["event"] == "commit"]


def list_row_files(kept: Kept) -> list[str]:
    """The data files of its flow, without their ending."""
    names = {path.stem for path in kept.original.glob("*.jsonl")}
    return sorted(names - {"commits", "transcripts", "rules"})


def select(kept: Kept, file: str, sample: str) -> list[Row]:
    """The rows of one sample that had been written when the run was killed."""
    return [row for row in kept.read_begun(f"{file}.jsonl") if row["sample"] == sample]


def read_files(run: Path) -> dict[str, bytes]:
    """Every file of a run."""
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}
