"""`irloom bench ifbench` tells scores of runs beside guessing, as tables, a picture, a page and JSON."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, refuse
from support.ifbench import IfbenchSet, write_set


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[IfbenchSet, Path, Path]:
    """A set, and two runs of it by rules: the longest option in three variants, and always B."""
    folder = tmp_path_factory.mktemp("bench")
    made = write_set(folder / "set")
    letter = folder / "letter.toml"
    letter.write_text('[chat]\nkind = "baseline"\nrule = "letter"\nletter = "B"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        more = ["--variants", "normal,prior+pair,blind", "--rgb", str(made.rgb)]
        assert main(made.options(folder / "longest", *more)) == 0
        assert main(made.options(folder / "letter", "--config", str(letter))) == 0
    return made, folder / "longest", folder / "letter"


def bench(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert main(["bench", "ifbench", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def find(said: str, *begins: str) -> list[str]:
    """The cells of the first line that begins so."""
    lines = (line.split() for line in said.splitlines())
    return next(line for line in lines if line[: len(begins)] == list(begins))


def test_the_tables_hold_scores_guesses_gains_counts_and_what_was_published(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    said = bench(capsys, runs[1])
    score, interval, *others = find(said, "normal", "en")[2:]
    assert score == "50.0"
    assert others == ["50.0", "50.0", "50.0", "25.0", "50.0"], (
        "strict, of what was answered, longest option, majority letter, blind"
    )
    low, high = map(float, interval.split("–"))
    assert low <= 50 <= high
    assert find(said, "longest", "option", "average")[3] == "50.0"
    assert find(said, "prior+pair", "-", "normal", "(GenViP)", "average")
    beside = ["longest", "option", "majority", "letter"]
    assert find(said, "average", "questions") == [
        *("average", "questions", "normal", "prior+pair", "blind"),
        *beside,
    ]
    assert find(said, "Image", "Theme")[2] == "2", "questions"
    assert find(said, "macro")[1:] == ["20", *["50.0"] * 4, "25.0"]
    for variant in ("normal", "prior+pair"):
        assert find(said, variant, "en", "cn")[-5:] == [*beside, "blind"]
    assert find(said, "blind", "en", "cn")[-4:] == beside
    assert "longest: baseline longest, 20 questions, 4 rotations, reading token, prompt clean" in said
    assert find(said, "asks", "answered", "failed", "unread", "empty", "cut")
    assert find(said, "normal", "160", "0", "0", "0", "0", "0")
    assert "Qwen3-VL-235B-A22B-Instruct with GenViP" in said
    assert "chance gives 0.4" in said


def test_a_fixed_letter_scores_a_quarter_and_is_seen_as_biased(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = json.loads(bench(capsys, runs[2], "--json"))["runs"]
    average = next(one for one in found["scores"] if one["language"] == "average")
    assert average["macro"]["value"] == 0.25
    assert average["strict"] == 0.0
    assert found["counts"]["normal"]["letters"] == {"A": 0, "B": 160, "C": 0, "D": 0}
    assert found["consistent"]["normal"] == 0.0


def test_two_runs_stand_beside_each_other_and_are_compared_question_by_question(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    said = bench(capsys, runs[2], runs[1])
    assert find(said, "letter", "normal", "en")
    assert "Against letter, on the questions of both:" in said
    assert find(said, "normal:", "longest", "-", "letter", "average")
    found = json.loads(bench(capsys, runs[2], runs[1], "--json"))
    assert [one["language"] for one in found["against"]] == ["en", "cn", "average"]
    difference = found["against"][-1]
    assert difference["questions"] == 20
    assert difference["absolute"]["low"] <= difference["absolute"]["value"] <= difference["absolute"]["high"]


def test_a_part_of_the_benchmark_is_told_as_such(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    part = tmp_path / "part"
    assert main(runs[0].options(part, "--limit", "3", "--rotations", "1", "--languages", "cn")) == 0
    said = bench(capsys, part)
    assert "part has 3 of 20 questions." in said
    assert "part has questions of 2 of 10 dimensions" in said
    assert "has questions of" not in bench(capsys, runs[1])
    assert find(said, "normal", "cn")
    assert "average" not in said.partition("Published")[0], "one language has none"
    assert "part: baseline longest, 3 questions, 1 rotation, reading token" in said
    assert find(said, "Image", "Theme", "100.0", "–"), "one question has no interval"
    assert "A dimension with one question has no interval" in said


def test_the_intervals_follow_from_the_seed_alone(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    first = bench(capsys, runs[1], "--json")
    assert bench(capsys, runs[1], "--json") == first
    assert bench(capsys, runs[1], "--json", "--seed", "1") != first


def test_a_file_of_questions_is_guessed_at_without_a_run(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    said = bench(capsys, "--blind", runs[0].data)
    assert find(said, "longest", "option", "en")[3] == "50.0"
    assert find(said, "Image", "Theme")[2] == "2", "questions"
    assert find(said, "macro")[-3:] == ["50.0", "50.0", "50.0"]
    found = json.loads(bench(capsys, "--blind", runs[0].data, "--json"))
    assert found["runs"] == []
    assert found["blind"]["always A"][0]["macro"]["value"] == 0.25


def test_both_readings_of_the_same_replies_stand_side_by_side(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with ChatServer(fault=lambda asked, again: "Certainly (A)") as server:
        at = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        few = ["--limit", "2", "--rotations", "1", "--languages", "en"]
        assert main([*runs[0].options(run, *few), *at]) == 0
    said = bench(capsys, run, "--report", tmp_path / "p.html")
    assert find(said, "score", "by", "reading")[3:] == ["language", "first-character", "token"]
    place = [line.split()[:3] for line in said.splitlines()].index(["score", "by", "reading"])
    # The first question's right option is A, the second one's B.
    assert said.splitlines()[place + 1].split() == ["normal", "en", "0.0", "50.0"]
    (found,) = json.loads(bench(capsys, run, "--json"))["runs"]
    assert found["readings"]["token"] == [{"variant": "normal", "language": "en", "macro": 0.5}]
    assert "by each way to read replies" in (tmp_path / "p.html").read_text("utf-8")


def test_another_reading_is_scored_from_the_same_replies(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(bench(capsys, runs[1], "--reading", "first-character", "--json"))
    assert found["runs"][0]["reading"] == "first-character"


def test_a_picture_and_a_page_are_written(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bench(capsys, runs[1], runs[2], "--plot", tmp_path / "p.png", "--report", tmp_path / "p.html")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "p.html").read_text("utf-8")
    assert page.count('<article class="case">') == 20
    assert "What is shown in picture 7?" in page
    assert "data:image/jpeg;base64," in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "longest: baseline longest, normal" in page, "each variant by language, beside guessing"
    assert page.count("<th>majority letter</th>") == 2 * 2 + 4, "beside every score"
    for said in ("Guessing, without image and model", "Published averages", "Score: per cent right"):
        assert said in page


def test_the_page_names_the_options_that_were_chosen_as_it_lists_them(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bench(capsys, runs[2], "--report", tmp_path / "p.html")
    page = (tmp_path / "p.html").read_text("utf-8")
    for case in page.split('<article class="case">')[1:]:
        (right,) = set(re.findall(r'class="is-right">(.)', case))
        marks = re.findall(r'<td class="(ok|no)" title="([^"]*)">(\S+) .</td>', case)
        # B was said in every order: there it stands for B, A, D and C of what is listed.
        assert [option for _, _, option in marks] == [*"BADC"] * 2
        assert {option for verdict, _, option in marks if verdict == "ok"} == {right}
        assert marks[1][1] == "read as B of order 2: B"


def test_the_page_shows_a_failed_ask_in_its_place(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = write_set(tmp_path / "set", each=1)

    def fault(asked: Asked, again: int) -> Any:
        if asked.fields["options"].startswith("A. wrong D 0") and "picture 0?" in asked.fields["question"]:
            return refuse(400, "not to be talked of", code="content_filter")
        return "A"

    with ChatServer(fault=fault) as server:
        at = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        assert main([*made.options(tmp_path / "run", "--limit", "1", "--languages", "en"), *at]) == 1
    bench(capsys, tmp_path / "run", "--report", tmp_path / "p.html")
    marks = re.findall(r'<td class="(?:ok|no)" title="[^"]*">(\S+) .</td>', (tmp_path / "p.html").read_text())
    assert marks == ["A", "failed", "C", "B"]


def test_the_page_keeps_questions_of_one_id_apart_that_differ(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = write_set(tmp_path / "set")
    other.rows["Image Theme"][0]["question"]["en_options"]["A"] = "another option"
    other.rows["Object Counting"] = []
    other.write()
    assert main(other.options(tmp_path / "other", "--rotations", "4")) == 0
    said = bench(capsys, runs[2], tmp_path / "other", "--report", tmp_path / "p.html")
    assert "have 1 question of one id but other content" in said
    page = (tmp_path / "p.html").read_text("utf-8")
    cases = page.split('<article class="case">')[1:]
    assert len(cases) == 21
    both = [case for case in cases if "letter normal en" in case and "other normal en" in case]
    assert len(both) == 17
    (changed,) = [case for case in cases if "another option" in case]
    assert "letter normal en" not in changed


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [
        ("--plot", "file/p.png", "cannot be written"),
        ("--report", "file/p.html", "Cannot write"),
    ],
)
def test_what_cannot_be_written_is_a_mistake_of_the_user(
    runs: tuple[IfbenchSet, Path, Path],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    option: str,
    name: str,
    said: str,
) -> None:
    (tmp_path / "file").write_text("no folder")
    assert main(["bench", "ifbench", str(runs[1]), option, str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_too_few_resamples_are_refused(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["bench", "ifbench", str(runs[1]), "--resamples", "99"])
    assert stop.value.code == 2
    assert "99 are too few for an interval: draw 100 or more" in capsys.readouterr().err


def test_nothing_to_score_and_runs_of_other_flows_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    assert main(["bench", "ifbench"]) == 2
    assert "name a RUN" in capsys.readouterr().err
    problems = tmp_path / "problems.jsonl"
    problems.write_text('{"id": "a", "question": "Draw y = x."}\n')
    other = tmp_path / "other"
    main(["run", "imgcoder", "--problems", str(problems), "--out", str(other), "--quiet"])
    assert main(["bench", "ifbench", str(other)]) == 2
    assert "no IF-Bench run" in capsys.readouterr().err


def test_the_questions_are_exported_in_every_order_for_vlmevalkit(
    runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert main(["export", str(runs[2]), "--format", "vlmevalkit", "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "ifbench_cn_circular.tsv",
        "ifbench_cn_circular.tsv.irloom.json",
        "ifbench_en_circular.tsv",
        "ifbench_en_circular.tsv.irloom.json",
    ]
    with (out / "ifbench_en_circular.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) == 80
    first = [row for row in rows if int(row["index"]) % 1_000_000 == 1]
    assert [row["index"] for row in first] == ["1", "1000001", "2000001", "3000001"]
    assert len({row[row["answer"]] for row in first}) == 1
    assert {row["answer"] for row in first} == set("ABCD")
    assert all(Path(row["image_path"]).is_file() for row in rows)
    assert len({row["l2-category"] for row in rows}) == 3


def test_a_run_is_looked_at_in_the_browser(runs: tuple[IfbenchSet, Path, Path], tmp_path: Path) -> None:
    from irloom.web.app import build_app
    from irloom.web.indexer import catch_up

    app: Any = build_app([runs[1]], cache=tmp_path / "cache")
    run = app.state.runs[0]
    while catch_up(run.index, run.facts.view):
        pass
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert "What is shown in picture" in client.get("/runs/0").text
        (line, *_) = (runs[1] / "questions.jsonl").read_text("utf-8").splitlines()
        first = json.loads(line)
        page = client.get(f"/runs/0/samples/{first['sample']}")
        assert page.status_code == 200
        assert "prior+pair" in page.text
        assert first["dimension"] in page.text


def test_a_run_without_a_committed_question_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = write_set(tmp_path / "set")
    assert main(made.options(tmp_path / "run", "--max-requests", "1")) == 3
    capsys.readouterr()
    assert main(["bench", "ifbench", str(tmp_path / "run")]) == 2
    assert "no question is committed yet" in capsys.readouterr().err


def test_runs_with_other_rotations_are_not_compared_and_that_is_said(
    runs: tuple[IfbenchSet, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(runs[0].options(tmp_path / "two", "--rotations", "2")) == 0
    said = bench(capsys, runs[1], tmp_path / "two")
    assert "two and longest have other rotations: they are not compared." in said
    assert "two - longest" not in said


@pytest.mark.parametrize("more", [["--plot", "p.png"], ["--report", "p.html"]])
def test_what_shows_runs_needs_one(
    more: list[str], runs: tuple[IfbenchSet, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "ifbench", "--blind", str(runs[0].data), *more]) == 2
    assert "name a RUN" in capsys.readouterr().err


def test_the_folder_of_the_infrared_images_is_none_of_visible_light(
    runs: tuple[IfbenchSet, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--variants", "pair", "--rgb", str(runs[0].images))
    assert main(runs[0].options(tmp_path / "run", *more)) == 2
    assert "these are the infrared images" in capsys.readouterr().err
