"""One file that cannot be read is a row of its sample in every flow, and the others are done."""

import builtins
import errno
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from irloom.cli.main import main
from support.coco import write_coco
from support.ifbench import write_set
from support.scenes import write_scenes


class Case(NamedTuple):
    """A run that is about to be made of good files."""

    command: list[str]
    image: Path
    """One of its images, which another one beside it does not share a sample with."""


class Broken(io.FileIO):
    """A file on a disk that fails."""

    def read(self, size: int | None = -1) -> Any:
        raise OSError(errno.EIO, os.strerror(errno.EIO), self.name)

    def readall(self) -> Any:
        return self.read()

    def readinto(self, buffer: Any) -> Any:
        return self.read()


def spoil_disk(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every read of this one file fails from now on, whoever opens it."""
    whole = io.open

    def open_file(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
        is_it = isinstance(file, str | os.PathLike) and Path(file).name == image.name and "r" in mode
        return Broken(file) if is_it else whole(file, mode, *more, **options)

    monkeypatch.setattr(io, "open", open_file)
    monkeypatch.setattr(builtins, "open", open_file)


def put_pipe(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens it waits for good."""
    image.unlink()
    os.mkfifo(image)


def put_folder(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image.unlink()
    image.mkdir()


def cut(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image.write_bytes(image.read_bytes()[:45])


def refuse(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file of another user's is refused, which root's never are."""
    whole = io.open

    def open_file(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
        if isinstance(file, str | os.PathLike) and Path(file).name == image.name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        return whole(file, mode, *more, **options)

    monkeypatch.setattr(io, "open", open_file)
    monkeypatch.setattr(builtins, "open", open_file)


def make_infrared(folder: Path) -> Case:
    coco = write_coco(folder, 2)
    command = ["infrared", *coco.options, "--no-translation", "--tasks", "reasoning"]
    return Case(command, coco.images / "000002.png")


def make_cir(folder: Path) -> Case:
    scenes = write_scenes(folder, 2)
    return Case(["cir", *scenes.options], sorted(scenes.images.iterdir())[0])


def make_align(folder: Path) -> Case:
    scenes = write_scenes(folder, 2)
    return Case(["align", *scenes.options], sorted(scenes.images.iterdir())[0])


def make_ifbench(folder: Path) -> Case:
    questions = write_set(folder, each=1)
    command = questions.options(folder / "unused")
    images = Path(command[command.index("--images") + 1])
    return Case(command[1 : command.index("--out")], sorted(images.iterdir())[0])


FLOWS: dict[str, Callable[[Path], Case]] = {
    "infrared": make_infrared,
    "cir": make_cir,
    "align": make_align,
    "ifbench": make_ifbench,
}
HARMS = {
    "an I/O error": spoil_disk,
    "no permission": refuse,
    "a pipe": put_pipe,
    "a folder": put_folder,
    "a cut": cut,
}
LEAVE_OUT = {"cir", "align"}
"""They do without annotated images that are not there, and say so; no file is there in place of the image."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_bad_file_is_a_row_of_its_sample(
    flow: str, harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case, out = FLOWS[flow](tmp_path / "data"), tmp_path / "run"
    HARMS[harm](case.image, monkeypatch)
    code = main(["run", *case.command, "--out", str(out), "--quiet", "--max-failures", "99"])
    monkeypatch.undo()
    said = capsys.readouterr().err
    is_left_out = harm in {"a pipe", "a folder"} and flow in LEAVE_OUT
    assert code == (0 if is_left_out else 1), said
    failed, ended = read_ends(out)
    if is_left_out:
        assert f"such as '{case.image.name}'" in said
    else:
        assert failed
        assert {one["stage"] for one in failed} == {"source"}
        assert all(case.image.stem in one["message"] for one in failed)
    assert {one["sample"] for one in failed} < ended


def read_ends(run: Path) -> tuple[list[dict[str, Any]], set[str]]:
    """The rows of failures, and every sample that ended."""
    failed, events = (
        [json.loads(line) for line in (run / f"{name}.jsonl").read_bytes().splitlines()]
        for name in ("failed", "commits")
    )
    return failed, {one["sample"] for one in events if one["event"] == "commit"}


def test_a_name_that_is_too_long_for_any_file_is_a_row_of_its_sample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, out = make_infrared(tmp_path / "data"), tmp_path / "run"
    for name in ("captions", "instances"):
        path = tmp_path / "data" / f"{name}.json"
        path.write_text(path.read_text().replace(case.image.name, "x" * 5_000 + ".png"))
    assert main(["run", *case.command, "--out", str(out), "--quiet", "--max-failures", "99"]) == 1
    failed, ended = read_ends(out)
    assert [(one["sample"], one["stage"]) for one in failed] == [("2", "source")]
    assert "File name too long" in failed[0]["message"]
    assert ended == {"1", "2"}
