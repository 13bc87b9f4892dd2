"""Damage to a run that was paid for: nobody pays again without having said so, and every verb tells it."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.engine.reader import iterate_rows
from support.chat_server import ChatServer
from support.coco import write_coco

Harm = Callable[[Path], object]


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


@pytest.fixture(scope="module")
def paid(server: ChatServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three samples against the server, which mined rules."""
    folder = tmp_path_factory.mktemp("paid")
    coco = write_coco(folder / "coco", 3)
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    arguments = ["run", "infrared", *coco.options, "--out", str(folder / "run"), *backend, "--no-translation"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_CACHE", str(folder / "cache"))
        patch.setenv("OPENAI_API_KEY", "secret")
        assert main([*arguments, "--concurrency", "1", "--quiet"]) == 0
    return folder / "run"


@pytest.fixture
def run(paid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    return Path(shutil.copytree(paid, tmp_path / "run"))


def rows(run: Path) -> dict[str, list[str]]:
    names = ("pairs", "instructions", "rejected", "failed")
    return {name: sorted(json.dumps(row) for row in iterate_rows(run, name)) for name in names}


def cut(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def drop_lines(path: Path, start: int) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:start]))


DAMAGE: dict[str, Harm] = {
    "rows emptied": lambda run: (run / "pairs.jsonl").write_bytes(b""),
    "rows cut": lambda run: cut(run / "instructions.jsonl", 0.5),
    "rows gone": lambda run: (run / "pairs.jsonl").unlink(),
    "a row changed": lambda run: change(run / "pairs.jsonl", b"dog", b"cat"),
    "a digit of the log": lambda run: change(run / "commits.jsonl", b'"requests":', b'"requests":1'),
    "lines of the log": lambda run: drop_lines(run / "commits.jsonl", 4),
    "the log emptied": lambda run: (run / "commits.jsonl").write_bytes(b""),
    "transcripts cut": lambda run: cut(run / "transcripts.jsonl", 0.6),
    "rules cut": lambda run: cut(run / "rules.jsonl", 0.9),
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
def test_a_resume_refuses_what_was_paid_and_is_gone_and_rebuilds_it_when_told_to(
    harm: Harm, run: Path, paid: Path, server: ChatServer, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(run)
    before = {path.name: path.read_bytes() for path in run.glob("*.jsonl")}
    asked = len(server.answered)
    assert main(["resume", str(run), "--quiet"]) == 2
    said = capsys.readouterr().err
    assert "was changed after irloom wrote it" in said
    assert "Put the original back" in said
    assert f"irloom resume {run} --drop-damaged" in said
    assert {path.name: path.read_bytes() for path in run.glob("*.jsonl")} == before, "nothing was dropped"

    assert main(["resume", str(run), "--quiet", "--concurrency", "1", "--drop-damaged"]) == 0, (
        capsys.readouterr()
    )
    assert len(server.answered) == asked, "no request was sent"
    assert rows(run) == rows(paid)
    assert len(list((run / "damaged").iterdir())) == 1
    assert main(["resume", str(run), "--quiet"]) == 0
    assert len(server.answered) == asked


def test_a_refusal_says_what_will_be_rebuilt_and_what_paid(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("pairs", "transcripts"):
        cut(run / f"{name}.jsonl", 0.5)
    assert main(["resume", str(run), "--quiet"]) == 2
    said = capsys.readouterr().err
    assert "rows of sample '2' and 1 more are missing (transcripts.jsonl too)" in said
    assert "2 samples asked and paid again: 2, 3" in said


@pytest.mark.parametrize(
    "verb", [["inspect"], ["export", "--format", "llava", "--out", "x.json"], ["report"]]
)
def test_a_verb_reads_up_to_the_damage_and_tells_it(
    verb: list[str], run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run.parent)
    change(run / "commits.jsonl", b'"sample":"3"', b'"sample":"9"')
    name, *options = verb
    assert main([name, str(run), *options]) == 1
    said = capsys.readouterr()
    assert said.out
    assert "commits.jsonl was changed after irloom wrote it: line" in said.err


def test_pictures_that_were_changed_are_not_exported(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = run / "images" / "2.png"
    content = picture.read_bytes()
    out = run.parent / "out"
    for harmed in (content[:40], b"", content + b"x"):
        picture.write_bytes(harmed)
        assert main(["export", str(run), "--format", "parquet", "--data", "pairs", "--out", str(out)]) == 2
        assert f"{picture} is not the picture that was committed" in capsys.readouterr().err
        assert not out.exists()
        assert (
            main(["export", str(run), "--format", "llava", "--data", "pairs", "--out", str(out) + ".json"])
            == 2
        )
        assert "1 of their images are not the pictures that were committed" in capsys.readouterr().err
    picture.write_bytes(content)
    assert main(["export", str(run), "--format", "parquet", "--data", "pairs", "--out", str(out)]) == 0
