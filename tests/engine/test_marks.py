"""Marks are kept beside the rows and survive kills; the run goes on as if they were not there."""

import threading
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.engine.marks import Mark, read_marks, write_mark
from irloom.errors import RunDirError
from support.coco import write_coco


def test_the_last_mark_of_a_sample_counts(tmp_path: Path) -> None:
    write_mark(tmp_path, Mark(sample="1", marked=True))
    write_mark(tmp_path, Mark(sample="2", note="odd\nvery"))
    write_mark(tmp_path, Mark(sample="1", marked=False, note="looked at"))
    marks = read_marks(tmp_path)
    assert [(mark.sample, mark.marked, mark.note) for mark in marks.values()] == [
        ("1", False, "looked at"),
        ("2", False, "odd\nvery"),
    ]
    assert marks["1"].time.startswith("20")


def test_a_mark_without_note_that_is_taken_away_is_none(tmp_path: Path) -> None:
    write_mark(tmp_path, Mark(sample="1", marked=True))
    write_mark(tmp_path, Mark(sample="1"))
    assert read_marks(tmp_path) == {}


def test_a_run_that_nobody_marked_has_no_marks(tmp_path: Path) -> None:
    assert read_marks(tmp_path) == {}


def test_half_a_line_that_a_kill_left_is_cut(tmp_path: Path) -> None:
    write_mark(tmp_path, Mark(sample="1", marked=True))
    with (tmp_path / "marks.jsonl").open("ab") as file:
        file.write(b'{"sample":"2","ma')
    assert read_marks(tmp_path).keys() == {"1"}
    write_mark(tmp_path, Mark(sample="3", marked=True))
    assert read_marks(tmp_path).keys() == {"1", "3"}


def test_two_writers_lose_no_mark(tmp_path: Path) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 40, 2):
            write_mark(tmp_path, Mark(sample=str(number), note="x" * 3000))

    threads = [threading.Thread(target=write, args=(first,)) for first in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_marks(tmp_path).keys() == {str(number) for number in range(40)}


def test_a_line_that_is_no_mark_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "marks.jsonl").write_text('{"sample": "1", "star": true}\n')
    with pytest.raises(RunDirError, match=r"marks\.jsonl holds a line that is no mark"):
        read_marks(tmp_path)


def test_marks_behind_a_spoilt_line_are_not_lost_in_silence(tmp_path: Path) -> None:
    write_mark(tmp_path, Mark(sample="1", marked=True))
    with (tmp_path / "marks.jsonl").open("ab") as file:
        file.write(b"garbage\n")
    write_mark(tmp_path, Mark(sample="2", marked=True))
    with pytest.raises(RunDirError, match=r"no mark \(line 2\): mend or remove it"):
        read_marks(tmp_path)


def test_a_marked_run_is_resumed_and_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    run, coco = tmp_path / "run", write_coco(tmp_path / "coco", 2)
    assert main(["run", "infrared", *coco.options, "--limit", "1", "--out", str(run), "--quiet"]) == 0
    write_mark(run, Mark(sample="1", marked=True))
    assert main(["resume", str(run), "--limit", "2", "--quiet"]) == 0
    assert read_marks(run).keys() == {"1"}
    assert main(["export", str(run), "--format", "llava", "--out", str(tmp_path / "train.json")]) == 0
