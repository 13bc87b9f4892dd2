"""A rewritten caption is one sentence, whatever a chat model puts around it."""

import pytest

from irloom.agents.caption.replies import build_schema, read_all_captions, read_caption
from irloom.agents.caption.unwrapping import find_strangeness
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText, Unreadable

ORIGINAL = "A brown person stands next to a red car."
WANTED = "A person stands next to a car."


@pytest.mark.parametrize(
    "text",
    [
        f"Here is the edited caption: {WANTED}",
        f"Here's the filtered caption:\n\n{WANTED}",
        f"{WANTED}\n\nNote: I removed the words that describe looks.",
        f"{WANTED}\n(Note: removed 'brown'.)",
        f"{WANTED} (I removed the colour words.)",
        f"{WANTED} I removed the words about colour.",
        f"{WANTED}\n\n---\nLet me know if you need anything else!",
        f"**Edited caption:** {WANTED}",
        f"**Edited Caption**: {WANTED}",
        f"### Edited caption\n{WANTED}".replace("caption\n", "caption:\n"),
        f"Sure! {WANTED}",
        f'Sure, here is the edited caption:\n\n"{WANTED}"',
        f"Certainly! Here's the caption without colours: {WANTED}",
        f"Okay, here you go: {WANTED}",
        f"The edited caption is: {WANTED}",
        f"Edited caption without colour words: {WANTED}",
        f"Based on the rules, the edited caption would be: {WANTED}",
        f"The caption, without colour words, reads:\n{WANTED}",
        f"The rewritten sentence is as follows:\n{WANTED}",
        f"Caption 1: {WANTED}",
        f"Infrared caption: {WANTED}",
        f"1. {WANTED}",
        f"1) {WANTED}",
        f"- {WANTED}",
        f"> {WANTED}",
        f"“{WANTED}”",
        f"**{WANTED}**",
        f"Caption: {ORIGINAL}\nReply: {WANTED}",
        f"Original caption: {ORIGINAL}\nEdited caption: {WANTED}",
        f"{ORIGINAL}\n{WANTED}",
        f"<think>Is it red?</think>{WANTED}",
        f"{WANTED}\n<think>Should I also",
        f"Brown is a colour.</reasoning>{WANTED}",
        f"~~~\n{WANTED}",
        f"~~~text\n{WANTED}\n~~~",
        f"<code>{WANTED}</code>",
        f"```\n{WANTED}",
        f"```\n{WANTED}\n```\nThe words about colour were removed.",
        f'{{"caption": "{WANTED}",}}',
        f"{{'caption': '{WANTED}'}}",
        "A person stands\nnext to a car.",
    ],
)
def test_the_sentence_is_taken_out(text: str) -> None:
    assert read_caption(ReplyText(text=text), ORIGINAL) == WANTED


@pytest.mark.parametrize(
    "text",
    [
        f"1. {WANTED}\n2. A person is by a car.",
        f"{WANTED}\n\nA person is near a car.",
        f"- {WANTED}\n- A car with a person.",
        f"{WANTED} The car is parked. Nobody else is there.",
    ],
)
def test_where_it_is_open_which_sentence_is_meant_nothing_is_read(text: str) -> None:
    found = read_caption(ReplyText(text=text), ORIGINAL)
    assert isinstance(found, Unreadable)
    assert "one sentence was asked for" in found.problem


@pytest.mark.parametrize("text", ["<think>Is it", "<reasoning>The rules say", "<think>Hm.</think>"])
def test_thoughts_alone_are_no_caption(text: str) -> None:
    with pytest.raises(ModelReplyError, match="empty"):
        read_caption(ReplyText(text=text), ORIGINAL)


@pytest.mark.parametrize(
    ("text", "original", "strange"),
    [
        ("Two cats sleep on a sofa.", ORIGINAL, "no word of the original"),
        ("A person " + "walks and " * 14, ORIGINAL, "30 words"),
        ("People stand by cars.", "A person stands next to a car.", None),
        ("A man rides.", "A man riding a horse.", None),
        ("Something.", "It is.", None),
        ("一只狗躺着。", "一只棕色的狗躺在长凳旁。", None),
        ("Собака лежит.", "Коричневая собака лежит.", None),
    ],
)
def test_a_text_that_can_be_no_rewrite_is_told(text: str, original: str, strange: str | None) -> None:
    found = find_strangeness(text, original)
    assert (found is None) if strange is None else (found is not None and strange in found)


@pytest.mark.parametrize(
    ("text", "original"),
    [
        ("A man sits. He reads.", "A man in red sits. He reads."),
        ("A sign: two arrows.", "A red sign: two arrows."),
        ("St. Paul's is seen at 5 p.m.", "A grey St. Paul's is seen at 5 p.m."),
        ("Okay signs are held up.", "Red okay signs are held up."),
        ("A person edits a caption.", "A person in red edits a caption."),
    ],
)
def test_what_the_original_has_too_stays(text: str, original: str) -> None:
    assert read_caption(ReplyText(text=text), original) == text


def test_rewrites_of_all_captions_are_unwrapped_too_and_strange_ones_left_out() -> None:
    rewrites = f'["1. {WANTED}", "Two cats.", "Here is the edited caption: {WANTED}"]'
    text = f'{{"captions": [{{"caption": 1, "rewrites": {rewrites}}}]}}'
    assert read_all_captions(ReplyText(text=text), [ORIGINAL]) == ((WANTED, WANTED),)


def test_the_form_for_all_captions_is_bounded_by_what_was_asked_for() -> None:
    schema = build_schema(7, 5).schema["properties"]["captions"]
    assert schema["maxItems"] == 7
    assert schema["items"]["properties"]["rewrites"]["maxItems"] == 5
