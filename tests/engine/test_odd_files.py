"""A run directory that somebody else made leads nobody out of it: no link is followed, no pipe waited for."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

import irloom
from irloom.cli.main import main
from irloom.engine.images import keep_bytes
from irloom.engine.lock import RunLock
from irloom.engine.marks import Mark, write_mark
from irloom.engine.odd_files import is_plain, refuse_odd_files
from irloom.engine.spending import SpendingFile
from irloom.engine.storage import AppendFile, write_atomically
from irloom.errors import RunDirError, StorageError
from irloom.export.files import write_text
from support.small_run import SmallRun, draw_image

Make = Callable[[Path, Path], object]
ODD: dict[str, Make] = {
    "a link": lambda path, target: path.symlink_to(target),
    "a link to nothing": lambda path, target: path.symlink_to(target.with_name("nothing")),
    "a pipe": lambda path, target: os.mkfifo(path),
    "a socket": lambda path, target: _bind(path),
}


def _bind(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the whole path would be too long for a socket
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_bytes(draw_image(9))
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    made = SmallRun(tmp_path / "run")
    for number in (1, 2):
        made.add(str(number), draw_image(number), captions=["A dog."], answers=[("reasoning", "Warm.")])
    made.log.close()
    return made.root


def replace(path: Path, odd: str, secret: Path) -> None:
    path.unlink(missing_ok=True)
    ODD[odd](path, secret)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "name",
    [
        "lock",
        "spending.json",
        "run.json",
        "commits.jsonl",
        "pairs.jsonl",
        ".run.json.tmp",
        "journal/1.1.jsonl",
    ],
)
def test_every_verb_refuses_a_run_with_such_a_file_and_leaves_it_alone(
    name: str, odd: str, run: Path, secret: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = secret.read_bytes()
    replace(run / name, odd, secret)
    for command in (
        ["resume", str(run)],
        ["inspect", str(run)],
        ["inspect", str(run), "1"],
        ["report", str(run), "--out", str(tmp_path / "page.html")],
        ["export", str(run), "--format", "llava", "--out", str(tmp_path / "out.json")],
    ):
        assert main(command) == 2, command
        assert f"{run / name} is {odd.removesuffix(' to nothing')}" in capsys.readouterr().err
    assert secret.read_bytes() == before
    assert not secret.with_name("nothing").exists()


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("form", ["llava", "parquet"])
def test_no_export_holds_what_a_picture_leads_to(
    odd: str, form: str, run: Path, secret: Path, tmp_path: Path
) -> None:
    replace(run / "images" / "1.png", odd, secret)
    assert main(["export", str(run), "--format", form, "--out", str(tmp_path / "out")]) == 2
    assert main(["report", str(run), "--out", str(tmp_path / "page.html")]) == 2
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "page.html").exists()


def test_a_folder_of_pictures_that_is_a_link_is_refused_too(run: Path, tmp_path: Path) -> None:
    (run / "images").rename(tmp_path / "elsewhere")
    (run / "images").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunDirError, match="images is a link"):
        irloom.open(run)


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/hostname", "images/../../secret", "C:\\secret", "..\\secret"]
)
def test_no_export_reads_a_picture_whose_name_leads_out(name: str, tmp_path: Path, secret: Path) -> None:
    made = SmallRun(tmp_path / "run")
    made.add("1", draw_image(1), captions=["A dog."])
    made.log.close()
    rows = (made.root / "pairs.jsonl").read_text()
    assert '"images/1.png"' in rows
    spoilt = rows.replace('"images/1.png"', f'"{name}"'.replace("\\", "\\\\"))
    commits = (made.root / "commits.jsonl").read_text()
    (made.root / "pairs.jsonl").write_text(spoilt)
    (made.root / "commits.jsonl").write_text(
        commits.replace(str(len(rows.encode())), str(len(spoilt.encode())))
    )
    for form in ("parquet", "llava"):
        options = ["--format", form, "--data", "pairs", "--out", str(tmp_path / "out")]
        assert main(["export", str(made.root), *options]) == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("odd", ODD)
def test_nothing_is_written_through_what_comes_in_between(odd: str, tmp_path: Path, secret: Path) -> None:
    before, folder = secret.read_bytes(), tmp_path / "folder"
    folder.mkdir()
    for name in (
        "lock",
        "spending.json",
        "rows.jsonl",
        "marks.jsonl",
        ".whole.json.tmp",
        ".1.png.tmp",
        ".text.tmp",
    ):
        replace(folder / name, odd, secret)
    for write in (
        lambda: RunLock(folder).acquire(),
        lambda: SpendingFile(folder / "spending.json"),
        lambda: AppendFile(folder / "rows.jsonl"),
        lambda: write_mark(folder, Mark(sample="1", marked=True)),
    ):
        with pytest.raises(StorageError, match="Cannot write"):
            write()
    write_atomically(folder / "whole.json", b"{}", "create.rules")
    keep_bytes(folder, "1.png", b"a picture")
    write_text(folder / "text", "words")
    assert secret.read_bytes() == before
    assert not secret.with_name("nothing").exists()
    assert [(folder / name).read_bytes() for name in ("whole.json", "1.png", "text")] == [
        b"{}",
        b"a picture",
        b"words",
    ]
    assert not any((folder / name).is_symlink() for name in ("whole.json", "1.png", "text"))


def test_a_run_that_is_reached_by_a_link_is_a_run(run: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(run)
    refuse_odd_files(tmp_path / "link", pictures=True)
    assert irloom.open(tmp_path / "link").summary.samples == 2


def test_a_file_is_plain_only_with_no_link_on_the_way(run: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(run)
    assert is_plain(run, "images/1.png")
    assert not is_plain(tmp_path, "link/images/1.png")
    assert not is_plain(run, "images")
    assert not is_plain(run, "images/none.png")
