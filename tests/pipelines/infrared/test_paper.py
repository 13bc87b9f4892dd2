"""`--profile paper` asks for what the paper asked for, whatever irloom does by default."""

import json
from pathlib import Path
from typing import Any

from irloom.cli.main import main
from support.chat_server import ChatServer
from support.coco import CocoFiles, write_coco

CLEAN = ("A dog lies beside a bench.", "A dog rests next to a bench in a park.", "A brown dog by a bench.")
BOXES = "dog: [0.062, 0.167, 0.375, 0.667]\nbench: [0.531, 0.208, 0.906, 0.833]"
EMBEDDED = """
translation = false
[translator]
kind = "radiometric"
[scorer]
kind = "grounding"
"""
"""What would need weights and a GPU; none of it asks the endpoint for anything."""


def run(server: ChatServer, coco: CocoFiles, folder: Path, *more: str) -> Path:
    (folder / "embedded.toml").write_text(EMBEDDED)
    backend = ["--profile", "paper", "--config", str(folder / "embedded.toml"), "--model", server.model]
    out = ["--base-url", server.url, "--out", str(folder / "run"), "--quiet"]
    assert main(["run", "infrared", *coco.options, *backend, *out, *more]) == 0
    return folder / "run"


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_every_caption_is_filtered_five_times_at_0_8(server: ChatServer, tmp_path: Path) -> None:
    run(server, write_coco(tmp_path / "coco", 1, CLEAN), tmp_path, "--tasks", "none")
    asked = server.asked_for("caption/filter")
    assert len(asked) == 3, "also where the lexicon finds nothing"
    assert {(one.body["n"], one.body["temperature"]) for one in asked} == {(5, 0.8)}


def test_the_best_score_of_six_wins(server: ChatServer, tmp_path: Path) -> None:
    server.fault = lambda asked, again: f"Dog {asked.seed}." if asked.prompt == "caption/filter" else None
    coco = write_coco(tmp_path / "coco", 1, ["A brown dog lies beside a bench."])
    (pair,) = rows(run(server, coco, tmp_path, "--tasks", "none"), "pairs")
    assert len(pair["candidates"]) == 6
    best = max(pair["candidates"], key=lambda one: one["score"])
    assert (best["origin"], pair["caption"]) == ("original", best["text"])
    assert best["breaks"] == ["brown"]


def test_the_judge_sees_the_instruction_alone_and_boxes_are_fractions(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    run(server, coco, tmp_path)
    judged = server.asked_for("debate/judge")
    assert len(judged) == 3
    assert all(one.fields.keys() == {"instruction"} and one.image is None for one in judged)
    writes = [one for one in server.asked if one.prompt.startswith("task/")]
    assert [one.fields["boxes"] for one in writes] == [BOXES] * 3
    assert set(server.counts()) == {
        *("caption/filter", "debate/judge", "task/conversation", "task/reasoning", "task/description"),
    }


def test_no_check_stands_before_the_judge(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    text = json.dumps({"description": "The bounding boxes show three brown dogs."})
    server.fault = lambda asked, again: text if asked.prompt == "task/description" else None
    out = run(server, coco, tmp_path, "--tasks", "description")
    assert server.counts()["debate/judge"] == 1
    (row,) = rows(out, "instructions")
    assert [one["by"] for one in row["rounds"]] == ["judge"]
