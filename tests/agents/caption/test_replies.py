"""A rewritten caption is taken out of whatever a model wraps it in."""

import json
from typing import Any

import pytest

from irloom.agents.caption.replies import Nothing, read_all_captions, read_caption
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText, Unreadable


@pytest.mark.parametrize(
    "text",
    [
        *(
            "A dog.",
            "  A\n dog. ",
            '"A dog."',
            "“A dog.”",
            "'A dog.'",
            "`A dog.`",
            "Reply: A dog.",
            "Caption: 'A dog.'",
        ),
        *("Filtered caption: A dog.", "```\nA dog.\n```", "```text\nA dog.\n```", '{"caption": "A dog."}'),
        *('```json\n{"caption": "A  dog."}\n```', 'edited caption : "A dog."'),
    ],
)
def test_a_caption_is_one_line_without_wrapping(text: str) -> None:
    assert read_caption(ReplyText(text=text)) == "A dog."


@pytest.mark.parametrize(
    "text", ["It's a dog's life.", 'A "dog" and a "cat"', "```python snake```", "A caption: two dogs."]
)
def test_marks_inside_a_caption_stay(text: str) -> None:
    assert read_caption(ReplyText(text=text)) == text.strip("`")


@pytest.mark.parametrize("text", ['""', "...", "``````", "Reply:", '{"caption": ""}', "—"])
def test_a_caption_without_a_word_cannot_be_read(text: str) -> None:
    found = read_caption(ReplyText(text=text))
    assert isinstance(found, Unreadable)
    assert "has no word in it" in found.problem


@pytest.mark.parametrize(
    "text", ['{"caption": "A dog', '{"a": "x", "b": "y"}', '{"caption": 5}', '["A dog."]', "{A dog}"]
)
def test_other_json_is_no_caption(text: str) -> None:
    found = read_caption(ReplyText(text=text))
    assert isinstance(found, Unreadable)
    assert "the rewritten caption is JSON" in found.problem


@pytest.mark.parametrize(
    "text", ["I'm sorry, I can't do that.", '"Sorry, I cannot help."', '{"caption": "I cannot assist."}']
)
def test_a_refusal_never_becomes_a_caption(text: str) -> None:
    with pytest.raises(ModelReplyError, match="the model refused"):
        read_caption(ReplyText(text=text))


def reply(*entries: Any, before: str = "", after: str = "") -> ReplyText:
    return ReplyText(text=f"{before}{json.dumps({'captions': list(entries)})}{after}")


def entry(number: Any, *rewrites: Any) -> dict[str, Any]:
    return {"caption": number, "rewrites": list(rewrites)}


def test_rewrites_come_in_the_order_of_the_captions_whatever_the_order_of_the_reply() -> None:
    text = reply(entry(2, "C", " D\n d "), entry(1, "A", "B"), before="Here:\n```json\n", after="\n```")
    assert read_all_captions(text, ("",) * 2) == (("A", "B"), ("C", "D d"))


def test_numbers_written_as_text_are_taken_and_captions_nobody_asked_for_are_not() -> None:
    assert read_all_captions(reply(entry("1", "A"), entry(2, "B"), entry(3, "C")), ("",) * 2) == (
        ("A",),
        ("B",),
    )


def test_rewrites_that_are_no_text_or_have_no_word_are_left_out() -> None:
    assert read_all_captions(reply(entry(1, 5, None, "", "…", "A")), ("",) * 1) == (("A",),)


@pytest.mark.parametrize(
    "text",
    [
        reply(entry(1, "A")),
        reply(entry(1, "A"), entry(2, 5)),
        reply(entry(1, "A"), entry(2, "…")),
        reply(entry(1, "A"), entry([2], "B")),
        reply(entry(1, "A"), entry({"a": 2}, "B")),
        reply(entry(1, "A"), {"caption": 2, "rewrites": "B"}),
        reply(entry(1, "A"), "B"),
    ],
)
def test_a_caption_without_rewrites_is_named(text: ReplyText) -> None:
    read = read_all_captions(text, ("",) * 2)
    assert isinstance(read, Unreadable)
    assert read == Unreadable(text.text, "no rewrites for caption 2")


@pytest.mark.parametrize("rewrites", [(), ("NONE",), ("None.", "NONE: it is all colour")])
def test_an_empty_list_means_that_nothing_of_a_caption_is_left(rewrites: tuple[str, ...]) -> None:
    assert read_all_captions(reply(entry(1, "A"), entry(2, *rewrites)), ("",) * 2) == (("A",), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NONE", "nothing of it would be left"),
        ('"None."', "nothing of it would be left"),
        ("NONE: it is all about colour.", "it is all about colour"),
        ("**NONE** (only colours are named)", "only colours are named"),
        ("NONE: no way to take out 'red' ('red one')", "no way to take out 'red' ('red one')"),
        ("NONE\nThe caption names colours alone.", "The caption names colours alone"),
    ],
)
def test_none_means_that_nothing_is_left(text: str, reason: str) -> None:
    assert read_caption(ReplyText(text=text), "Shades of pink.") == Nothing(reason)


@pytest.mark.parametrize("text", ["None of the people look up.", "Nonetheless, people walk."])
def test_a_sentence_that_begins_with_none_is_a_sentence(text: str) -> None:
    assert read_caption(ReplyText(text=text), "Red people look up and walk.") == text


@pytest.mark.parametrize(
    "text", ["A dog.", '{"captions": "A"}', '{"captions": [{"caption": 1, "rewrites": ["A"]}', '[["A"]]']
)
def test_a_reply_in_another_form_may_be_asked_for_once_more(text: str) -> None:
    assert read_all_captions(ReplyText(text=text), ("",) * 2) == Unreadable(
        text, "no rewrites for caption 1, 2"
    )


def test_a_refusal_inside_the_json_is_an_error() -> None:
    with pytest.raises(ModelReplyError, match="the model refused"):
        read_all_captions(reply(entry(1, "I'm sorry, I can't rewrite this.")), ("",) * 1)


def test_a_cut_reply_is_not_asked_for_again() -> None:
    with pytest.raises(ModelReplyError, match="cut at the token limit"):
        read_all_captions(ReplyText(text='{"captions": [', finish_reason="length"), ("",) * 1)
