"""A card says how data were made, and what a model wrote cannot pass for markup in it."""

from typing import Any

import pytest

from irloom.export.card import Section, describe_data, tabulate_outcomes, to_markdown
from irloom.export.facts import Facts
from irloom.pipelines.registry import find_flow
from support.small_run import PROVENANCE

ABOUT: dict[str, Any] = {
    "irloom": "0.1.0",
    "flow": "infrared",
    "config": {"flow": "infrared", "seed": 0, "infrared": None, "translation": True},
}


def gather(*samples: str, **row: Any) -> Facts:
    facts = Facts()
    for sample in samples:
        facts.take({**PROVENANCE, "sample": sample, **row}, "pairs")
    return facts


def describe(facts: Facts, **config: Any) -> str:
    about = {**ABOUT, "config": {**ABOUT["config"], **config}}
    outcomes = tabulate_outcomes({"accepted": 2, "failed": 1}, {"reasoning": {"accepted": 2}})
    return to_markdown(
        "Data", describe_data(about, {"pairs": facts.rows}, facts, outcomes, find_flow("infrared"))
    )


def test_a_card_counts_rows_samples_models_and_prompts() -> None:
    text = describe(gather("1", "1", "2"))
    assert "3 image\\-text pairs" in text.replace("image-text", "image\\-text")
    assert "from 2 samples" in text
    assert "| caption | writer-1 | 3 |" in text
    assert "| task/reasoning | 0123456789abcdef |" in text
    assert "| samples | 2 | 1 |" in text
    assert "| reasoning | 2 | 0 |" in text


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "No infrared camera took these images"),
        ({"translation": False}, "visible photographs, which stand in for infrared images"),
    ],
)
def test_a_card_says_what_the_images_are(config: Any, words: str) -> None:
    assert words in describe(gather("1"), **config)


def test_a_card_of_given_infrared_images_does_not_call_them_made() -> None:
    assert "No infrared camera" not in describe(gather("1"), infrared="ir")


def test_a_card_of_a_flow_that_is_not_installed_says_what_every_run_knows() -> None:
    facts = gather("1", "2")
    about = {**ABOUT, "flow": "elsewhere"}
    text = to_markdown("Data", describe_data(about, {"notes": 2}, facts, (), None))
    assert "2 notes. They come from 2 samples." in text
    assert "| caption | writer-1 | 2 |" in text
    assert "flow elsewhere, seed 0" in text
    assert "infrared" not in text


def test_what_a_model_is_called_means_nothing_in_markdown() -> None:
    text = describe(gather("1", models={"caption": "<script>|[x](y)\n# z `w`"}))
    assert "| caption | \\<script\\>\\|\\[x\\](y) \\# z \\`w\\` | 1 |" in text


def test_sections_are_headings_paragraphs_and_tables() -> None:
    section = Section("Part", ("One.", "Two."), (("a", "b"), ("1", "2")))
    assert to_markdown("Title", [section]) == (
        "# Title\n\n## Part\n\nOne.\n\nTwo.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    )


def test_the_rule_engine_is_named_only_where_it_wrote_something() -> None:
    words = "irloom-rules is a rule engine, not a model."
    assert words not in describe(gather("1"))
    assert words not in describe(gather("1", models={}))
    assert words in describe(gather("1", models={"caption": "irloom-rules"}))


def test_rows_that_say_nothing_of_their_making_are_counted_all_the_same() -> None:
    facts = Facts()
    facts.take({"sample": "1", "attempt": 1}, "pairs", "A dog is on the sofa.")
    assert (facts.rows, dict(facts.languages), dict(facts.versions)) == (1, {"en": 1}, {})
    assert "Made by irloom 0.1.0, flow infrared" in describe(facts)
