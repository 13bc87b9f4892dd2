"""From published sets to a set of questions: every answer is what the annotations say."""

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.question_sets.template import builder
from irloom.question_sets.template.building import TemplateSettings
from irloom.question_sets.writer import write_set
from support.template_truth import is_right

SETS = {
    "locate": {"flir"},
    "aerial_count": {"vedai", "dronevehicle"},
    "pedestrian_count": {"llvip"},
    "recognition": {"lsotb"},
    "scene": {"rgbnir"},
    "security": {"flir"},
}


def read(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "questions.jsonl").read_text("utf-8").splitlines()]


def read_remarks(out: Path) -> dict[str, int]:
    return {one["what"]: one["count"] for one in json.loads((out / "set.json").read_text())["remarks"]}


def test_every_task_is_asked_of_its_sets(built: Path) -> None:
    found: dict[str, set[str]] = {}
    for question in read(built):
        found.setdefault(question["task"], set()).add(question["source"].partition("/")[0])
    assert found == SETS


def test_every_answer_is_what_an_independent_reader_finds(built: Path, roots: Mapping[str, Path]) -> None:
    questions = read(built)
    wrong = [one["id"] for one in questions if not is_right(roots["flir"].parent, one)]
    assert len(questions) > 80
    assert wrong == []


def test_the_independent_reader_finds_a_wrong_answer_in_every_task(
    built: Path, roots: Mapping[str, Path]
) -> None:
    for question in read(built):
        others = {"yes": "no", "no": "yes", "A": "B", "B": "C", "C": "D", "D": "A"}
        wrong = others.get(question["answer"]) or str(int(question["answer"]) + 1)
        assert not is_right(roots["flir"].parent, {**question, "answer": wrong}), question["id"]


def test_a_set_built_twice_is_the_same_in_every_byte(
    built: Path, roots: Mapping[str, Path], tmp_path: Path
) -> None:
    write_set(tmp_path / "again", builder, TemplateSettings.model_validate({**roots, "test_only": True}))
    files = {path.relative_to(built): path.read_bytes() for path in built.rglob("*") if path.is_file()}
    again = tmp_path / "again"
    assert files == {
        path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()
    }


def test_yes_and_no_of_each_statement_and_the_letters_are_even(built: Path) -> None:
    questions = read(built)
    statements = Counter(
        (frozenset((one["truth"]["first"], one["truth"]["second"])), one["answer"])
        for one in questions
        if one["task"] == "locate"
    )
    assert statements
    assert all(statements[names, "yes"] == statements[names, "no"] for names, _ in statements)
    for task in ("recognition", "scene", "security"):
        letters = Counter(one["answer"] for one in questions if one["task"] == task)
        assert max(letters.values()) - min(letters[letter] for letter in "ABCD") <= 1, task


def test_what_is_broken_or_doubtful_is_left_out_and_counted(built: Path) -> None:
    remarks = read_remarks(built)
    assert remarks["flir: no question of security: broken annotations"] == 1
    assert remarks["flir: no question of security: broken image"] == 1
    assert remarks["flir: no question of security: fewer than 3 kinds in the picture"] == 1
    assert remarks["llvip: no question of pedestrian_count: nothing to count"] == 2
    assert remarks["llvip: no question of pedestrian_count: broken image"] == 1
    assert remarks["llvip: no question of pedestrian_count: pictures that nobody annotated"] == 1
    assert remarks["dronevehicle: no question of aerial_count: regions that nobody annotated"] == 1
    assert remarks["vedai: no question of aerial_count: broken annotations"] == 1
    assert remarks["lsotb: no question of recognition: nothing annotated"] == 1


def test_the_border_of_a_picture_is_not_shown(built: Path) -> None:
    crops = {
        tuple(one["images"][0]["crop"]) for one in read(built) if one["source"].startswith("dronevehicle")
    }
    assert crops == {(100.0, 100.0, 740.0, 612.0)}


def test_train_and_test_share_no_video_and_are_two_to_one(roots: Mapping[str, Path], tmp_path: Path) -> None:
    write_set(tmp_path / "set", builder, TemplateSettings(lsotb=roots["lsotb"]))
    questions = read(tmp_path / "set")
    videos = {
        part: {one["source"].rpartition("/")[0] for one in questions if one["part"] == part}
        for part in ("train", "test")
    }
    assert not videos["train"] & videos["test"]
    assert Counter(one["part"] for one in questions) == {"train": 17, "test": 8}


def test_counts_beside_the_papers_are_in_the_set(built: Path) -> None:
    about = json.loads((built / "set.json").read_text())
    assert {name: task["published"] for name, task in about["tasks"].items()} == {
        "locate": 4387,
        "aerial_count": 3721,
        "pedestrian_count": 2388,
        "recognition": 7463,
        "scene": 477,
        "security": 4219,
    }
    assert any("22,655" in sentence and "cannot be told" in sentence for sentence in about["said"])


def test_a_set_with_too_little_leaves_its_task_out_and_says_why(
    roots: Mapping[str, Path], tmp_path: Path
) -> None:
    few = tmp_path / "lsotb"
    for folder in ("TrainingData", "Annotations"):
        for label in ("car", "dog", "boat"):
            video = f"{folder}/TIR_training_001/{label}_000"
            shutil.copytree(roots["lsotb"] / video, few / video)
    with pytest.raises(ConfigError, match="recognition of lsotb is left out: fewer than 4 kinds that differ"):
        write_set(tmp_path / "set", builder, TemplateSettings(lsotb=few))


def test_counting_can_offer_four_numbers(roots: Mapping[str, Path], tmp_path: Path) -> None:
    write_set(
        tmp_path / "set", builder, TemplateSettings(llvip=roots["llvip"], count_choices=True, test_only=True)
    )
    for question in read(tmp_path / "set"):
        right = {**question, "answer": question["options"][question["answer"]], "options": {}}
        assert len(set(question["options"].values())) == 4
        assert is_right(roots["flir"].parent, right)


def test_at_most_so_many_pictures_are_taken(roots: Mapping[str, Path], tmp_path: Path) -> None:
    write_set(tmp_path / "set", builder, TemplateSettings(rgbnir=roots["rgbnir"], most=6))
    assert len(read(tmp_path / "set")) <= 6


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "give the folder of one set at least"),
        ({"counts": "counts.csv"}, "--counts FILE and --counted DIR belong together"),
        ({"sets": {"flir": "somewhere"}}, "has an option of its own"),
    ],
)
def test_settings_that_make_nothing_are_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TemplateSettings.model_validate(settings)
