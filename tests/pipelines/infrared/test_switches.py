"""Each switch of the infrared flow: what is asked no longer, and what the rows say instead."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.graph import choose_tasks
from support.chat_server import ChatServer
from support.coco import CocoFiles, write_coco

ACCEPT = {"verdict": "accept", "category": None, "reason": ""}
REJECT = {"verdict": "reject", "category": "material", "reason": "Wood is not visible."}
WRITES = {"task/conversation": 1, "task/reasoning": 1, "task/description": 1}


def run(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> int:
    return main(["run", "infrared", *coco.options, "--out", str(out), *server.options, *more])


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def commits(out: Path) -> list[dict[str, Any]]:
    return [row for row in rows(out, "commits") if row["event"] == "commit"]


# Ablations


def test_without_translation_the_visible_images_are_used(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--tasks", "none") == 0
    pair = rows(tmp_path / "run", "pairs")[0]
    visible = coco.images / pair["source"]
    assert (tmp_path / "run" / pair["image"]).read_bytes() == visible.read_bytes()
    assert pair["translation"]["made_by"] == pair["models"]["translator"]
    assert "radiometric" not in pair["translation"]["made_by"], "the row does not claim a translation"
    assert pair["objects"] == [
        {"label": "dog", "box": [0.0625, 0.16666666666666666, 0.375, 0.6666666666666666], "crowd": False},
        {
            "label": "bench",
            "box": [0.53125, 0.20833333333333334, 0.90625, 0.8333333333333334],
            "crowd": False,
        },
    ]


def test_without_filtering_the_originals_are_kept_and_nothing_is_asked_about_them(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--no-filtering") == 0
    assert server.counts() == {**WRITES, "debate/judge_grounded": 3}
    for pair in rows(tmp_path / "run", "pairs"):
        assert (pair["caption"], pair["chosen"]) == (pair["original"], "original")
        assert [candidate["origin"] for candidate in pair["candidates"]] == ["original"]
    written = server.asked_for("task/reasoning")[0].fields["captions"].splitlines()
    assert written == [pair["original"] for pair in rows(tmp_path / "run", "pairs")]


def test_without_scoring_the_first_candidate_is_taken_and_no_score_is_claimed(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--no-scoring", "--tasks", "none") == 0
    for pair in rows(tmp_path / "run", "pairs"):
        assert pair["caption"] == pair["candidates"][0]["text"]
        assert {candidate["score"] for candidate in pair["candidates"]} == {None}
        assert pair["models"]["scorer"] == "none"
    turns = rows(tmp_path / "run", "transcripts")[0]["turns"]
    assert not any(turn["stage"] == "score" for turn in turns)


def test_without_debate_instructions_are_kept_and_not_called_accepted(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--no-debate") == 0
    assert server.counts() == {"caption/filter": 2, **WRITES}
    instructions = rows(tmp_path / "run", "instructions")
    assert [row["verdict"] for row in instructions] == ["none"] * 3
    (commit,) = commits(tmp_path / "run")
    assert commit["outcome"] == "unjudged"
    assert set(commit["tasks"].values()) == {"unjudged"}


def test_without_mining_the_rules_stay_as_they_began(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.judge = lambda instruction: REJECT
    assert run(server, coco, tmp_path / "run", "--no-mining") == 0
    assert server.counts()["debate/mine"] == 0
    assert server.counts()["debate/judge_grounded"] == 9, "the debate itself goes on"
    assert {row["origin"] for row in rows(tmp_path / "run", "rules")} == {"basic"}


def test_all_ablations_together_ask_for_the_instructions_only(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    switches = ("--no-filtering", "--no-scoring", "--no-debate", "--no-mining")
    assert run(server, coco, tmp_path / "run", *switches) == 0
    assert server.counts() == WRITES


# How much


def test_no_tasks_make_pairs_only(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    assert run(server, coco, tmp_path / "run", "--tasks", "none") == 0
    assert server.counts() == {"caption/filter": 2}
    (commit,) = commits(tmp_path / "run")
    assert (commit["outcome"], commit["tasks"], commit["pairs"]) == ("accepted", {}, 3)


def test_a_subset_of_the_tasks_leaves_the_others_out(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--tasks", "description,conversation") == 0
    assert server.counts()["task/reasoning"] == 0
    assert [row["task"] for row in rows(tmp_path / "run", "instructions")] == ["conversation", "description"]


@pytest.mark.parametrize("tasks", ["poem", "", "reasoning,poem"])
def test_an_unknown_task_is_a_users_mistake(
    tasks: str, server: ChatServer, coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(server, coco, tmp_path / "run", "--tasks", tasks) == 2
    assert "tasks" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def config(seed: int = 0, **shares: float) -> InfraredConfig:
    return InfraredConfig.model_validate({"images": "i", "captions": "c", "shares": shares, "seed": seed})


def test_a_share_of_the_samples_gets_a_task_and_always_the_same_samples() -> None:
    ids = [str(number) for number in range(200)]
    chosen = {sample for sample in ids if "conversation" in choose_tasks(config(conversation=0.5), sample)}
    assert 75 <= len(chosen) <= 125
    again = {
        sample for sample in reversed(ids) if "conversation" in choose_tasks(config(conversation=0.5), sample)
    }
    assert again == chosen
    other = {sample for sample in ids if "conversation" in choose_tasks(config(1, conversation=0.5), sample)}
    assert other != chosen, "the run's seed draws others"
    more = {sample for sample in ids if "conversation" in choose_tasks(config(conversation=0.7), sample)}
    assert chosen < more, "a larger share keeps the samples of the smaller one"
    assert all(
        set(choose_tasks(config(conversation=0.5), sample)) >= {"reasoning", "description"} for sample in ids
    )


def test_shares_of_two_tasks_are_drawn_apart() -> None:
    half = config(conversation=0.5, reasoning=0.5)
    drawn = Counter(
        ("conversation" in tasks, "reasoning" in tasks)
        for tasks in (choose_tasks(half, str(number)) for number in range(200))
    )
    assert all(count > 20 for count in drawn.values()), drawn
    assert len(drawn) == 4


def test_shares_of_none_and_all_mean_what_they_say() -> None:
    for number in range(50):
        assert choose_tasks(config(conversation=0, reasoning=1), str(number)) == ["reasoning", "description"]


def test_a_share_thins_a_task_of_a_run(server: ChatServer, tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 12, ["A dog."])
    options = ("--share", "conversation=0.5", "--tasks", "conversation,description", "--seed", "3")
    assert run(server, coco, tmp_path / "run", *options) == 0
    expected = config(3, conversation=0.5)
    chosen = {str(n) for n in range(1, 13) if "conversation" in choose_tasks(expected, str(n))}
    made = {row["sample"] for row in rows(tmp_path / "run", "instructions") if row["task"] == "conversation"}
    assert made == chosen
    assert 0 < len(chosen) < 12
    assert server.counts()["task/description"] == 12


@pytest.mark.parametrize("share", ["conversation", "conversation=half", "conversation=2", "poem=0.5"])
def test_a_share_that_makes_no_sense_is_a_users_mistake(
    share: str, server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--share", share) == 2


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("target", [1, 5])
def test_a_target_stops_the_run_without_overshooting_by_more_than_one_sample(
    concurrency: int, target: int, server: ChatServer, tmp_path: Path
) -> None:
    server.delay_s = 0.005
    coco = write_coco(tmp_path / "coco", 10, ["A dog."])
    options = ("--accepted", str(target), "--concurrency", str(concurrency))
    assert run(server, coco, tmp_path / "run", *options) == 0
    made = len(rows(tmp_path / "run", "instructions"))
    assert target <= made < target + 3
    admitted = sum(row["event"] == "admit" for row in rows(tmp_path / "run", "commits"))
    assert len(commits(tmp_path / "run")) == admitted, "nothing was begun in vain"


def test_a_target_beyond_the_source_ends_with_the_source(server: ChatServer, tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 2, ["A dog."])
    assert run(server, coco, tmp_path / "run", "--accepted", "99", "--concurrency", "8") == 0
    assert len(commits(tmp_path / "run")) == 2


def test_a_target_counts_accepted_instructions_and_not_samples(server: ChatServer, tmp_path: Path) -> None:
    judged: Iterator[dict[str, Any]] = iter([REJECT, REJECT, REJECT, ACCEPT] * 10)
    server.judge = lambda instruction: next(judged)
    coco = write_coco(tmp_path / "coco", 6, ["A dog."])
    options = ("--accepted", "1", "--concurrency", "1", "--tasks", "reasoning", "--max-rounds", "1")
    assert run(server, coco, tmp_path / "run", *options) == 0
    assert [row["outcome"] for row in commits(tmp_path / "run")] == ["rejected"] * 3 + ["accepted"]


def test_a_target_can_be_raised_on_resume(server: ChatServer, tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 6, ["A dog."])
    options = ("--accepted", "1", "--concurrency", "1", "--tasks", "reasoning")
    assert run(server, coco, tmp_path / "run", *options) == 0
    assert main(["resume", str(tmp_path / "run"), "--quiet"]) == 0
    assert len(commits(tmp_path / "run")) == 1, "the target is met"
    assert main(["resume", str(tmp_path / "run"), "--accepted", "3", "--quiet"]) == 0
    assert len(commits(tmp_path / "run")) == 3


def test_a_limit_takes_the_first_samples_and_a_resume_may_raise_it(
    server: ChatServer, tmp_path: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 4, ["A dog."])
    assert run(server, coco, tmp_path / "run", "--limit", "2", "--tasks", "none", "--concurrency", "1") == 0
    assert [row["sample"] for row in commits(tmp_path / "run")] == ["1", "2"]
    assert main(["resume", str(tmp_path / "run"), "--limit", "3", "--quiet"]) == 0
    assert [row["sample"] for row in commits(tmp_path / "run")] == ["1", "2", "3"]


# Which caption wins


def test_an_original_that_breaks_a_rule_wins_only_where_it_is_allowed(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1, ["A brown dog lies beside a bench."])
    with ChatServer(fault=lambda asked, again: "A dog.") as server:
        for original in ("only_if_clean", "allow"):
            run(server, coco, tmp_path / original, "--original", original, "--tasks", "none")
    (clean,), (allowed,) = (rows(tmp_path / name, "pairs") for name in ("only_if_clean", "allow"))
    assert clean["caption"] == "A dog."
    assert clean["candidates"][-1]["breaks"] == ["brown"]
    best = max(allowed["candidates"], key=lambda one: one["score"])
    assert allowed["caption"] == best["text"]
    assert best["origin"] == "original", "the scorer prefers the caption that names the boxes"
    assert (allowed["chosen"], commits(tmp_path / "allow")[0]["original_won"]) == ("original", 1)
