"""Captions are read from JSON or from lines, each once and no more than were asked for."""

import json

import pytest

from irloom.agents.witness.replies import MOST_CHARACTERS, build_schema, object_to_heat, read_captions
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText, Unreadable


def read(text: str, count: int = 3) -> tuple[str, ...] | Unreadable:
    return read_captions(ReplyText(text=text), count)


def test_captions_come_as_a_json_list() -> None:
    assert read(json.dumps({"captions": ["A dog.", " A dog\non grass. "]})) == ("A dog.", "A dog on grass.")


def test_captions_come_a_line_each_with_or_without_list_marks() -> None:
    assert read("1. A dog.\n- A cat.\n\n3) “A cow.”") == ("A dog.", "A cat.", "A cow.")


def test_each_caption_counts_once_and_what_is_beyond_the_number_is_left_out() -> None:
    assert read(json.dumps({"captions": ["A dog.", "A dog.", "A cat.", "A cow.", "A hen."]})) == (
        *("A dog.", "A cat.", "A cow."),
    )


@pytest.mark.parametrize("text", ['{"captions": []}', '{"captions": ["…"]}', '{"captions": "A dog."}', "---"])
def test_a_reply_without_a_caption_is_asked_for_once_more(text: str) -> None:
    found = read(text)
    assert isinstance(found, Unreadable)
    assert found.problem == "no caption was found in it"


def test_json_that_cannot_be_read_is_asked_for_once_more() -> None:
    found = read('{"captions": ["A dog')
    assert isinstance(found, Unreadable)
    assert "cannot be read" in found.problem


def test_a_refusal_and_a_loop_are_errors() -> None:
    with pytest.raises(ModelReplyError, match="the model refused"):
        read(json.dumps({"captions": ["I'm sorry, I cannot help with that."]}))
    with pytest.raises(ModelReplyError, match="a caption has 500 characters"):
        read(json.dumps({"captions": ["a" * 500]}))


def test_the_schema_asks_for_the_number() -> None:
    listed = build_schema(4).schema["properties"]["captions"]
    assert (listed["minItems"], listed["maxItems"]) == (4, 4)
    assert listed["items"]["maxLength"] == MOST_CHARACTERS


def test_captions_of_a_picture_without_heat_speak_of_none_outside_of_names() -> None:
    plain = ("A hot dog on a plate.", "Two Hot-Dogs beside it.")
    assert object_to_heat(plain, {"hot dog"}) == plain
    found = object_to_heat(("A hot dog on a hot plate.",), {"hot dog"})
    assert isinstance(found, Unreadable)
    assert "“hot”" in found.problem
    assert isinstance(object_to_heat(plain, set()), Unreadable)
