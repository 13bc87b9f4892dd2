"""Captions that a chat model scores by looking: what it is asked, what is made of its answers."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, Fault, refuse
from support.coco import CAPTIONS, CocoFiles, write_coco

YES_NO = "score/yes_no"


def see(caption: str) -> float:
    """Somewhere in 0..1 by the caption's text, so that every candidate has a score of its own."""
    return (sum(map(ord, caption)) * 7919 % 997) / 997


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(see=see) as server:
        yield server


@pytest.fixture
def coco(tmp_path: Path) -> CocoFiles:
    return write_coco(tmp_path / "coco", 1)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


def run(server: ChatServer, coco: CocoFiles, out: Path, *more: str, scorer: str = "") -> int:
    config = out.with_suffix(".toml")
    config.write_text(f'[scorer]\nkind = "vqa"\n{scorer}\n')
    options = [*coco.options, "--out", str(out), *server.options, "--config", str(config), "--tasks", "none"]
    return main(["run", "infrared", *options, "--filter-all", *more])


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def scoring_turns(out: Path) -> list[dict[str, Any]]:
    return [turn for row in rows(out, "transcripts") for turn in row["turns"] if turn["stage"] == "score"]


def test_every_candidate_is_shown_with_the_image_and_scored_by_the_chance_of_yes(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    assert run(server, coco, out) == 0
    pairs = rows(out, "pairs")
    candidates = [one for pair in pairs for one in pair["candidates"]]
    assert len(candidates) == 6 * len(CAPTIONS)
    assert [one["score"] for one in candidates] == [pytest.approx(see(one["text"])) for one in candidates]
    (image,) = (out / "images").iterdir()
    asked = server.asked_for(YES_NO)
    assert sorted(one.fields["caption"] for one in asked) == sorted(one["text"] for one in candidates)
    assert all(one.image == image.read_bytes() for one in asked)
    wanted = {"logprobs": True, "top_logprobs": 20, "temperature": 0, "max_tokens": 16}
    assert all(wanted.items() <= one.body.items() for one in asked)
    assert all("n" not in one.body for one in asked)


def test_the_candidate_that_the_model_sees_best_is_chosen_and_the_row_says_who_chose(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    assert run(server, coco, out, "--original", "allow") == 0
    chosen = Counter()  # type: Counter[bool]
    for pair in rows(out, "pairs"):
        texts = [one["text"] for one in pair["candidates"]]
        assert pair["caption"] == max(texts, key=see)
        chosen[pair["caption"] == texts[0]] += 1
        assert pair["models"]["scorer"] == "vqa test-model"
        assert YES_NO in pair["prompts"]
    assert chosen[False], "the first candidate does not win every time, as it would without scores"


def test_equal_candidates_are_asked_about_once(coco: CocoFiles, out: Path) -> None:
    def fault(asked: Asked, again: int) -> str | None:
        return "A dog." if asked.prompt == "caption/filter" else None

    with ChatServer(see=see, fault=fault) as server:
        assert run(server, coco, out) == 0
        assert server.counts()[YES_NO] == 2 * len(CAPTIONS), "the rewrite and the original"
    for pair in rows(out, "pairs"):
        scores = {one["text"]: one["score"] for one in pair["candidates"]}
        assert scores["A dog."] == pytest.approx(see("A dog."))


def test_a_number_is_asked_for_where_the_settings_say_so(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    server.knows_logprobs = False
    assert run(server, coco, out, scorer='answer = "number"') == 0
    asked = server.asked_for("score/number")
    assert len(asked) == 6 * len(CAPTIONS)
    assert all("logprobs" not in one.body and one.image for one in asked)
    for one in (one for pair in rows(out, "pairs") for one in pair["candidates"]):
        assert one["score"] == pytest.approx(see(one["text"]), abs=0.006)
    assert all("score/number" in pair["prompts"] for pair in rows(out, "pairs"))


def test_an_endpoint_that_ignores_the_wish_for_log_probabilities_stops_the_run_with_the_way_out(
    server: ChatServer, coco: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.knows_logprobs = False
    assert run(server, coco, out) == 2
    said = capsys.readouterr().err
    assert "no log-probabilities" in said
    assert 'answer = "number"' in said
    assert rows(out, "pairs") == [], "nothing was scored in another way instead"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "You are not allowed to request logprobs from this model"),
        (400, "Requested sample logprobs of 20, which is greater than max allowed: 5"),
        (400, "'logprobs' is not supported with this model."),
    ],
)
def test_an_endpoint_that_refuses_log_probabilities_stops_the_run_with_the_way_out(
    status: int,
    message: str,
    server: ChatServer,
    coco: CocoFiles,
    out: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.fault = lambda asked, again: refuse(status, message) if "logprobs" in asked.body else None
    assert run(server, coco, out) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert message in said
    assert 'set `answer = "number"` under [scorer], or lower `top_logprobs` there' in said


def test_another_endpoint_may_see_and_both_are_paid_under_one_cap(
    server: ChatServer, coco: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChatServer(see=see, model="eyes") as eyes:
        other = f'[scorer.chat]\nkind = "openai"\nmodel = "eyes"\nbase_url = "{eyes.url}"'
        options = ("--max-requests", "10", "--concurrency", "1")
        assert run(server, coco, out, *options, scorer=other) == 3
        assert "spending cap of 10 requests" in " ".join(capsys.readouterr().err.split())
        assert server.counts() == {"caption/filter": 3}
        assert eyes.counts() == {YES_NO: 7}
        assert main(["resume", str(out), "--max-requests", "1000", "--quiet"]) == 0
        assert eyes.counts() == {YES_NO: 6 * len(CAPTIONS)}, "what was answered is not asked again"
        assert server.counts() == {"caption/filter": 3}
    assert {pair["models"]["scorer"] for pair in rows(out, "pairs")} == {"vqa eyes"}
    usage = rows(out, "commits")[-1]["usage"]
    assert usage["requests"] == 3 + 6 * len(CAPTIONS)


def fail_one() -> Fault:
    """Refuse one question once."""
    refused: list[str] = []

    def fault(asked: Asked, again: int) -> Any:
        if asked.prompt == YES_NO and not refused:
            refused.append(asked.identity)
            return refuse(400, "odd picture")
        return None

    return fault


def test_a_question_that_fails_is_retried_alone_and_the_others_are_replayed_with_their_log_probabilities(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    server.fault = fail_one()
    assert run(server, coco, out) == 1
    (failed,) = rows(out, "failed")
    assert (failed["stage"], failed["error"]) == ("score", "EndpointError")
    before = len(server.asked)
    assert main(["resume", str(out), "--retry-failed", "--quiet"]) == 0
    assert len(server.asked) == before + 1
    last = rows(out, "pairs")[-len(CAPTIONS) :]
    for one in (one for pair in last for one in pair["candidates"]):
        assert one["score"] == pytest.approx(see(one["text"]))


def test_the_transcript_keeps_question_answer_and_log_probabilities_in_the_order_of_the_candidates(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    assert run(server, coco, out) == 0
    turns = scoring_turns(out)
    texts = [one["text"] for pair in rows(out, "pairs") for one in pair["candidates"]]
    assert [turn["fields"]["caption"] for turn in turns] == texts
    assert [turn["candidate"] for turn in turns] == [0, 1, 2, 3, 4, 5] * len(CAPTIONS)
    for turn in turns:
        assert [token for token, _ in turn["first_tokens"][0]] == ["Yes", " yes", "No", "The"]
        assert turn["images"] == [f"images/{next((out / 'images').iterdir()).name}"]
        assert (turn["parameters"]["top_logprobs"], turn["parameters"]["max_tokens"]) == (20, 16)


def test_without_scoring_nobody_is_asked_to_look(server: ChatServer, coco: CocoFiles, out: Path) -> None:
    assert run(server, coco, out, "--no-scoring") == 0
    assert server.counts() == {"caption/filter": 3}
    assert {pair["models"]["scorer"] for pair in rows(out, "pairs")} == {"none"}


def test_the_rule_engine_is_no_model_that_sees(
    coco: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = out.with_suffix(".toml")
    config.write_text('[scorer]\nkind = "vqa"\n')
    assert main(["run", "infrared", *coco.options, "--out", str(out), "--config", str(config)]) == 2
    assert "the rule engine cannot see" in capsys.readouterr().err
    assert not out.exists()
