"""A detector's run from its files to its rows, through the command line and a real HTTP server."""

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, complete, refuse
from support.sentences import (
    ARO_RELATION,
    WINOGROUND,
    AlignSet,
    make_row,
    write_images,
    write_json,
    write_lines,
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


def at(server: ChatServer) -> list[str]:
    return ["--profile", "openai", "--model", server.model, "--base-url", server.url]


def scores_of(run: Path) -> dict[str, str | None]:
    texts = {row["sample"]: row["question"] for row in rows(run, "questions")}
    return {texts[row["sample"]]: row["read"] for row in rows(run, "answers") if row["ask"] == "score"}


def test_a_chat_model_is_asked_once_a_sentence_at_temperature_0_and_never_of_an_unknown_one(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with ChatServer(
        fault=lambda asked, again: f"{90 - int(asked.fields['sentence'][-2]) * 10} of 100"
    ) as server:
        assert main([*aligned.options(run), *at(server)]) == 0
        assert Counter(asked.prompt for asked in server.asked) == {"detector/number": 5}
        for asked in server.asked:
            assert len(asked.images) == 1
            assert asked.body["temperature"] == 0.0
            assert asked.fields["picture"] == "It is an ordinary picture."
    said = capsys.readouterr()
    assert "1 of 6 sentences are of unknown truth: nothing is asked." in said.err
    assert "5 scored" in said.out
    assert "right" not in said.out
    assert scores_of(run) == {f"Three dogs run past gate {n}.": str(90 - 10 * n) for n in range(5)}


def test_rows_hold_what_is_known_of_a_sentence_and_answers_are_neither_right_nor_wrong(
    aligned: AlignSet, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "80") as server:
        assert main([*aligned.options(run), *at(server)]) == 0
    questions = {row["question"]: row for row in rows(run, "questions")}
    wrong, unknown = questions["Three dogs run past gate 3."], questions["Three dogs run past gate 5."]
    told: dict[str, Any] = {
        "answer": "incorrect",
        "dimension": "Number",
        "group": "Llama-4",
        "writer": "Llama-4",
    }
    told |= {"position": 1, "spans": [[0, 5]], "error_type": "Number", "set": "alignbench", "options": {}}
    told |= {"votes": {"correct": 1, "incorrect": 2, "unknown": 0}, "pair": "", "side": "", "judges": []}
    assert told.items() <= wrong.items()
    assert all((run / path).is_file() and "/visible/" in path for path in wrong["images"])
    assert (unknown["answer"], unknown["dimension"], unknown["images"]) == ("unknown", "unknown", [])
    for row in rows(run, "answers"):
        assert (row["variant"], row["read"], row["correct"]) == ("score", "80", None)
        assert row["readings"] == {"score": {"read": "80", "read_by": "rule", "correct": None}}
        assert row["models"] == {"answerer": "test-model"}
    commits = [one for one in rows(run, "commits") if one["event"] == "commit"]
    assert all("right" not in one for one in commits)
    assert Counter(one["outcome"] for one in commits) == {"accepted": 6}


def test_the_first_number_counts_is_brought_into_its_range_and_a_reply_without_one_is_unread(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = {"0": "I say 62.5, not 10", "1": "-4", "2": "150/100", "3": "no idea", "4": ""}
    run, settings = tmp_path / "run", tmp_path / "settings.toml"
    settings.write_text("[chat]\nmax_retries = 1\nfirst_backoff_s = 0.01\n")
    with ChatServer(fault=lambda asked, again: replies[asked.fields["sentence"][-2]]) as server:
        assert main([*aligned.options(run, "--config", str(settings)), *at(server)]) == 0
    assert list(scores_of(run).values()).count(None) == 2
    found = {text[-2]: score for text, score in scores_of(run).items()}
    assert found == {"0": "62.5", "1": "0", "2": "100", "3": None, "4": None}
    assert "5 scored, 2 unread" in capsys.readouterr().out


def weigh(yes: float, no: float) -> web.Response:
    """An answer with the log-probabilities of its first token."""
    listed = [{"token": token, "logprob": math.log(chance)} for token, chance in (("Yes", yes), (" no", no))]
    logprobs = {"content": [{**listed[0], "top_logprobs": listed}]}
    return complete(["Yes"], "test-model", logprobs=logprobs)


def test_the_probability_of_yes_is_the_score_where_the_endpoint_tells_it(
    aligned: AlignSet, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    chances = {"0": (0.6, 0.2), "1": (0.1, 0.3), "2": (0.001, 0.002), "3": (0.5, 0.5), "4": (0.9, 0.05)}
    with ChatServer(fault=lambda asked, again: weigh(*chances[asked.fields["sentence"][-2]])) as server:
        assert main([*aligned.options(run, "--answer", "probability"), *at(server)]) == 0
        assert {asked.prompt for asked in server.asked} == {"detector/yes_no"}
        assert {asked.body["top_logprobs"] for asked in server.asked} == {20}
    found = {text[-2]: score for text, score in scores_of(run).items()}
    assert found["2"] is None
    assert (found["0"], found["1"], found["3"]) == ("75", "25", "50")
    assert float(found["4"] or 0) == pytest.approx(100 * 0.9 / 0.95)


def test_an_endpoint_without_log_probabilities_is_told_of_the_number(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChatServer(fault=lambda asked, again: "yes", knows_logprobs=False) as server:
        options = aligned.options(tmp_path / "run", "--answer", "probability")
        assert main([*options, *at(server)]) == 2
    said = capsys.readouterr().err
    assert "gave no log-probabilities" in said
    assert "--answer number" in said


def test_the_picture_is_called_infrared_where_it_is(aligned: AlignSet, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "80") as server:
        assert main([*aligned.options(run, "--spectrum", "infrared"), *at(server)]) == 0
        assert all("infrared (thermal)" in asked.fields["picture"] for asked in server.asked)
    assert all("/infrared/" in row["images"][0] for row in rows(run, "questions") if row["images"])


def point_out(*words: tuple[str, float]) -> str:
    return json.dumps({"words": [{"text": text, "certainty": certainty} for text, certainty in words]})


def test_wrong_words_are_asked_for_on_request_and_placed_in_the_sentence(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    replies = {
        "0": point_out(),
        "1": point_out(("three", 90), ("zebra", 40)),
        "2": "it is all fine",
        "3": point_out(("run past", 150), ("gate 3", 20)),
        "4": json.dumps({"words": ["dogs"]}),
    }

    def answer(asked: Asked, again: int) -> str:
        if asked.prompt == "repair":
            return point_out(("dogs", 55)) if "dogs" in asked.fields["reply"] else "still fine"
        return "50" if asked.prompt == "detector/number" else replies[asked.fields["sentence"][-2]]

    with ChatServer(fault=answer) as server:
        assert main([*aligned.options(run, "--localise"), *at(server)]) == 0
        asked = Counter(asked.prompt for asked in server.asked)
        schemas = {one.body["response_format"]["type"] for one in server.asked_for("detector/words")}
    assert asked == {"detector/number": 5, "detector/words": 5, "repair": 2}
    assert schemas == {"json_schema"}
    texts = {row["sample"]: row["question"][-2] for row in rows(run, "questions")}
    found = {texts[row["sample"]]: row for row in rows(run, "answers") if row["ask"] == "words"}
    placed = {key: row["read"] and json.loads(row["read"]) for key, row in found.items()}
    assert placed["0"] == []
    assert placed["1"] == [{"text": "three", "certainty": 90.0, "start": 0, "end": 5}]
    assert placed["2"] is None
    assert placed["3"] == [
        {"text": "run past", "certainty": 100.0, "start": 11, "end": 19},
        {"text": "gate 3", "certainty": 20.0, "start": 20, "end": 26},
    ]
    assert placed["4"] == [{"text": "dogs", "certainty": 55.0, "start": 6, "end": 10}]
    assert found["4"]["usage"]["requests"] == 2
    assert "10 scored, 1 unread, 1 words not in their sentence" in capsys.readouterr().out


def test_a_missing_image_is_a_failed_row_of_its_sentences_alone(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aligned.rows.append(make_row(7, image_name="gone.png"))
    aligned.rows.append({"caption": "It has no picture.", "annotation": "correct"})
    aligned.write()
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "80") as server:
        assert main([*aligned.options(run), *at(server)]) == 1
        assert len(server.asked) == 5
    assert "1 of 3 images are not in" in capsys.readouterr().err
    failed = rows(run, "failed")
    assert [(row["stage"], row["dimension"]) for row in failed] == [("source", "correct")] * 2
    assert sorted("names no image" in row["message"] for row in failed) == [False, True]


def test_a_detector_that_fails_leaves_a_row_and_is_asked_again_alone(
    aligned: AlignSet, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    server = ChatServer(
        fault=lambda asked, again: (
            refuse(400, "not to be talked of", code="content_filter")
            if "gate 3" in asked.fields["sentence"]
            else "70"
        )
    )
    with server:
        assert main([*aligned.options(run), *at(server)]) == 1
        (failed,) = rows(run, "failed")
        assert (failed["stage"], failed["task"], failed["variant"]) == ("ask", "score", "score")
        before = len(server.asked)
        server.fault = lambda asked, again: "30"
        assert main(["resume", str(run), "--retry-failed", "--quiet"]) == 0
        assert len(server.asked) == before + 1
    assert Counter(scores_of(run).values()) == {"70": 4, "30": 1}


def test_a_stopped_run_goes_on_without_paying_twice(aligned: AlignSet, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "70") as server:
        assert main([*aligned.options(run, "--max-requests", "2", "--concurrency", "1"), *at(server)]) == 3
        assert main(["resume", str(run), "--max-requests", "100", "--quiet"]) == 0
        assert len(server.asked) == 5
        assert server.asked_twice() == []
    assert len(rows(run, "answers")) == 5


def test_the_part_of_an_image_that_a_pair_is_about_is_what_is_shown(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["7.jpg"])
    data, run = write_json(tmp_path / "visual_genome_relation.json", ARO_RELATION), tmp_path / "run"
    options = ["--data", str(data), "--images", str(images), "--out", str(run), "--quiet"]
    assert main(["run", "detect", *options]) == 0
    for row in rows(run, "questions"):
        with Image.open(run / row["images"][0]) as picture:
            assert picture.size == (8, 6)
        assert (row["shots"][0]["crop"], row["pair"], row["set"]) == (
            [2.0, 3.0, 10.0, 9.0],
            "relation-1",
            "aro",
        )


def test_a_run_whose_images_came_later_retries_what_their_edges_leave(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["other.jpg"])
    boxes: tuple[dict[str, Any], ...] = ({"bbox_w": 90}, {"bbox_x": 40}, {"image_path": "other.jpg"})
    entries = [{**ARO_RELATION[0], "true_caption": f"cat {n}", **box} for n, box in enumerate(boxes)]
    data, run = write_json(tmp_path / "visual_genome_relation.json", entries), tmp_path / "run"
    options = ["--data", str(data), "--images", str(images), "--out", str(run), "--quiet"]
    assert main(["run", "detect", *options]) == 1
    write_images(images, ["7.jpg"])
    assert main(["resume", str(run), "--retry-failed", "--accept-changes", "--quiet"]) == 1, (
        "what lies outside stays as it was"
    )
    shown = [row["shots"][0]["crop"] for row in rows(run, "questions") if row["images"]]
    assert len(rows(run, "answers")) == 4
    assert sorted(shown) == [[2, 3, 10, 9]] * 2 + [[2, 3, 16, 9]] * 2


def test_winoground_shows_each_caption_beside_each_image(tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["ex_3_img_0.png", "ex_3_img_1.png"])
    data, run = write_json(tmp_path / "examples.json", WINOGROUND), tmp_path / "run"
    options = ["--data", str(data), "--images", str(images), "--out", str(run), "--quiet"]
    assert main(["run", "detect", *options]) == 0
    found = {row["side"]: (row["answer"], row["source"]) for row in rows(run, "questions")}
    assert found == {
        "c0i0": ("correct", "ex_3_img_0.png"),
        "c0i1": ("incorrect", "ex_3_img_1.png"),
        "c1i0": ("incorrect", "ex_3_img_0.png"),
        "c1i1": ("correct", "ex_3_img_1.png"),
    }


@pytest.mark.parametrize("answer", ["number", "probability"])
def test_offline_a_score_is_drawn_by_the_seed(aligned: AlignSet, tmp_path: Path, answer: str) -> None:
    found = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run = tmp_path / name
        assert main(aligned.options(run, "--seed", seed, "--answer", answer)) == 0
        found.append(scores_of(run))
    assert found[0] == found[1] != found[2]
    assert len(set(found[0].values())) == 5
    assert all(0 <= float(score or -1) <= 100 for score in found[0].values())


@pytest.mark.parametrize(
    ("settings", "options", "said"),
    [
        ('[chat]\nkind = "baseline"\nrule = "longest"', [], 'set rule = "random", or name a model'),
        ('[chat]\nkind = "baseline"\nrule = "letter"', [], 'set rule = "random", or name a model'),
        ('[chat]\nkind = "rules"', [], "the rule engine answers no questions"),
        ("", ["--localise"], "--localise asks a chat model"),
        ('rgb = "."', [], "rgb is no setting of a detector's run"),
        ("", ["--form", "foil"], "foil: an object with"),
        ("", ["--images", "{root}"], "holds none of the 2 images"),
    ],
)
def test_what_cannot_work_is_one_message_and_no_run(
    aligned: AlignSet,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    settings: str,
    options: list[str],
    said: str,
) -> None:
    run, file = tmp_path / "run", tmp_path / "settings.toml"
    file.write_text(settings)
    given = [one.format(root=aligned.root) for one in options]
    assert main(aligned.options(run, "--config", str(file), *given)) == 2
    assert said in capsys.readouterr().err
    assert not run.exists()


def test_sentences_of_a_run_are_scored_about_the_images_that_it_holds(
    aligned: AlignSet, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    write_images(made, ["images/1.png"])
    (made / "run.json").write_text("{}")
    known: dict[str, Any] = {
        "sample": "1",
        "task": "captions.m",
        "group": "m",
        "model": "m",
        "image": "images/1.png",
    }
    known |= {"spans": [[6, 10]], "domain": "animals", "votes": [{"judge": "j1"}, {"judge": "j2"}]}
    rows_of_it = [make_row(0, **known, annotation="incorrect", attempt=1), make_row(0, attempt=1, sample="2")]
    size = write_lines(made / "sentences.jsonl", rows_of_it).stat().st_size
    ends = {"ends": {"sentences.jsonl": size}, "sums": {}}
    ended = {"event": "commit", "sample": "1", "attempt": 1, "outcome": "accepted", "tasks": {}, "usage": {}}
    write_lines(made / "commits.jsonl", [{"event": "start", "ends": {}}, {**ended, **ends}])
    run = tmp_path / "run"
    assert main(["run", "detect", "--data", str(made), "--out", str(run), "--quiet"]) == 0
    (row,) = rows(run, "questions")
    assert (row["set"], row["group"], row["judges"], row["domain"]) == ("align", "m", ["j1", "j2"], "animals")
    assert (row["spans"], row["answer"], row["source"]) == ([[6, 10]], "incorrect", "images/1.png")


def test_a_run_is_inspected_reported_and_viewed_like_others(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main(aligned.options(run)) == 0
    first = next(row for row in rows(run, "questions") if row["answer"] == "correct")
    capsys.readouterr()
    assert main(["inspect", str(run), first["sample"]]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert first["question"] in said, "no words of it are marked"
    assert "Picture, visible" in said
    assert main(["report", str(run), "--out", str(tmp_path / "report.html")]) == 0
    assert first["question"] in (tmp_path / "report.html").read_text("utf-8")


def test_a_sentence_is_told_with_its_label_and_score_and_neither_is_called_wrong(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "80") as server:
        assert main([*aligned.options(run), *at(server)]) == 0
    wrong = next(row for row in rows(run, "questions") if row["answer"] == "incorrect")
    capsys.readouterr()
    assert main(["inspect", str(run), wrong["sample"]]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if wrong["question"][6:] in line]
    assert "incorrect" in line
    assert "answered 80" in line
    assert "wrong," not in line
    assert "()" not in line


def test_scored_sentences_are_no_instructions(
    aligned: AlignSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main(aligned.options(run)) == 0
    for form in ("llava", "messages", "sharegpt", "parquet"):
        assert main(["export", str(run), "--format", form, "--out", str(tmp_path / form)]) == 2
        assert "export the run that made the sentences (--format alignbench)" in capsys.readouterr().err
        assert not (tmp_path / form).exists()
