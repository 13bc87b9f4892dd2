"""From radiometric files to scores: files, set, evaluation, and counters that show which model is which."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.question_sets.reader import open_set
from irloom.question_sets.record import Question
from support.chat_server import Asked, ChatServer
from support.thermometry import write_files

TASKS = "point_marker,region_max,difference,warmer,hottest_quarter"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of which all is asked, by the command line."""
    folder = tmp_path_factory.mktemp("made")
    write_files(folder / "files", 4)
    (folder / "files" / "dritte Stra\u00dfe").mkdir()  # names go on into questions and runs
    (folder / "files" / "003.jpg").rename(folder / "files" / "dritte Stra\u00dfe" / "im Hof #1.jpg")
    more = ["--tasks", TASKS, "--per-file", "1", "--test-only", "--out", str(folder / "set")]
    assert main(["build", "thermometry", "--root", str(folder / "files"), *more]) == 0
    return folder / "set"


def say_right(one: Question) -> str:
    unit = {"temperature": " °C", "difference": " K"}.get(one.kind, "")
    return f"{one.answer}{unit}"


def say_body(one: Question) -> str:
    return "37 °C" if one.kind == "temperature" else say_right(one)


def swap(one: Question) -> str:
    """The mirror image of the right option."""
    if one.kind != "choice":
        return say_right(one)
    sides = {"left": "right", "right": "left"}
    mirrored = " ".join(sides.get(word, word) for word in one.options[one.answer].split())
    return next(letter for letter, text in one.options.items() if text == mirrored)


SCRIPTS = {"right": say_right, "body": say_body, "swapped": swap}


@pytest.fixture(scope="module")
def scores(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `irloom bench --json` says of each model."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        patch.setenv("OPENAI_API_KEY", "a-key-of-tests")
        return {name: ask_and_score(built, folder / name, name) for name in SCRIPTS}


def ask_and_score(built: Path, run: Path, name: str) -> dict[str, Any]:
    """One call a question; the server knows a question by its turn, since words are shared by many."""
    asked = list(open_set(built).iterate())
    turn = iter(asked)

    def answer(call: Asked, again: int) -> str:
        one = next(turn)
        assert call.fields["question"] == one.question
        return SCRIPTS[name](one)

    with ChatServer(fault=answer) as server:
        endpoint = ["--profile", "openai", "--model", "test-model", "--base-url", server.url]
        more = ["--quiet", "--concurrency", "1", *endpoint]
        assert main(["run", "thermometry", "--data", str(built), "--out", str(run), *more]) == 0
    return score(run)


def score(run: Path) -> dict[str, Any]:
    import contextlib
    import io

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["bench", "thermometry", str(run), "--json"]) == 0
    (found,) = json.loads(said.getvalue())["runs"]
    return dict(found)


def pick(run: dict[str, Any], task: str) -> dict[str, Any]:
    return next(one for one in run["tasks"] if one["name"] == task)


def count(run: dict[str, Any], habit: str) -> tuple[int, int]:
    return next((one["count"], one["of"]) for one in run["habits"] if one["name"] == habit)


def test_a_model_that_is_right_has_all_points_and_no_habit(scores: dict[str, dict[str, Any]]) -> None:
    run = scores["right"]
    assert run["mean"]["value"] == 1
    assert pick(run, "point_marker")["mae"]["value"] == 0
    assert count(run, "said 37 °C")[0] == count(run, "left and right swapped")[0] == 0
    assert {"37 °C", "middle of the scale"} <= pick(run, "region_max")["guesses"].keys()


def test_a_model_that_says_37_of_everything_is_known_by_its_counter(
    scores: dict[str, dict[str, Any]],
) -> None:
    run = scores["body"]
    said, of = count(run, "said 37 °C")
    assert said == of > 0
    assert count(run, "left and right swapped")[0] == 0
    marker = pick(run, "point_marker")
    assert marker["accuracy"]["value"] == marker["guesses"]["37 °C"]["accuracy"] < 0.5
    assert pick(run, "warmer")["accuracy"]["value"] == 1


def test_a_model_that_swaps_left_and_right_is_known_by_its_counter(
    scores: dict[str, dict[str, Any]],
) -> None:
    run = scores["swapped"]
    swapped, of = count(run, "left and right swapped")
    assert swapped == of == pick(run, "warmer")["questions"] + pick(run, "hottest_quarter")["questions"]
    assert pick(run, "warmer")["accuracy"]["value"] == pick(run, "hottest_quarter")["accuracy"]["value"] == 0
    assert count(run, "said 37 °C")[0] == 0
    assert pick(run, "point_marker")["accuracy"]["value"] == 1
