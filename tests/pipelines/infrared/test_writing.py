"""What the writer of instructions is told, through a real HTTP server."""

import json
from pathlib import Path

import pytest
from PIL import Image

from irloom.agents.task.examples import choose_examples
from irloom.cli.main import main
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.prompts import Prompts
from irloom.records import TASKS
from irloom.scene.questions import read_plan
from support.chat_server import Asked, ChatServer
from support.coco import CocoFiles, write_coco

WRITES = tuple(f"task/{task}" for task in TASKS)


def run(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> int:
    return main(["run", "infrared", *coco.options, "--out", str(out), *server.options, *more])


def asked_for_all(server: ChatServer) -> dict[str, list[tuple[str, str]]]:
    """Plans and examples by prompt, in an order that no timing changes."""
    return {
        name: sorted((one.fields["questions"], one.fields["examples"]) for one in server.asked_for(name))
        for name in WRITES
    }


def test_a_plan_and_examples_are_drawn_by_the_seed(server: ChatServer, tmp_path: Path) -> None:
    coco = write_coco(tmp_path / "many", 6)
    assert run(server, coco, tmp_path / "one") == 0
    first = asked_for_all(server)
    plans = [read_plan(plan) for plan, _ in first["task/conversation"]]
    assert all(4 <= len(plan) <= 6 for plan in plans)
    assert len(set(plans)) > 3
    examples = {examples for drawn in first.values() for _, examples in drawn}
    assert len(examples) > 6
    server.asked.clear()
    assert run(server, coco, tmp_path / "two") == 0
    assert asked_for_all(server) == first
    server.asked.clear()
    assert run(server, coco, tmp_path / "three", "--seed", "9") == 0
    assert asked_for_all(server) != first


def test_the_examples_of_a_prompt_can_be_found_again(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "run") == 0
    for task in TASKS:
        (asked,) = server.asked_for(f"task/{task}")
        assert asked.fields["examples"] == "\n\n".join(choose_examples(Prompts.load(), task, "1", 0))


def test_a_rejected_instruction_is_written_again_under_the_same_plan(coco: CocoFiles, tmp_path: Path) -> None:
    verdicts = iter(["reject"] * 3 + ["accept"] * 9)

    def judge(instruction: str) -> dict[str, str | None]:
        verdict = next(verdicts)
        return {
            "verdict": verdict,
            "category": "material" if verdict == "reject" else None,
            "reason": "Wood.",
        }

    with ChatServer(judge=judge) as server:
        assert run(server, coco, tmp_path / "run", "--tasks", "conversation") == 0
        asked = server.asked_for("task/conversation")
    assert len(asked) == 3
    assert len({(one.fields["questions"], one.fields["examples"]) for one in asked}) == 1


def test_what_all_three_tasks_share_stands_first(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    assert run(server, coco, tmp_path / "run") == 0
    texts = [
        "\n".join(message["content"] for message in one.body["messages"]) for one in server.asked_for(*WRITES)
    ]
    shared = texts[0][: next(n for n, letters in enumerate(zip(*texts, strict=False)) if len({*letters}) > 1)]
    for slot in ("sight", "numbers", "captions", "boxes", "heat"):
        assert server.asked_for(WRITES[0])[0].fields[slot] in shared
    assert shared.endswith("Your task: ")


def test_the_three_prompts_have_one_system_part() -> None:
    texts = Prompts.load().texts
    assert len({texts[name].partition("Your task:")[0] for name in WRITES}) == 1


def test_a_picture_without_temperatures_is_told_in_relative_brightness(
    server: ChatServer, tmp_path: Path
) -> None:
    coco = write_coco(tmp_path / "drawn", 1)
    picture = Image.new("L", (64, 48), 100)
    picture.paste(250, (4, 8, 24, 32))
    picture.paste(20, (34, 10, 58, 40))
    picture.convert("RGB").save(coco.images / "000001.png")
    assert run(server, coco, tmp_path / "run") == 0
    told = server.asked_for(WRITES[0])[0].fields["heat"].splitlines()
    assert "The dog appears brighter than the bench." in told
    (row, *_) = [json.loads(line) for line in (tmp_path / "run" / "pairs.jsonl").read_text().splitlines()]
    assert (row["heat"], row["heat_from"]) == (told, "pixels")
    for line in (tmp_path / "run" / "instructions.jsonl").read_text().splitlines():
        assert json.loads(line)["heat_from"] == "pixels"


def test_boxes_are_told_in_whole_per_cent_or_as_fractions(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "percent") == 0
    assert run(server, coco, tmp_path / "fractions", "--boxes-as", "fractions") == 0
    percent, fractions = server.asked_for(WRITES[0])
    assert percent.fields["boxes"].splitlines()[0] == "dog: [6, 17, 38, 67]"
    assert "whole per cent" in percent.fields["numbers"]
    assert fractions.fields["boxes"].splitlines()[0] == "dog: [0.062, 0.167, 0.375, 0.667]"
    assert "fractions of the picture" in fractions.fields["numbers"]
    assert ": [0." in fractions.fields["examples"]


def test_a_writer_that_sees_gets_the_infrared_picture_and_is_told_so(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    assert run(server, coco, tmp_path / "blind") == 0
    assert [one.image for one in server.asked_for(*WRITES)] == [None] * 3
    server.asked.clear()
    assert run(server, coco, tmp_path / "run", "--writer-sees", "image") == 0
    (picture,) = (tmp_path / "run" / "images").iterdir()
    for asked in server.asked_for(*WRITES):
        assert asked.images == [picture.read_bytes()]
        assert asked.fields["sight"].startswith("It is attached.")
    assert all(one.image is None for one in server.asked_for("debate/judge", "caption/filter"))


def test_a_repair_goes_without_the_picture(coco: CocoFiles, tmp_path: Path) -> None:
    def fault(asked: Asked, again: int) -> str | None:
        return "{" if asked.prompt == "task/reasoning" else '{"question": "Why?", "answer": "So."}'

    with ChatServer(fault=fault) as server:
        options = ("--tasks", "reasoning", "--writer-sees", "image", "--no-debate", "--no-filtering")
        assert run(server, coco, tmp_path / "run", *options) == 0
        (repair,) = server.asked_for("repair")
    assert repair.image is None


def test_the_rule_engine_cannot_be_shown_a_picture(coco: CocoFiles) -> None:
    with pytest.raises(ValueError, match="needs a chat model as the writer"):
        InfraredConfig(images=coco.images, captions=coco.captions, writer_sees=("image",))
