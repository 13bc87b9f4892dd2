"""Who can be a detector, and everything that says that there was one."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.trials import list_questions
from support.chat_server import ChatServer, Fault, refuse
from support.coco import CocoFiles, write_coco
from support.detector import (
    BAD,
    GOOD,
    HAT,
    NUMBER,
    PLAIN,
    command,
    doubting,
    rows,
    writing,
)


def test_a_named_model_at_another_endpoint_verifies_and_the_rows_name_it(
    server: ChatServer, plain: CocoFiles, out: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    with ChatServer(see=doubting(), model="eyes-7b") as eyes:
        there = f'base_url = "{eyes.url}"\n'
        config.write_text(f'[models.eyes]\nkind = "openai"\nmodel = "eyes-7b"\n{there}')
        options = command(server, plain, out, "--tasks", "none", "--config", str(config))
        options[options.index("--verify") + 1] = "eyes"
        assert main(options) == 0
        assert (server.counts(), eyes.counts()) == ({}, {NUMBER: 3})
    about = json.loads((out / "run.json").read_text())
    assert about["config"]["verify"] == "eyes"
    assert about["fingerprint"]["models.eyes.model"] == "eyes-7b"
    assert {row["verified"]["model"] for row in rows(out, "pairs")} == {"eyes-7b"}


def test_the_probability_of_yes_is_a_score_where_it_is_asked_for(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting("A bench")
    assert main(command(server, plain, out, "--tasks", "none", "--verify-answer", "probability")) == 0
    asked = server.asked_for("detector/yes_no")
    assert len(asked) == 3
    assert all(one.body["logprobs"] and one.body["top_logprobs"] == 20 for one in asked)
    (pair,) = rows(out, "pairs")
    assert pair["verified"]["scores"][0]["score"] == pytest.approx(90)
    (row,) = rows(out, "rejected_pairs")
    assert [one["score"] for one in row["verified"]["scores"]] == pytest.approx([90, 10])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--verify", "m"], "--verify-above T is missing"),
        (["--verify-above", "60"], "--verify MODEL is missing"),
        (["--verify-on", "infrared"], "name one by --verify"),
        (["--verify-answer", "probability"], "name one by --verify"),
        (["--verify", "m", "--verify-above", "101"], "verify_above = '101'"),
        (["--verify", "m", "--verify-above", "nan"], "verify_above = 'nan'"),
    ],
)
def test_half_a_detector_is_refused_before_anything_is_on_disk(
    options: list[str],
    said: str,
    server: ChatServer,
    plain: CocoFiles,
    out: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run", "infrared", *plain.options, "--out", str(out), *server.options, *options]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


def test_a_missing_threshold_is_looked_up_in_a_benchmark(
    server: ChatServer, plain: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [*plain.options, "--out", str(out), *server.options, "--verify", "m"]
    assert main(["run", "infrared", *options]) == 2
    assert "irloom bench align RUN --filter" in " ".join(capsys.readouterr().err.split())


SIMILARITY = 'kind = "similarity"\nscorer = { kind = "open_clip" }'


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ('kind = "rules"', "the rule engine cannot see"),
        ('kind = "baseline"', "a baseline cannot see"),
        (
            SIMILARITY,
            "an embedder gives similarities, and no scores of 0 to 100; name a chat model that sees",
        ),
    ],
)
def test_what_cannot_see_or_scores_otherwise_is_no_detector(
    model: str, why: str, plain: CocoFiles, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"[models.other]\n{model}\n")
    options = ["--config", str(config), "--verify", "other", "--verify-above", "60"]
    assert main(["run", "infrared", *plain.options, "--out", str(out), *options]) == 2
    assert why in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


def test_a_model_that_nobody_named_is_refused_offline(
    plain: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--verify", "some-model", "--verify-above", "60"]
    assert main(["run", "infrared", *plain.options, "--out", str(out), *options]) == 2
    assert "there is no model 'some-model'" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "fault",
    [
        lambda asked, again: refuse(400, "this model does not support image input"),
        lambda asked, again: refuse(400, "'logprobs' is not supported with this model."),
    ],
)
def test_an_endpoint_that_cannot_do_it_stops_the_run_and_says_what_to_set(
    fault: Fault, server: ChatServer, plain: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.fault = fault
    assert main(command(server, plain, out, "--tasks", "none", "--verify-answer", "probability")) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "by --verify, at this endpoint" in said or "`--verify-answer number`" in said
    assert rows(out, "pairs") == []


def test_without_a_detector_a_run_is_as_before(server: ChatServer, plain: CocoFiles, out: Path) -> None:
    assert main(["run", "infrared", *plain.options, "--out", str(out), *server.options]) == 0
    about = json.loads((out / "run.json").read_text())
    assert not [name for name in (*about["config"], *about["fingerprint"]) if "verify" in name]
    assert not [name for name in about["fingerprint"] if "detector" in name]
    assert not [prompt for prompt in server.counts() if prompt.startswith("detector/")]
    assert all("verified" not in row for name in ("pairs", "instructions") for row in rows(out, name))
    assert not (out / "images" / "visible").exists()


def test_a_detector_decides_rows_and_so_does_its_threshold(
    server: ChatServer, plain: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none")) == 0
    fingerprint = json.loads((out / "run.json").read_text())["fingerprint"]
    assert (fingerprint["verify"], fingerprint["verify_above"]) == (server.model, 60.0)
    assert (fingerprint["verify_on"], fingerprint["verify_answer"]) == ("visible", "number")
    prompts = {path.read_text("utf-8")[:200] for path in (out / "prompts").rglob("*") if path.is_file()}
    assert len([text for text in prompts if "You check one sentence" in text]) == 1, "the one that is asked"
    other = InfraredConfig.model_validate(
        json.loads((out / "run.json").read_text())["config"] | {"verify_above": 70}
    )
    assert other.model_dump()["verify_above"] == 70


def test_a_dry_run_counts_what_the_detector_will_be_asked(
    server: ChatServer, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coco = write_coco(tmp_path / "coco", 4, PLAIN)
    server.see = doubting()
    assert main(command(server, coco, out, "--tasks", "none", "--dry-run", "2")) == 0
    said = capsys.readouterr().out
    (line,) = (line.split() for line in said.splitlines() if line.startswith(NUMBER))
    assert line[1] == "12"
    assert "requests  12" in said
    assert not out.exists()


def test_summary_sample_and_report_tell_what_the_detector_said(
    server: ChatServer, plain: CocoFiles, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.fault, server.see = writing(BAD, GOOD), doubting("hat", "A bench stands beside")
    options = [one for one in command(server, plain, out, "--tasks", "description") if one != "--quiet"]
    assert main(options) == 0
    ended = " ".join(capsys.readouterr().out.split())
    assert "detector 1 objections to instructions" in ended
    assert "verify 1" in ended
    assert main(["inspect", str(out), "1"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Detector" in told
    assert f"{HAT} 10" in told.replace(": ", " ")
    page = tmp_path / "report.html"
    assert main(["report", str(out), "--out", str(page)]) == 0
    text = page.read_text("utf-8")
    assert "the detector test-model gave" in text
    assert "verify" in text


def test_turns_of_the_detector_stand_in_the_order_of_the_flow(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.fault, server.see = writing(BAD, GOOD), doubting("hat")
    assert main(command(server, plain, out, "--tasks", "description")) == 0
    (row,) = rows(out, "transcripts")
    told = [(turn["agent"], turn["task"], turn["round"]) for turn in row["turns"] if "prompt" in turn]
    rounds = [[("task", one), ("debate", one), *[("detector", one)] * new] for one, new in ((1, 2), (2, 1))]
    assert told == [
        *[("detector", None, None)] * 3,
        *((agent, "description", one) for each in rounds for agent, one in each),
    ]


def test_the_doctor_asks_whether_the_detector_sees() -> None:
    chat = {"kind": "openai", "model": "m"}
    given: dict[str, Any] = {"images": "i", "captions": "c", "chat": chat}
    config = InfraredConfig.model_validate(given | {"verify": "eyes", "verify_above": 50})
    (question,) = (one for one in list_questions(config) if one.seat == "detector")
    assert question.sees
    assert config.chat_for("detector").model_dump()["model"] == "eyes"
    assert not [one for one in list_questions(InfraredConfig.model_validate(given)) if one.seat == "detector"]
