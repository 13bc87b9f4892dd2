"""`irloom prompts copy` writes the prompts out and overwrites nothing."""

from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.prompts import Prompts


def test_the_copy_is_complete_and_says_how_to_use_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my prompts" / "new"
    assert main(["prompts", "copy", str(folder)]) == 0
    assert f"run with --prompts '{folder}'" in capsys.readouterr().out
    assert Prompts.load(folder).texts == Prompts.load().texts
    assert len(list(folder.rglob("*.md"))) == len(Prompts.load().texts)


def test_an_edited_file_is_not_overwritten_and_nothing_else_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "debate").mkdir()
    (tmp_path / "debate" / "mine.md").write_text("mine")
    assert main(["prompts", "copy", str(tmp_path)]) == 2
    assert (
        "mine.md exists already: give a new folder, your edits are not overwritten" in capsys.readouterr().err
    )
    assert [path.name for path in tmp_path.rglob("*.md")] == ["mine.md"]
    assert (tmp_path / "debate" / "mine.md").read_text() == "mine"


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_one_message(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["prompts", "copy", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.startswith(f"irloom: {tmp_path / name}: ")
