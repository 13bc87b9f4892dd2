import pytest

from irloom.scene.questions import KINDS, Question, read_plan


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_can_be_read_back(kind: str) -> None:
    plan = (Question(kind, "the dog is to the left of the bench", denied=True), Question(kind))  # type: ignore[arg-type]
    assert read_plan("\n".join(one.as_line() for one in plan)) == plan


def test_lines_of_another_form_are_left_out() -> None:
    assert read_plan("none\n- count: dog (two)\nguess: a dog\n") == ()
