"""What needs no model is objected to before the judge is asked, in rounds as the judge's objections are."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.records import Instruction, Round, Turn
from support.chat_server import Asked, ChatServer, Fault
from support.coco import CocoFiles, write_coco
from support.killing import run_irloom

ACCEPT = {"verdict": "accept", "category": None, "reason": ""}
CLEAN = "A dog lies on the left, and a bench stands on the right."
WRITE, JUDGE = "task/description", "debate/judge_grounded"
COPY = "What the prompt shows."
"""Has a writer copy the first example of its prompt."""


def command(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> list[str]:
    return [
        "run",
        "infrared",
        *coco.options,
        "--out",
        str(out),
        *server.options,
        "--tasks",
        "description",
        *more,
    ]


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def writing(*texts: str) -> Fault:
    """A writer that writes these one after the other, and the last one from then on."""

    def write(asked: Asked, again: int) -> str | None:
        if asked.prompt != WRITE:
            return None
        requirements = asked.fields["requirements"]
        number = 0 if requirements == "none" else len(requirements.splitlines())
        text = texts[min(number, len(texts) - 1)]
        shown = re.findall(r'"description": "([^"]+)"', asked.fields["examples"])
        return json.dumps({"description": shown[0] if text == COPY else text})

    return write


def test_a_copied_example_is_written_again_and_no_judge_is_asked_about_it(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.fault = writing(COPY, CLEAN)
    assert main(command(server, coco, tmp_path / "run")) == 0
    assert server.counts() == {"caption/filter": 2, WRITE: 2, JUDGE: 1}
    (judged,) = server.asked_for(JUDGE)
    assert CLEAN in judged.fields["instruction"]
    first, second = server.asked_for(WRITE)
    assert (first.fields["requirements"], second.fields["requirements"].count("\n")) == ("none", 0)
    assert "It repeats the example" in second.fields["requirements"]
    (row,) = rows(tmp_path / "run", "instructions")
    assert [(one["verdict"], one["by"], one["rule"]) for one in row["rounds"]] == [
        ("reject", "check", None),
        ("accept", "judge", None),
    ]
    (commit,) = [row for row in rows(tmp_path / "run", "commits") if row["event"] == "commit"]
    assert (commit["categories"], commit["rounds"]) == ({"other": 1}, {"description": 2})
    assert commit["checked_out"] == 1


@pytest.mark.parametrize(
    ("text", "category", "said"),
    [
        ("A brown dog lies on the left.", "colour", "'brown'"),
        ("Three dogs lie on the left.", "contradiction", "one dog, not three"),
        ("The dog is on the right.", "contradiction", "A place contradicts"),
        ("There is no dog in the image.", "contradiction", "It denies what the scene has"),
        ("The boxes show a dog.", "other", "It speaks of what the scene was told by"),
        ("A dog lies there. " + "It is calm. " * 12, "other", "went round in a loop"),
    ],
)
def test_what_is_objected_to_in_every_round_is_rejected_and_never_judged(
    text: str, category: str, said: str, server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.fault = writing(text)
    assert main(command(server, coco, tmp_path / "run", "--max-rounds", "2")) == 0
    assert server.counts() == {"caption/filter": 2, WRITE: 2}
    (row,) = rows(tmp_path / "run", "rejected")
    assert {(one["by"], one["category"]) for one in row["rounds"]} == {("check", category)}
    assert all(said in one["reason"] for one in row["rounds"])
    assert [one["round"] for one in row["rounds"]] == [1, 2]


@pytest.mark.parametrize("annotated", [True, False])
def test_a_thing_that_nothing_supports_is_objected_to_where_the_source_annotates_its_like(
    annotated: bool, server: ChatServer, tmp_path: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 2)
    if annotated:
        instances = json.loads(coco.instances.read_text())
        instances["categories"].append({"id": 1, "name": "person"})
        instances["annotations"][2]["category_id"] = 1
        assert instances["annotations"][2]["image_id"] == 2
        coco.instances.write_text(json.dumps(instances))
    server.fault = writing("A person stands beside the dog.", CLEAN)
    assert main(command(server, coco, tmp_path / "run", "--limit", "1")) == 0
    (row,) = rows(tmp_path / "run", "instructions")
    assert [one["by"] for one in row["rounds"]] == (["check", "judge"] if annotated else ["judge"])


def test_an_objection_of_a_check_teaches_no_rule(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    server.fault = writing("A brown dog lies on the left.")
    assert main(command(server, coco, tmp_path / "run")) == 0
    assert server.counts()["debate/mine"] == 0
    assert {row["origin"] for row in rows(tmp_path / "run", "rules")} == {"basic"}


def test_without_checks_the_judge_is_asked_about_everything(
    server: ChatServer, coco: CocoFiles, tmp_path: Path
) -> None:
    server.fault = writing(COPY)
    assert main(command(server, coco, tmp_path / "run", "--no-checks")) == 0
    assert server.counts() == {"caption/filter": 2, WRITE: 1, JUDGE: 1}
    (row,) = rows(tmp_path / "run", "instructions")
    assert [(one["verdict"], one["by"]) for one in row["rounds"]] == [("accept", "judge")]


def test_without_checks_a_loop_fails_the_task(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    server.fault = writing("A dog lies there. " + "It is calm. " * 12)
    assert main(command(server, coco, tmp_path / "run", "--no-checks")) == 1
    (failed,) = rows(tmp_path / "run", "failed")
    assert (failed["stage"], failed["task"]) == ("write", "description")
    assert "went round in a loop" in failed["message"]


def test_without_a_debate_nothing_is_checked(server: ChatServer, coco: CocoFiles, tmp_path: Path) -> None:
    server.fault = writing(COPY)
    assert main(command(server, coco, tmp_path / "run", "--no-debate")) == 0
    assert server.counts() == {"caption/filter": 2, WRITE: 1}
    (row,) = rows(tmp_path / "run", "instructions")
    assert row["verdict"] == "none"


def test_a_run_that_is_killed_between_check_and_judge_pays_nothing_twice(
    coco: CocoFiles, tmp_path: Path
) -> None:
    with ChatServer(fault=writing(COPY, CLEAN), judge=lambda instruction: ACCEPT) as server:
        out = tmp_path / "run"
        options = command(server, coco, out, "--concurrency", "1")
        killed = run_irloom(options, tmp_path, "journal.after_append", 8)
        assert killed.code == -9, killed.said
        assert server.counts()[JUDGE] == 0
        ended = run_irloom(["resume", str(out), "--quiet"], tmp_path)
        assert ended.code == 0, ended.said
        assert server.asked_twice() == []
        assert server.counts() == {"caption/filter": 2, WRITE: 2, JUDGE: 1}
    (row,) = rows(out, "instructions")
    assert Counter(one["by"] for one in row["rounds"]) == {"check": 1, "judge": 1}


def test_a_round_of_before_is_the_judges() -> None:
    instruction = Instruction(task="reasoning", turns=(Turn(question="Why?", answer="So."),))
    assert Round.model_validate({"round": 1, "verdict": "accept", "instruction": instruction}).by == "judge"
