"""What stands around an evaluation: viewer, report, inspect and exports, in the words of an evaluation."""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from irloom.cli.main import main
from irloom.export.claims import claiming
from irloom.web.app import build_app
from irloom.web.indexer import catch_up
from support.chat_server import Asked, ChatServer, refuse
from support.ifbench import IfbenchSet, write_set


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[IfbenchSet, Path, Path, Path]:
    """A set, a run of the longest option in two variants, one of letters, and one without pictures."""
    folder = tmp_path_factory.mktemp("around")
    made = write_set(folder / "set")
    (made.images / f"{3:032x}.png").unlink()
    letter = folder / "letter.toml"
    letter.write_text('[chat]\nkind = "baseline"\nrule = "letter"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        more = ["--variants", "normal,prior+pair", "--rgb", str(made.rgb), "--rotations", "2"]
        assert main(made.options(folder / "longest", *more)) == 1
        assert main(made.options(folder / "letter", *more, "--config", str(letter))) == 1
        assert main(made.options(folder / "blind", "--variants", "blind", "--rotations", "1")) == 0
    return made, folder / "longest", folder / "letter", folder / "blind"


@pytest.fixture(scope="module")
def client(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    app: Any = build_app([runs[1], runs[2]], cache=tmp_path_factory.mktemp("view"))
    for run in app.state.runs:
        while catch_up(run.index, run.facts.view):
            pass
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def command(capsys: pytest.CaptureFixture[str], code: int, *arguments: object) -> str:
    """What a command said, whichever way."""
    capsys.readouterr()
    assert main([*map(str, arguments)]) == code
    said = capsys.readouterr()
    return said.out + said.err


def test_the_viewer_calls_questions_scored_and_filters_them_by_their_answers(client: TestClient) -> None:
    page = client.get("/runs/0").text
    assert "scored" in page
    assert ">accepted<" not in page
    assert " accepted<" not in page
    assert '<a href="/runs/0?outcome=accepted"><span>scored</span><b>19</b></a>' in page
    assert "normal: 4 of 4 right" in page
    for query, fit in (
        ("answers=all+right", 10),
        ("answers=some+wrong", 9),
        ("variant=normal%3A+none+right", 9),
        ("stage=source", 1),
    ):
        assert f'<strong id="total">{fit}</strong>' in client.get(f"/runs/0?{query}").text
    assert "answers: all right ×" in client.get("/runs/0?answers=all+right").text


def test_a_sample_and_a_comparison_are_told_in_the_same_words(client: TestClient) -> None:
    page = client.get("/compare/0/1").text
    assert "normal: 4 of 4 right" in page, "what differs is the answers, not the outcomes"
    assert ">scored<" in page
    assert ">accepted<" not in page
    line = json.loads(client.get("/runs/0/export?answers=all+right").text.splitlines()[0])
    assert line["outcome"] == "accepted", "rows keep the name"
    sample = client.get(f"/runs/0/samples/{line['sample']}").text
    assert ">scored<" in sample
    assert "4 of 4 right" in sample


def test_the_report_tells_of_right_replies_and_of_no_acceptance(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    command(capsys, 0, "report", runs[1], "--out", out)
    page = out.read_text("utf-8")
    assert "<b>52.6%</b><span>of 152 replies right</span>" in page
    assert "19 scored, 1 failed" in page
    for title in ("Endings", "Right replies by variant", "Right replies by dimension"):
        assert f"<h2>{title}</h2>" in page
    assert "keep them out of all training data" in page
    for word in ("of tasks accepted", "Acceptance by round", ">accepted<", "first round", "Words of"):
        assert word not in page


def test_inspect_lists_questions_by_the_flows_word(
    runs: tuple[IfbenchSet, Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    scored = command(capsys, 0, "inspect", runs[1], "--outcome", "scored")
    assert len(scored.splitlines()) == 19
    assert "normal scored, prior+pair scored" in scored
    assert "accepted" not in scored
    assert command(capsys, 0, "inspect", runs[1], "--outcome", "accepted") == scored
    assert "'good' is none of scored" in command(capsys, 2, "inspect", runs[1], "--outcome", "good")
    sample = scored.split()[0]
    assert f"Sample {sample}: scored" in command(capsys, 0, "inspect", runs[1], sample)
    raw = json.loads(command(capsys, 0, "inspect", runs[1], "--outcome", "failed", "--json"))
    assert raw["outcome"] == "failed"


def test_questions_with_a_picture_are_exported_with_their_right_answer(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "questions.json"
    said = command(capsys, 0, "export", runs[1], "--format", "llava", "--out", out)
    assert "38 questions are in" in said
    assert "2 questions have no picture in the run" in said
    items = json.loads(out.read_text("utf-8"))
    first = next(one for one in items if one["conversations"][0]["value"].endswith("wrong D 4"))
    assert first["conversations"] == [
        {
            "from": "human",
            "value": "<image>\nWhat is shown in picture 4?\nA. right 4 and longer than the others\n"
            "B. wrong B 4\nC. wrong C 4\nD. wrong D 4",
        },
        {"from": "gpt", "value": "A. right 4 and longer than the others"},
    ]
    assert all(one["image"].startswith("images/infrared/") for one in items)
    assert len({one["id"] for one in items}) == 38


@pytest.mark.parametrize("form", ["parquet", "sharegpt", "messages"])
def test_the_other_forms_hold_them_too_and_the_card_warns(
    form: str, runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, more = tmp_path / form, ["--split", "train=0.5,test=0.5", "--task", "Image Theme,Object Counting"]
    command(capsys, 0, "export", runs[1], "--format", form, "--out", out, "--outcome", "scored", *more)
    card = " ".join((out / "README.md").read_text("utf-8").split())
    assert "keep them out of all training data" in card
    assert "Models or rules wrote the text" not in card
    assert "- en - zh" in card
    assert "synthetic" not in card
    assert "Conditions: outcome scored; task Image Theme or Object Counting" in card
    if form == "parquet":
        rows = [row for path in (out / "data").iterdir() for row in pq.read_table(path).to_pylist()]
        assert {row["task"] for row in rows} == {"Image Theme", "Object Counting"}
        assert all(len(row["images"]) == 1 for row in rows)


def test_what_no_form_can_hold_is_refused_with_what_does(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    for form in ("llava", "vlmevalkit"):
        said = command(capsys, 2, "export", runs[3], "--format", form, "--out", out)
        assert "questions have no picture in the run" in said or "have no picture in the run" in said
        assert not out.exists()
    said = command(capsys, 2, "export", runs[1], "--format", "messages", "--data", "answers", "--out", out)
    assert "exports no answers. Replies are no rows to train on: read answers.jsonl" in said
    assert "the rows of its last `attempt` count" in said
    assert "It exports questions." in said


def test_vlmevalkit_gets_the_infrared_picture_alone_and_no_question_without_one(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = command(capsys, 0, "export", runs[1], "--format", "vlmevalkit", "--out", tmp_path / "out")
    assert "1 questions have no picture in the run" in said
    with (tmp_path / "out/ifbench_en_circular.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) == 19 * 2
    assert all("/images/infrared/" in row["image_path"] for row in rows)
    assert all(Path(row["image_path"]).is_file() for row in rows)


def test_vlmevalkits_files_carry_their_recipe_and_are_not_written_over_by_mistake(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--format", "vlmevalkit", "--out", tmp_path / "out")
    command(capsys, 0, "export", runs[1], *more)
    table = tmp_path / "out" / "ifbench_en_circular.tsv"
    about = json.loads(table.with_name(f"{table.name}.irloom.json").read_text("utf-8"))
    assert about["recipe"]["run"]["flow"] == "ifbench"
    assert {one["licence_code"] for one in about["attribution"]} == {"unknown"}
    command(capsys, 0, "export", runs[1], *more)
    table.write_text("mine")
    assert "does not know it" in command(capsys, 2, "export", runs[1], *more)
    assert table.read_text() == "mine"
    command(capsys, 0, "export", runs[1], *more, "--force")
    assert table.read_text() != "mine"


def test_vlmevalkit_waits_for_nobody_and_mixes_nothing(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with claiming(out / "ifbench_en_circular.tsv"):
        said = command(capsys, 2, "export", runs[1], "--format", "vlmevalkit", "--out", out)
    assert "Another export is writing" in said
    assert not list(out.glob("*.tsv"))


def test_a_disk_that_is_full_leaves_vlmevalkits_earlier_files(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", str(runs[1]), "--format", "vlmevalkit", "--out", str(tmp_path / "out")]
    command(capsys, 0, *arguments)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    script = (
        "import resource, signal, sys\n"
        "from irloom.cli.main import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2, ended.stderr
    assert "Cannot write" in ended.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_vlmevalkit_leaves_out_what_has_no_licence_that_was_asked_for(
    runs: tuple[IfbenchSet, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--format", "vlmevalkit", "--out", tmp_path / "out", "--licence", "by")
    assert "questions of" in (said := command(capsys, 2, "export", runs[1], *more))
    assert "has a licence of by" in said
    assert not (tmp_path / "out").exists()


def test_a_run_without_questions_is_no_empty_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    made = write_set(tmp_path / "set", each=1)
    assert main(made.options(tmp_path / "run", "--max-requests", "1")) == 3
    more = ("--format", "vlmevalkit", "--out", tmp_path / "out")
    assert "There are no questions in" in command(capsys, 2, "export", tmp_path / "run", *more)
    assert not (tmp_path / "out").exists()


def test_accepted_counts_questions_and_not_their_variants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    made = write_set(tmp_path / "set")
    more = ["--variants", "normal,prior,blind", "--rotations", "1", "--accepted", "4", "--concurrency", "3"]
    assert main(made.options(tmp_path / "run", *more)) == 0
    commits = (tmp_path / "run/commits.jsonl").read_text("utf-8").count('"event":"commit"')
    assert commits == 4


def test_a_model_that_never_answered_is_named_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")
    made = write_set(tmp_path / "set", each=1)

    def fault(asked: Asked, again: int) -> Any:
        return refuse(400, "not to be talked of", code="content_filter")

    with ChatServer(fault=fault) as server:
        at = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        few = ["--limit", "2", "--rotations", "1", "--languages", "en"]
        assert main([*made.options(tmp_path / "run"), *few, *at]) == 1
        said = command(capsys, 0, "bench", "ifbench", tmp_path / "run")
    assert f"run: {server.model}, which never answered, 2 questions" in said
    assert "nobody" not in said


@pytest.mark.parametrize(
    ("folder", "variants", "fine"),
    [("rgb", "normal,pair", "normal"), ("images", "blind,normal,pair", "blind")],
)
def test_a_picture_that_is_missing_fails_the_asks_that_show_it_and_no_others(
    small: IfbenchSet,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    folder: str,
    variants: str,
    fine: str,
) -> None:
    run, picture = tmp_path / "run", getattr(small, folder) / f"{1:032x}.png"
    content = picture.read_bytes()
    picture.unlink()
    more = ["--variants", variants, "--rgb", str(small.rgb), "--rotations", "1", "--limit", "2"]
    assert main(small.options(run, *more)) == 1
    assert "1 of 2 images are not in" in capsys.readouterr().err
    failed = rows(run, "failed")
    assert {row["variant"] for row in failed} == {*variants.split(",")} - {fine}
    assert {row["stage"] for row in failed} == {"source"}
    assert Counter(row["variant"] for row in rows(run, "answers"))[fine] == 4
    assert main(["bench", "ifbench", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    assert found["counts"][fine]["failed"] == 0
    assert found["counts"]["pair"]["failed"] == 2
    picture.write_bytes(content)
    assert main(["resume", str(run), "--retry-failed", "--accept-changes", "--quiet"]) == 0
    capsys.readouterr()
    assert main(["bench", "ifbench", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    assert {one["failed"] for one in found["counts"].values()} == {0}
