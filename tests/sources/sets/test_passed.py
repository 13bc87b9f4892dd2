"""What lies in the folder of a set and is not read is counted and told."""

import os
from pathlib import Path

import pytest

from irloom.errors import ConfigError
from support.sets import open_set, write_picture


def test_a_linked_folder_is_named_where_nothing_else_holds_pictures(tmp_path: Path) -> None:
    write_picture(tmp_path / "store" / "a.png")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "thermal").symlink_to(tmp_path / "store")
    with pytest.raises(ConfigError, match=r"1 folder_linked.*links to folders.*such as thermal"):
        open_set("folder", tmp_path / "set")


def test_a_linked_folder_beside_others_is_told(tmp_path: Path) -> None:
    write_picture(tmp_path / "thermal" / "a.png")
    (tmp_path / "visible").symlink_to(tmp_path / "thermal")
    found = open_set("folder", tmp_path)
    assert found.counts["folder_linked"] == 1
    assert "such as visible" in found.notices[0]


def test_names_that_are_no_unicode_are_counted(tmp_path: Path) -> None:
    write_picture(tmp_path / "thermal" / "a.png")
    try:
        Path(os.fsdecode(os.fsencode(tmp_path / "thermal") + b"/\xff.png")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes Unicode alone")
    found = open_set("folder", tmp_path)
    assert found.counts["name_no_unicode"] == 1
    assert r"thermal/\udcff.png" in found.notices[0]


@pytest.mark.parametrize("suffix", ["pgm", "HEIC", "fff", "cptv"])
def test_pictures_of_kinds_that_are_not_read_are_counted_and_told_where_they_are_many(
    suffix: str, tmp_path: Path
) -> None:
    write_picture(tmp_path / "thermal" / "a.png")
    (tmp_path / "thermal" / f"b.{suffix}").write_bytes(b"")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / f"c.{suffix}").write_bytes(b"")
    found = open_set("folder", tmp_path)
    assert found.counts["kind_unread"] == 1
    assert "convert them first" in found.notices[0]
    for number in range(20):
        write_picture(tmp_path / "thermal" / f"{number}.png")
    assert open_set("folder", tmp_path).notices == ()
