"""A verification that fails keeps nothing in, and a resume asks only for what is owed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.api import resume
from irloom.cli.main import main
from support.chat_server import ChatServer, Fault, refuse
from support.coco import CocoFiles, write_coco
from support.detector import ASKED, BAD, GOOD, HAT, NUMBER, PLAIN, WRITE, command, doubting, rows, writing
from support.killing import run_irloom


def failing(how: Callable[[], Any], about: str) -> Fault:
    """A detector that fails on one sentence."""
    return lambda asked, again: how() if asked.fields.get("sentence") == about else None


@pytest.mark.parametrize(
    ("how", "error"),
    [(lambda: "I like it.", "ModelReplyError"), (lambda: refuse(400, "odd picture"), "EndpointError")],
)
def test_a_verification_that_fails_is_a_failure_of_its_stage_and_only_it_is_asked_again(
    how: Callable[[], Any], error: str, server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    server.fault = failing(how, "A bench stands beside it.")
    assert main(command(server, plain, out, "--tasks", "none")) == 1
    (row,) = rows(out, "failed")
    assert (row["stage"], row["error"], row["caption"]) == ("verify", error, 1)
    assert [pair["caption_index"] for pair in rows(out, "pairs")] == [0], "what failed is not kept"
    assert rows(out, "rejected_pairs") == []
    server.fault = None
    server.asked.clear()
    assert main(["resume", str(out), "--retry-failed", "--stage", "verify", "--quiet"]) == 0
    assert [one.fields["sentence"] for one in server.asked] == ["A bench stands beside it."]
    assert len([pair for pair in rows(out, "pairs") if pair["attempt"] == 2]) == 2


def test_an_answer_that_cannot_be_verified_fails_its_task_and_only_it_is_asked_again(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    server.fault = writing(BAD, more=failing(lambda: "Perhaps.", HAT))
    assert main(command(server, plain, out, "--tasks", "description")) == 1
    (row,) = rows(out, "failed")
    assert (row["stage"], row["error"], row["task"]) == ("verify", "ModelReplyError", "description")
    assert "no number from 0 to 100" in row["message"]
    assert row["rounds"][-1]["verdict"] == "none"
    assert rows(out, "instructions") == []
    server.fault = writing(BAD)
    server.asked.clear()
    assert main(["resume", str(out), "--retry-failed", "--quiet"]) == 0
    assert [one.fields["sentence"] for one in server.asked] == [HAT]
    assert len(rows(out, "instructions")) == 1


def test_a_photograph_that_cannot_be_read_fails_at_the_source_and_nothing_is_kept(
    server: ChatServer, plain: CocoFiles, out: Path, tmp_path: Path
) -> None:
    infrared = tmp_path / "infrared"
    infrared.mkdir()
    (infrared / "000001.png").write_bytes((plain.images / "000001.png").read_bytes())
    (plain.images / "000001.png").write_bytes(b"no picture")
    options = [one for one in command(server, plain, out, "--tasks", "none") if one != "--no-translation"]
    assert main([*options, "--infrared", str(infrared)]) == 1
    assert {row["stage"] for row in rows(out, "failed")} == {"source"}
    assert rows(out, "pairs") == []
    assert server.counts() == {}


def test_a_run_that_is_killed_while_it_verifies_pays_for_nothing_twice(
    server: ChatServer, tmp_path: Path, out: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 2, PLAIN)
    server.see, server.fault = doubting("hat"), writing(BAD, GOOD)
    options = command(server, coco, out, "--tasks", "description", "--concurrency", "1")
    ended = run_irloom(options, tmp_path / "process", "journal.after_append", at=7)
    assert ended.code < 0
    assert main(["resume", str(out), "--quiet"]) == 0
    assert server.asked_twice() == []
    assert server.counts()[NUMBER] == 2 * ASKED
    assert len(rows(out, "instructions")) == 2


def test_a_cap_stops_between_verifications_and_the_resume_goes_on(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none", "--max-requests", "2")) == 3
    assert rows(out, "pairs") == []
    assert resume(out, settings={"budget": {"requests": 100}}).summary.pairs == 2
    assert (server.counts(), server.asked_twice()) == ({NUMBER: 3}, [])


def test_a_caption_that_the_detector_has_no_number_for_keeps_the_others_not_waiting(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    server.fault = writing(GOOD, more=failing(lambda: "I like it.", "A bench stands beside it."))
    assert main(command(server, plain, out, "--tasks", "description")) == 1
    assert [one.fields["captions"] for one in server.asked_for(WRITE)] == [
        "A dog number 1 lies on the grass."
    ]
    assert len(rows(out, "instructions")) == 1


def test_captions_wait_for_an_endpoint_that_fails_before_anything_is_written_of_them(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    server.fault = failing(lambda: refuse(400, "odd picture"), "A bench stands beside it.")
    assert main(command(server, plain, out, "--tasks", "description")) == 1
    assert server.asked_for(WRITE) == []
