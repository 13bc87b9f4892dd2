"""A judge rates the pictures of a set, and the build takes the mean of its run."""

import json
from pathlib import Path

import pytest

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, refuse
from support.template_sets import write_rgbnir


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test")


def rate(root: Path, run: Path, *words: str) -> int:
    """Run a judge that says the words in turn."""
    said = iter(words * 100)

    def answer(asked: Asked, again: int) -> str:
        return next(said)

    with ChatServer(fault=answer) as server:
        endpoint = ["--profile", "openai", "--model", "test-model", "--base-url", server.url]
        return main(
            [
                "run",
                "quality",
                "--data",
                str(root),
                "--form",
                "rgbnir",
                "--out",
                str(run),
                "--quiet",
                *endpoint,
            ]
        )


def test_the_mean_of_a_judges_words_is_the_quality_of_a_set(tmp_path: Path, key: None) -> None:
    root = write_rgbnir(tmp_path / "rgbnir")
    assert rate(root, tmp_path / "run", "good", "bad", "hard to tell") == 0
    out = tmp_path / "set"
    assert (
        main(
            [
                "build",
                "template",
                "--rgbnir",
                str(root),
                "--quality",
                str(tmp_path / "run"),
                "--out",
                str(out),
            ]
        )
        == 0
    )
    (score,) = json.loads((out / "set.json").read_text())["figures"]["dataset_scores"]
    assert (score["quality"], score["pictures"], score["kinds"]) == (2.5, 10, 5)


def test_a_run_of_another_flow_rates_nothing(
    tmp_path: Path, key: None, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_rgbnir(tmp_path / "rgbnir")
    assert main(["build", "template", "--rgbnir", str(root), "--out", str(tmp_path / "set")]) == 0
    run = tmp_path / "run"
    assert main(["run", "template", "--data", str(tmp_path / "set"), "--out", str(run), "--quiet"]) == 0
    more = ["--quality", str(run), "--out", str(tmp_path / "again")]
    assert main(["build", "template", "--rgbnir", str(root), *more]) == 2
    assert "rates no pictures" in " ".join(capsys.readouterr().err.split())


def test_nobody_embedded_rates_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_rgbnir(tmp_path / "rgbnir")
    asked = ["run", "quality", "--data", str(root), "--form", "rgbnir", "--out", str(tmp_path / "run")]
    assert main(asked) == 2
    assert "a model rates pictures" in " ".join(capsys.readouterr().err.split())


def test_an_ask_that_failed_is_to_be_asked_again(
    tmp_path: Path, key: None, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_rgbnir(tmp_path / "rgbnir")
    with ChatServer(fault=lambda asked, again: refuse(400, "too odd a picture")) as server:
        endpoint = ["--profile", "openai", "--model", "test-model", "--base-url", server.url]
        more = ["--form", "rgbnir", "--out", str(tmp_path / "run"), "--quiet", "--limit", "2"]
        main(["run", "quality", "--data", str(root), *more, *endpoint])
    more = ["--quality", str(tmp_path / "run"), "--out", str(tmp_path / "set")]
    assert main(["build", "template", "--rgbnir", str(root), *more]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "failed, such as" in said
    assert "--retry-failed" in said
