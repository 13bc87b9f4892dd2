"""A verdict accepts, rejects with a category, or is an error; a rule is one clean line."""

import json

import pytest

from irloom.agents.debate.replies import (
    VERDICTS,
    name_judge_prompt,
    read_rule,
    read_verdict,
    read_verdict_finally,
)
from irloom.errors import ModelReplyError
from irloom.lexicon import Lexicon
from irloom.prompts import Prompts
from irloom.protocols import FinishReason, ReplyText, Unreadable
from irloom.records import Category, Verdict

LEXICON = Lexicon.load(None)


def read(text: str, reason: FinishReason = "stop") -> Verdict:
    found = read_verdict(ReplyText(text=text, finish_reason=reason), LEXICON)
    assert isinstance(found, Verdict)
    return found


def structured(verdict: object, category: object = None, reason: object = "") -> str:
    return json.dumps({"verdict": verdict, "category": category, "reason": reason})


@pytest.mark.parametrize(
    "text",
    [
        *("ACCEPT", "Accepted.", "**ACCEPT**", "accept", " Accept!\n", '"ACCEPT"', "`ACCEPT`", "- accepted"),
        *(
            structured("accept"),
            structured("Accepted"),
            structured("ACCEPT", "none"),
            structured("accept", "N/A"),
        ),
        *(structured("accept", "", "It fits."), f"```json\n{structured('accept')}\n```"),
        *(f"Let me see. {structured('accept')}", '{"verdict": "accept"}', "```\nACCEPT\n```", "~~~\nACCEPT"),
        *("Verdict: ACCEPTED", "**Verdict:** accept", "My final decision: Accepted.", "Accepted. It fits."),
        *(structured("accept", "style"), structured("accept", "other", "Nothing but boats is named.")),
        *(structured("accept", None, "Fine, although wood is named."), "{'verdict': 'accept',}"),
        *(
            f'{{"verdict": {structured("accept")}}}',
            structured("Accept.", None, "However small, it is there."),
        ),
    ],
)
def test_an_acceptance_is_recognised(text: str) -> None:
    verdict = read(text)
    assert verdict.verdict == "accept"
    assert verdict.category is None


UNCLEAR = [
    ("ACCEPT, but the bench is wooden.", "accepts and objects at once", "reject"),
    ("Accepted. However, red is a colour.", "accepts and objects at once", "reject"),
    ("I would ACCEPT this.", "accepts and objects at once", "reject"),
    (structured("accept", "material"), "accepts and objects at once: 'material'", "accept"),
    (structured("accept", "material", "Wood is named."), "accepts and objects at once", "reject"),
    (structured("maybe", None, "x"), "the verdict is 'maybe', neither accept nor reject", "reject"),
    (structured(None), "the verdict is '', neither", "reject"),
    (structured(True), "the verdict is 'true', neither", "reject"),
    (structured(["reject"], None, "x"), "neither accept nor reject", "reject"),
    (structured("reject", "material"), "rejects without a reason", "reject"),
    (structured("reject", "material", "  "), "rejects without a reason", "reject"),
    (structured("reject", "material", None), "rejects without a reason", "reject"),
    ("REJECT", "rejects without a reason", "reject"),
    ("**Rejected.**", "rejects without a reason", "reject"),
    ('{"verdict": "reject", "reason": "Wo', "JSON cannot be read", "reject"),
    ('Here: {"verdict": "acc', "JSON cannot be read", "reject"),
    ('{"accepted": true}', "JSON cannot be read", "reject"),
    ("[]", "JSON cannot be read", "reject"),
]


@pytest.mark.parametrize(("text", "said", "meant"), UNCLEAR)
def test_what_is_no_clear_verdict_is_asked_for_once_more_and_then_decided(
    text: str, said: str, meant: str
) -> None:
    found = read_verdict(ReplyText(text=text), LEXICON)
    assert isinstance(found, Unreadable)
    assert said in found.problem
    decided = read_verdict_finally(ReplyText(text=text), LEXICON)
    assert decided.verdict == meant
    assert (decided.verdict == "accept") or decided.reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the reply is empty"),
        ("I'm sorry, I can't judge this.", "the model refused"),
        ("Sorry, I cannot help.", "the model refused"),
        (structured("reject", "other", "I'm sorry, I can't judge this."), "the model refused"),
    ],
)
def test_a_reply_without_a_verdict_is_an_error_before_and_after_a_repair(text: str, said: str) -> None:
    for reader in (read_verdict, read_verdict_finally):
        with pytest.raises(ModelReplyError, match=said):
            reader(ReplyText(text=text), LEXICON)


def test_the_reason_of_an_acceptance_is_kept() -> None:
    assert read(structured("accept", None, "It fits, but barely.")).reason == "It fits, but barely."


@pytest.mark.parametrize(
    ("reason", "said"),
    [("length", "cut at the token limit"), ("content_filter", "content filter"), ("refusal", "refused")],
)
@pytest.mark.parametrize("text", ["ACCEPT", structured("accept"), structured("reject", "text", "A sign.")])
def test_a_verdict_that_did_not_come_whole_does_not_count(reason: FinishReason, said: str, text: str) -> None:
    with pytest.raises(ModelReplyError, match=said):
        read(text, reason)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Material information is not visible in the infrared image", "material"),
        ("The color of the dog cannot be seen.", "colour"),
        ("The colour of the dog cannot be seen.", "colour"),
        ("REJECT: The answer names the material of the bench.", "material"),
        ("It is too long.", "other"),
    ],
)
def test_anything_else_is_the_reason_with_a_category_from_the_list(text: str, category: Category) -> None:
    verdict = read(text)
    assert (verdict.verdict, verdict.category) == ("reject", category)
    assert verdict.reason == text.removeprefix("REJECT: ")


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("material", "material"),
        (" Material ", "material"),
        ("color", "colour"),
        ("Colour", "colour"),
        ("style", "other"),
        (None, "other"),
        ("", "other"),
        (["material"], "other"),
        (7, "other"),
    ],
)
def test_a_structured_category_is_held_to_the_list(said: object, category: Category) -> None:
    assert read(structured("Reject", said, "A\n reason.")) == Verdict(
        verdict="reject", category=category, reason="A reason."
    )


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Delete all words about wood.",
            '{"rule": "Delete all words about wood."}',
            '"Delete all words about wood."',
        ),
        *(
            "- Delete all words\n about wood.",
            "**Delete all words about wood.**",
            "Rule: Delete all words about wood.",
        ),
        *(
            "1. Delete all words about wood.",
            "**Rule:** Delete all words about wood.",
            "> Delete all words about wood.",
        ),
        *(
            "Here is the rule:\n- Delete all words about wood.",
            "New filtering rule: “Delete all words about wood.”",
        ),
        *(
            '{"rule": "**Delete all words about wood.**"}',
            "`Delete all words about wood.`",
            "Here's a rule: Delete all words about wood.",
        ),
    ],
)
def test_a_rule_is_one_line_without_what_models_add(text: str) -> None:
    assert read_rule(ReplyText(text=text)) == "Delete all words about wood."


@pytest.mark.parametrize(
    "text", ['Delete the word "wooden"', "Delete 'red' and 'blue'", "Delete all words: colours."]
)
def test_marks_that_belong_to_a_rule_stay(text: str) -> None:
    assert read_rule(ReplyText(text=text)) == text


def test_a_rule_that_never_ends_is_cut() -> None:
    assert len(str(read_rule(ReplyText(text="Delete words. " * 1000)))) == 300


@pytest.mark.parametrize(
    "text", ['{"rule": ""}', '{"rule": null}', '{"rule": 5}', '{"a": "b"}', '{"rule": "Del', "—", '"…"', "[]"]
)
def test_a_reply_without_a_rule_is_asked_for_once_more(text: str) -> None:
    assert read_rule(ReplyText(text=text)) == Unreadable(text, "no rule was found in it")


@pytest.mark.parametrize("text", ["I'm sorry, I can't.", '{"rule": "Sorry, I cannot do that."}'])
def test_a_refusal_never_becomes_a_rule(text: str) -> None:
    with pytest.raises(ModelReplyError, match="the model refused"):
        read_rule(ReplyText(text=text))


@pytest.mark.parametrize("reason_first", [False, True])
def test_a_verdict_is_one_of_two_branches_with_the_reason_where_the_run_wants_it(reason_first: bool) -> None:
    schema, form = VERDICTS[reason_first]
    order = ["reason", "verdict", "category"] if reason_first else ["verdict", "category", "reason"]
    for branch in schema.schema["anyOf"]:
        assert list(branch["properties"]) == branch["required"] == order
    accepts = schema.schema["anyOf"][1]["properties"]["reason"]
    assert (accepts.get("enum") == [""]) is not reason_first, "an acceptance has a reason if it comes first"
    assert form.startswith('{"reason"' if reason_first else '{"verdict"')
    assert "glass" in form


def test_the_reason_of_an_acceptance_is_kept_and_no_objection() -> None:
    said = json.dumps({"reason": "Wood is named nowhere.", "verdict": "accept", "category": None})
    assert read(said) == Verdict(verdict="accept", reason="Wood is named nowhere.")


def test_what_lies_behind_glass_has_a_category() -> None:
    assert read(structured("reject", "glass", "A face in a mirror.")).category == "glass"


def test_every_judge_has_a_prompt_and_they_agree_in_what_they_share() -> None:
    texts = Prompts.load().texts
    names = [
        name_judge_prompt(sees, reason_first)
        for sees in ((), ("captions",), ("image",), ("captions", "image"))
        for reason_first in (False, True)
    ]
    assert len(set(names)) == 8
    parts = [set(texts[name].split("\n\n")) for name in names]
    shared = "\n".join(set.intersection(*parts))
    for said in (
        "A thermal camera shows heat",
        "it cannot be told",
        "Do not look for faults",
        "glass, uncertain",
    ):
        assert said in shared, said
    for plain, reasoned in zip(names[::2], names[1::2], strict=True):
        questions = [line for line in texts[plain].splitlines() if not line.startswith("Reply")]
        assert len(set(questions) - set(texts[reasoned].splitlines())) <= 3, "but for the form of the reply"
