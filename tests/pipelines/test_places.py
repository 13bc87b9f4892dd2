"""A run keeps apart from its images and from other runs, whichever holds the other."""

from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.errors import RunDirError
from irloom.pipelines.places import refuse_entangled


def test_a_run_among_its_own_images_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (images / "a.jpg").write_bytes(b"x")
    assert main(["run", "cir", "--images", str(images), "--out", str(images / "run")]) == 2
    assert "the run's own pictures would count among them" in capsys.readouterr().err
    assert not (images / "run").exists()


def test_a_link_hides_no_entanglement(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "images")
    with pytest.raises(RunDirError, match="where the images are"):
        refuse_entangled(tmp_path / "link" / "run", tmp_path / "images")


def test_images_within_the_folder_of_the_run_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunDirError, match="does not hold it"):
        refuse_entangled(tmp_path, tmp_path / "images")


def test_a_run_within_another_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RunDirError, match="lies in the run"):
        refuse_entangled(tmp_path / "deep" / "er", None)


def test_folders_side_by_side_are_fine(tmp_path: Path) -> None:
    refuse_entangled(tmp_path / "images-run", tmp_path / "images")
    refuse_entangled(tmp_path / "run", None)
