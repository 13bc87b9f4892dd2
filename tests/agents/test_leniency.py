"""JSON is read although models write it nearly; what was cut is never read as something shorter."""

import time
from typing import Any

import pytest

from irloom.agents.leniency import mend_json
from irloom.agents.replies import find_break, find_json, read_text, unfence
from irloom.agents.task.replies import MOST_ANSWER, read_instruction
from irloom.errors import ModelReplyError
from irloom.protocols import FinishReason, ReplyText, Unreadable
from irloom.repetition import find_loop


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2,], "b": "x",}', {"a": [1, 2], "b": "x"}),
        ("{'a': 'x'}", {"a": "x"}),
        ("{'a': \"it's\", 'b': None, 'c': True}", {"a": "it's", "b": None, "c": True}),
        ("{“a”: “x”}", {"a": "x"}),
        ('{"a": "say "hi" now"}', {"a": 'say "hi" now'}),
        (r"""{"a": "it\'s"}""", {"a": "it's"}),
        ('{"a": "x" "b": "y"}', {"a": "x", "b": "y"}),
        ('{"a": 1 // one\n}', {"a": 1}),
        ('{"a": "a { brace",}', {"a": "a { brace"}),
        ('Here:\n```json\n{"a": 1,}\n```\nDone.', {"a": 1}),
        ('~~~json\n{"a": 1,}', {"a": 1}),
        ('<code>{"a": 1,}</code>', {"a": 1}),
    ],
)
def test_nearly_json_is_read(text: str, found: Any) -> None:
    assert find_json(text) == found


@pytest.mark.parametrize("length", range(1, 90))
@pytest.mark.parametrize(
    "text",
    [
        "{'turns': [{'question': 'A?', 'answer': 'B.'}, {'question': 'C?', 'answer': 'D.'},],}",
        '{"turns": [{"question": "A?", "answer": "B.",}, {"question": "C?", "answer": "D."}],}',
    ],
)
def test_no_part_of_a_cut_object_passes_for_the_answer(text: str, length: int) -> None:
    if length < len(text):
        assert find_json(text[:length]) in (None, find_json(text))


@pytest.mark.parametrize(
    "text", ['{"a": "x', '{"a": "x"', '{"a": {"b": 1}', '{"a": [1, 2}', '{"a": "x}', "{'a': 'it's'}"]
)
def test_what_is_missing_is_not_made_up(text: str) -> None:
    assert mend_json(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "{'a':" * 5000 + "}",
        "{'a': '" + "it's " * 20_000 + "'}",
        '{"a": "b" ' * 5000 + "}",
        "{'a': " + "[" * 9000 + "}",
    ],
)
def test_nearly_json_of_a_model_in_a_loop_is_none_and_takes_no_time(text: str) -> None:
    began = time.monotonic()
    find_json(text)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("```\nA dog.\n```", "A dog."),
        ("```json\nA dog.", "A dog."),
        ("~~~\nA dog.\n~~~\nBye.", "A dog."),
        ("<code>A dog.</code>", "A dog."),
        ("A dog.", "A dog."),
        ("A `dog`.", "A `dog`."),
    ],
)
def test_a_fence_is_taken_off_be_it_closed_or_not(text: str, inside: str) -> None:
    assert unfence(text) == inside


# Cut replies


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("A dog lies", "length", "raise `max_tokens`"),
        ("A dog lies", "context", "context window"),
        ("", "length", "the model's thoughts took it"),
        ("The person should be careful. " * 40, "length", "loop.*The person should be careful"),
        ("a" * 300, "length", "loop"),
    ],
)
def test_cut_replies_are_told_apart(text: str, reason: FinishReason, said: str) -> None:
    with pytest.raises(ModelReplyError, match=said):
        read_text(ReplyText(text=text, finish_reason=reason))


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("Be careful. " * 10, "Be careful."),
        ("ha" * 40, "ha"),
        ("Two dogs. Two cats. Two birds. Two cows. Two men.", None),
        ("no no no", None),
        ("", None),
        ("Row 1: a dog. " + "They walk and talk. " * 5, "They walk and talk."),
    ],
)
def test_a_loop_is_a_text_that_repeats_itself_at_its_end(text: str, loop: str | None) -> None:
    found = find_loop(text)
    assert (found is None) == (loop is None)
    if loop is not None and found is not None:
        assert sorted(found.replace(" ", "")) == sorted(loop.replace(" ", ""))


def test_a_text_that_a_schema_cut_is_no_answer_and_a_long_whole_one_is() -> None:
    assert "was cut at 30 characters" in str(find_break("A dog lies on a long bench and", 30))
    assert find_break("A dog lies on a long bench and waits.", 30) is None
    assert find_break("A dog lies on a wooden bench.x"[:-1] + ".", 30) is None


def test_an_answer_that_goes_round_in_a_loop_is_no_instruction() -> None:
    text = '{"question": "Why?", "answer": "' + "Be careful. " * 20 + '"}'
    with pytest.raises(ModelReplyError, match="loop"):
        read_instruction("reasoning", ReplyText(text=text), "")


def test_a_whole_answer_in_nearly_json_costs_no_repair() -> None:
    read = read_instruction("reasoning", ReplyText(text="{'question': 'Why?', 'answer': 'So.',}"), "")
    assert not isinstance(read, Unreadable)
    assert read.turns[0].answer == "So."
    assert MOST_ANSWER <= 2000, "llama.cpp's grammars repeat no more than that"
