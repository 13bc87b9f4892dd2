"""What models answer is read for what it is: cut, refused, empty, wrapped in prose, half JSON."""

import json
import time
from typing import Any

import pytest

from irloom.agents.replies import check_refusal, find_json, find_pairs, looks_like_json, read_text
from irloom.errors import ModelReplyError
from irloom.protocols import FinishReason, ReplyText


def test_a_whole_reply_is_its_text_without_the_space_around_it() -> None:
    assert read_text(ReplyText(text="\n A dog.\n ")) == "A dog."
    assert read_text(ReplyText(text="A dog.", finish_reason="other")) == "A dog."


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("A dog lies", "length", "cut at the token limit, after 'A dog lies': raise `max_tokens`"),
        ("", "length", "cut at the token limit"),
        ("A dog.", "content_filter", "content filter held the reply back"),
        ("Not that.", "refusal", "the model refused: 'Not that.'"),
        ("", "stop", "the reply is empty"),
        (" \n\t", "stop", "the reply is empty"),
        ("", "other", "the reply is empty"),
    ],
)
def test_a_reply_that_is_no_answer_says_why(text: str, reason: FinishReason, said: str) -> None:
    with pytest.raises(ModelReplyError, match=said):
        read_text(ReplyText(text=text, finish_reason=reason))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "I'm sorry, I can't help with that.",
            "I’m sorry, but no.",
            "Im sorry.",
            "I am very sorry, but no.",
        ),
        *(
            "Sorry, I can't help with that.",
            "Sorry. No.",
            "Sorry, but I cannot.",
            "**I'm sorry**",
            '"I\'m sorry."',
        ),
        *(
            "I cannot assist with this request.",
            "I can't provide that.",
            "I can’t comply.",
            "I cannot fulfill it.",
        ),
        *(
            "I cannot fulfil it.",
            "I'm unable to see the image.",
            "I am not able to do so.",
            "As an AI, I cannot.",
        ),
        *("I apologize, but I cannot.", "I won't help."),
    ],
)
def test_a_refusal_is_recognised_by_its_beginning(text: str) -> None:
    with pytest.raises(ModelReplyError, match="the model refused: "):
        read_text(ReplyText(text=text))


@pytest.mark.parametrize(
    "text",
    [
        "A sorry sight: a dog in the rain.",
        "A sign says I'm sorry.",
        "Ice cream.",
        "I can see two dogs.",
        "As an aid, a cane.",
    ],
)
def test_a_text_that_only_sounds_like_a_refusal_is_none(text: str) -> None:
    check_refusal(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Here it is:\n```json\n{"a": {"b": [1]}}\n```\nDone.', {"a": {"b": [1]}}),
        ('{"a": 1} {"a": 2}', {"a": 1}),
        ('A {brace} and {"a": "}"}', {"a": "}"}),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
        ('[{"a": 1}, {"a": 2}]', {"a": 1}),
        ('<think>{x}</think>{\n "a": null}', {"a": None}),
        ("no JSON", None),
        ("{}", None),
        ("{'a': 1}", {"a": 1}),
        ('{"a": 1', None),
        ('{"a": 1,}', {"a": 1}),
        ("", None),
    ],
)
def test_the_first_object_is_found_in_whatever_stands_around_it(text: str, found: Any) -> None:
    assert find_json(text) == found


@pytest.mark.parametrize("length", range(1, 60))
def test_no_part_of_a_cut_object_passes_for_the_answer(length: int) -> None:
    text = '{"turns": [{"question": "A?", "answer": "B."}, {"question": "C?", "answer": "D."}]}'
    assert find_json(text[:length]) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 5000,
        '{"a": ' + "[" * 5000,
        '{"a": ' + "[" * 700 + "]" * 700 + "}",
        '{"a": ' + "[" * 150 + "]" * 150 + "}",
        '{"a": ' + "9" * 5000 + "}",
    ],
)
def test_json_of_a_model_stuck_in_a_loop_is_none_and_no_crash(text: str) -> None:
    assert find_json(text) is None


def test_half_a_surrogate_pair_is_replaced_wherever_it_stands() -> None:
    found = find_json('{"a": "x\\ud83d", "\\udc00": [{"b": "\\ud83d\\ude00 \\ude00"}]}')
    assert found == {"a": "x?", "?": [{"b": "😀 ?"}]}
    json.dumps(found, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ('{"a": 1', True),
        ("  [1, 2", True),
        ("```\nA dog.\n```", True),
        ('Here is the JSON: {"description": "A dog', True),
        ("A dog {sic} lies there.", False),
        ('A "dog".', False),
    ],
)
def test_an_attempt_at_json_is_told_from_prose(text: str, looks: bool) -> None:
    assert looks_like_json(text) is looks


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Question: A?\nAnswer: B.", [("A?", "B.")]),
        ("Question: A?\nAnswer: B.\n===\nQuestion: C?\nAnswer: D.", [("A?", "B."), ("C?", "D.")]),
        ("Question: A?\nAnswer: B.\nQuestion: C?\nAnswer: D.\n===", [("A?", "B."), ("C?", "D.")]),
        ("**Question:** A?\n**Answer:** B.", [("A?", "B.")]),
        ("**Question**: A?\n**Answer**: B.", [("A?", "B.")]),
        ("**Question: A?**\n**Answer: B.**", [("A?", "B.")]),
        ("- Question: A?\n- Answer: B.", [("A?", "B.")]),
        ("1. Question: A?\n   Answer: B.", [("A?", "B.")]),
        ("Question 1: A?\nAnswer 1: B.\n=====\nQuestion 2: C?\nAnswer 2: D.", [("A?", "B."), ("C?", "D.")]),
        ("question: A?\nANSWER: B.", [("A?", "B.")]),
        ("Sure!\n\nQuestion:\nA?\n\nAnswer:\nB.\n\nC.\n\n===\nBye.", [("A?", "B.\n\nC.")]),
        ("Question: A: why?\nAnswer: Answer: B.", [("A: why?", "Answer: B.")]),
        ("Question: A?\r\nAnswer: B.\r\n", [("A?", "B.")]),
        ("Question: A?\nAnswer: It is **big**", [("A?", "It is **big**")]),
        ("Question: A?\nAnswer: **Big** dogs.", [("A?", "**Big** dogs.")]),
        ("Question: A?", []),
        ("Answer: B.", []),
        ("Answer: B.\nQuestion: A?", []),
        ("Question: A?\nQuestion: C?\nAnswer: D.", [("C?", "D.")]),
        ("A dog lies there.", []),
        ("", []),
    ],
)
def test_questions_and_answers_are_found_in_plain_text(text: str, pairs: list[tuple[str, str]]) -> None:
    assert find_pairs(text) == pairs


@pytest.mark.parametrize(
    "filler",
    [
        "\n" * 50_000,
        " \n" * 50_000,
        "=" * 100_000,
        "Question: " * 10_000,
        "Question: x\n" * 10_000,
        "*" * 100_000,
    ],
)
def test_a_reply_of_endless_filler_is_read_at_once(filler: str) -> None:
    began = time.thread_time()
    find_pairs(f"Question: what?{filler}x")
    find_json(filler)
    assert time.thread_time() - began < 5, "what others do on the machine does not count"
