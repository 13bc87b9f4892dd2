"""Pairs become items with a request, are scored, and are told of; the card says what images are not."""

from collections import Counter
from typing import Any

import pytest

from irloom.engine.summary import Summary
from irloom.pipelines.infrared.summary import (
    compare_scores,
    pair_messages,
    score_of,
    suggest,
    tell_made,
    warn_of_images,
)
from irloom.prompts.requests import read_requests

PAIR: dict[str, Any] = {"sample": "7", "caption_index": 2, "image": "images/7.png", "caption": "A dog."}


def test_a_pair_is_a_request_and_its_caption() -> None:
    user, assistant = pair_messages(PAIR)
    assert user["content"].removeprefix("<image>\n") in read_requests("caption")
    assert (user["role"], assistant) == ("user", {"role": "assistant", "content": "A dog."})
    assert pair_messages(PAIR) == [user, assistant]
    asked = {pair_messages(PAIR | {"caption_index": index})[0]["content"] for index in range(400)}
    assert len(asked) == len(read_requests("caption")) >= 30


@pytest.mark.parametrize("caption", ["A <image> dog.", "<ima<image>ge>"])
def test_a_mark_of_a_caption_is_taken_out(caption: str) -> None:
    user, assistant = pair_messages(PAIR | {"caption": caption})
    assert user["content"].startswith("<image>\n")
    assert "<image>" not in assistant["content"]


def test_a_pair_that_nobody_scored_has_no_score_and_reaches_none() -> None:
    row = {"caption": "A.", "candidates": [{"text": "A.", "score": None}, {"text": "B.", "score": 1.0}]}
    assert score_of(row) is None
    assert compare_scores({**row, "original": "B."}) is None


def test_the_score_of_the_original_stands_before_that_of_the_chosen_caption() -> None:
    scored = [{"text": "A.", "score": 0.5}, {"text": "A.", "score": 0.75}, {"text": "B.", "score": 0.25}]
    assert compare_scores({"caption": "A.", "original": "B.", "candidates": scored}) == (0.25, 0.75)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"infrared": None, "translation": True}, "No infrared camera took these images"),
        ({"infrared": None, "translation": False}, "visible photographs, which stand in"),
        ({"infrared": "ir", "translation": True}, "The text inherits the mistakes"),
    ],
)
def test_the_card_warns_of_what_the_images_are(config: dict[str, Any], words: str) -> None:
    first, *_ = warn_of_images(config)
    assert words in first


def test_a_run_of_pairs_alone_suggests_to_export_pairs() -> None:
    pairs = Summary(samples=2, counts=Counter(pairs=4, original_won=1))
    (line,) = tell_made(pairs)
    assert (line.text, line.where) == ("4 (3 rewritten, 1 kept as they were)", "pairs.jsonl")
    assert suggest("run", pairs, stopped=False) == [
        "irloom export run --format llava --data pairs --out llava.json"
    ]
    assert suggest("run", pairs, stopped=True) == []


def test_objections_that_no_judge_was_asked_for_are_told() -> None:
    summary = Summary(counts=Counter({"checked_out": 1234}))
    assert [(one.name, one.text) for one in tell_made(summary)] == [
        ("checks", "1,234 objections before a judge was asked")
    ]
    assert tell_made(Summary()) == []


def test_a_summary_says_how_captions_fared_and_where_they_were_rejected() -> None:
    counts = {"pairs": 50, "original_won": 41, "captions_unasked": 41, "captions_finished": 1}
    rejected = {"captions_rejected_consensus": 4, "captions_rejected_select": 8}
    lines = tell_made(Summary(samples=12, counts=Counter({**counts, **rejected})))
    assert [(line.name, line.text, line.where) for line in lines] == [
        ("pairs", "50 (41 needed no filtering, 8 rewritten, 1 finished by the rule engine)", "pairs.jsonl"),
        ("rejected", "12 captions (consensus 4, select 8)", "rejected_pairs.jsonl"),
    ]


def test_what_a_detector_kept_out_is_told_and_its_word_stands_on_the_card() -> None:
    counts = Counter({"verified_out": 1200, "captions_gave_way": 3, "captions_rejected_verify": 2})
    assert [(line.name, line.text) for line in tell_made(Summary(counts=counts))] == [
        ("rejected", "2 captions (verify 2)"),
        ("detector", "1,200 objections to instructions, 3 captions gave way to another candidate"),
    ]
    config = {"infrared": "ir", "translation": True, "verify": "eyes", "verify_above": 60.0}
    *_, visible = warn_of_images(config | {"verify_on": "visible"})
    assert "the detector eyes gave every sentence that it was asked about at least 60 of 100" in visible
    assert "held against the photograph" in visible
    *_, infrared = warn_of_images(config | {"verify_on": "infrared"})
    assert "held against the infrared image" in infrared
