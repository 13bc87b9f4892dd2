"""A model answers a question set, and every reply is read by the kind of its question."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.pipelines.evaluate.sets.asks import make_item
from irloom.question_sets.reader import open_set
from irloom.question_sets.writer import write_set
from support.asked_sets import ask_all
from support.chat_server import Asked, ChatServer
from support.spots import SPOTS, SpotSettings


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_a_model_that_is_right_is_scored_as_right_in_every_kind(runs: Path, spots: Path) -> None:
    answers = rows(runs / "right", "answers")
    asked = list(open_set(spots).iterate("test"))
    assert len(answers) == len(asked)
    assert all(row["correct"] for row in answers)
    assert {row["kind"] for row in rows(runs / "right", "questions")} == {one.kind for one in asked}


def test_the_pictures_of_the_set_are_shown_and_the_guesses_stand_beside(runs: Path, spots: Path) -> None:
    for row in rows(runs / "right", "questions"):
        assert (runs / "right" / row["images"][0]).is_file()
        assert "median (of the asked)" in row["guesses"] or "chance" in row["guesses"]
        assert row["part"] == "test"


def test_a_picture_of_a_published_set_carries_that_sets_licence(spots: Path) -> None:
    question = next(open_set(spots).iterate("test"))
    assert make_item(question, {}, licence="CC BY 4.0").about["licence"] == "CC BY 4.0"
    assert "licence" not in make_item(question, {}).about


def test_a_number_may_be_off_by_what_the_question_allows(spots: Path, tmp_path: Path, key: None) -> None:
    near = ask_all(
        spots, tmp_path / "near", lambda one: f"{float(one.answer) + 0.9:.1f}" if one.within else one.answer
    )
    far = ask_all(
        spots, tmp_path / "far", lambda one: f"{float(one.answer) + 1.1:.1f}" if one.within else one.answer
    )
    assert near == far == 0
    for name, is_right in (("near", True), ("far", False)):
        answers = [row for row in rows(tmp_path / name, "answers") if row["dimension"] in {"point", "gap"}]
        assert {row["correct"] for row in answers} == {is_right}


def test_another_part_is_asked_on_request(spots: Path, tmp_path: Path, key: None) -> None:
    assert ask_all(spots, tmp_path / "run", lambda one: one.answer, "--part", "train") == 0
    assert {row["part"] for row in rows(tmp_path / "run", "questions")} == {"train"}


def test_a_changed_set_is_refused_before_anything_is_asked(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: None
) -> None:
    copy = shutil.copytree(spots, tmp_path / "copy")
    next(copy.rglob("*.png")).write_bytes(b"other")
    more = ["--profile", "openai", "--model", "m", "--base-url", "http://127.0.0.1:9"]
    assert main(["run", "thermometry", "--data", str(copy), "--out", str(tmp_path / "run"), *more]) == 2
    assert "missing or not those that were built" in capsys.readouterr().err


def test_a_set_of_another_flow_is_refused_with_the_right_one(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "template", "--data", str(spots), "--out", str(tmp_path / "run")]) == 2
    assert "ask it with `irloom run thermometry`" in " ".join(capsys.readouterr().err.split())


def test_the_embedded_answerer_is_refused_where_nothing_can_be_chosen(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "thermometry", "--data", str(spots), "--out", str(tmp_path / "run")]) == 2
    assert "chooses among options alone: name a chat model" in " ".join(capsys.readouterr().err.split())


def test_a_model_that_met_the_asked_part_is_told_so(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: None
) -> None:
    digest = open_set(spots).about.parts["test"]
    (tmp_path / "export.json").write_text(json.dumps({"holds": {"test": digest}}))
    more = ["--trained-on", str(tmp_path / "export.json")]
    assert ask_all(spots, tmp_path / "run", lambda one: one.answer, *more) == 0
    assert "trained on the test part of this set" in " ".join(capsys.readouterr().err.split())
    assert main(["bench", "thermometry", str(tmp_path / "run")]) == 0
    assert "THE MODEL WAS TRAINED ON THE TEST PART" in capsys.readouterr().out


def test_what_is_no_digest_and_no_file_is_refused(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: None
) -> None:
    assert ask_all(spots, tmp_path / "run", lambda one: one.answer, "--trained-on", "abc") == 2
    assert "neither a digest of 64 hex digits nor a JSON file" in capsys.readouterr().err


def test_a_run_goes_on_where_its_set_lies_now(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: None
) -> None:
    first = shutil.copytree(spots, tmp_path / "first")
    assert ask_all(first, tmp_path / "run", lambda one: one.answer, "--limit", "3") == 0
    shutil.move(first, tmp_path / "second")
    assert main(["resume", str(tmp_path / "run"), "--data", str(tmp_path / "second"), "--quiet"]) == 0
    assert len(rows(tmp_path / "run", "answers")) == 3


def test_other_questions_are_no_set_to_go_on_with(
    spots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: None
) -> None:
    assert ask_all(spots, tmp_path / "run", lambda one: one.answer, "--limit", "3") == 0
    write_set(tmp_path / "other", SPOTS, SpotSettings(pictures=18, numbered=True, seed=1))
    assert main(["resume", str(tmp_path / "run"), "--data", str(tmp_path / "other"), "--quiet"]) == 2
    assert "data" in capsys.readouterr().err


def test_a_reply_that_no_rule_can_read_goes_to_the_checker(spots: Path, tmp_path: Path, key: None) -> None:
    known = {one.question: one for one in open_set(spots).iterate()}
    seen: list[str] = []

    def answer(asked: Asked, again: int) -> str:
        if asked.prompt == "evaluate/sets/check":
            seen.append(asked.fields["form"])
            return "41.5"
        return known[asked.fields["question"]].answer if "warm is" not in asked.fields["question"] else "hm"

    with ChatServer(fault=answer) as server:
        endpoint = ["--profile", "openai", "--model", "test-model", "--base-url", server.url]
        endpoint += ["--checker", "test-model"]
        options = ["--data", str(spots), "--out", str(tmp_path / "run"), "--quiet", *endpoint]
        assert main(["run", "thermometry", *options]) == 0
    points = [row for row in rows(tmp_path / "run", "answers") if row["dimension"] == "point"]
    assert {(row["read"], row["read_by"]) for row in points} == {("41.5", "checker")}
    assert set(seen) == {"one temperature in degrees Celsius"}
