"""A detector scores the answers that the judge accepts; doubted ones are written again."""

from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from support.chat_server import ChatServer
from support.coco import CocoFiles
from support.detector import (
    ASKED,
    BAD,
    GOOD,
    HAT,
    JUDGE,
    NUMBER,
    WRITE,
    command,
    commits,
    doubting,
    rows,
    writing,
)


def test_an_instruction_that_is_doubted_is_written_again_with_the_sentence_as_its_reason(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.fault, server.see = writing(BAD, GOOD), doubting("hat")
    assert main(command(server, plain, out, "--tasks", "description")) == 0
    assert server.counts() == {NUMBER: ASKED, WRITE: 2, JUDGE: 2}
    first, second = server.asked_for(WRITE)
    assert first.fields["requirements"] == "none"
    reason = f"The picture does not bear out “{HAT}” (score 10, below 60)."
    assert second.fields["requirements"] == f"- {reason}"
    (row,) = rows(out, "instructions")
    assert [(one["verdict"], one["by"], one["category"]) for one in row["rounds"]] == [
        ("reject", "detector", "contradiction"),
        ("accept", "judge", None),
    ]
    assert [[one["score"] for one in each["scores"]] for each in row["rounds"]] == [[90, 10], [90, 90]]
    assert row["verified"]["scores"] == row["rounds"][-1]["scores"]
    assert "gave_way" not in row["verified"]
    (commit,) = commits(out)
    assert (commit["verified_out"], commit["categories"]) == (1, {"contradiction": 1})
    assert len(rows(out, "rules")) == len([one for one in rows(out, "rules") if one["origin"] == "basic"])


def test_an_instruction_that_is_doubted_in_every_round_is_rejected(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.fault, server.see = writing(BAD), doubting("hat")
    assert main(command(server, plain, out, "--tasks", "description", "--max-rounds", "2")) == 0
    assert rows(out, "instructions") == []
    (row,) = rows(out, "rejected")
    assert [one["by"] for one in row["rounds"]] == ["detector", "detector"]
    assert [one["score"] for one in row["verified"]["scores"]] == [90.0, 10.0]


@pytest.mark.parametrize("checks", [[], ["--no-checks"]])
def test_what_the_judge_rejects_is_not_shown_to_the_detector_and_stays_the_judges_objection(
    checks: list[str], server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    verdicts = iter(["accept", "reject", "accept"])

    def judge(instruction: str) -> dict[str, Any]:
        said = next(verdicts)
        return {"verdict": said, "category": "other" if said == "reject" else None, "reason": said[:1]}

    server.judge = judge
    server.fault, server.see = writing(BAD, GOOD), doubting("hat")
    assert main(command(server, plain, out, "--tasks", "description", *checks)) == 0
    (row,) = rows(out, "instructions")
    assert [(one["by"], one["verdict"], len(one["scores"])) for one in row["rounds"]] == [
        ("detector", "reject", 2),
        ("judge", "reject", 0),
        ("judge", "accept", 2),
    ]
    assert server.counts()[NUMBER] == ASKED


def test_without_a_debate_the_detector_looks_all_the_same(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.fault, server.see = writing(BAD, GOOD), doubting("hat")
    assert main(command(server, plain, out, "--tasks", "description", "--no-debate")) == 0
    assert server.counts() == {NUMBER: ASKED, WRITE: 2}
    (row,) = rows(out, "instructions")
    assert [(one["by"], one["verdict"]) for one in row["rounds"]] == [
        ("detector", "reject"),
        ("judge", "none"),
    ]
    assert commits(out)[0]["tasks"] == {"description": "unjudged"}


def test_a_sentence_that_no_picture_can_bear_out_is_not_paid_for_and_its_row_says_so(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    open_one = "It cannot be told from this picture which breed it is."
    server.fault, server.see = writing(f"A dog lies on the left. {open_one}"), doubting()
    assert main(command(server, plain, out, "--tasks", "description")) == 0
    assert server.counts()[NUMBER] == 3 + 1
    (row,) = rows(out, "instructions")
    assert row["verified"]["scores"][-1] == {"sentence": open_one, "score": None}
