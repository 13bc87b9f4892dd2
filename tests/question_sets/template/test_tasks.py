"""Tasks are data: irloom's own six, and what a user's file adds or replaces."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.question_sets.template.tasks import SLOTS, read_tasks

OWN = ["locate", "aerial_count", "pedestrian_count", "recognition", "scene", "security"]
SHIPS = """
[[tasks]]
name = "ships"
form = "count"
sets = ["m3fd"]
labels = ["ship"]
[tasks.phrasings]
plain = "How many {things} lie here?"
[names]
bike = "pushbike"
[shared]
akin = [["ship", "raft"]]
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_irlooms_own_tasks_are_the_papers_with_several_phrasings_each() -> None:
    book = read_tasks()
    assert [task.name for task in book.tasks] == OWN
    assert sum(task.published or 0 for task in book.tasks) == 22_655
    assert all(len(task.phrasings) >= 4 for task in book.tasks)
    assert all(len(set(task.phrasings.values())) == len(task.phrasings) for task in book.tasks)


def test_a_file_adds_tasks_names_and_what_can_be_mistaken(tmp_path: Path) -> None:
    book = read_tasks(write(tmp_path / "tasks.toml", SHIPS))
    assert [task.name for task in book.tasks] == [*OWN, "ships"]
    assert (book.say("bike"), book.say("motor")) == ("pushbike", "motorcycle")
    assert book.are_akin("ship", "raft")
    assert book.are_akin("dog", "fox")


def test_a_task_of_a_name_that_is_there_takes_its_place(tmp_path: Path) -> None:
    text = SHIPS.replace('"ships"', '"locate"')
    tasks = {task.name: task for task in read_tasks(write(tmp_path / "tasks.toml", text)).tasks}
    assert list(tasks) == OWN
    assert tasks["locate"].form == "count"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            SHIPS.replace("{things}", "ships"),
            "has the slots none, and a question of the form 'count' needs {things}",
        ),
        (SHIPS.replace("{things}", "{things} {where}"), "has the slots {things}, {where}"),
        (SHIPS.replace("{things}", "{things:>9}"), "has the slots {things:>9}"),
        (SHIPS.replace('"pushbike"', '" "'), "names.bike"),
        (SHIPS.replace("{things}", "{things"), "'{' before end of string|expected '}'"),
        (SHIPS.replace('"count"', '"counting"'), "tasks.0.form"),
        (SHIPS.replace("labels", "label"), "tasks.0.label: Extra inputs"),
        (SHIPS + SHIPS.split("[names]")[0], "two tasks are called 'ships'"),
        ("tasks = 3", "tasks: "),
        ("[[", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=f"--tasks .*tasks.toml.*({said})"):
        read_tasks(write(tmp_path / "tasks.toml", text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_tasks(tmp_path / "none.toml")


def test_labels_of_one_name_are_akin_and_different_things_are_not() -> None:
    book = read_tasks()
    assert book.are_akin("person", "people")
    assert book.are_akin("truck", "freight car")
    assert not book.are_akin("car", "bus")
    assert not book.are_akin("street", "indoor")


def test_every_form_has_slots() -> None:
    assert set(SLOTS) == {task.form for task in read_tasks().tasks}
