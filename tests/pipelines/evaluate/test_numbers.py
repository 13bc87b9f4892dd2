"""One thing is told as one."""

from irloom.pipelines.evaluate.numbers import say_number


def test_one_question_is_no_questions() -> None:
    assert [say_number(number) for number in (0, 1, 1200)] == ["0 questions", "1 question", "1,200 questions"]
    assert say_number(1, "rotation") == "1 rotation"
