"""A detector scores captions and answers before they are kept: what it is asked, and what comes of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.api import resume
from irloom.cli.main import main
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.trials import list_questions
from support.chat_server import Asked, ChatServer, Fault, refuse
from support.coco import CAPTIONS, CocoFiles, write_coco
from support.killing import run_irloom

NUMBER, WRITE, JUDGE = "detector/number", "task/description", "debate/judge_grounded"
GOOD = "A dog lies on the left. A bench stands on the right."
BAD = "A dog lies on the left. The dog wears a small hat."
HAT = "The dog wears a small hat."
PLAIN = ("A dog lies on the grass.", "A dog rests. A bench stands beside it.")


def command(server: ChatServer, coco: CocoFiles, out: Path, *more: str, above: float = 60) -> list[str]:
    detector = ["--verify", server.model, "--verify-above", str(above)]
    return ["run", "infrared", *coco.options, "--out", str(out), *server.options, *detector, *more]


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def commits(out: Path) -> list[dict[str, Any]]:
    return [row for row in rows(out, "commits") if row["event"] == "commit"]


def doubting(*parts: str, score: float = 0.1) -> Callable[[str], float]:
    """A detector that doubts sentences with one of these texts in them."""
    return lambda sentence: score if any(part in sentence for part in parts) else 0.9


def writing(*texts: str, more: Fault = lambda asked, again: None) -> Fault:
    """A writer that writes these one after the other, by how often it was told to do better."""

    def write(asked: Asked, again: int) -> Any:
        if asked.prompt != WRITE:
            return more(asked, again)
        told = asked.fields["requirements"]
        number = 0 if told == "none" else len(told.splitlines())
        return json.dumps({"description": texts[min(number, len(texts) - 1)]})

    return write


@pytest.fixture
def plain(tmp_path: Path) -> CocoFiles:
    """One image with two captions that nothing has to be taken out of, of one and of two sentences."""
    return write_coco(tmp_path / "plain", 1, PLAIN)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


# Captions


def test_each_sentence_of_a_caption_is_asked_about_once_with_the_photograph_at_temperature_0(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none")) == 0
    assert server.counts() == {NUMBER: 3}
    asked = server.asked_for(NUMBER)
    assert {one.fields["sentence"] for one in asked} == {
        "A dog number 1 lies on the grass.",
        "A dog number 1 rests.",
        "A bench stands beside it.",
    }
    photograph = (plain.images / "000001.png").read_bytes()
    assert all(one.image == photograph and one.body["temperature"] == 0 for one in asked)
    assert all(one.fields["picture"] == "It is an ordinary picture." for one in asked)
    first, second = rows(out, "pairs")
    assert first["verified"] == {
        "model": server.model,
        "on": "visible",
        "above": 60.0,
        "scores": [{"sentence": "A dog number 1 lies on the grass.", "score": 90.0}],
        "gave_way": [],
    }
    assert [one["score"] for one in second["verified"]["scores"]] == [90.0, 90.0]
    assert first["models"]["detector"] == first["answered_by"]["detector"] == server.model
    assert NUMBER in first["prompts"]
    assert commits(out)[0]["spent"]["detector"]["requests"] == 3


def test_the_infrared_picture_is_shown_where_it_is_asked_for_and_the_photograph_is_not_copied(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none", "--verify-on", "infrared")) == 0
    (image,) = (one for one in (out / "images").rglob("*") if one.is_file())
    assert all(one.image == image.read_bytes() for one in server.asked_for(NUMBER))
    assert all("infrared (thermal)" in one.fields["picture"] for one in server.asked_for(NUMBER))
    assert {row["verified"]["on"] for row in rows(out, "pairs")} == {"infrared"}


@pytest.mark.parametrize(("above", "kept"), [(90, 2), (90.001, 0)])
def test_a_score_that_just_reaches_the_threshold_is_kept(
    above: float, kept: int, server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none", above=above)) == 0
    assert len(rows(out, "pairs")) == kept
    assert len(rows(out, "rejected_pairs")) == 2 - kept


def test_a_caption_that_is_doubted_gives_way_to_the_next_best_clean_candidate(
    server: ChatServer, out: Path, tmp_path: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 1, ["A dog lies beside a bench."])
    rewrites = {"One dog lies beside a bench.": 2, "One brown dog lies beside a bench.": 1, "One dog.": 1}

    def fault(asked: Asked, again: int) -> str | None:
        texts = [text for text, times in rewrites.items() for _ in range(times)]
        return texts[asked.body["seed"] % len(texts)] if asked.prompt == "caption/filter" else None

    server.fault, server.ignore_n = fault, True
    server.see = doubting()
    assert main(command(server, coco, out, "--tasks", "none", "--filter-all", above=0)) == 0
    (free,) = rows(out, "pairs")
    best = free["caption"]
    other = tmp_path / "other"
    server.asked.clear()
    server.see = lambda sentence: 0.1 if sentence == best else 0.9
    assert main(command(server, coco, other, "--tasks", "none", "--filter-all")) == 0
    (pair,) = rows(other, "pairs")
    assert pair["candidates"] == free["candidates"], "nothing but the detector differs"
    clean = sorted((one for one in pair["candidates"] if not one["breaks"]), key=lambda one: -one["score"])
    expected = list(dict.fromkeys(one["text"] for one in clean))[1]
    assert pair["caption"] == expected != best
    assert [one.fields["sentence"] for one in server.asked_for(NUMBER)] == [best, expected], "one by one"
    assert pair["verified"]["gave_way"] == [
        {"text": best, "scores": [{"sentence": best, "score": 10.0}]},
    ]
    assert commits(other)[0]["captions_gave_way"] == 1


def test_a_caption_whose_candidates_are_all_doubted_is_rejected_with_score_threshold_and_sentence(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting("A bench")
    assert main(command(server, plain, out, "--tasks", "none")) == 0
    (pair,) = rows(out, "pairs")
    assert pair["caption_index"] == 0
    (row,) = rows(out, "rejected_pairs")
    assert (row["caption"], row["stage"]) == (1, "verify")
    assert row["reason"] == "The picture does not bear out “A bench stands beside it.” (score 10, below 60)."
    assert [one["score"] for one in row["verified"]["scores"]] == [90.0, 10.0]
    assert commits(out)[0]["captions_rejected_verify"] == 1


def test_what_breaks_a_rule_stands_in_for_nothing(server: ChatServer, coco: CocoFiles, out: Path) -> None:
    server.see = lambda sentence: 0.1
    assert main(command(server, coco, out, "--tasks", "none", "--filter-all", "--candidates", "1")) == 0
    asked = [one.fields["sentence"] for one in server.asked_for(NUMBER)]
    assert not [one for one in asked if "brown" in one or "red" in one or "wooden" in one]
    assert len(rows(out, "rejected_pairs")) == len(CAPTIONS)
    assert commits(out)[0]["outcome"] == "rejected"
    assert any("other candidate" in row["reason"] for row in rows(out, "rejected_pairs"))


def test_a_sample_without_a_kept_caption_gets_no_instruction(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = lambda sentence: 0.1
    assert main(command(server, plain, out)) == 0
    assert set(server.counts()) == {NUMBER}
    assert rows(out, "instructions") == []


# Instructions


def test_an_instruction_that_is_doubted_is_written_again_with_the_sentence_as_its_reason(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.fault, server.see = writing(BAD, GOOD), doubting("hat")
    assert main(command(server, plain, out, "--tasks", "description")) == 0
    assert server.counts() == {NUMBER: 3 + 2 + 2, WRITE: 2, JUDGE: 2}
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
    assert server.counts()[NUMBER] == 3 + 2 + 2


def test_without_a_debate_the_detector_looks_all_the_same(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.fault, server.see = writing(BAD, GOOD), doubting("hat")
    assert main(command(server, plain, out, "--tasks", "description", "--no-debate")) == 0
    assert server.counts() == {NUMBER: 3 + 2 + 2, WRITE: 2}
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


# Failures and resumes


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
    assert server.counts()[NUMBER] == 2 * (3 + 2 + 2)
    assert len(rows(out, "instructions")) == 2


def test_a_cap_stops_between_verifications_and_the_resume_goes_on(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none", "--max-requests", "2")) == 3
    assert rows(out, "pairs") == []
    assert resume(out, settings={"budget": {"requests": 100}}).summary.pairs == 2
    assert (server.counts(), server.asked_twice()) == ({NUMBER: 3}, [])


# Who verifies


def test_a_named_model_at_another_endpoint_verifies_and_the_rows_name_it(
    server: ChatServer, plain: CocoFiles, out: Path, tmp_path: Path
) -> None:
    with ChatServer(see=doubting(), model="eyes-7b") as eyes:
        config = tmp_path / "config.toml"
        config.write_text(f'[models.eyes]\nkind = "openai"\nmodel = "eyes-7b"\nbase_url = "{eyes.url}"\n')
        options = command(server, plain, out, "--tasks", "none", "--config", str(config))
        options[options.index("--verify") + 1] = "eyes"
        assert main(options) == 0
        assert (server.counts(), eyes.counts()) == ({}, {NUMBER: 3})
    config_there = out / "run.json"
    assert json.loads(config_there.read_text())["config"]["verify"] == "eyes"
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


@pytest.mark.parametrize("kind", ["rules", "baseline"])
def test_what_cannot_see_is_no_detector(
    kind: str, plain: CocoFiles, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[models.blind]\nkind = "{kind}"\n')
    options = ["--config", str(config), "--verify", "blind", "--verify-above", "60"]
    assert main(["run", "infrared", *plain.options, "--out", str(out), *options]) == 2
    assert "cannot see" in capsys.readouterr().err
    assert not out.exists()


def test_a_model_that_nobody_named_is_refused_offline(
    plain: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--verify", "some-model", "--verify-above", "60"]
    assert main(["run", "infrared", *plain.options, "--out", str(out), *options]) == 2
    assert "there is no model 'some-model'" in " ".join(capsys.readouterr().err.split())


# What says so


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
    rounds = [[("task", number), ("debate", number), *[("detector", number)] * 2] for number in (1, 2)]
    assert told == [
        *[("detector", None, None)] * 3,
        *((agent, "description", number) for each in rounds for agent, number in each),
    ]


def test_the_doctor_asks_whether_the_detector_sees() -> None:
    chat = {"kind": "openai", "model": "m"}
    given: dict[str, Any] = {"images": "i", "captions": "c", "chat": chat}
    config = InfraredConfig.model_validate(given | {"verify": "eyes", "verify_above": 50})
    (question,) = (one for one in list_questions(config) if one.seat == "detector")
    assert question.sees
    assert config.chat_for("detector").model_dump()["model"] == "eyes"
    assert not [one for one in list_questions(InfraredConfig.model_validate(given)) if one.seat == "detector"]
