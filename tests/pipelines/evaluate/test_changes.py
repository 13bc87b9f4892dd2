"""What an accepted change does to questions that were committed: they are completed, and nothing is mixed."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.engine.reader import iterate_rows
from support.chat_server import Asked, ChatServer
from support.ifbench import IfbenchSet

FEW = ["--rotations", "1", "--languages", "en", "--limit", "4"]


def choose_right(asked: Asked, again: int) -> str:
    lines = asked.fields["options"].splitlines()
    return next(line[0] for line in lines if "right" in line)


def begin(small: IfbenchSet, server: ChatServer, run: Path, *more: str) -> None:
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    assert main([*small.options(run, *FEW, *more), *backend]) == 0


def go_on(run: Path, *more: str, **settings: object) -> int:
    changed = run.parent / "changed.toml"
    changed.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    return main(["resume", str(run), "--quiet", "--config", str(changed), *more])


def score(run: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """What the bench says of a run."""
    capsys.readouterr()
    assert main(["bench", "ifbench", str(run), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["runs"][0]


def test_variants_that_are_added_are_asked_of_every_question_and_nothing_is_paid_twice(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=choose_right) as server:
        begin(small, server, run)
        assert len(server.asked) == 4
        assert go_on(run, variants=["normal", "blind"], rotations=2) == 2, "not without --accept-changes"
        said = "4 samples were done before the change"
        assert go_on(run, "--accept-changes", variants=["normal", "blind"], rotations=2) == 0
        assert said in capsys.readouterr().err
        assert len(server.asked) == 16
        assert server.asked_twice() == []
        assert main(["resume", str(run), "--quiet"]) == 0
        assert len(server.asked) == 16
    rows = list(iterate_rows(run, "answers"))
    assert Counter((row["variant"], row["rotation"]) for row in rows) == dict.fromkeys(
        [("normal", 0), ("normal", 1), ("blind", 0), ("blind", 1)], 4
    )
    assert {row["attempt"] for row in rows} == {2}
    assert all(row["correct"] for row in rows)
    capsys.readouterr()
    assert main(["inspect", str(run)]) == 0
    assert "answers: 16 scored" in capsys.readouterr().out


def test_a_change_that_nothing_was_asked_under_yet_leaves_the_scores(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=choose_right) as server:
        begin(small, server, run)
        assert go_on(run, "--accept-changes", "--max-requests", "4", rotations=2) == 3
    found = score(run, capsys)
    assert (found["questions"], found["waiting"], found["rotations"]) == (4, 0, 1)


def test_what_is_added_is_completed_although_the_resume_was_stopped(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=choose_right) as server:
        begin(small, server, run)
        cap = ["--max-requests", "6", "--concurrency", "1"]
        assert go_on(run, "--accept-changes", *cap, variants=["normal", "blind"]) == 3
        assert len(server.asked) == 6
        found = score(run, capsys)
        assert (found["questions"], found["waiting"]) == (2, 2), "what was not asked is no wrong answer"
        assert {name: one["failed"] for name, one in found["counts"].items()} == {"normal": 0, "blind": 0}
        assert {one["macro"]["value"] for one in found["scores"]} == {1.0}
        assert main(["resume", str(run), "--quiet", "--max-requests", "100"]) == 0
        assert len(server.asked) == 8
        assert server.asked_twice() == []
    assert Counter(row["variant"] for row in iterate_rows(run, "answers")) == {"normal": 4, "blind": 4}


def test_a_corrected_answer_key_scores_its_question_again_and_asks_nothing(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=choose_right) as server:
        begin(small, server, run)
        changed = next(iter(small.rows.values()))[0]["question"]
        changed["answer"] = "D" if changed["answer"] != "D" else "A"
        small.write()
        assert main(["resume", str(run), "--quiet"]) == 2
        assert "data: the content differs" in capsys.readouterr().err
        assert main(["resume", str(run), "--quiet", "--accept-changes"]) == 0
        assert "1 samples were done before the change" in capsys.readouterr().err
        assert len(server.asked) == 4
    rows = list(iterate_rows(run, "answers"))
    assert sorted((row["attempt"], row["correct"]) for row in rows) == [(1, True)] * 3 + [(2, False)]
    assert [row["answer"] for row in iterate_rows(run, "questions")].count(changed["answer"]) >= 1
    (again,) = (row for row in rows if row["attempt"] == 2)
    assert again["right"] == changed["answer"]
    assert main(["bench", "ifbench", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["counts"]["normal"]["asks"] == 4


def test_another_reading_reads_the_same_replies_and_asks_nothing(small: IfbenchSet, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "Certainly (A)") as server:
        begin(small, server, run)
        assert {row["read"] for row in iterate_rows(run, "answers")} == {"A"}
        assert go_on(run, "--accept-changes", reading="first-character") == 0
        assert len(server.asked) == 4
    assert {row["read"] for row in iterate_rows(run, "answers")} == {"C"}


def test_a_question_that_left_the_file_is_told(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=choose_right) as server:
        begin(small, server, run)
        del next(iter(small.rows.values()))[0]
        small.write()
        capsys.readouterr()
        assert main(["resume", str(run), "--quiet", "--accept-changes"]) == 0
        assert "1 samples of the run are no longer in what is read" in capsys.readouterr().err
        assert len(server.asked) == 5, "the fifth question is among the first four now"


@pytest.mark.parametrize(("decoding", "times"), [("model", 1), ("greedy", 3)])
def test_an_empty_reply_is_taken_as_it_is_where_decoding_is_the_models_own(
    small: IfbenchSet, tmp_path: Path, decoding: str, times: int
) -> None:
    run, settings = tmp_path / "run", tmp_path / "settings.toml"
    settings.write_text("[chat]\nmax_retries = 2\nfirst_backoff_s = 0.01\n")

    def answer(asked: Asked, again: int) -> str:
        return "" if asked.fields["question"].endswith("picture 1?") else choose_right(asked, again)

    with ChatServer(fault=answer) as server:
        begin(small, server, run, "--decoding", decoding, "--config", str(settings))
        empty = [asked for asked in server.asked if asked.fields["question"].endswith("picture 1?")]
        assert len(empty) == times
    found = sorted((row["reply"], row["correct"]) for row in iterate_rows(run, "answers"))
    assert found[0] == ("", False)
    assert [correct for _, correct in found[1:]] == [True] * 3
    assert list(iterate_rows(run, "failed")) == []


@pytest.mark.parametrize(("what", "variant"), [("rgb", "pair"), ("images", "normal")])
@pytest.mark.parametrize("goes", [True, False], ids=["gone", "replaced"])
def test_other_images_are_other_conditions_but_not_for_a_run_that_did_not_look(
    small: IfbenchSet,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    what: str,
    variant: str,
    goes: bool,
) -> None:
    run = tmp_path / "run"
    image = getattr(small, what) / small.rows["Scene Understanding"][0]["dst_thermal_path"]
    with ChatServer(fault=choose_right) as server:
        begin(small, server, run, "--variants", variant, "--rgb", str(small.rgb))
        if goes:
            image.unlink()
        else:
            Image.new("L", (40, 30), 200).save(image)
        assert main(["resume", str(run), "--quiet"]) == 2
        assert f"{what}: the content differs" in capsys.readouterr().err
        about = json.loads((run / "run.json").read_text("utf-8"))
        del about["fingerprint"][f"digest.{what}"]
        (run / "run.json").write_text(json.dumps(about), "utf-8")
        assert main(["resume", str(run), "--quiet"]) == 0, "a run of before goes on"
        assert len(server.asked) == 4


def test_images_that_nobody_is_shown_are_no_condition(small: IfbenchSet, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=choose_right) as server:
        begin(small, server, run, "--variants", "blind")
        next(small.images.iterdir()).unlink()
        assert main(["resume", str(run), "--quiet"]) == 0
