"""What travels with the data is what the run was made with, or is told to be missing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.engine.texts import digest_text
from irloom.errors import DamageError
from irloom.export.recipe import read_prompts
from support.small_run import SmallRun, draw_image

KEPT = {f"{digest_text(text)}.md": text for text in ("Ask.", "Judge.")}
NAME = sorted(KEPT)[0]
HARMS: dict[str, Callable[[Path], object]] = {
    "changed": lambda path: path.write_text("Ask for something else."),
    "cut": lambda path: path.write_bytes(b""),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x80"),
    "missing": lambda path: path.unlink(),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    run = SmallRun(tmp_path / "run")
    run.add("1", draw_image(1), ["A dog."])
    run.log.close()
    for name, text in KEPT.items():
        (run.root / "prompts" / name).write_text(text)
    about = json.loads((run.root / "run.json").read_text())
    about["fingerprint"] |= {f"digest.prompt.task/{name}": name.removesuffix(".md") for name in KEPT}
    (run.root / "run.json").write_text(json.dumps(about))
    return run.root


def test_prompts_are_there_as_they_were_sent(root: Path) -> None:
    (root / "prompts" / "notes.md").write_text("A user's own.")
    assert read_prompts(root) == KEPT


@pytest.mark.parametrize("harm", HARMS)
def test_a_prompt_that_is_not_as_it_was_sent_is_left_out_and_told(
    harm: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    HARMS[harm](root / "prompts" / NAME)
    out = tmp_path / "pairs.json"
    assert main(["export", str(root), "--format", "llava", "--data", "pairs", "--out", str(out)]) == 1
    assert f"{root / 'prompts' / NAME} was changed after irloom wrote it" in capsys.readouterr().err
    assert len(json.loads(out.read_text())) == 1, "the rows are whole"
    recipe = json.loads((tmp_path / "pairs.json.irloom.json").read_text())["recipe"]
    assert recipe["prompts"] == {name: text for name, text in KEPT.items() if name != NAME}


def test_who_calls_it_from_python_is_told_too(root: Path) -> None:
    (root / "prompts" / NAME).unlink()
    with pytest.raises(DamageError, match=f"{re.escape(NAME)} was changed .* missing"):
        read_prompts(root)
