"""No file outside of a run is read or written for another run that names it, and links need the option."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.engine.reader import iterate_rows
from support.coco import CocoFiles, write_coco
from support.forged import forge
from support.ifbench import IfbenchSet, write_set

OUT = ["../loot.png", "images/../../loot.png", "/LOOT"]
"""Names that lead out of a run; in the last one the path of the file is to be filled in."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def coco(tmp_path: Path) -> CocoFiles:
    return write_coco(tmp_path / "coco", 2)


def draw(coco: CocoFiles, out: Path, *more: str) -> int:
    options = ("--no-translation", "--tasks", "reasoning", "--no-mining", "--quiet", "--concurrency", "1")
    return main(["run", "infrared", *coco.options, "--out", str(out), *options, *more])


def take_loot(folder: Path, picture: Path) -> Path:
    """A file beside the runs of a folder, with the content that a picture of a run has."""
    return Path(shutil.copy(picture, folder / "loot.png"))


def list_contents(root: Path) -> set[bytes]:
    return {path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_forged_run_whose_names_lead_nowhere_else_is_reused(coco: CocoFiles, tmp_path: Path) -> None:
    assert draw(coco, tmp_path / "old") == 0
    forge(tmp_path / "old", "transcripts", lambda row: row)
    assert draw(coco, tmp_path / "new", "--reuse", str(tmp_path / "old")) == 0
    turns = [turn for row in iterate_rows(tmp_path / "new", "transcripts") for turn in row["turns"]]
    assert {turn["paid_in"] for turn in turns} == {0}


@pytest.mark.parametrize("name", OUT)
def test_a_run_that_is_reused_names_no_file_outside_of_it(
    name: str, coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old", tmp_path / "deeper" / "still" / "new"
    assert draw(coco, old) == 0
    loot = take_loot(tmp_path, old / "images" / "1.png")
    (old / "images" / "1.png").unlink()
    led = name.replace("/LOOT", str(loot))
    forge(old, "transcripts", lambda row: row.replace('"images/1.png"', json.dumps(led)))
    capsys.readouterr()
    assert draw(coco, new, "--reuse", str(old)) in {1, 2}
    assert "leads out of the run" in capsys.readouterr().err
    assert not (new / led).resolve().is_file() or (new / led).resolve() == loot
    assert loot.read_bytes() not in list_contents(new)


@pytest.fixture
def asked(tmp_path: Path) -> tuple[IfbenchSet, Path]:
    """A run of questions that kept visible-light images, beside the set that it was made of."""
    made = write_set(tmp_path / "set", each=1)
    options = ("--variants", "pair", "--rgb", str(made.rgb), "--limit", "1")
    assert main(made.options(tmp_path / "old", *options)) == 0
    return made, tmp_path / "old"


@pytest.mark.parametrize("name", [None, *OUT])
def test_a_run_of_visible_images_names_no_file_outside_of_it(
    name: str | None,
    asked: tuple[IfbenchSet, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made, old = asked
    row = next(iterate_rows(old, "questions"))
    own = row["images"][-1]
    assert row["visible"] == own
    loot = take_loot(tmp_path, old / own)
    Image.new("RGB", (16, 12), (250, 0, 250)).save(loot)
    led = own if name is None else name.replace("/LOOT", str(loot))
    forge(old, "questions", lambda text: text.replace(json.dumps(own), json.dumps(led)))
    capsys.readouterr()
    options = ("--variants", "pair", "--rgb", str(old), "--limit", "1")
    code = main(made.options(tmp_path / "new", *options))
    said = capsys.readouterr().err
    if name is None:
        assert code == 0, said
        return
    assert code in {1, 2}
    assert "leads out of the run" in said
    assert loot.read_bytes() not in list_contents(tmp_path / "new")


@pytest.mark.parametrize("given", [False, True], ids=["--no-translation", "--infrared"])
@pytest.mark.parametrize("follow", [False, True])
def test_a_link_that_leads_out_is_a_failed_row_and_copied_only_where_the_user_says_so(
    follow: bool, given: bool, coco: CocoFiles, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.png"
    folder = Path(shutil.copytree(coco.images, tmp_path / "infrared")) if given else coco.images
    with Image.open(coco.images / "000002.png") as image:
        size = image.size
    for number, path in enumerate((*folder.iterdir(), outside)):  # none is a visible image once more
        Image.linear_gradient("L").rotate(90 * number).resize(size).save(path)
    (folder / "000002.png").unlink()
    (folder / "000002.png").symlink_to(outside)
    options = ["--infrared", str(folder)] if given else ["--no-translation"]
    options += ["--follow-links"] if follow else []
    run = tmp_path / "run"
    command = ["run", "infrared", *coco.options, "--tasks", "reasoning", "--out", str(run), "--quiet"]
    assert main([*command, *options]) == (0 if follow else 1)
    failed = {row["sample"]: row["message"] for row in iterate_rows(run, "failed")}
    assert list(failed) == ([] if follow else ["2"])
    assert follow or "--follow-links" in failed["2"]
    assert {row["sample"] for row in iterate_rows(run, "pairs")} == ({"1", "2"} if follow else {"1"})
    assert (outside.read_bytes() in list_contents(run)) is follow
    assert not [path for path in run.rglob("*") if path.is_symlink()]
