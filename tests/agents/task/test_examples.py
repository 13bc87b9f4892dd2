import pytest

from irloom.agents.task.examples import choose_examples, write_examples
from irloom.prompts import Prompts
from irloom.records import TASKS, Task


@pytest.mark.parametrize("task", TASKS)
def test_one_or_two_examples_are_drawn_by_the_sample_and_all_come_up(task: Task) -> None:
    prompts = Prompts.load()
    drawn = [choose_examples(prompts, task, str(number), 0) for number in range(100)]
    assert {len(texts) for texts in drawn} == {1, 2}
    assert all(len(set(texts)) == len(texts) for texts in drawn)
    assert {text for texts in drawn for text in texts} == set(
        map(prompts.text_of, prompts.list_in(f"task/examples/{task}"))
    )
    assert choose_examples(prompts, task, "7", 0) == drawn[7]
    assert [choose_examples(prompts, task, str(number), 1) for number in range(100)] != drawn


def test_examples_show_boxes_in_the_numbers_of_the_run() -> None:
    text = "boat: [10, 55, 37, 100]\nperson (group): [5, 0, 7, 9]"
    assert write_examples((text,), "percent") == text
    assert write_examples((text,), "fractions") == (
        "boat: [0.100, 0.550, 0.370, 1.000]\nperson (group): [0.050, 0.000, 0.070, 0.090]"
    )
