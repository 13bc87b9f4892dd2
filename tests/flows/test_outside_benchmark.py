"""A benchmark of another package is run, told and scored by code that never heard of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.kinds import make_number, read_number, read_yes_no
from irloom.pipelines.evaluate.records import Heard, Posed
from support.chat_server import Asked, ChatServer
from support.killing import run_irloom

FLOWS = Path(__file__).parent
POSED = Posed(
    name="a", variant="normal", language="en", prompt="p", fields={}, sights=(), options={}, right="4"
)


def irloom(folder: Path, *arguments: object) -> tuple[int, str]:
    """Run a command in a process that has the benchmark's package."""
    ended = run_irloom([*map(str, arguments)], folder, packages=FLOWS)
    return ended.code, ended.said


def make_data(folder: Path) -> list[str]:
    """Three images with how many people each shows; the options that name them."""
    images = folder / "images"
    images.mkdir()
    lines = ["image,people"]
    for number in range(3):
        Image.new("L", (16, 12), 60 * number).save(images / f"{number}.png")
        lines.append(f"{number}.png,{number}")
    (folder / "people.csv").write_text("\n".join(lines))
    return ["--data", str(folder / "people.csv"), "--images", str(images)]


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_it_is_run_inspected_and_scored(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "There is 1 person.") as server:
        server.recognise = lambda body: Asked("people/count", {}, body)
        backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        code, said = irloom(
            tmp_path, "run", "people", *make_data(tmp_path), *backend, "--out", run, "--quiet"
        )
        assert code == 0, said
        texts = [asked.body["messages"][0]["content"][-1]["text"] for asked in server.asked]
    assert texts == ["How many people are there? Reply with one number."] * 3
    answers = {row["sample"]: row for row in rows(run, "answers")}
    assert {name: row["correct"] for name, row in answers.items()} == {"0": False, "1": True, "2": False}
    assert all(row["readings"]["within one"]["correct"] for row in answers.values())
    assert answers["0"]["prompts"].keys() == {"people/count"}

    code, said = irloom(tmp_path, "inspect", run, "1")
    assert "How many people are there?" in said, said
    code, said = irloom(tmp_path, "bench", "people", run)
    assert code == 0, said
    assert "normal, counting" in said
    assert "33.3" in said
    code, said = irloom(tmp_path, "bench", "people", run, "--json")
    assert json.loads(said)[str(run)][0] == {"variant": "normal", "dimension": "all", "right": 1, "asked": 3}


def test_without_a_model_it_says_what_it_needs(tmp_path: Path) -> None:
    code, said = irloom(tmp_path, "run", "people", *make_data(tmp_path), "--out", tmp_path / "run")
    assert code == 2
    assert "name a model, or set kind" in said


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("4", "4"), ("There are 4 people.", "4"), ("4.5 degrees", "4.5"), ("4,5", "4.5"), ("-3 °C", "-3")),
        *(("2 men and 2 women, so the total is 4", "4"), ("2 + 2 = 4", "4"), ("between 2 and 5", None)),
        *(("none", None), ("<think>maybe 7</think>4", "4"), ("共有４人", "4"), ("", None)),
    ],
)
def test_a_number_is_read_where_it_is_clear_which(text: str, read: str | None) -> None:
    assert read_number(Heard(text=text), POSED) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(
            ("Yes", "yes"),
            ("no.", "no"),
            ("Yes, there is no doubt.", "yes"),
            ("I think the answer is no", "no"),
        ),
        *(("yes or no", None), ("It may be yes or no", None), ("Nobody knows", None), ("", None)),
        *(("是的", "yes"), ("没有", "no"), ("不是", "no"), ("有", "yes"), ("False", "no")),
    ],
)
def test_yes_and_no_are_read(text: str, read: str | None) -> None:
    assert read_yes_no(Heard(text=text), POSED) == read


def test_a_number_may_be_off_by_as_much_as_the_benchmark_lets_it() -> None:
    assert _is_right(make_number(1.0), "5")
    assert not _is_right(make_number(0.5), "5")
    assert _is_right(make_number(), "4.0")


def _is_right(rule: Rule, read: str) -> bool:
    assert rule.is_right is not None
    return rule.is_right(read, POSED)
