"""An IF-Bench run from its files to its rows and tables, through the command line."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.engine.summary import Summary
from irloom.pipelines.evaluate.summary import tell_share
from support.chat_server import Asked, ChatServer, refuse
from support.ifbench import IfbenchSet

ALL = "normal,prior,pair,prior+pair,translated,blind"


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


def at(server: ChatServer) -> list[str]:
    return ["--profile", "openai", "--model", server.model, "--base-url", server.url]


def choose_right(asked: Asked, again: int) -> str:
    """The letter of the right option, which says so."""
    lines = asked.fields["options"].splitlines()
    return next(line[0] for line in lines if "right" in line)


def test_offline_a_baseline_answers_everything_and_the_bench_tells_what_it_scores(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main(small.options(run, "--variants", ALL, "--rgb", str(small.rgb))) == 0
    assert "960 scored, " in capsys.readouterr().out
    questions, answers = rows(run, "questions"), rows(run, "answers")
    assert len(questions) == 40
    assert set(questions[0]) >= {
        *("sample", "question", "images", "options", "answer", "dimension", "language", "group")
    }
    assert set(answers[0]) >= {
        *("sample", "ask", "variant", "language", "rotation", "reply", "read", "read_by", "correct"),
        *("readings", "cut", "usage", "models", "prompts"),
    }
    assert Counter(row["variant"] for row in answers) == dict.fromkeys(ALL.split(","), 160)
    asks = [row["ask"] for row in answers if row["sample"] == answers[0]["sample"]]
    assert asks[:4] == ["normal.cn.0", "normal.en.0", "normal.cn.1", "normal.en.1"]
    assert all((run / path).is_file() for row in questions for path in row["images"])
    assert rows(run, "failed") == []

    assert main(["bench", "ifbench", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    english = next(one for one in found["scores"] if (one["variant"], one["language"]) == ("normal", "en"))
    assert english["strict"] == 0.5
    assert found["model"] == "baseline longest"
    assert found["counts"]["normal"]["asks"] == 160


def test_the_model_sees_each_variants_pictures_before_the_text_and_no_system_message(
    small: IfbenchSet, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=choose_right) as server:
        options = ["--variants", ALL, "--rgb", str(small.rgb), "--rotations", "1", "--limit", "2"]
        assert main([*small.options(run, *options), *at(server)]) == 0
        assert len(server.asked) == 2 * 6 * 2
    kinds = {
        "normal": "L",
        "prior": "L",
        "pair": "L RGB",
        "prior_pair": "L RGB",
        "translated": "RGB",
        "blind": "",
    }
    for asked in server.asked:
        variant = asked.prompt.rpartition("/")[2].partition("_")[2]
        assert [message["role"] for message in asked.body["messages"]] == ["user"]
        modes = " ".join(_read_mode(content) for content in asked.images)
        assert modes == kinds[variant], asked.prompt
        content = asked.body["messages"][0]["content"]
        assert isinstance(content, str) or content[-1]["type"] == "text"
        assert (asked.body["temperature"], asked.body["max_tokens"]) == (0.0, 8192)
    assert all(row["correct"] and row["read_by"] == "rule" for row in rows(run, "answers"))
    assert rows(run, "answers")[0]["usage"]["prompt_tokens"] == 50


def _read_mode(content: bytes) -> str:
    import io

    with Image.open(io.BytesIO(content)) as picture:
        return picture.mode


def test_the_replica_leaves_decoding_to_the_endpoint_and_takes_the_first_character(
    small: IfbenchSet, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with ChatServer() as server:
        server.recognise = lambda body: Asked("published", {}, body)
        server.fault = lambda asked, again: "Based on it, the answer is C."
        options = ["--protocol", "replica", "--rotations", "1", "--languages", "en", "--limit", "4"]
        assert main([*small.options(run, *options), *at(server)]) == 0
        bodies = [asked.body for asked in server.asked]
    assert all("temperature" not in body and body["max_tokens"] == 1024 for body in bodies)
    texts = [body["messages"][0]["content"][-1]["text"] for body in bodies]
    assert all(text.startswith("\n    You are") and "?." in text and "{'A': '" in text for text in texts)
    for row in rows(run, "answers"):
        assert row["read"] == "B"
        assert row["readings"]["token"]["read"] == "C"
        assert row["correct"] == (row["right"] == "B")
        assert row["readings"]["token"]["correct"] == (row["right"] == "C")


def test_a_check_that_failed_takes_no_answer_away_that_a_rule_could_read(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `token` reads by itself counts; `first-character`, which waits for the checker, has nothing."""
    run = tmp_path / "run"

    def answer(asked: Asked, again: int) -> Any:
        if asked.prompt != "evaluate/check":
            return f"**{choose_right(asked, again)}** it is"
        return refuse(400, "not to be talked of", code="content_filter") if is_broken else "B"

    with ChatServer(fault=answer) as server:
        options = ["--rotations", "1", "--languages", "en", "--limit", "3", "--checker", server.model]
        is_broken = True
        assert main([*small.options(run, *options), *at(server)]) == 1
        answers, failed = rows(run, "answers"), rows(run, "failed")
        assert [row["correct"] for row in answers] == [True] * 3
        assert [[*row["readings"]] for row in answers] == [["token"]] * 3
        assert [row["stage"] for row in failed] == ["check"] * 3
        for reading, score, missing in (("token", 1, 0), ("first-character", 0, 3)):
            capsys.readouterr()
            assert main(["bench", "ifbench", str(run), "--reading", reading, "--json"]) == 0
            (found,) = json.loads(capsys.readouterr().out)["runs"]
            assert {one["macro"]["value"] for one in found["scores"]} == {score}
            assert found["counts"]["normal"]["failed"] == missing
        assert main(["bench", "ifbench", str(run), "--report", str(tmp_path / "page.html")]) == 0
        sent, is_broken = len(server.asked), False
        assert main(["resume", str(run), "--retry-failed", "--quiet"]) == 0
        assert [asked.prompt for asked in server.asked[sent:]] == ["evaluate/check"] * 3


def test_the_checker_is_asked_once_about_what_no_rule_can_read(small: IfbenchSet, tmp_path: Path) -> None:
    run = tmp_path / "run"

    def answer(asked: Asked, again: int) -> str:
        return "B" if asked.prompt == "evaluate/check" else "the picture shows something warm"

    with ChatServer(fault=answer) as server:
        options = ["--rotations", "1", "--languages", "en", "--limit", "3", "--checker", server.model]
        assert main([*small.options(run, *options), *at(server)]) == 0
        assert Counter(asked.prompt for asked in server.asked) == {
            "evaluate/ifbench/en_normal": 3,
            "evaluate/check": 3,
        }
        checks = server.asked_for("evaluate/check")
    assert checks[0].fields == {"reply": "the picture shows something warm"}
    assert checks[0].images == []
    for row in rows(run, "answers"):
        assert (row["read"], row["read_by"]) == ("B", "checker")
        assert row["models"].keys() == {"answerer", "checker"}
        assert row["usage"]["requests"] == 2
        assert "evaluate/check" in row["prompts"]


def test_an_ask_that_failed_is_a_row_counts_as_wrong_and_is_retried_alone(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    server = ChatServer()

    def refuse_two(asked: Asked, again: int) -> Any:
        if asked.fields["question"].endswith("picture 3?") and asked.fields["options"].startswith(
            "A. wrong C"
        ):
            return refuse(400, "this picture is not to be talked of", code="content_filter")
        return choose_right(asked, again)

    with server:
        server.fault = refuse_two
        options = ["--languages", "en", "--limit", "20"]
        assert main([*small.options(run, *options), *at(server)]) == 1
        (failed,) = rows(run, "failed")
        assert (failed["stage"], failed["variant"], failed["language"]) == ("ask", "normal", "en")
        assert len(rows(run, "answers")) == 79
        capsys.readouterr()
        assert main(["bench", "ifbench", str(run), "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["runs"]
        table = found["scores"][0]
        assert table["macro"]["value"] == pytest.approx((9 + 7 / 8) / 10)
        assert table["answered"] == 1.0
        assert found["counts"]["normal"]["failed"] == 1

        server.fault = choose_right
        before = len(server.asked)
        assert main(["resume", str(run), "--retry-failed", "--quiet"]) == 0
        assert len(server.asked) == before + 1
    assert main(["bench", "ifbench", str(run)]) == 0
    assert "100.0" in capsys.readouterr().out


def test_an_empty_reply_is_wrong_and_unread_and_a_cut_one_is_marked(
    small: IfbenchSet, tmp_path: Path
) -> None:
    from aiohttp import web

    run = tmp_path / "run"

    def answer(asked: Asked, again: int) -> web.Response:
        message = {"role": "assistant", "content": "<think>so many thoughts"}
        choice = {"index": 0, "message": message, "finish_reason": "length"}
        usage = {"prompt_tokens": 5, "completion_tokens": 8192}
        return web.json_response({"id": "x", "model": "test-model", "choices": [choice], "usage": usage})

    with ChatServer(fault=answer) as server:
        options = ["--rotations", "1", "--languages", "en", "--limit", "2"]
        assert main([*small.options(run, *options), *at(server)]) == 0
    for row in rows(run, "answers"):
        assert (row["read"], row["correct"], row["cut"], row["reply"]) == (None, False, True, "")
    (commit, *_) = [one for one in rows(run, "commits") if one["event"] == "commit"]
    assert (commit["asked"], commit["unread"], commit["empty"], commit["cut"]) == (1, 1, 1, 1)


def test_a_reply_that_stays_empty_is_a_wrong_answer_and_no_failure(small: IfbenchSet, tmp_path: Path) -> None:
    run, settings = tmp_path / "run", tmp_path / "settings.toml"
    settings.write_text("[chat]\nmax_retries = 1\nfirst_backoff_s = 0.01\n")

    def answer(asked: Asked, again: int) -> str:
        return "" if asked.fields["question"].endswith("picture 1?") else choose_right(asked, again)

    with ChatServer(fault=answer) as server:
        options = ["--rotations", "1", "--languages", "en", "--limit", "3", "--config", str(settings)]
        assert main([*small.options(run, *options), *at(server)]) == 0
    replies = {row["sample"]: (row["reply"], row["correct"]) for row in rows(run, "answers")}
    assert sorted(replies.values()) == [("", False), ("A", True), ("C", True)]
    assert rows(run, "failed") == []


def test_a_missing_image_is_told_before_and_its_question_is_a_row_of_the_source(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small.images / f"{3:032x}.png").unlink()
    (small.images / f"{5:032x}.png").write_bytes(b"no picture")
    run = tmp_path / "run"
    assert main(small.options(run)) == 1
    assert "1 of 20 images are not in" in capsys.readouterr().err
    failed = rows(run, "failed")
    assert [row["stage"] for row in failed] == ["source", "source"]
    assert main(["bench", "ifbench", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    assert found["counts"]["normal"]["failed"] == 16
    assert found["questions"] == 20


def test_images_of_questions_behind_the_limit_are_not_missed(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small.images / f"{3:032x}.png").unlink()
    run = tmp_path / "run"
    assert main(small.options(run, "--limit", "2", "--rotations", "1")) == 0
    assert "images are not in" not in capsys.readouterr().err
    assert main(["resume", str(run), "--limit", "4", "--quiet"]) == 1
    assert "1 of 4 images are not in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tables", "options", "said"),
    [
        ("[chat]\nmax_tokens = 20000\n", [], "max_tokens = 20000 under [chat] bounds no answer here: "
         "--reply-tokens does (reply_tokens in --config), and is 8,192"),
        ("[chat]\nmax_tokens = 20000\n", ["--reply-tokens", "20000"], None),
        ("", [], None),
    ],
    ids=["other", "same", "not-set"],
)  # fmt: skip
def test_a_bound_of_replies_that_bounds_no_answer_is_told(
    small: IfbenchSet,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tables: str,
    options: list[str],
    said: str | None,
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(tables)
    with ChatServer(fault=lambda asked, again: "A") as server:
        backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        more = ["--config", str(settings), "--limit", "1", "--rotations", "1", "--languages", "en"]
        assert main([*small.options(tmp_path / "run", *more, *options), *backend]) == 0
    told = capsys.readouterr().err
    assert said in told if said else "max_tokens" not in told


def test_blind_alone_needs_no_image(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, files = tmp_path / "run", ["--data", str(small.data), "--out", str(tmp_path / "run")]
    assert main(["run", "ifbench", *files]) == 2
    assert "--images is missing" in capsys.readouterr().err
    assert main(["run", "ifbench", *files, "--variants", "blind", "--quiet"]) == 0
    assert all(row["images"] == [] for row in rows(run, "questions"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--variants", "pair"], "with --rgb (a folder, or another run), or name a diffusers pipeline"),
        (["--images", "{rgb}/nothing"], "does not exist"),
        (["--images", "{root}"], "holds none of the 20 images"),
        (["--model", "m"], "are for an endpoint"),
        (["--variants", "pair", "--rgb", "{root}/nowhere"], "does not exist"),
    ],
)
def test_what_cannot_work_is_one_message_and_no_run(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    run = tmp_path / "run"
    given = [one.format(rgb=small.rgb, root=small.root) for one in more]
    assert main(small.options(run, *given)) == 2
    assert said in capsys.readouterr().err
    assert not run.exists()


def test_a_picture_is_made_smaller_and_a_deep_grey_is_made_fit_to_be_sent(
    small: IfbenchSet, tmp_path: Path
) -> None:
    import numpy as np

    deep = np.linspace(6000, 7000, 64 * 48).reshape(48, 64).astype(np.uint16)
    Image.fromarray(deep).save(small.images / f"{0:032x}.png")
    run = tmp_path / "run"
    assert main(small.options(run, "--max-side", "32", "--limit", "2", "--rotations", "1")) == 0
    sizes = {}
    for row in rows(run, "questions"):
        with Image.open(run / row["images"][0]) as picture:
            sizes[row["source"]] = (picture.size, picture.mode)
    assert sizes == {f"{0:032x}.png": ((32, 24), "RGB"), f"{1:032x}.png": ((16, 12), "L")}


def test_another_runs_translations_serve_a_second_model(small: IfbenchSet, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    more = ["--variants", "prior+pair", "--rotations", "1"]
    assert main(small.options(first, *more, "--rgb", str(small.rgb))) == 0
    assert main(small.options(second, *more, "--rgb", str(first))) == 0
    kept = [
        {row["source"]: (run / row["visible"]).read_bytes() for row in rows(run, "questions")}
        for run in (first, second)
    ]
    assert kept[0] == kept[1]
    assert len(kept[0]) == 20
    plain = tmp_path / "plain"
    assert main(small.options(plain, "--rotations", "1")) == 0
    assert main(small.options(tmp_path / "third", *more, "--rgb", str(plain))) == 2


def test_the_run_is_inspected_reported_and_viewed_like_others(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main(small.options(run, "--variants", "normal,blind")) == 0
    first = rows(run, "questions")[0]
    capsys.readouterr()
    assert main(["inspect", str(run)]) == 0
    said = capsys.readouterr().out
    assert "scored 20" in said
    assert "answers: 320 scored" in said
    assert main(["inspect", str(run), first["sample"]]) == 0
    said = capsys.readouterr().out
    assert "Picture, infrared" in said
    assert f"{first['dimension']}, {first['group']}" in said
    assert main(["report", str(run), "--out", str(tmp_path / "report.html")]) == 0
    assert "What is shown in picture 0?" in (tmp_path / "report.html").read_text("utf-8")


def test_a_dry_run_estimates_the_whole(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChatServer(fault=choose_right) as server:
        options = ["--limit", "10", "--dry-run", "2"]
        assert main([*small.options(tmp_path / "run", *options), *at(server)]) == 0
        assert len(server.asked) == 16
    assert "80" in capsys.readouterr().out
    assert not (tmp_path / "run").exists()


def test_the_progress_tells_how_many_asks_were_scored_and_which_share_is_unread() -> None:
    summary = Summary()
    assert tell_share(summary) == "0 asks scored, 0.0% unread"
    summary.counts.update(asked=200, unread=3)
    assert tell_share(summary) == "200 asks scored, 1.5% unread"
