"""`irloom export` writes what is committed and accepted, in the form asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.engine.commits import CommitLog, Finished
from irloom.engine.directory import RunDirectory
from irloom.engine.marks import Mark, write_mark
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.pipelines.infrared import flow
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.records import Outcome, SampleResult
from support.small_run import SmallRun, draw_image


def commit(log: CommitLog, root: Path, sample: str, attempt: int, outcome: Outcome = "accepted") -> None:
    admission = Admission(sample, attempt, 0)
    head = {"sample": sample, "attempt": attempt}
    image = f"images/{sample}.png"
    (root / image).touch()
    messages = [
        {"role": "user", "content": "<image>\nWhat is there?"},
        {"role": "assistant", "content": f"Dog {sample}, attempt {attempt}."},
    ]
    rows: dict[str, tuple[dict[str, Any], ...]] = {
        "pairs": tuple({**head, "image": image, "caption": f"Dog {n}", "caption_index": n} for n in range(2)),
        "instructions": ({**head, "task": "reasoning", "images": [image], "messages": messages},)
        if outcome == "accepted"
        else (),
        "failed": ({**head, "stage": "judge"},) if outcome == "failed" else (),
    }
    log.admit(admission)
    result = SampleResult(outcome=outcome, tasks={"reasoning": outcome}, rows=rows)
    usage = {"requests": 0, "prompt_tokens": 0, "completion_tokens": 0}
    log.commit([Finished(admission, result, [], usage, [])])


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    root = tmp_path / "run"
    root.mkdir()
    config = InfraredConfig(images=Path("i"), captions=Path("c"))
    return RunDirectory.create(root, config, {}, flow.files, [], {}, {"images": 2}).root


@pytest.fixture
def run(empty: Path) -> Path:
    """Sample 1 failed and was retried, sample 2 is accepted; sample 3 is in flight."""
    log = CommitLog(empty)
    log.recover()
    commit(log, empty, "1", 1, "failed")
    commit(log, empty, "2", 1)
    commit(log, empty, "1", 2)
    log.admit(Admission("3", 1, 0))
    log.close()
    with (empty / "instructions.jsonl").open("ab") as file:
        file.write(dump_line({"sample": "3", "attempt": 1, "task": "reasoning"}) + b'{"sam')
    return empty


def export(run: Path, out: Path, *options: str) -> int:
    return main(["export", str(run), "--out", str(out), *options])


def test_llava_is_one_list_of_what_is_committed_and_counts(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "llava.json"
    assert export(run, out, "--format", "llava") == 0
    items = json.loads(out.read_text())
    assert [item["id"] for item in items] == ["2-reasoning", "1-reasoning"]
    assert json.loads(items[1].pop("provenance"))["attempt"] == 2
    assert items[1] == {
        "id": "1-reasoning",
        "image": "images/1.png",
        "conversations": [
            {"from": "human", "value": "<image>\nWhat is there?"},
            {"from": "gpt", "value": "Dog 1, attempt 2."},
        ],
    }
    said = capsys.readouterr().out
    assert f"2 instructions are in {out}; image paths are relative to {run}." in said


def test_thermal_stands_in_place_of_image(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "llava.json"
    assert export(run, out, "--format", "llava", "--image-key", "thermal") == 0
    items = json.loads(out.read_text())
    assert [list(item) for item in items] == [["thermal", "conversations"]] * 2
    assert [item["thermal"] for item in items] == ["2.png", "1.png"]
    assert "stock LLaVA reads `image` alone" in capsys.readouterr().out


def test_messages_are_lines(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "messages.jsonl"
    assert export(run, out, "--format", "messages") == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["images"] for line in lines] == [["images/2.png"], ["images/1.png"]]
    assert all(str(line["messages"]).count("<image>") == 1 for line in lines)


@pytest.mark.parametrize("form", ["llava", "messages"])
def test_pairs_have_one_item_a_caption_with_ids_of_their_own(form: str, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert export(run, out, "--format", form, "--data", "pairs") == 0
    text = out.read_text()
    items = json.loads(text) if form == "llava" else [json.loads(line) for line in text.splitlines()]
    assert [item["id"] for item in items] == ["2-0", "2-1", "1-0", "1-1"]
    assert all(json.dumps(item).count("<image>") == 1 for item in items)


def test_absolute_paths_are_those_of_the_images(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(run.parent)
    out = tmp_path / "llava.json"
    assert export(Path("run"), out, "--format", "llava", "--absolute") == 0
    assert [Path(item["image"]) for item in json.loads(out.read_text())] == [
        run / "images" / f"{sample}.png" for sample in "21"
    ]
    assert "image paths are absolute" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["llava", "parquet"])
def test_of_an_empty_run_nothing_is_written(
    form: str, empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(empty, tmp_path / "out", "--format", form) == 2
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr().err
    assert f"There are no instructions in {empty} yet, so nothing was written" in said
    assert f"`irloom inspect {empty}` says how the run stands" in said


def test_images_that_are_gone_are_named(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "images" / "2.png").unlink()
    assert export(run, tmp_path / "out", "--format", "llava") == 2
    assert "1 of their images are missing, such as" in capsys.readouterr().err


def test_a_path_below_a_file_is_one_message(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert export(run, tmp_path / "file" / "out.json", "--format", "llava") == 2
    assert capsys.readouterr().err.startswith(f"irloom: Cannot write {tmp_path / 'file' / 'out.json'}: ")


def test_a_folder_is_refused(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(run, tmp_path, "--format", "llava") == 2
    assert f"--out {tmp_path} is a folder: name a file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [
        "pairs.jsonl",
        "run.json",
        "marks.jsonl",
        "lock",
        "x/../instructions.jsonl",
        "images/1.json",
        "prompts/x",
        "files/x",
    ],
)
def test_the_runs_own_files_are_never_overwritten(
    name: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "x").mkdir()
    before = {path: path.read_bytes() for path in run.iterdir() if path.is_file()}
    assert export(run, run / name, "--format", "messages") == 2
    assert "is the run's own: name another" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in run.iterdir() if path.is_file()} == before
    assert export(run, run / "llava.json", "--format", "llava") == 0


@pytest.mark.parametrize("options", ["--format llava", "--format parquet", "--format edir"])
@pytest.mark.parametrize("name", ["pairs.jsonl", "images/new", "journal"])
def test_files_of_another_run_are_never_overwritten(
    name: str, options: str, run: Path, small: SmallRun, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in small.root.rglob("*"))
    assert export(run, small.root / name, *options.split()) == 2
    expected = "makes no composed queries" if options.endswith("edir") else "is the run's own: name another"
    assert expected in capsys.readouterr().err
    assert sorted((path, path.stat().st_mtime_ns) for path in small.root.rglob("*")) == before


def test_thermal_is_for_llava_only(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(run, tmp_path / "out", "--format", "messages", "--image-key", "thermal") == 2
    assert "--image-key thermal is for --format llava" in capsys.readouterr().err


def test_a_folder_without_a_run_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(tmp_path, tmp_path / "out", "--format", "llava") == 2
    assert "holds no run" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.fixture
def small(tmp_path: Path) -> SmallRun:
    small = SmallRun(tmp_path / "small")
    small.add("1", draw_image(1), ["A dog.", "A dog!"], [("reasoning", "It rests.")], scores=[0.8, 0.3])
    small.add("2", draw_image(2), ["Two cats."], [("description", "Cats.")], outcome="unjudged")
    return small


@pytest.mark.parametrize(
    ("options", "ids", "said"),
    [
        ("--outcome unjudged,rejected", ["2-description"], "1 did not fit the conditions"),
        ("--task reasoning", ["1-reasoning"], "1 did not fit the conditions"),
        ("--data pairs --min-score 0.4", ["1-0", "2-0"], "1 did not fit the conditions"),
        ("--data pairs --drop-duplicates near", ["1-0", "2-0"], "1 duplicates were dropped"),
        ("--marked --unjudged", ["2-description"], "1 did not fit the conditions"),
    ],
)
def test_conditions_are_those_that_were_given(
    options: str,
    ids: list[str],
    said: str,
    small: SmallRun,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_mark(small.root, Mark(sample="2", marked=True))
    out = tmp_path / "out.jsonl"
    assert export(small.root, out, "--format", "messages", *options.split()) == 0
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ids
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--task reasonning", "--task reasonning: the run has only description, reasoning"),
        ("--task reasoning,description,x", "--task x: the run has only description, reasoning"),
        ("--task conversation", "None of the 2 instructions of"),
        ("--outcome rejected", "None of the 2 instructions of"),
        ("--data pairs --min-score 0.9", "None of the 3 pairs of"),
        ("--data pairs --min-score nan", "--min-score nan: a number is needed"),
        ("--data pairs --min-score=-inf", "--min-score -inf: a number is needed"),
    ],
)
def test_an_export_that_nothing_fits_leaves_the_earlier_one(
    options: str, message: str, small: SmallRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert export(small.root, out, "--format", "parquet") == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert export(small.root, out, "--format", "parquet", *options.split()) == 2
    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("form", ["sharegpt", "parquet"])
def test_splits_are_counted(
    form: str, small: SmallRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    shares = "train=0.5,val=0.25,test=0.25"
    assert export(small.root, out, "--format", form, "--split", shares, "--data", "pairs") == 0
    rows = json.loads((out / "export.json").read_text())["rows"]
    said = capsys.readouterr().out
    assert "3 pairs are in" in said
    names = {"train": "train", "val": "validation" if form == "parquet" else "val", "test": "test"}
    assert ", ".join(f"{said_as} {rows[name]}" for name, said_as in names.items()) in said
    empty = [said_as for name, said_as in names.items() if not rows[name]]
    assert f"nothing fell into {', '.join(empty)}, which has no file" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--outcome good", "'good' is none of accepted, rejected, failed, unjudged"),
        ("--split train", "'train' is no share: write train=0.9"),
        ("--split train=0.9,test=0.2", "the shares add up to 1.1"),
    ],
)
def test_an_option_that_cannot_be_read_is_one_message(
    options: str, message: str, small: SmallRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = export(small.root, tmp_path / "out", "--format", "parquet", *options.split())
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--marked", "--split train=1", "--drop-duplicates exact", "--task x"])
def test_edir_takes_no_conditions_on_rows(
    option: str, small: SmallRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(small.root, tmp_path / "out", "--format", "edir", *option.split()) == 2
    assert f"{option.split()[0]} is not for --format edir" in capsys.readouterr().err
