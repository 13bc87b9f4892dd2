"""What the infrared flow asks of a chat endpoint: how often, with which prompt, with what in its slots."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from irloom.records import CATEGORIES
from support.chat_server import Asked, ChatServer, complete, refuse
from support.coco import CAPTIONS, CocoFiles, write_coco

TASKS = ("conversation", "reasoning", "description")
WRITES = tuple(f"task/{task}" for task in TASKS)
ACCEPT = {"verdict": "accept", "category": None, "reason": ""}
BOXES = "dog: [0.062, 0.167, 0.375, 0.667]\nbench: [0.531, 0.208, 0.906, 0.833]"
IN_PERCENT = "dog: [6, 17, 38, 67]\nbench: [53, 21, 91, 83]"
BASIC = [
    *(
        f"Delete all words about {what}."
        for what in ("colour", "transparency", "lighting", "text", "materials")
    ),
    "Delete all words about what is seen through glass or in a mirror.",
]
TO_FILTER = [CAPTIONS[0], CAPTIONS[2]]
"""Those of the test data's captions in which the lexicon finds something."""


def run(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> int:
    return main(["run", "infrared", *coco.options, "--out", str(out), *server.options, *more])


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def reject(category: str = "material", reason: str = "Wood is not visible.") -> dict[str, Any]:
    return {"verdict": "reject", "category": category, "reason": reason}


def rejecting(times: int) -> Callable[[str], dict[str, Any]]:
    """Rejects the first so many instructions of each task, each with a reason of its own."""
    seen: Counter[str] = Counter()

    def judge(instruction: str) -> dict[str, Any]:
        task = next(name for name, sign in _SIGNS.items() if sign(instruction))
        seen[task] += 1
        if seen[task] > times:
            return ACCEPT
        return reject(reason=f"{task} {seen[task]} names a material.")

    return judge


_SIGNS: dict[str, Callable[[str], bool]] = {
    "conversation": lambda text: text.startswith("Question: What is there?"),
    "reasoning": lambda text: text.startswith("Question: Why?"),
    "description": lambda text: True,
}


def lines(slot: str) -> list[str]:
    return [line.removeprefix("- ") for line in slot.splitlines()]


# How often and with what


def test_each_caption_is_filtered_in_one_request_for_five_candidates(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run") == 0
    asked = server.asked_for("caption/filter")
    assert sorted(one.fields["caption"] for one in asked) == sorted(
        caption.replace("dog", "dog number 1", 1) for caption in TO_FILTER
    ), "not the one in which nothing is to be taken out"
    for one in asked:
        assert (one.body["n"], one.body["temperature"]) == (5, 0.8)
        assert lines(one.fields["rules"]) == BASIC
    origins = [[one["origin"] for one in pair["candidates"]] for pair in rows(tmp_path / "run", "pairs")]
    assert origins == [["filtered"] * 5 + ["original"], ["original"], ["filtered"] * 5 + ["original"]]
    (commit,) = [row for row in rows(tmp_path / "run", "commits") if row["event"] == "commit"]
    assert (commit["captions_unasked"], commit["original_won"]) == (1, 1)


def test_each_task_is_written_and_judged_once_where_the_judge_accepts(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run") == 0
    assert server.counts() == {"caption/filter": 2, **dict.fromkeys(WRITES, 1), "debate/judge_grounded": 3}
    pairs = rows(tmp_path / "run", "pairs")
    for one in server.asked_for(*WRITES):
        assert one.fields["captions"].splitlines() == [pair["caption"] for pair in pairs]
        assert one.fields["boxes"] == IN_PERCENT
        assert one.fields["requirements"] == "none"
        assert "n" not in one.body
    judged = {one.fields["instruction"] for one in server.asked_for("debate/judge_grounded")}
    for row in rows(tmp_path / "run", "instructions"):
        turns = [message["content"].removeprefix("<image>\n") for message in row["messages"]]
        text = "\n".join(f"Question: {q}\nAnswer: {a}" for q, a in zip(turns[::2], turns[1::2], strict=True))
        assert text in judged, "what was judged is what is kept"


def test_the_judge_sees_captions_boxes_and_heat(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    assert run(server, coco, tmp_path / "run") == 0
    captions = [pair["caption"] for pair in rows(tmp_path / "run", "pairs")]
    for one in server.asked_for("debate/judge_grounded"):
        assert one.fields["captions"].splitlines() == captions
        assert one.fields["boxes"] == IN_PERCENT
        assert "The dog hardly stands out from its surroundings." in one.fields["heat"].splitlines()
        assert one.image is None
        assert one.body["temperature"] == 0


def test_the_judge_sees_the_instruction_only_where_the_run_says_so(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--judge-sees", "none") == 0
    captions = [pair["caption"] for pair in rows(tmp_path / "run", "pairs")]
    assert server.counts()["debate/judge"] == 3
    for one in server.asked_for("debate/judge"):
        said = json.dumps(one.body["messages"])
        assert one.fields.keys() == {"instruction"}
        assert one.image is None
        assert not any(caption in said for caption in captions)
        assert "0.062" not in said


def test_the_judge_reasons_first_where_the_run_says_so(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.judge = lambda instruction: {"reason": "It fits.", "verdict": "accept", "category": None}
    assert run(server, coco, tmp_path / "run", "--reason-first") == 0
    judged = server.asked_for("debate/judge_grounded_reasoned")
    assert len(judged) == 3
    for one in judged:
        branches = one.body["response_format"]["json_schema"]["schema"]["anyOf"]
        assert [list(branch["properties"]) for branch in branches] == [["reason", "verdict", "category"]] * 2
    for row in rows(tmp_path / "run", "instructions"):
        assert [(one["verdict"], one["reason"]) for one in row["rounds"]] == [("accept", "It fits.")]


def test_a_rejected_task_is_written_again_under_the_reasons_of_its_own_earlier_rounds(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.judge = rejecting(2)
    assert run(server, coco, tmp_path / "run") == 0
    assert server.counts() == {
        "caption/filter": 2,
        **dict.fromkeys(WRITES, 3),
        "debate/judge_grounded": 9,
        "debate/mine": 6,
    }
    for task in TASKS:
        requirements = [one.fields["requirements"] for one in server.asked_for(f"task/{task}")]
        first, second = (f"- {task} {number} names a material." for number in (1, 2))
        assert requirements == ["none", first, f"{first}\n{second}"]
    for row in rows(tmp_path / "run", "instructions"):
        assert [one["verdict"] for one in row["rounds"]] == ["reject", "reject", "accept"]


def test_each_rejection_is_mined_once_with_its_reason_and_the_rules_that_stand(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.judge = rejecting(1)
    assert run(server, coco, tmp_path / "run") == 0
    mined = server.asked_for("debate/mine")
    assert {one.fields["reason"] for one in mined} == {f"{task} 1 names a material." for task in TASKS}
    for one in mined:
        assert one.fields["category"] == "material"
        assert lines(one.fields["rules"]) == BASIC
    book = [row for row in rows(tmp_path / "run", "rules") if row["origin"] != "basic"]
    assert {(row["task"], row["round"], row["reason"]) for row in book} == {
        (task, 1, f"{task} 1 names a material.") for task in TASKS
    }


@pytest.mark.parametrize("category", ["uncertain", "contradiction", "other"])
def test_what_no_caption_filter_can_learn_from_is_not_mined(
    category: str, server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.judge = lambda instruction: reject(category, "Something is wrong.")
    assert run(server, coco, tmp_path / "run", "--tasks", "reasoning", "--max-rounds", "2") == 0
    assert server.counts() == {"caption/filter": 2, "task/reasoning": 2, "debate/judge_grounded": 2}


def test_a_mined_rule_that_covers_nothing_new_is_merged(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    said = "Never mention what things are made of."
    server.fault = lambda asked, again: json.dumps({"rule": said}) if asked.prompt == "debate/mine" else None
    server.judge = rejecting(1)
    assert run(server, coco, tmp_path / "run", "--tasks", "reasoning") == 0
    (line,) = [row for row in rows(tmp_path / "run", "rules") if row["origin"] != "basic"]
    assert (line["origin"], line["rule"], line["said"]) == (
        "merged",
        "Delete all words about materials.",
        said,
    )


def test_a_task_that_is_never_accepted_ends_after_the_rounds_in_rejected(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.judge = lambda instruction: reject()
    assert run(server, coco, tmp_path / "run", "--max-rounds", "2", "--tasks", "reasoning") == 0
    assert server.counts() == {
        "caption/filter": 2,
        "task/reasoning": 2,
        "debate/judge_grounded": 2,
        "debate/mine": 2,
    }
    assert rows(tmp_path / "run", "instructions") == []
    (rejected,) = rows(tmp_path / "run", "rejected")
    assert [(one["category"], one["reason"]) for one in rejected["rounds"]] == [
        ("material", "Wood is not visible.")
    ] * 2
    (commit,) = [row for row in rows(tmp_path / "run", "commits") if row["event"] == "commit"]
    assert (commit["outcome"], commit["tasks"]) == ("rejected", {"reasoning": "rejected"})


def test_no_two_requests_have_the_same_seed(server: ChatServer, tmp_path: Path) -> None:
    server.judge = rejecting(2)
    run(server, write_coco(tmp_path / "coco", 3), tmp_path / "run")
    assert len({one.seed for one in server.asked}) == len(server.asked)


def test_the_run_seed_decides_the_seeds(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    seeds = []
    for number, seed in enumerate(("1", "1", "2")):
        run(server, coco, tmp_path / f"run{number}", "--seed", seed)
        seeds.append({one.seed for one in server.asked})
        server.asked.clear()
    assert seeds[0] == seeds[1]
    assert not seeds[0] & seeds[2]


# Servers that know less


def test_a_server_that_ignores_n_is_asked_for_each_candidate_by_itself(tmp_path: Path) -> None:
    with ChatServer(ignore_n=True, judge=lambda instruction: ACCEPT) as server:
        assert run(server, write_coco(tmp_path / "coco", 2), tmp_path / "run") == 0
    asked = server.asked_for("caption/filter")
    assert len(asked) == 2 * 2 * 5
    assert sum("n" in one.body for one in asked) == 1, "one request finds out"
    assert len({one.seed for one in server.asked}) == len(server.asked)
    for pair in rows(tmp_path / "run", "pairs"):
        texts = [one["text"] for one in pair["candidates"] if one["origin"] == "filtered"]
        assert len(set(texts)) == (0 if pair["chosen"] == "original" else 5)
    assert json.loads((tmp_path / "run" / "run.json").read_text())["learnt"] == {
        f"{server.url} {server.model}": {"n": False}
    }


def test_a_server_that_refuses_n_is_asked_for_each_candidate_by_itself(tmp_path: Path) -> None:
    def refuse_n(asked: Asked, again: int) -> web.StreamResponse | None:
        return refuse(400, "'n' : number must be at most 1") if asked.body.get("n", 1) > 1 else None

    with ChatServer(fault=refuse_n) as server:
        assert run(server, write_coco(tmp_path / "coco", 2), tmp_path / "run") == 0
    answered = [one for one in server.answered if one.prompt == "caption/filter"]
    assert len(answered) == 2 * 2 * 5
    assert len(server.asked_for("caption/filter")) == len(answered) + 1


@pytest.mark.parametrize("plain_text", [False, True], ids=["JSON anyway", "plain text"])
def test_a_server_that_knows_no_json_schema_makes_the_same_files(plain_text: bool, tmp_path: Path) -> None:
    with ChatServer(knows_schema=False, plain_text=plain_text) as server:
        assert run(server, write_coco(tmp_path / "coco", 2), tmp_path / "run") == 0
    assert not any("response_format" in one.body for one in server.asked)
    assert server.counts()["repair"] == 0
    made = len(rows(tmp_path / "run", "instructions")) + len(rows(tmp_path / "run", "rejected"))
    assert (len(rows(tmp_path / "run", "pairs")), made) == (6, 6)
    assert (
        json.loads((tmp_path / "run" / "run.json").read_text())["learnt"][f"{server.url} {server.model}"][
            "reply_mode"
        ]
        == "text"
    )


def test_what_was_learnt_of_an_endpoint_is_known_to_the_resume(tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "coco", 2)
    with ChatServer(ignore_n=True, knows_schema=False) as server:
        assert run(server, coco, tmp_path / "run", "--limit", "1") == 0
        server.asked.clear()
        assert main(["resume", str(tmp_path / "run"), "--limit", "2", "--quiet"]) == 0
    assert server.asked
    assert not any("n" in one.body for one in server.asked)


def test_thinking_aloud_stays_out_of_rows_and_stands_in_the_transcript(tmp_path: Path) -> None:
    def think(asked: Asked, again: int) -> web.StreamResponse | str | None:
        return "<think>Is it red?</think>A dog lies by a bench." if asked.prompt == "caption/filter" else None

    with ChatServer(fault=think) as server:
        run(server, write_coco(tmp_path / "coco", 1), tmp_path / "run", "--tasks", "none")
    assert "Is it red?" not in (tmp_path / "run" / "pairs.jsonl").read_text()
    turns = rows(tmp_path / "run", "transcripts")[0]["turns"]
    assert [turn["thinking"] for turn in turns if "prompt" in turn] == [["Is it red?"]] * 10


# Switches of the requests


def test_one_request_filters_all_captions_of_an_image(tmp_path: Path, server: ChatServer) -> None:
    coco = write_coco(tmp_path / "coco", 2)
    assert run(server, coco, tmp_path / "run", "--one-request", "--tasks", "none") == 0
    assert server.counts() == {"caption/filter_all": 2}
    for one in server.asked:
        assert len(one.fields["captions"].splitlines()) == 2
        assert (one.fields["count"], one.body["temperature"]) == ("5", 0.8)
        assert one.body["response_format"]["json_schema"]["name"] == "filtered_captions"
    assert [len(pair["candidates"]) for pair in rows(tmp_path / "run", "pairs")] == [6, 1, 6] * 2


def test_one_request_in_the_wrong_form_is_repaired_once(tmp_path: Path) -> None:
    good = json.dumps({"captions": [{"caption": number, "rewrites": ["A dog."]} for number in (1, 2)]})

    def fault(asked: Asked, again: int) -> str | None:
        return {"caption/filter_all": "Here you are: 1. A dog.", "repair": good}.get(asked.prompt)

    with ChatServer(fault=fault) as server:
        coco = write_coco(tmp_path / "coco", 1)
        assert run(server, coco, tmp_path / "run", "--one-request", "--tasks", "none") == 0
    assert server.counts() == {"caption/filter_all": 1, "repair": 1}
    assert server.asked[1].fields["reply"] == "Here you are: 1. A dog."


@pytest.mark.parametrize("number", [[1], {}, "1", None, 1.0, True])
def test_one_request_with_senseless_numbers_is_repaired_and_then_asked_by_caption(
    number: Any, tmp_path: Path
) -> None:
    text = json.dumps({"captions": [{"caption": number, "rewrites": ["A dog."]}]})

    def fault(asked: Asked, again: int) -> str | None:
        return None if asked.prompt == "caption/again" else text

    with ChatServer(fault=fault) as server:
        coco = write_coco(tmp_path / "coco", 1)
        assert run(server, coco, tmp_path / "run", "--one-request", "--tasks", "none") == 0
    assert server.counts() == {"caption/filter_all": 1, "repair": 1, "caption/again": 2}
    assert len(rows(tmp_path / "run", "pairs")) == 3


def test_an_instruction_in_the_wrong_form_is_repaired_once(tmp_path: Path) -> None:
    def fault(asked: Asked, again: int) -> str | None:
        if asked.prompt == "task/reasoning":
            return '{"question": "Why?", "ans'
        return '{"question": "Why?", "answer": "So."}' if asked.prompt == "repair" else None

    with ChatServer(fault=fault, judge=lambda instruction: ACCEPT) as server:
        coco = write_coco(tmp_path / "coco", 1)
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning") == 0
    assert server.counts()["repair"] == 1
    assert rows(tmp_path / "run", "instructions")[0]["messages"][1]["content"] == "So."


@pytest.mark.parametrize(
    ("sees", "prompt"),
    [("image", "debate/judge_seeing"), ("captions,image", "debate/judge_seeing_grounded")],
)
def test_the_judge_sees_the_infrared_image_where_the_run_says_so(
    sees: str, prompt: str, server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--judge-sees", sees) == 0
    (image,) = (tmp_path / "run" / "images").iterdir()
    judged = server.asked_for(prompt)
    assert len(judged) == 3
    assert all(one.image == image.read_bytes() for one in judged)
    assert all(one.image is None for one in server.asked if one not in judged)
    parts = [part for one in judged for part in one.body["messages"][1]["content"]]
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    assert all(url.startswith("data:image/png;base64,") for url in urls)
    assert all(prompt in row["prompts"] for row in rows(tmp_path / "run", "instructions"))


def test_nobody_sees_an_image_where_the_run_does_not_say_so(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run", "--judge-sees", "captions") == 0
    assert server.asked
    assert not any("image_url" in one.identity for one in server.asked)


def test_rules_mined_from_one_sample_stand_in_the_filter_prompts_of_the_next(
    server: ChatServer, tmp_path: Path
) -> None:
    server.fault = lambda asked, again: (
        '{"rule": "Delete all words about the weather."}' if asked.prompt == "debate/mine" else None
    )
    server.judge = rejecting(1)
    coco = write_coco(tmp_path / "coco", 2)
    assert run(server, coco, tmp_path / "run", "--concurrency", "1", "--tasks", "reasoning") == 0
    by_sample: dict[bool, set[str]] = {True: set(), False: set()}
    for one in server.asked_for("caption/filter"):
        by_sample["number 1" in one.fields["caption"]].add(one.fields["rules"])
    assert [lines(slot) for slot in by_sample[True]] == [BASIC]
    assert [lines(slot) for slot in by_sample[False]] == [["Delete all words about the weather.", *BASIC]]
    assert [pair["rules"] for pair in rows(tmp_path / "run", "pairs")] == [0, 0, 0, 1, 1, 1]


def test_at_most_max_rules_enter_a_prompt(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    rules = tmp_path / "rules.txt"
    rules.write_text("\n".join(f"Delete all words about thing{number}." for number in range(9)))
    server.judge = rejecting(1)
    assert run(server, coco, tmp_path / "run", "--rules", str(rules), "--max-rules", "4") == 0
    slots = {one.fields["rules"] for one in server.asked_for("caption/filter", "debate/mine")}
    assert [lines(slot) for slot in slots] == [[f"Delete all words about thing{n}." for n in range(4)]]


# Verdicts


def judge_says(text: str, finish_reason: str = "stop", **message: Any) -> Callable[[Asked, int], Any]:
    def fault(asked: Asked, again: int) -> Any:
        if asked.prompt not in {"debate/judge_grounded", "repair"}:
            return None
        if finish_reason != "stop":
            return complete([text], "test-model", finish_reason)
        if message:
            content = {"role": "assistant", "content": None, **message}
            reply = {"choices": [{"message": content, "finish_reason": "stop"}], "model": "test-model"}
            return web.json_response(reply)
        return text

    return fault


@pytest.mark.parametrize(
    "said",
    [
        "ACCEPT",
        "Accepted",
        "accept.",
        "**ACCEPT**",
        "<think>But the colour?</think>ACCEPT",
        '{"verdict": "accept", "category": null, "reason": ""}',
        '```json\n{"verdict": "Accept", "category": "none", "reason": ""}\n```',
    ],
)
def test_these_replies_accept(said: str, coco: CocoFiles, tmp_path: Path) -> None:
    with ChatServer(fault=judge_says(said)) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning") == 0
    (row,) = rows(tmp_path / "run", "instructions")
    assert row["verdict"] == "accept"
    assert server.counts()["debate/mine"] == 0


UNCLEAR = {
    "accepts and objects": "ACCEPT, but the colour of the dog is named.",
    "accepts and objects in JSON": '{"verdict": "accept", "category": "colour", "reason": "Red."}',
    "objects and accepts": "The colour is named. Otherwise ACCEPT.",
    "broken JSON": '{"verdict": "accept", ',
    "unknown verdict": '{"verdict": "maybe", "category": null, "reason": "Hm."}',
    "no reason": '{"verdict": "reject", "category": "colour", "reason": ""}',
}


@pytest.mark.parametrize("said", UNCLEAR.values(), ids=UNCLEAR)
def test_an_unclear_verdict_is_asked_for_once_more_and_then_rejects(
    said: str, coco: CocoFiles, tmp_path: Path
) -> None:
    with ChatServer(fault=judge_says(said)) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning", "--max-rounds", "1") == 0
    assert rows(tmp_path / "run", "failed") == []
    (row,) = rows(tmp_path / "run", "rejected")
    assert row["rounds"][0]["reason"]
    assert (server.counts()["debate/judge_grounded"], server.counts()["repair"]) == (1, 1)


def test_a_repaired_verdict_counts(coco: CocoFiles, tmp_path: Path) -> None:
    unclear, clear = judge_says("I would ACCEPT this."), judge_says("ACCEPT")

    def fault(asked: Asked, again: int) -> Any:
        return (clear if asked.prompt == "repair" else unclear)(asked, again)

    with ChatServer(fault=fault) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning") == 0
    (row,) = rows(tmp_path / "run", "instructions")
    assert row["verdict"] == "accept"


NO_VERDICT: dict[str, Callable[[Asked, int], Any]] = {
    "empty": judge_says(""),
    "blank": judge_says(" \n"),
    "cut": judge_says("The material of the", "length"),
    "cut after accepting": judge_says("ACCEPT", "length"),
    "filtered": judge_says("ACCEPT", "content_filter"),
    "refused": judge_says("", refusal="I cannot judge this."),
    "refused in words": judge_says("I'm sorry, I can't assist with that."),
    "only thought": judge_says("<think>The colour? No, ACCEPT"),
}


@pytest.mark.parametrize("fault", NO_VERDICT.values(), ids=NO_VERDICT)
def test_these_replies_are_failures_and_never_a_verdict(
    fault: Callable[[Asked, int], Any], coco: CocoFiles, tmp_path: Path
) -> None:
    with ChatServer(fault=fault) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning") == 1
    (failed,) = rows(tmp_path / "run", "failed")
    assert (failed["stage"], failed["task"], failed["round"]) == ("judge", "reasoning", 1)
    assert failed["error"] == "ModelReplyError"
    assert rows(tmp_path / "run", "instructions") == []
    assert rows(tmp_path / "run", "rejected") == []
    assert server.counts()["debate/mine"] == 0
    assert server.counts()["repair"] == 0


@pytest.mark.parametrize(
    ("said", "category", "reason"),
    [
        ("The colour of the dog is not visible.", "colour", "The colour of the dog is not visible."),
        ("REJECT: the wood cannot be seen.", None, "the wood cannot be seen."),
        ("Something is odd here.", "other", "Something is odd here."),
        ("It is unacceptable to say so.", "other", "It is unacceptable to say so."),
        ('{"verdict": "reject", "category": "text", "reason": "A sign."}', "text", "A sign."),
        ('{"verdict": "reject", "category": "color", "reason": "Red."}', "colour", "Red."),
        ('{"verdict": "rejected", "category": "smell", "reason": "Smoke."}', "other", "Smoke."),
        ('{"verdict": "reject", "category": ["colour"], "reason": "Red."}', "other", "Red."),
        ('{"verdict": "reject", "category": null, "reason": "Hm."}', "other", "Hm."),
    ],
)
def test_anything_else_is_the_reason_of_a_rejection(
    said: str, category: str | None, reason: str, coco: CocoFiles, tmp_path: Path
) -> None:
    with ChatServer(fault=judge_says(said)) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning", "--max-rounds", "1") == 0
    (row,) = rows(tmp_path / "run", "rejected")
    assert row["rounds"][0]["reason"] == reason
    assert row["rounds"][0]["category"] in ([category] if category else CATEGORIES)


# Replies that no file can hold as they are


@pytest.mark.parametrize(
    "prompt", ["caption/filter", "task/reasoning", "debate/judge_grounded", "debate/mine"]
)
def test_half_a_surrogate_pair_inside_a_json_reply_is_no_bug(
    prompt: str, coco: CocoFiles, tmp_path: Path
) -> None:
    replies = {
        "caption/filter": "A dog \\ud83d.",
        "task/reasoning": '{"question": "Why \\ud83d?", "answer": "So."}',
        "debate/judge_grounded": '{"verdict": "reject", "category": "text", "reason": "A sign \\ud83d"}',
        "debate/mine": '{"rule": "Delete \\ud83d signs."}',
    }
    fault = judge_says(replies["debate/judge_grounded"]) if prompt == "debate/mine" else None

    def answer(asked: Asked, again: int) -> Any:
        return replies[prompt] if asked.prompt == prompt else fault(asked, again) if fault else None

    with ChatServer(fault=answer, judge=lambda instruction: reject()) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning", "--max-rounds", "2") in {0, 1}


@pytest.mark.parametrize(
    "reply",
    [
        '{"a":' * 5000,
        '{"question": "Why?", "answer": ' + "[" * 5000,
        '{"question": "Why?", "answer": ' + "[" * 700 + "]" * 700 + "}",
        '{"turns": ' + "9" * 5000 + "}",
    ],
    ids=["deep objects", "deep lists", "deep lists that end", "a long number"],
)
def test_a_model_that_got_stuck_in_a_loop_is_a_failure_and_no_bug(
    reply: str, coco: CocoFiles, tmp_path: Path
) -> None:
    fault = lambda asked, again: reply if asked.prompt in {"task/reasoning", "repair"} else None  # noqa: E731
    with ChatServer(fault=fault) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "reasoning") == 1
    assert [row["stage"] for row in rows(tmp_path / "run", "failed")] == ["write"]
