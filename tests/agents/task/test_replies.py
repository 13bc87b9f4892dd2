"""An instruction is read out of JSON or plain text; what is none is asked for again or is an error."""

import json
from typing import Any

import pytest

from irloom.agents.task.replies import FORMS, SCHEMAS, read_instruction
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText, Unreadable
from irloom.records import TASKS, Instruction, Task

ASK = "Describe this."


def pairs(task: Task, text: str | dict[str, Any]) -> list[tuple[str, str]] | str:
    read = read_instruction(task, ReplyText(text=text if isinstance(text, str) else json.dumps(text)), ASK)
    if isinstance(read, Unreadable):
        return read.problem
    assert read.task == task
    return [(turn.question, turn.answer) for turn in read.turns]


TURNS = {"turns": [{"question": "A?", "answer": "B."}, {"question": "C?", "answer": "D."}]}


def test_every_task_has_a_form_and_a_schema_of_its_name() -> None:
    assert set(FORMS) == set(SCHEMAS) == set(TASKS)
    assert all(SCHEMAS[task].name == task for task in TASKS)


def test_a_conversation_has_all_its_turns() -> None:
    assert pairs("conversation", TURNS) == [("A?", "B."), ("C?", "D.")]
    assert pairs("conversation", f"Sure:\n```json\n{json.dumps(TURNS)}\n```") == [("A?", "B."), ("C?", "D.")]
    plain = "Question: A?\nAnswer: B.\n\nE.\n===\nQuestion: C?\nAnswer: D."
    assert pairs("conversation", plain) == [("A?", "B.\n\nE."), ("C?", "D.")]


def test_reasoning_is_one_turn_however_many_come() -> None:
    assert pairs("reasoning", {"question": "A?", "answer": "B."}) == [("A?", "B.")]
    assert pairs("reasoning", TURNS) == [("A?", "B.")]
    assert pairs("reasoning", "Question: A?\nAnswer: B.\n===\nQuestion: C?\nAnswer: D.") == [("A?", "B.")]


def test_a_description_answers_the_given_question() -> None:
    assert pairs("description", {"description": " A dog.\n"}) == [(ASK, "A dog.")]
    assert pairs("description", "A dog.\n\nIt lies.") == [(ASK, "A dog.\n\nIt lies.")]
    assert pairs("description", "Question: What?\nAnswer: A dog.") == [(ASK, "A dog.")]
    assert pairs("description", {"question": "What?", "answer": "A dog."}) == [(ASK, "A dog.")]


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("conversation", {"turns": []}),
        ("conversation", {"turns": "A?"}),
        ("conversation", {"turns": None}),
        ("conversation", {"turns": ["A?"]}),
        ("conversation", {"turns": [{"question": "A?", "answer": 5}]}),
        ("conversation", {"turns": [{"question": "", "answer": "B."}]}),
        ("conversation", {"turns": [{"question": "A?", "answer": " "}]}),
        ("conversation", FORMS["conversation"].replace(", …]", "]")),
        ("reasoning", FORMS["reasoning"]),
        ("reasoning", "A dog."),
        ("reasoning", {"question": "A?"}),
        ("description", {"description": ["A dog."]}),
        ("description", {"text": "A dog."}),
        ("description", FORMS["description"]),
        ("description", "…"),
    ],
)
def test_a_reply_without_a_question_and_its_answer_may_be_asked_for_again(task: Task, text: Any) -> None:
    assert pairs(task, text) == "no question with an answer was found"


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("lead", ["", "Here is the JSON: ", "```json\n"])
def test_cut_json_is_never_taken_for_the_instruction(task: Task, lead: str) -> None:
    whole = {
        "conversation": TURNS,
        "reasoning": TURNS["turns"][0],
        "description": {"description": "A dog lies."},
    }
    text = json.dumps(whole[task])
    for length in range(2, len(text) - 1):
        assert pairs(task, lead + text[:length]) == "the JSON cannot be parsed", text[:length]


def test_turns_that_are_in_order_stay_when_another_is_not() -> None:
    turns = [{"question": "A?", "answer": "B."}, {"question": "C?"}, None, {"question": "E?", "answer": "F."}]
    assert pairs("conversation", {"turns": turns}) == [("A?", "B."), ("E?", "F.")]


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("description", "I'm sorry, I can't describe this."),
        ("description", {"description": "I'm sorry, I can't describe this."}),
        (
            "conversation",
            {"turns": [{"question": "A?", "answer": "B."}, {"question": "C?", "answer": "Sorry, no."}]},
        ),
        ("reasoning", "Question: A?\nAnswer: I cannot assist with that."),
    ],
)
def test_a_refusal_never_becomes_content(task: Task, text: Any) -> None:
    with pytest.raises(ModelReplyError, match="the model refused"):
        pairs(task, text)


@pytest.mark.parametrize("task", TASKS)
def test_a_cut_or_empty_reply_is_an_error_and_not_asked_for_again(task: Task) -> None:
    with pytest.raises(ModelReplyError, match="cut at the token limit"):
        read_instruction(task, ReplyText(text=json.dumps(TURNS), finish_reason="length"), ASK)
    with pytest.raises(ModelReplyError, match="the reply is empty"):
        read_instruction(task, ReplyText(text=" "), ASK)


def test_half_a_surrogate_pair_makes_no_instruction_that_cannot_be_written() -> None:
    read = read_instruction("reasoning", ReplyText(text='{"question": "A\\ud83d?", "answer": "B."}'), ASK)
    assert isinstance(read, Instruction)
    assert read.turns[0].question == "A??"
