"""Run files that are missing or of another kind end every verb with a message, and never as a bug."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from damage.runs import call
from support.coco import write_coco

FILES = (
    *("run.json", "lock", "spending.json", "commits.jsonl", "transcripts.jsonl"),
    *("pairs.jsonl", "instructions.jsonl", "rules.jsonl", "journal"),
)
VERBS = {
    "inspect": ("inspect", "RUN"),
    "inspect a sample": ("inspect", "RUN", "1"),
    "resume": ("resume", "RUN", "--quiet"),
    "drop damaged": ("resume", "RUN", "--quiet", "--drop-damaged"),
    "export": ("export", "RUN", "--format", "llava", "--out", "OUT"),
}


def take_away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def put_folder(path: Path) -> None:
    take_away(path)
    path.mkdir()
    (path / "another").mkdir()


def fill(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        take_away(path)
        path.write_bytes(content)

    return write


KINDS = {
    "missing": take_away,
    "a folder": put_folder,
    "a list": fill(b"[1, 2]\n"),
    "an object of another kind": fill(b'{"event": 7, "ends": [], "sum": {}, "config": "x"}\n'),
    "no text": fill(b"\xff\xfe\x00\x80" * 50 + b"\n"),
    "nested without end": fill(b"[" * 100_000 + b"\n"),
    "a huge number": fill(b'{"requests": ' + b"9" * 6_000 + b"}\n"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one sample that ended; its `journal` is a folder, and empty."""
    folder = tmp_path_factory.mktemp("made")
    photographs = write_coco(folder / "photographs", 1)
    options = ("--no-translation", "--tasks", "reasoning", "--quiet", "--out", folder / "run")
    made = call("run", "infrared", *photographs.options, *options)
    assert made.code == 0, made.err
    return folder / "run"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", FILES)
def test_no_odd_file_of_a_run_is_a_bug(name: str, verb: str, whole: Path, tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "out.json"
    for kind, put in KINDS.items():
        shutil.rmtree(run, ignore_errors=True)
        out.unlink(missing_ok=True)
        shutil.copytree(whole, run)
        assert (run / name).exists()
        put(run / name)
        said = call(*({"RUN": run, "OUT": out}.get(word, word) for word in VERBS[verb]))
        assert said.code in {0, 1, 2, 3}, f"{name} is {kind}: {said.err[-2_000:]}"
        assert "Traceback" not in said.err, kind
        if said.code:
            assert said.err.startswith("irloom"), f"{name} is {kind}: {said.err}"
