"""`irloom bench scigen` scores a run, and refuses one that is of another flow."""

import json
import shutil
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.engine.directory import RunDirectory
from irloom.pipelines.infrared import flow
from irloom.pipelines.infrared.config import InfraredConfig


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that the tests copy."""
    folder = tmp_path_factory.mktemp("made")
    rows = [
        {
            "id": "a",
            "question": "In triangle ABC, AB = 5 cm, BC = 6 cm, CA = 7 cm. Its area?",
            "answer": "14.7",
        },
        {"id": "b", "question": "Which tissue is shown?", "image_type": "Biology - Cell Diagram"},
    ]
    problems, out = folder / "problems.jsonl", folder / "run"
    problems.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        assert main(["run", "imgcoder", "--problems", str(problems), "--out", str(out), "--quiet"]) == 0
    return out


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    return shutil.copytree(made, tmp_path / "run")


def test_the_table_the_checks_the_published_scores_and_the_plot_are_there(
    run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    capsys.readouterr()
    assert main(["bench", "scigen", str(run), "--plot", str(tmp_path / "scores.png")]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[1].split()[:4] == ["all", "2", "1", "1"]
    assert "check labels_drawn: 1 of 1 figures drawn passed" in said
    assert "Gemini-3-Pro-ImgCoder" in said
    assert "77.87" in said
    assert (tmp_path / "scores.png").read_bytes().startswith(b"\x89PNG")


def test_offline_the_rest_is_refused_with_its_reason_and_nobody_judged(run: Path) -> None:
    (rejected,) = map(json.loads, (run / "rejected.jsonl").read_text().splitlines())
    assert (rejected["sample"], rejected["reasons"][0]["category"]) == ("b", "unsupported")
    (figure,) = map(json.loads, (run / "figures.jsonl").read_text().splitlines())
    assert (figure["outcome"], figure["judgement"], figure["models"]["judge"]) == ("unjudged", None, "none")


def test_the_closing_summary_counts_problems_and_not_instructions(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["resume", str(run), "--quiet"]) == 0
    assert "rejected      1 problems: rejected.jsonl" in capsys.readouterr().out


def test_a_plot_that_cannot_be_written_is_a_message(
    run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["bench", "scigen", str(run), "--plot", str(tmp_path / "scores.png" / "no.png")]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_what_a_flow_does_not_make_cannot_be_exported(
    run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "pairs.json")
    assert main(["export", str(run), "--format", "llava", "--data", "pairs", "--out", out]) == 2
    assert "is a run of the flow 'imgcoder', which makes no pairs" in capsys.readouterr().err


def test_a_run_of_another_flow_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = InfraredConfig(images=Path("i"), captions=Path("c"))
    RunDirectory.create(tmp_path, config, {}, flow.files, [], {}, {})
    assert main(["bench", "scigen", str(tmp_path)]) == 2
    assert "is a run of the flow 'infrared', and no ImgCoder run" in capsys.readouterr().err


def test_a_problem_is_shown_with_its_drafts_checks_and_code(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["inspect", str(run), "a", "--prompts"]) == 0
    said = capsys.readouterr().out
    for part in (
        "Problem\n  In triangle ABC",
        "Answer: 14.7",
        f"Picture, figure: {run / 'images' / 'a-1.png'}",
        "Plan\n  content:",
        "labels drawn: ok: nothing found",
        "import matplotlib",
        "coder/plan",
    ):
        assert part in said
    assert "Draft" not in said, "the only one is what is shown"
    assert main(["inspect", str(run), "b"]) == 0
    said = capsys.readouterr().out
    assert "unsupported: it is in none of the families that the embedded coder draws" in said
    assert "Draft 1: unsupported\n    it is in none of the families" in said
