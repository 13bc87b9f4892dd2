"""Which captions are sent to be filtered, what is asked once more, and which of them come to nothing."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, refuse
from support.coco import CocoFiles, write_coco

FILTER, AGAIN = "caption/filter", "caption/again"
DIRTY = "A brown dog lies beside a bench."
CLEAN = "A dog rests next to a bench in a park."


def run(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> int:
    options = [*coco.options, "--out", str(out), *server.options, "--tasks", "none"]
    return main(["run", "infrared", *options, *more])


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def commits(out: Path) -> list[dict[str, Any]]:
    return [row for row in rows(out, "commits") if row["event"] == "commit"]


def answering(**said: str) -> Callable[[Asked, int], str | None]:
    """Answers the prompts of captions as given, by their last name."""
    return lambda asked, again: said.get(asked.prompt.removeprefix("caption/"))


# What is sent


def test_a_caption_in_which_nothing_is_forbidden_is_its_own_only_candidate(
    server: ChatServer, tmp_path: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 2, [CLEAN])
    assert run(server, coco, tmp_path / "run") == 0
    assert server.counts() == {}
    for pair in rows(tmp_path / "run", "pairs"):
        assert (pair["caption"], pair["chosen"], pair["breaks"]) == (pair["original"], "original", [])
        (only,) = pair["candidates"]
        assert only["score"] is not None
    assert [row["captions_unasked"] for row in commits(tmp_path / "run")] == [1, 1]


def test_every_caption_is_sent_where_the_run_says_so(server: ChatServer, tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, [CLEAN, DIRTY])
    assert run(server, coco, tmp_path / "run", "--filter-all") == 0
    assert server.counts() == {FILTER: 2}
    assert "captions_unasked" not in commits(tmp_path / "run")[0]


def test_every_caption_is_sent_while_a_rule_stands_that_the_lexicon_does_not_know(
    server: ChatServer, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.txt"
    rules.write_text("Delete all words about colour.\nDelete all words about the weather.\n")
    coco = write_coco(tmp_path / "coco", 1, [CLEAN, DIRTY])
    assert run(server, coco, tmp_path / "run", "--rules", str(rules)) == 0
    assert server.counts() == {FILTER: 2}


def test_one_request_lists_the_captions_that_need_it_and_none_is_made_for_none(
    server: ChatServer, tmp_path: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 1, [CLEAN, DIRTY])
    assert run(server, coco, tmp_path / "run", "--one-request") == 0
    (asked,) = server.asked
    assert asked.fields["captions"] == "1. A brown dog number 1 lies beside a bench."
    pairs = rows(tmp_path / "run", "pairs")
    assert [(pair["caption_index"], pair["chosen"]) for pair in pairs] == [(0, "original"), (1, "filtered")]
    server.asked.clear()
    assert run(server, write_coco(tmp_path / "clean", 1, [CLEAN]), tmp_path / "none", "--one-request") == 0
    assert server.asked == []


# What is asked once more


def test_where_all_candidates_break_a_rule_one_more_request_names_the_words(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, ["A brown dog lies beside a wooden bench."])
    with ChatServer(fault=answering(filter="A tan dog lies beside a bench.")) as server:
        assert run(server, coco, tmp_path / "run") == 0
    assert server.counts() == {FILTER: 5, AGAIN: 1}, "the server gives one reply at a time"
    (again,) = server.asked_for(AGAIN)
    assert again.fields["words"] == "brown, wooden, tan"
    (pair,) = rows(tmp_path / "run", "pairs")
    assert (pair["caption"], pair["chosen"], pair["breaks"]) == (
        "A dog number 1 lies beside a bench.",
        "filtered",
        [],
    )
    assert [one["breaks"] for one in pair["candidates"]][-2:] == [[], ["brown", "wooden"]]


def test_what_no_request_made_clean_is_finished_by_the_rule_engine_and_scored(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, [DIRTY])
    with ChatServer(fault=answering(filter="A tan dog.", again="A tan dog.")) as server:
        assert run(server, coco, tmp_path / "run") == 0
    (pair,) = rows(tmp_path / "run", "pairs")
    assert (pair["caption"], pair["chosen"]) == ("A dog number 1 lies beside a bench.", "embedded")
    (finished,) = [one for one in pair["candidates"] if one["origin"] == "embedded"]
    assert finished["score"] is not None
    assert commits(tmp_path / "run")[0]["captions_finished"] == 1


def test_without_finishing_such_a_caption_is_rejected_and_no_task_is_asked(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, [DIRTY])
    with ChatServer(fault=answering(filter="A tan dog.", again="A tan dog.")) as server:
        options = [*coco.options, "--out", str(tmp_path / "run"), *server.options, "--no-finish"]
        assert main(["run", "infrared", *options]) == 0
    assert server.counts() == {FILTER: 5, AGAIN: 1}
    assert rows(tmp_path / "run", "pairs") == []
    (row,) = rows(tmp_path / "run", "rejected_pairs")
    assert (row["sample"], row["caption"], row["stage"]) == ("1", 0, "select")
    assert row["reason"] == "every candidate breaks a rule (tan, brown); the rule engine was not to finish it"
    assert [one["breaks"] for one in row["candidates"]] == [["tan"], ["tan"], ["brown"]]
    assert row["models"] == {"caption": "test-model"}
    (commit,) = commits(tmp_path / "run")
    assert (commit["outcome"], commit["tasks"], commit["pairs"]) == ("rejected", {}, 0)
    assert commit["captions_rejected_select"] == 1


@pytest.mark.parametrize("said", ["I am not sure what you mean by that.\nWhich caption?", "…"])
def test_unreadable_rewrites_are_asked_for_once_more_and_fail_nothing(said: str, tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, [DIRTY])
    with ChatServer(fault=answering(filter=said)) as server:
        assert run(server, coco, tmp_path / "run") == 0
    assert server.counts() == {FILTER: 5, AGAIN: 1}
    assert rows(tmp_path / "run", "failed") == []
    assert [pair["chosen"] for pair in rows(tmp_path / "run", "pairs")] == ["filtered"]


def test_what_was_finished_by_rule_is_not_asked_about_again_where_something_else_failed(
    tmp_path: Path,
) -> None:
    coco = write_coco(tmp_path / "coco", 1, [DIRTY, "A red ball is on the grass."])
    said = answering(filter="One.\n\nTwo.", again="I'm sorry, I cannot assist with that.")

    def fault(asked: Asked, again: int) -> Any:
        is_ball = "red ball" in asked.fields.get("caption", "")
        return refuse(400, "odd request") if is_ball else said(asked, again)

    with ChatServer(fault=fault) as server:
        assert run(server, coco, tmp_path / "run") == 1
        server.asked.clear()
        server.fault = None
        assert main(["resume", str(tmp_path / "run"), "--quiet", "--retry-failed"]) == 0
        asked = {(one.prompt, one.fields["caption"]) for one in server.asked}
        assert asked == {(FILTER, "A red ball is on the grass.")}


def test_a_model_that_finds_nothing_left_is_not_asked_again(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, [DIRTY])
    with ChatServer(fault=answering(filter="NONE: it is all colour")) as server:
        assert run(server, coco, tmp_path / "finished") == 0
        assert run(server, coco, tmp_path / "rejected", "--no-finish") == 0
    assert server.counts() == {FILTER: 10}
    assert [pair["chosen"] for pair in rows(tmp_path / "finished", "pairs")] == ["embedded"]
    (row,) = rows(tmp_path / "rejected", "rejected_pairs")
    assert row["stage"] == "filter"
    assert row["reason"].startswith("the model finds nothing left: it is all colour")


def test_an_empty_list_of_one_request_means_that_nothing_is_left(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, [DIRTY])
    text = json.dumps({"captions": [{"caption": 1, "rewrites": []}]})
    with ChatServer(fault=answering(filter_all=text)) as server:
        assert run(server, coco, tmp_path / "run", "--one-request", "--no-finish") == 0
    assert server.counts() == {"caption/filter_all": 1}
    assert [row["stage"] for row in rows(tmp_path / "run", "rejected_pairs")] == ["filter"]


# What may break a rule


@pytest.mark.parametrize("ablation", [("--original", "allow"), ("--no-filtering",)])
def test_where_it_is_allowed_a_pair_says_what_it_breaks(ablation: tuple[str, ...], tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, [DIRTY])
    with ChatServer(fault=answering(filter="A tan dog.")) as server:
        assert run(server, coco, tmp_path / "run", *ablation) == 0
    assert server.counts()[AGAIN] == 0
    (pair,) = rows(tmp_path / "run", "pairs")
    assert (pair["caption"], pair["breaks"]) == (pair["original"], ["brown"])


def test_no_other_pair_breaks_a_rule(tmp_path: Path) -> None:
    captions = [DIRTY, CLEAN, "A red ball near a white dog.", "The sunny park has a wooden bench."]
    coco = write_coco(tmp_path / "coco", 2, captions)
    with ChatServer(fault=answering(filter="A tan dog near a red ball in the sunny park.")) as server:
        assert run(server, coco, tmp_path / "run") == 0
    pairs = rows(tmp_path / "run", "pairs")
    assert [pair["breaks"] for pair in pairs] == [[]] * len(pairs)
    assert len(pairs) + len(rows(tmp_path / "run", "rejected_pairs")) == 8


# Outliers


def test_hearsay_is_dropped_before_anything_is_asked_about_it(server: ChatServer, tmp_path: Path) -> None:
    captions = [CLEAN, "An ugly man in a red hat walks a dog.", "A dog drinks a red Pepsi."]
    assert run(server, write_coco(tmp_path / "coco", 1, captions), tmp_path / "run") == 0
    assert server.counts() == {}
    dropped = [
        (row["caption"], row["stage"], row["reason"]) for row in rows(tmp_path / "run", "rejected_pairs")
    ]
    assert dropped == [
        (1, "consensus", "it tells an insult: 'ugly man'"),
        (2, "consensus", "it tells a brand: 'Pepsi'"),
    ]
    assert Counter(row["caption_index"] for row in rows(tmp_path / "run", "pairs")) == {0: 1}


def test_without_checks_nothing_is_dropped(server: ChatServer, tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, ["An ugly man walks a dog."])
    assert run(server, coco, tmp_path / "run", "--no-checks") == 0
    assert len(rows(tmp_path / "run", "pairs")) == 1
    assert rows(tmp_path / "run", "rejected_pairs") == []
