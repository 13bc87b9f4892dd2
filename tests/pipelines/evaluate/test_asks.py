"""The asks of a question follow the published protocol."""

from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.pipelines.evaluate.graph import lay_out
from irloom.pipelines.evaluate.ifbench.asks import pose, rotate, rotate_letter
from irloom.pipelines.evaluate.ifbench.config import PUBLISHED_LAYOUT, VARIANTS, IfbenchConfig
from irloom.pipelines.evaluate.records import Item, Shot, Wording
from irloom.prompts import Prompts

OPTIONS = {"A": "one", "B": "two's", "C": "three", "D": "four"}
WORDING = Wording(question="How many?", options=OPTIONS)
ITEM = Item(
    id="x",
    images=(Shot(name="x.jpg"),),
    dimension="Object Counting",
    group="Fine-grained Perception",
    answer="C",
    wordings={"en": WORDING, "cn": WORDING},
)


def make_config(**settings: Any) -> IfbenchConfig:
    return IfbenchConfig.model_validate({"data": "d", "images": "i", "rgb": "r", **settings})


def test_each_rotation_is_asked_in_chinese_and_then_in_english() -> None:
    names = [one.name for one in pose(ITEM, make_config(variants=["normal", "blind"]))]
    assert names[:8] == [f"normal.{language}.{turn}" for turn in range(4) for language in ("cn", "en")]
    assert len(names) == 16


def test_a_rotation_moves_every_option_on_and_the_right_letter_with_it() -> None:
    assert rotate(OPTIONS, 0) == OPTIONS
    assert rotate(OPTIONS, 1) == {"A": "four", "B": "one", "C": "two's", "D": "three"}
    for turn in range(4):
        assert rotate(OPTIONS, turn)[rotate_letter("C", turn)] == "three"
        assert rotate_letter(rotate_letter("C", turn), -turn) == "C"
    assert {rotate_letter("C", turn) for turn in range(4)} == set("ABCD")


def test_the_published_layout_prints_a_dictionary_and_a_full_stop_behind_the_question() -> None:
    posed = pose(ITEM, make_config(prompt="published", rotations=1))
    for one, stop in zip(posed, "。.", strict=True):  # Chinese comes first
        assert one.fields["question"] == f"How many?{stop}"
        assert one.fields["options"] == f"""{{'A': 'one', 'B': "two's", 'C': 'three', 'D': 'four'}}{stop}"""
    text = lay_out(Prompts.load().render(posed[1].prompt, **posed[1].fields)).user
    assert text.startswith("\n    You are")
    assert text.endswith("'four'}.\n")
    assert all(line.startswith("    ") for line in text.splitlines() if line)


def test_a_run_in_the_published_layout_is_not_gone_on_with_in_another() -> None:
    replica, fixed = make_config(protocol="replica"), make_config()
    assert replica.name_circumstances() == {"given_visible": True, "published_layout": PUBLISHED_LAYOUT}
    assert fixed.name_circumstances() == {"given_visible": True}


def test_the_clean_layout_has_an_option_a_line() -> None:
    (posed,) = pose(ITEM, make_config(rotations=1, languages=["en"]))
    assert posed.fields == {"question": "How many?", "options": "A. one\nB. two's\nC. three\nD. four"}
    assert not posed.indented


def test_each_variant_shows_its_pictures_in_order_and_has_words_of_its_own() -> None:
    posed = pose(ITEM, make_config(variants=list(VARIANTS), rotations=1))
    sights = {one.variant: one.sights for one in posed}
    assert sights["normal"] == sights["prior"] == ("infrared",)
    assert sights["pair"] == sights["prior+pair"] == ("infrared", "visible")
    assert sights["translated"] == ("visible",)
    assert sights["blind"] == ()
    prompts = Prompts.load()
    texts = {prompts.render(one.prompt, **one.fields).user for one in posed}
    assert len(texts) == 12
    assert all(prompts.render(one.prompt, **one.fields).system == "" for one in posed)


@pytest.mark.parametrize("language", ["en", "cn"])
def test_only_prior_variants_tell_what_infrared_is(language: str) -> None:
    texts = Prompts.load().texts
    fact = {"en": "thermal radiation", "cn": "热辐射"}[language]
    for variant in VARIANTS:
        name = f"evaluate/ifbench/{language}_{variant.replace('+', '_')}"
        assert (fact in texts[name]) == variant.startswith("prior"), name


def test_a_protocol_is_a_named_set_and_each_part_of_it_can_be_set() -> None:
    fixed, replica = make_config(), make_config(protocol="replica")
    assert (fixed.prompt, fixed.decoding, fixed.reading) == ("clean", "greedy", "token")
    assert (replica.prompt, replica.decoding, replica.reading) == ("published", "model", "first-character")
    assert (fixed.longest_reply, replica.longest_reply) == (8192, 1024)
    mixed = make_config(protocol="replica", prompt="clean", reply_tokens=50)
    assert (mixed.prompt, mixed.decoding, mixed.longest_reply) == ("clean", "model", 50)
    again = mixed.changed_by({"concurrency": 2})
    assert (again.prompt, again.decoding, again.reading) == ("clean", "model", "first-character")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"variants": []}, "the list is empty"),
        ({"variants": ["best"]}, "variants"),
        ({"languages": ["de"]}, "languages"),
        ({"rotations": 5}, "rotations"),
        ({"checker": "m"}, "there is none"),
        ({"chat": {"kind": "rules"}}, "the rule engine answers no questions"),
    ],
)
def test_what_cannot_be_asked_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        make_config().changed_by(settings)


def test_the_checker_is_a_model_of_the_same_endpoint_or_has_a_role() -> None:
    chat = {"kind": "openai", "model": "seer", "base_url": "http://here/v1"}
    same = make_config(chat=chat, checker="reader").chat_for("checker")
    assert (getattr(same, "model"), getattr(same, "base_url")) == ("reader", "http://here/v1")  # noqa: B009
    role = make_config(chat=chat, roles={"checker": {**chat, "model": "other"}})
    assert role.has_checker
    assert getattr(role.chat_for("checker"), "model") == "other"  # noqa: B009
    assert not make_config(chat=chat).has_checker
