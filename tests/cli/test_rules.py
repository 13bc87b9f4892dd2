"""`irloom rules` lists a run's rules and retires one for good."""

import json
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.engine.commits import CommitLog
from irloom.engine.directory import RunDirectory
from irloom.engine.lock import RunLock
from irloom.engine.rulebook import RuleBook
from irloom.engine.storage import read_lines
from irloom.pipelines.infrared import flow
from irloom.pipelines.infrared.config import InfraredConfig

RULES = ["Delete all words about colour.", "Delete all words about wood.", "2"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    lines = [{"rule": rule, "version": 0, "origin": "basic"} for rule in RULES]
    config = InfraredConfig(images=Path("i"), captions=Path("c"))
    return RunDirectory.create(tmp_path, config, {}, flow.files, lines, {}, {}).root


def book(run: Path) -> RuleBook:
    return RuleBook(line for _, line in read_lines(run / "rules.jsonl"))


def test_rules_are_listed_with_number_and_origin(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", str(run)]) == 0
    out = capsys.readouterr().out
    assert "  1  Delete all words about colour.\n     to begin with" in out
    assert "  2  Delete all words about wood." in out


@pytest.mark.parametrize("wanted", ["1", RULES[0]])
def test_a_rule_is_retired_by_number_or_text_and_the_run_goes_on(
    wanted: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", str(run), "--retire", wanted]) == 0
    assert "retired" in capsys.readouterr().out.splitlines()[0]
    assert book(run).standing(9) == tuple(RULES[1:])
    assert book(run).standing(9, 0) == tuple(RULES), "samples admitted before keep seeing it"
    log = CommitLog(run)
    log.recover()
    log.close()
    assert json.loads((run / "commits.jsonl").read_text().splitlines()[-1])["event"] == "retire"


@pytest.mark.parametrize("wanted", ["0", "4", "-1", "²", "٣", "Delete", "", "1.0"])
def test_a_rule_that_is_none_is_refused_and_nothing_changes(
    wanted: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (run / "rules.jsonl").read_bytes()
    assert main(["rules", str(run), f"--retire={wanted}"]) == 2
    assert f"No rule {wanted!r} in {run}: `irloom rules {run}` lists them." in capsys.readouterr().err
    assert (run / "rules.jsonl").read_bytes() == before


def test_a_rule_is_retired_once(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", str(run), "--retire", "1"]) == 0
    before = (run / "rules.jsonl").read_bytes()
    assert main(["rules", str(run), "--retire", "1"]) == 2
    assert "is retired already" in capsys.readouterr().err
    assert (run / "rules.jsonl").read_bytes() == before


def test_a_run_of_another_host_is_not_touched(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import time

    (run / "lock").write_text(json.dumps({"host": "elsewhere", "pid": 7, "seen": time.time()}))
    assert main(["rules", str(run), "--retire", "1"]) == 2
    assert "in use by process 7 on elsewhere" in capsys.readouterr().err
    assert len(book(run).standing(9)) == 3


def test_the_lock_is_free_after_a_retirement(run: Path) -> None:
    assert main(["rules", str(run), "--retire", "1"]) == 0
    lock = RunLock(run)
    lock.acquire()
    lock.release()


@pytest.mark.parametrize("options", [[], ["--retire", "1"]])
def test_a_folder_without_a_run_is_one_message(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", str(tmp_path / "missing"), *options]) == 2
    assert "holds no run" in capsys.readouterr().err
    assert not (tmp_path / "missing").exists()
