"""A bench says in what two runs differ beside the model."""

from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.pipelines.evaluate.conditions import name_unlike, read_conditions, tell_unlike
from support.ifbench import IfbenchSet

PROMPT = "digest.prompt.evaluate/ifbench/en_normal"


def conditions(**decided: Any) -> Any:
    return read_conditions({"fingerprint": {"decoding": "greedy", "seed": 0, PROMPT: "a", **decided}})


@pytest.mark.parametrize(
    ("decided", "names"),
    [
        ({}, []),
        ({"reply_tokens": 64}, ["reply tokens"]),
        ({"reply_tokens": 8192}, []),
        ({"max_side": 64}, ["longest side"]),
        ({"seed": 1}, ["seed"]),
        ({"checker": "m2"}, ["checker"]),
        ({"checker": None, "roles.checker.model": "m2"}, ["checker"]),
        ({PROMPT: "b"}, ["words of prompts"]),
        ({"digest.prompt.evaluate/ifbench/cn_normal": "b"}, []),
        ({"decoding": "model"}, ["decoding", "reply tokens"]),
    ],
)
def test_what_decides_a_reply_and_differs_is_named(decided: dict[str, Any], names: list[str]) -> None:
    assert name_unlike(conditions(), conditions(**decided)) == names


def test_several_names_are_told_in_one_sentence() -> None:
    assert tell_unlike("a", "b", []) == []
    assert tell_unlike("a", "b", ["seed"]) == ["b and a differ in seed too."]
    assert tell_unlike("a", "b", ["x", "y", "z"]) == ["b and a differ in x, y and z too."]


def test_ifbench_says_in_what_compared_runs_differ(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--limit", "2", "--rotations", "1", "--languages", "en"]
    assert main(small.options(tmp_path / "one", *few)) == 0
    assert main(small.options(tmp_path / "two", *few, "--seed", "3", "--max-side", "64")) == 0
    capsys.readouterr()
    assert main(["bench", "ifbench", str(tmp_path / "one"), str(tmp_path / "two")]) == 0
    assert "two and one differ in longest side and seed too." in capsys.readouterr().out
