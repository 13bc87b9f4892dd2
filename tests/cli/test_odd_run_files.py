"""Run files that are missing or of another kind end every verb with a message, and never as a bug."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from damage.runs import call, make_runs

FILES = ("run.json", "commits.jsonl", "transcripts.jsonl", "spending.json")
DEEP = b"[" * 100_000


def take_away(path: Path) -> None:
    path.unlink()


def put_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def fill(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


KINDS = {
    "missing": take_away,
    "a folder": put_folder,
    "nested without end": fill(DEEP + b"\n"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_runs(tmp_path_factory.mktemp("made"), ["infrared"])["infrared"].root


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FILES)
def test_no_odd_file_of_a_run_is_a_bug(name: str, kind: str, whole: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    for words in (("inspect", run), ("resume", run, "--quiet")):
        shutil.rmtree(run, ignore_errors=True)
        shutil.copytree(whole, run)
        assert (run / name).is_file()
        KINDS[kind](run / name)
        said = call(*words)
        assert said.code in {0, 1, 2, 3}, said.err
        assert "this is a bug" not in said.err
        if said.code:
            assert said.err.startswith("irloom")
