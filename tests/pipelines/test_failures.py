"""What fails is a row with its stage, what came back is kept, and a retry asks only for what failed."""

import json
import math
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, complete, refuse
from support.coco import CocoFiles, write_coco
from support.killing import Started, run_irloom, start_irloom

ACCEPT = {"verdict": "accept", "category": None, "reason": ""}
REJECT = {"verdict": "reject", "category": "material", "reason": "Wood is not visible."}
Fault = Callable[[Asked, int], web.StreamResponse | str | None]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


def command(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> list[str]:
    """A run in which every caption is asked about, so that each can fail."""
    options = [*coco.options, "--out", str(out), *server.options, "--filter-all"]
    return ["run", "infrared", *options, *more]


def run(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> int:
    return main(command(server, coco, out, *more))


def resume(out: Path, *more: str) -> int:
    return main(["resume", str(out), "--quiet", *more])


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def commits(out: Path) -> list[dict[str, Any]]:
    return [row for row in rows(out, "commits") if row["event"] == "commit"]


def journal(out: Path) -> list[dict[str, Any]]:
    """Calls of samples in flight; a line that is being written is left out."""
    text = "".join(path.read_text() for path in (out / "journal").iterdir())
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


def failing(prompt: str, *, caption: str = "", made: Callable[[], Any] | None = None) -> Fault:
    """400 for one prompt, and only where its caption holds some text."""

    def fault(asked: Asked, again: int) -> Any:
        if asked.prompt != prompt or caption not in asked.fields.get("caption", ""):
            return None
        return made() if made else refuse(400, "content policy violation")

    return fault


# One caption


def test_one_caption_that_fails_leaves_its_siblings_alone(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        return refuse(400, "odd request") if "red ball" in asked.fields.get("caption", "") else None

    server.fault = fault
    assert run(server, coco, out) == 1
    assert server.counts() == {"caption/filter": 3}, "no instruction is written from fewer captions"
    (failed,) = rows(out, "failed")
    assert (failed["stage"], failed["caption"], failed["task"]) == ("filter", 2, None)
    assert failed["error"] == "EndpointError"
    assert "odd request" in failed["message"]
    assert [pair["caption_index"] for pair in rows(out, "pairs")] == [0, 1]
    turns = rows(out, "transcripts")[0]["turns"]
    assert [len(turn.get("reply", ())) for turn in turns if turn["stage"] == "filter"] == [5, 5, 0]
    (commit,) = commits(out)
    assert (commit["outcome"], commit["tasks"], commit["usage"]["requests"]) == ("failed", {}, 2)


def test_a_caption_that_a_filter_refuses_does_not_cost_the_instructions_of_the_others(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    server.fault = failing("caption/filter", caption="red ball")
    assert run(server, coco, out) == 1
    (failed,) = rows(out, "failed")
    assert (failed["stage"], failed["error"]) == ("filter", "ContentRefused")
    assert [pair["caption_index"] for pair in rows(out, "pairs")] == [0, 1]
    assert set(commits(out)[0]["tasks"]) == {"conversation", "reasoning", "description"}


def test_a_retry_sends_only_the_caption_that_failed_and_then_goes_on(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    server.fault = failing("caption/filter", caption="red ball")
    run(server, coco, out)
    before = rows(out, "pairs")
    server.fault = None
    server.asked.clear()
    assert resume(out, "--retry-failed") == 0
    assert [one.fields["caption"] for one in server.asked_for("caption/filter")] == [
        "There is a red ball near a dog number 1."
    ]
    assert server.counts()["debate/judge_grounded"] == 3
    again = [pair for pair in rows(out, "pairs") if pair["attempt"] == 2]
    assert [pair["caption_index"] for pair in again] == [0, 1, 2]
    assert [pair["caption"] for pair in again[:2]] == [pair["caption"] for pair in before]
    first, second = commits(out)
    assert (first["attempt"], second["attempt"], second["outcome"]) == (1, 2, "accepted")
    assert second["usage"]["requests"] == len(server.asked), "replayed calls are not counted again"


def test_a_failure_is_final_until_a_retry_is_asked_for(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    server.fault = failing("caption/filter")
    run(server, coco, out)
    server.asked.clear()
    server.fault = None
    assert resume(out) == 1
    assert resume(out, "--retry-failed", "--stage", "judge") == 1, "it did not fail there"
    assert not server.asked
    assert resume(out, "--retry-failed", "--stage", "filter") == 0
    assert server.counts()["caption/filter"] == 3


def test_one_of_several_candidates_that_fails_alone_is_asked_again_alone(coco: CocoFiles, out: Path) -> None:
    """A server that ignores `n` gets a request for each candidate."""
    asked_about: Counter[str] = Counter()

    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        caption = asked.fields.get("caption", "")
        asked_about[caption] += 1
        third = "red ball" in caption and asked_about[caption] == 3
        return refuse(400, "content policy violation") if third else None

    with ChatServer(ignore_n=True, fault=fault, judge=lambda instruction: ACCEPT) as server:
        assert run(server, coco, out, "--tasks", "none") == 1
        assert len(server.asked_for("caption/filter")) == 15, "the others are asked for all the same"
        server.asked.clear()
        assert resume(out, "--retry-failed") == 0
        assert len(server.asked_for("caption/filter")) == 1
    assert len([pair for pair in rows(out, "pairs") if pair["attempt"] == 2]) == 3


def test_unusable_candidates_are_left_out_while_one_is_good(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        if asked.prompt != "caption/filter":
            return None
        return complete(
            ["", "I'm sorry, I can't help with that.", "A dog.", "...", "A dog by a bench."], "test-model"
        )

    server.fault = fault
    assert run(server, coco, out, "--tasks", "none") == 0
    for pair in rows(out, "pairs"):
        texts = [one["text"] for one in pair["candidates"] if one["origin"] == "filtered"]
        assert texts == ["A dog.", "A dog by a bench."]
    replies = [turn["reply"] for turn in rows(out, "transcripts")[0]["turns"] if "reply" in turn]
    assert [len(reply) for reply in replies] == [5, 5, 5], "the transcript has them all"


# One task


def unusable() -> web.Response:
    return complete([""], "test-model")


@pytest.mark.parametrize("made", [None, unusable], ids=["refused", "unusable"])
@pytest.mark.parametrize(
    ("stage", "prompt", "resent"),
    [
        ("write", "task/reasoning", {"task/reasoning": 1, "debate/judge_grounded": 1}),
        ("judge", "debate/judge_grounded", {"debate/judge_grounded": 1}),
    ],
)
def test_a_task_that_fails_is_a_row_and_its_retry_sends_only_what_failed(
    stage: str,
    prompt: str,
    resent: dict[str, int],
    made: Callable[[], Any] | None,
    server: ChatServer,
    coco: CocoFiles,
    out: Path,
) -> None:
    def fault(asked: Asked, again: int) -> Any:
        instruction = asked.fields.get("instruction", "Question: Why?")
        return failing(prompt, made=made)(asked, again) if "Question: Why?" in instruction else None

    server.fault = fault
    assert run(server, coco, out) == 1
    (failed,) = rows(out, "failed")
    assert (failed["stage"], failed["task"], failed["round"]) == (stage, "reasoning", 1)
    (commit,) = commits(out)
    assert commit["outcome"] == "failed"
    assert commit["tasks"] == {"conversation": "accepted", "reasoning": "failed", "description": "accepted"}
    kept = {row["task"]: row["messages"] for row in rows(out, "instructions")}
    assert kept.keys() == {"conversation", "description"}
    assert len(rows(out, "pairs")) == 3

    server.fault = None
    server.asked.clear()
    assert resume(out, "--retry-failed") == 0
    assert server.counts() == resent
    again = {row["task"]: row["messages"] for row in rows(out, "instructions") if row["attempt"] == 2}
    assert again.keys() == {"conversation", "reasoning", "description"}
    assert again | kept == again, "accepted tasks stay as they were"


def test_a_rule_that_cannot_be_mined_fails_the_sample_and_not_the_task(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    judged: list[str] = []

    def judge(instruction: str) -> dict[str, Any]:
        judged.append(instruction)
        return REJECT if len(judged) == 1 else ACCEPT

    server.judge, server.fault = judge, failing("debate/mine")
    assert run(server, coco, out, "--tasks", "reasoning") == 1
    (failed,) = rows(out, "failed")
    assert (failed["stage"], failed["round"]) == ("mine", 1)
    (commit,) = commits(out)
    assert (commit["outcome"], commit["tasks"]) == ("failed", {"reasoning": "accepted"})
    assert len(rows(out, "instructions")) == 1

    server.fault = None
    server.asked.clear()
    assert resume(out, "--retry-failed") == 0
    assert server.counts() == {"debate/mine": 1}
    assert [row["origin"] for row in rows(out, "rules")].count("mined") == 1


def test_a_second_retry_of_a_sample_keeps_the_calls_of_both_attempts(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    server.fault = failing("caption/filter", caption="red ball")
    run(server, coco, out, "--tasks", "reasoning")
    server.fault = failing("debate/judge_grounded")
    assert resume(out, "--retry-failed") == 1
    server.fault = None
    server.asked.clear()
    assert resume(out, "--retry-failed") == 0
    assert server.counts() == {"debate/judge_grounded": 1}
    assert [row["outcome"] for row in commits(out)] == ["failed", "failed", "accepted"]


def test_a_retry_does_not_ask_again_for_an_instruction_that_was_repaired(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    def fault(asked: Asked, again: int) -> Any:
        if asked.prompt == "task/reasoning":
            return '{"question": "Why?"'
        if asked.prompt == "repair":
            return '{"question": "Why?", "answer": "So."}'
        return refuse(400, "content policy violation") if asked.prompt == "debate/judge_grounded" else None

    server.fault = fault
    assert run(server, coco, out, "--tasks", "reasoning") == 1
    server.fault = None
    server.asked.clear()
    assert resume(out, "--retry-failed") == 0
    assert server.counts() == {"debate/judge_grounded": 1}


def test_usage_in_commits_counts_replies_that_could_not_be_used(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    def fault(asked: Asked, again: int) -> Any:
        if asked.prompt == "debate/judge_grounded":
            return complete(["I'm sorry, I cannot judge."], "test-model")
        empty = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 1}}
        return web.json_response(empty) if asked.prompt == "task/reasoning" and again == 0 else None

    server.fault = fault
    assert run(server, coco, out, "--tasks", "reasoning") == 1
    (commit,) = commits(out)
    assert server.counts() == {"caption/filter": 3, "task/reasoning": 2, "debate/judge_grounded": 1}
    assert commit["usage"] == {
        "requests": 6,
        "prompt_tokens": 3 * 50 + (7 + 50) + 50,
        "completion_tokens": 3 * 100 + (1 + 20) + 20,
        "cost_usd": 0.0,
    }


# What every sample would meet


def test_a_wrong_key_stops_at_once_with_one_request_and_commits_nothing(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coco = write_coco(tmp_path / "many", 8)
    seen: list[int] = []
    with ChatServer(key="another") as server:
        server.on_refusal = seen.append
        assert run(server, coco, out) == 2
    assert seen == [401]
    assert not server.asked
    assert commits(out) == []
    said = capsys.readouterr().err
    assert "OPENAI_API_KEY" in said
    assert f"irloom resume {out}" in said
    assert "Traceback" not in said
    assert "secret" not in said + (out / "run.json").read_text()


def test_a_run_that_was_stopped_by_a_wrong_key_goes_on_with_the_right_one(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coco = write_coco(tmp_path / "many", 2)
    with ChatServer(key="right", judge=lambda instruction: ACCEPT) as server:
        assert run(server, coco, out) == 2
        monkeypatch.setenv("OPENAI_API_KEY", "right")
        assert resume(out) == 0
    assert len(commits(out)) == 2


def test_an_unknown_model_stops_at_once(
    server: ChatServer, coco: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(server, coco, out, "--model", "another") == 2
    assert "--model" in capsys.readouterr().err
    assert commits(out) == []


def test_a_key_that_expires_stops_the_run_and_keeps_what_was_paid(
    server: ChatServer, tmp_path: Path, out: Path
) -> None:
    coco = write_coco(tmp_path / "many", 3)
    server.fault = lambda asked, again: (
        refuse(401, "expired") if "number 2" in asked.fields.get("caption", "") else None
    )
    assert run(server, coco, out, "--concurrency", "1") == 2
    assert [row["sample"] for row in commits(out)] == ["1"]
    server.fault = None
    assert resume(out) == 0
    assert [row["sample"] for row in commits(out)] == ["1", "2", "3"]
    answered = [one.identity for one in server.answered]
    assert len(answered) == len(set(answered)), "nothing that was answered is asked again"


# The user's data


def test_a_corrupt_image_a_missing_file_and_no_captions_are_rows_of_stage_source(
    server: ChatServer, tmp_path: Path, out: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 4)
    (coco.images / "000001.png").write_bytes(b"\x89PNG\r\n\x1a\nnonsense")
    (coco.images / "000002.png").unlink()
    texts = json.loads(coco.captions.read_text())
    texts["annotations"] = [one for one in texts["annotations"] if one["image_id"] != 3]
    coco.captions.write_text(json.dumps(texts))
    assert run(server, coco, out) == 1
    failed = {row["sample"]: row for row in rows(out, "failed")}
    assert {sample: row["stage"] for sample, row in failed.items()} == dict.fromkeys("123", "source")
    assert {row["error"] for row in failed.values()} == {"SourceError"}
    assert "000001.png" in failed["1"]["message"]
    assert "000002.png" in failed["2"]["message"]
    assert "caption" in failed["3"]["message"]
    assert {row["sample"]: row["outcome"] for row in commits(out)} == {
        **dict.fromkeys("123", "failed"),
        "4": "accepted",
    }
    assert {"number 4" in one.fields["caption"] for one in server.asked_for("caption/filter")} == {True}


def test_an_image_that_was_mended_is_taken_up_by_a_retry(
    server: ChatServer, coco: CocoFiles, out: Path
) -> None:
    picture = coco.images / "000001.png"
    good = picture.read_bytes()
    picture.write_bytes(good[:40])
    assert run(server, coco, out) == 1
    assert not server.asked
    picture.write_bytes(good)
    assert resume(out, "--retry-failed") == 0
    assert commits(out)[-1]["outcome"] == "accepted"


# Who may go on, and under which conditions


def test_a_run_into_an_existing_run_is_refused_with_the_resume_command(
    server: ChatServer, coco: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(server, coco, out, "--tasks", "none")
    before = (out / "commits.jsonl").read_bytes()
    capsys.readouterr()
    assert run(server, coco, out) == 2
    assert f"irloom resume {out}" in capsys.readouterr().err
    assert (out / "commits.jsonl").read_bytes() == before


def test_changed_inputs_are_refused_by_name(
    server: ChatServer, coco: CocoFiles, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(server, coco, out, "--tasks", "none") == 0
    texts = json.loads(coco.captions.read_text())
    texts["annotations"][0]["caption"] = "Another caption."
    coco.captions.write_text(json.dumps(texts))
    capsys.readouterr()
    assert resume(out) == 2
    said = capsys.readouterr().err
    assert "captions: the content differs" in said
    assert "digest.instances" not in said
    assert "--accept-changes" in said
    assert resume(out, "--accept-changes") == 0
    (line,) = [row for row in rows(out, "commits") if row["event"] == "accept_changes"]
    assert [change.split(":")[0] for change in line["changes"]] == ["captions"]
    assert resume(out) == 0, "what was accepted once is accepted"


def test_other_concurrency_is_a_change_only_between_one_and_several_with_mining(
    server: ChatServer, coco: CocoFiles, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(server, coco, out, "--tasks", "none", "--concurrency", "4")
    assert resume(out, "--concurrency", "9") == 0
    capsys.readouterr()
    assert resume(out, "--concurrency", "1") == 2
    assert "concurrency: was" in capsys.readouterr().err
    run(server, coco, tmp_path / "unmined", "--tasks", "none", "--no-mining", "--concurrency", "4")
    assert resume(tmp_path / "unmined", "--concurrency", "1") == 0


def test_another_address_is_no_change(server: ChatServer, tmp_path: Path, out: Path) -> None:
    coco = write_coco(tmp_path / "coco", 2)
    assert run(server, coco, out, "--limit", "1") == 0
    with ChatServer(judge=lambda instruction: ACCEPT) as moved:
        assert resume(out, "--limit", "2", "--base-url", moved.url) == 0
    assert moved.counts()["caption/filter"] == 3


# Other processes and signals


def wait_for(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 200
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


@pytest.fixture
def slow_run(tmp_path: Path, out: Path) -> Iterator[tuple[ChatServer, Started]]:
    """A run in another process, in which replies are on their way and some have come back."""
    coco = write_coco(tmp_path / "coco", 3)
    with ChatServer(delay_s=0.3, judge=lambda instruction: ACCEPT) as server:
        started = start_irloom(command(server, coco, out, "--concurrency", "2"), tmp_path)
        try:
            wait_for(lambda: len(server.answered) >= 3 and server.in_flight >= 2, "requests in flight")
            yield server, started
        finally:
            started.process.kill()
            started.process.join()


def test_a_second_process_on_the_same_run_is_refused(
    slow_run: tuple[ChatServer, Started], out: Path, tmp_path: Path
) -> None:
    server, started = slow_run
    server.stops_at = 0  # so that the first one goes on for as long as the second one takes
    second = run_irloom(["resume", str(out)], tmp_path / "second")
    assert second.code == 2
    assert f"in use by process {started.process.pid}" in second.said
    assert "Traceback" not in second.said
    server.stops_at = math.inf
    ended = started.wait()
    assert ended.code == 0, ended.said
    assert len(commits(out)) == 3


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_cleanly_keeps_what_was_on_its_way_and_says_how_to_go_on(
    number: signal.Signals,
    code: int,
    slow_run: tuple[ChatServer, Started],
    out: Path,
    tmp_path: Path,
) -> None:
    server, started = slow_run
    wait_for(lambda: server.in_flight >= 2, "requests on their way")
    started.signal(number)
    ended = started.wait()
    assert ended.code == code, ended.said
    assert f"irloom resume {out}" in ended.said
    assert not re.search("Traceback|never retrieved|Warning", ended.said), ended.said
    recorded = sum("prompt" in turn for turn in journal(out))
    recorded += sum("prompt" in turn for row in rows(out, "transcripts") for turn in row["turns"])
    assert recorded == len(server.answered) == len(server.asked), "what was asked was waited for and kept"

    server.delay_s = 0
    assert run_irloom(["resume", str(out), "--quiet"], tmp_path / "later").code == 0
    assert not server.asked_twice()
    assert len(commits(out)) == 3


def test_a_second_signal_stops_at_once(tmp_path: Path, out: Path) -> None:
    coco = write_coco(tmp_path / "coco", 1)
    with ChatServer(stops_at=0) as server:
        started = start_irloom(command(server, coco, out), tmp_path)
        wait_for(lambda: server.in_flight > 0, "a request in flight")
        started.signal(signal.SIGINT)
        wait_for(lambda: "Once more" in started.log.read_text(), "the first signal to be heard")
        assert started.process.is_alive(), "the first one waits for the reply"
        started.signal(signal.SIGINT)
        assert started.wait().code == 130
        assert not server.answered, "the second one does not"


def test_an_endpoint_that_goes_away_stops_the_run_and_can_be_resumed(tmp_path: Path, out: Path) -> None:
    coco = write_coco(tmp_path / "coco", 3)
    settings = tmp_path / "settings.toml"
    settings.write_text("[chat]\nmax_retries = 1\nfirst_backoff_s = 0.01\n")
    with ChatServer(judge=lambda instruction: ACCEPT) as server:
        run(server, coco, out, "--config", str(settings), "--limit", "1")
        address = server.url
    assert resume(out, "--limit", "3") == 3
    assert len(commits(out)) == 1
    with ChatServer(judge=lambda instruction: ACCEPT) as back:
        assert back.url != address
        assert resume(out, "--limit", "3", "--base-url", back.url) == 0
    assert len(commits(out)) == 3
