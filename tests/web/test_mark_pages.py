"""Samples are marked from the page, and what is marked or filtered is handed out."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.marks import read_marks
from web.conftest import ADDRESS, open_pages

OWN = {"Origin": ADDRESS}


@pytest.fixture
def run(offline: Path, tmp_path: Path) -> Path:
    return shutil.copytree(offline, tmp_path / "run")


def read_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_mark_and_a_note_are_kept_in_the_run(run: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, run) as client:
        form = {"marked": "on", "note": "Very <b>odd</b>\r\nindeed"}
        answer = client.post("/runs/0/samples/2/mark?outcome=accepted", data=form, headers=OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/runs/0/samples/2?outcome=accepted")
        assert "Very &lt;b&gt;odd&lt;/b&gt;" in client.get("/runs/0/samples/2").text
        listed = client.get("/runs/0?mark=marked").text
        client.post("/runs/0/samples/3/mark", data={"note": "x"}, headers=OWN)
    mark = read_marks(run)["2"]
    assert (mark.marked, mark.note) == (True, "Very <b>odd</b>\nindeed")
    assert 'id="s-2"' in listed
    assert 'id="s-1"' not in listed
    assert not read_marks(run)["3"].marked


def test_a_script_gets_the_mark_back(run: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, run) as client:
        headers = {**OWN, "Accept": "application/json"}
        answer = client.post("/runs/0/samples/2/mark", data={"marked": "on", "note": ""}, headers=headers)
    assert answer.json()["sample"] == "2"


def test_a_mark_that_cannot_be_kept_says_so(run: Path, tmp_path: Path) -> None:
    (run / "marks.jsonl").mkdir()
    with open_pages(tmp_path, run) as client:
        answer = client.post("/runs/0/samples/2/mark", data={"marked": "on"}, headers=OWN)
    assert answer.status_code == 500
    assert "The mark was not kept: [Errno 21] Is a directory" in answer.text
    assert "resume" not in answer.text


def test_a_huge_note_is_refused(run: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, run) as client:
        answer = client.post("/runs/0/samples/2/mark", data={"note": "x" * 200_000}, headers=OWN)
    assert answer.status_code == 413
    assert read_marks(run) == {}


def test_what_fits_is_exported_with_marks_in_the_order_of_the_commits(run: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, run) as client:
        client.post("/runs/0/samples/3/mark", data={"marked": "on", "note": "odd"}, headers=OWN)
        every = read_lines(client.get("/runs/0/export").text)
        marked = client.get("/runs/0/export?mark=marked&rows=1")
    assert [line["sample"] for line in every] == ["1", "2", "3", "4"]
    assert every[1]["verdicts"]["conversation"] == "accepted in round 2"
    assert [line["marked"] for line in every] == [False, False, True, False]
    (line,) = read_lines(marked.text)
    assert line["note"] == "odd"
    assert [row["caption_index"] for row in line["rows"]["pairs"]] == [0, 1, 2]
    assert marked.headers["content-disposition"] == 'attachment; filename="run-rows.jsonl"'
