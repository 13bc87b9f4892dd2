"""The cache folder is chosen by argument, variable or system, and refused where it cannot be used."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources import index_builder as indexing
from irloom.sources.coco import CocoSource

Make = Callable[..., CocoSource]


def open_again(folder: Path, cache: Path, progress: Any = None) -> CocoSource:
    root = folder.parent
    return CocoSource(folder, root / "captions.json", root / "instances.json", cache, progress)


def index_of(cache: Path) -> Path:
    (path,) = cache.glob("*.sqlite")
    return path


def what_happens(folder: Path, cache: Path) -> set[str]:
    """The steps that opening takes, each named by its first word."""
    steps: set[str] = set()
    source = open_again(folder, cache, lambda what, done, total: steps.add(what.split()[0]))
    source.close()
    return steps


def test_the_variable_names_the_cache_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "named # %3f ü"))
    (tmp_path / "captions.json").write_text('{"images": [], "annotations": []}')
    CocoSource(folder, tmp_path / "captions.json", None).close()
    assert index_of(tmp_path / "named # %3f ü").is_file()


def test_without_the_variable_the_system_names_the_cache_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IRLOOM_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    (tmp_path / "captions.json").write_text('{"images": [], "annotations": []}')
    CocoSource(folder, tmp_path / "captions.json", None).close()
    assert index_of(tmp_path / "xdg" / "irloom").is_file()


def test_a_cache_folder_that_cannot_be_written_names_the_variable(
    make_source: Make, folder: Path, tmp_path: Path
) -> None:
    make_source(boxes=[])
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="set IRLOOM_CACHE to another folder"):
        open_again(folder, tmp_path / "file" / "cache")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_still_serves_the_index_that_is_there(
    make_source: Make, folder: Path, tmp_path: Path
) -> None:
    make_source(boxes=[])
    (tmp_path / "cache").chmod(0o500)
    assert what_happens(folder, tmp_path / "cache") == {"hashing"}
    (tmp_path / "cache").chmod(0o700)


def test_a_full_disk_names_the_folder(
    make_source: Make, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_source(boxes=[])
    limited = indexing._SCHEME.replace("BEGIN;", "PRAGMA max_page_count=5; BEGIN;")
    monkeypatch.setattr(indexing, "_SCHEME", limited)
    images = [{"id": i, "file_name": "x" * 200} for i in range(1000)]
    path = tmp_path / "captions.json"
    path.write_text(json.dumps({"images": images, "annotations": []}))
    with pytest.raises(ConfigError, match=r"new: database or disk is full; .*IRLOOM_CACHE"):
        CocoSource(folder, path, None, tmp_path / "new")
    assert [left.suffix for left in (tmp_path / "new").iterdir()] == [".lock"]
