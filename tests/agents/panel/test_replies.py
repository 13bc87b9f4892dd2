"""Readers of judgements: strict the first time, as good as can be the second."""

import json
from typing import Any

import pytest

from irloom.agents.panel.replies import JUDGEMENTS, describe_form, number_sentences, read_loosely, read_votes
from irloom.alignment import Vote
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText, Unreadable

SENTENCES = ("A dog lies there.", "Two cars stand behind it.")


def reply(*entries: Any) -> ReplyText:
    return ReplyText(text=json.dumps({"sentences": entries}))


def entry(number: Any, label: str = "correct", kind: Any = None, words: Any = ()) -> dict[str, Any]:
    return {"number": number, "label": label, "type": kind, "words": words}


def read(*entries: Any) -> tuple[Vote, ...] | Unreadable:
    return read_votes(reply(*entries), "j", SENTENCES)


def test_a_reply_in_the_form_is_a_vote_a_sentence() -> None:
    votes = read(entry(1), entry(2, "incorrect", "Number", ["Two"]))
    assert votes == (
        Vote(judge="j", label="correct"),
        Vote(judge="j", label="incorrect", error_type="Number", words=("Two",)),
    )


def test_prose_around_the_object_capitals_and_numbers_as_text_do_no_harm() -> None:
    text = json.dumps({"sentences": [entry("2.", "UNKNOWN"), entry("1", "Incorrect", "object", "dog")]})
    votes = read_votes(ReplyText(text=f"Here you are:\n```json\n{text}\n```"), "j", SENTENCES)
    assert not isinstance(votes, Unreadable)
    assert [(vote.label, vote.error_type, vote.words) for vote in votes] == [
        ("incorrect", "Object", ("dog",)),
        ("unknown", None, ()),
    ]


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ([entry(1)], "sentence 2: it has no entry"),
        ([entry(1, "wrong"), entry(2)], "sentence 1: its label is 'wrong'"),
        ([entry(1, "incorrect", "Mood", ["dog"]), entry(2)], "sentence 1: its type is 'Mood'"),
        ([entry(1, "incorrect", "Object", ["cat"]), entry(2)], "the words 'cat' do not stand in it"),
        ([entry(1, "incorrect", "Object"), entry(2)], "no wrong words are named"),
    ],
)
def test_what_is_not_in_the_form_names_the_first_problem(entries: list[Any], problem: str) -> None:
    found = read(*entries)
    assert isinstance(found, Unreadable)
    assert problem in found.problem


def test_text_without_an_object_is_unreadable() -> None:
    found = read_votes(ReplyText(text="All fine."), "j", SENTENCES)
    assert isinstance(found, Unreadable)


def test_after_a_repair_a_judge_is_taken_at_its_word_as_far_as_it_goes() -> None:
    first, second = read_loosely(reply(entry(1, "incorrect", "Mood", ["cat", "dog"])), "j", SENTENCES)
    assert first == Vote(judge="j", label="incorrect", error_type="Other", words=("dog",), dropped=1)
    assert second == Vote(judge="j", label="unknown", unread=True)


def test_a_repair_without_any_judgement_is_an_error() -> None:
    with pytest.raises(ModelReplyError, match="no judgement"):
        read_loosely(ReplyText(text="All fine."), "j", SENTENCES)
    with pytest.raises(ModelReplyError, match="no judgement"):
        read_loosely(reply(entry(7)), "j", SENTENCES)


def test_a_cut_reply_is_an_error() -> None:
    with pytest.raises(ModelReplyError, match="cut"):
        read_votes(ReplyText(text='{"sentences": [', finish_reason="length"), "j", SENTENCES)


def test_a_repair_is_told_the_sentences_from_which_words_are_copied() -> None:
    assert number_sentences(SENTENCES) in describe_form(SENTENCES)
    assert JUDGEMENTS.schema["required"] == ["sentences"]
