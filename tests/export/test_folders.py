"""A folder is replaced as a whole or not at all, and nobody else's files are touched."""

import errno
from pathlib import Path

import pytest

from irloom.errors import UserError
from irloom.export.folders import replacing_folder

OWN = frozenset({"rows", "mark", "images"})


def fill(folder: Path, text: str) -> None:
    (folder / "images").mkdir()
    for name in ("rows", "images/1", "mark"):
        (folder / name).write_text(text)


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def whole(text: str) -> dict[str, str]:
    return dict.fromkeys(("rows", "images/1", "mark"), text)


def test_a_new_folder_appears_with_everything_in_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out"
    with replacing_folder(path, OWN, "mark") as folder:
        fill(folder, "1")
        assert not path.exists()
    assert contents(path) == whole("1")
    assert [one.name for one in path.parent.iterdir()] == ["out"]


def test_an_earlier_export_is_replaced_with_all_that_it_held(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with replacing_folder(path, OWN, "mark") as folder:
        fill(folder, "1")
        (folder / "images" / "2").write_text("dropped later")
    with replacing_folder(path, OWN, "mark") as folder:
        fill(folder, "2")
        assert contents(path) == {**whole("1"), "images/2": "dropped later"}
    assert contents(path) == whole("2")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_an_error_in_the_middle_leaves_the_old_folder_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with replacing_folder(path, OWN, "mark") as folder:
        fill(folder, "1")

    def break_off() -> None:
        with replacing_folder(path, OWN, "mark") as folder:
            (folder / "rows").write_text("2")
            raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        break_off()
    assert contents(path) == whole("1")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_what_a_kill_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out"
    (tmp_path / ".out.tmp" / "images").mkdir(parents=True)
    (tmp_path / ".out.tmp" / "rows").write_text("half")
    with replacing_folder(path, OWN, "mark") as folder:
        fill(folder, "1")
    assert contents(path) == whole("1")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_kill_between_the_two_renames_loses_nothing(tmp_path: Path) -> None:
    path, old = tmp_path / "out", tmp_path / ".out.old"
    old.mkdir()
    fill(old, "1")

    def break_off() -> None:
        with replacing_folder(path, OWN, "mark"):
            assert contents(path) == whole("1")
            raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        break_off()
    assert contents(path) == whole("1")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_kill_after_the_two_renames_leaves_the_new_folder(tmp_path: Path) -> None:
    path, old = tmp_path / "out", tmp_path / ".out.old"
    for folder, text in ((path, "2"), (old, "1")):
        folder.mkdir()
        fill(folder, text)

    def break_off() -> None:
        with replacing_folder(path, OWN, "mark"):
            raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        break_off()
    assert contents(path) == whole("2")
    assert not old.exists()


def test_a_disk_that_is_full_is_one_message(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match=r"Cannot write .*out: No space left on device"),
        replacing_folder(tmp_path / "out", OWN, "mark"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", [["mark", "thesis.tex"], ["rows"], ["thesis.tex"]])
def test_a_folder_with_other_files_is_left_alone(names: list[str], tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.mkdir()
    for name in names:
        (path / name).write_text("mine")
    with (
        pytest.raises(UserError, match=r"which no export made: name an empty or new folder"),
        replacing_folder(path, OWN, "mark"),
    ):
        pytest.fail("it must not begin")
    assert contents(path) == dict.fromkeys(names, "mine")


def test_an_empty_folder_is_filled_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replacing_folder(tmp_path / "link", OWN, "mark") as folder:
        fill(folder, "1")
    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "real") == whole("1")


def test_a_path_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for name, message in (("file", "is a file: name a folder"), ("file/out", "Cannot write")):
        with pytest.raises(UserError, match=message), replacing_folder(tmp_path / name, OWN, "mark"):
            pytest.fail("it must not begin")
    assert contents(tmp_path) == {"file": "mine"}
