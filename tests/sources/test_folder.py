"""Images of a folder that nothing else is known of."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.errors import ConfigError
from irloom.sources.folder import FolderSource


def write(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (12, 8)).save(path)
    return folder


def test_images_are_samples_in_the_order_of_their_names_with_ids_from_their_paths(tmp_path: Path) -> None:
    source = FolderSource(write(tmp_path, "b.png", "a/c.jpg", "a/b.PNG"))
    assert list(source.list_ids()) == ["a/b", "a/c", "b"]
    sample = source.get("a/c")
    assert sample is not None
    assert (sample.image, sample.width, sample.height, sample.fault) == ("a/c.jpg", 12, 8, None)
    assert (len(source), source.counts) == (3, {"images": 3})


def test_two_images_of_one_stem_keep_their_suffixes_in_their_ids(tmp_path: Path) -> None:
    source = FolderSource(write(tmp_path, "a.png", "a.jpg", "b.png"))
    assert list(source.list_ids()) == ["a.jpg", "a.png", "b"]


def test_an_image_whose_stem_is_another_images_name_keeps_its_suffix(tmp_path: Path) -> None:
    source = FolderSource(write(tmp_path, "a.jpg", "a.png", "a.jpg.png", "b.jpg", "b.jpg.png"))
    assert sorted(source.list_ids()) == ["a.jpg", "a.jpg.png", "a.png", "b", "b.jpg.png"]


def test_other_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.png", ".b.png", ".cache/c.png")
    (tmp_path / "notes.txt").write_text("not an image")
    assert list(FolderSource(tmp_path).list_ids()) == ["a"]


def test_an_image_whose_header_cannot_be_read_is_a_sample_with_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"nothing")
    sample = FolderSource(tmp_path).get("a")
    assert sample is not None
    assert sample.fault is not None
    assert "a.png" in sample.fault.message


def test_an_unknown_id_is_none_and_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    assert FolderSource(write(tmp_path / "one", "a.png")).get("z") is None
    (tmp_path / "none").mkdir()
    with pytest.raises(ConfigError, match=r"holds no image"):
        FolderSource(tmp_path / "none")


def test_the_digest_follows_the_names(tmp_path: Path) -> None:
    first = FolderSource(write(tmp_path / "one", "a.png")).digests
    assert first == FolderSource(write(tmp_path / "two", "a.png")).digests
    assert first != FolderSource(write(tmp_path / "three", "b.png")).digests


def test_thumbnails_of_storage_devices_and_kinds_that_are_not_read_are_counted(tmp_path: Path) -> None:
    write(tmp_path, "a.png", "@eaDir/a.png/SYNOPHOTO_THUMB_M.jpg", "__MACOSX/a.png", ".b.png")
    for name in ("c.HEIC", "d.heic", "e.cr2", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    source = FolderSource(tmp_path)
    assert list(source.list_ids()) == ["a"]
    assert source.counts == {
        "images": 1,
        "skipped_cr2": 1,
        "skipped_heic": 2,
        "skipped_hidden": 1,
        "skipped_thumbnail": 2,
    }
    (notice,) = source.notices
    assert notice.startswith("3 files are of kinds that are not read; skipped: 1 cr2, 2 heic")


def test_a_folder_of_nothing_but_what_is_not_read_is_refused_with_the_kinds(tmp_path: Path) -> None:
    (tmp_path / "c.HEIC").write_bytes(b"x")
    with pytest.raises(ConfigError, match=r"holds no image .*skipped: 1 heic"):
        FolderSource(tmp_path)


def test_a_folder_within_that_cannot_be_read_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ConfigError, match=r"closed cannot be read \(Permission denied\)"):
        FolderSource(tmp_path)
