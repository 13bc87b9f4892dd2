"""The index is built once per input, and survives kills, races and unusable folders."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import ConfigError
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


def test_a_second_opening_hashes_and_does_not_read(make_source: Make, folder: Path, tmp_path: Path) -> None:
    first = make_source(boxes=[])
    assert what_happens(folder, tmp_path / "cache") == {"hashing"}
    second = open_again(folder, tmp_path / "cache")
    assert list(second) == list(first)
    assert dict(second.counts) == dict(first.counts)
    assert dict(second.digests) == dict(first.digests)
    second.close()


def test_nothing_but_index_lock_and_sum_is_left(make_source: Make, tmp_path: Path) -> None:
    make_source(boxes=[])
    assert sorted(path.suffix for path in (tmp_path / "cache").iterdir()) == [".lock", ".sqlite", ".sum"]


def test_progress_tells_bytes_up_to_the_total(make_source: Make, folder: Path, tmp_path: Path) -> None:
    make_source(boxes=[])
    last: dict[str, tuple[int, int]] = {}
    source = open_again(folder, tmp_path / "new", lambda what, *bytes_: last.update({what: bytes_}))
    source.close()
    assert list(last) == [
        *("hashing captions.json", "hashing instances.json"),
        *("reading captions.json", "reading instances.json", "joining"),
    ]
    assert all(done == total for done, total in last.values())


def test_a_changed_file_of_the_same_size_and_time_gets_its_own_index(
    make_source: Make, folder: Path, tmp_path: Path
) -> None:
    make_source(boxes=[])
    path = tmp_path / "captions.json"
    before = path.stat()
    path.write_text(path.read_text().replace("A dog.", "A cat."))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    source = open_again(folder, tmp_path / "cache")
    assert [sample.captions for sample in source] == [("A cat.",)]
    source.close()


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // 4096 * 4096])


def cut_last_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def forget_counts(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("DELETE FROM meta")
    db.commit()
    db.close()


def change_a_caption(path: Path) -> None:
    """One bit, which SQLite does not notice."""
    content = bytearray(path.read_bytes())
    place = content.index(b'["') + 2
    content[place] ^= 1
    path.write_bytes(content)


def age(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=0")
    db.close()


@pytest.mark.parametrize(
    "harm",
    [
        cut_in_half,
        cut_last_page,
        forget_counts,
        age,
        lambda p: p.write_bytes(b""),
        lambda p: p.write_bytes(b"x" * 9999),
        change_a_caption,
        lambda p: p.with_name(f"{p.name}.sum").unlink(),
    ],
    ids=["half", "last page", "no counts", "old scheme", "empty", "foreign", "a letter", "no sum"],
)
def test_a_damaged_index_is_built_again(
    make_source: Make, folder: Path, tmp_path: Path, harm: Callable[[Path], Any]
) -> None:
    make_source(boxes=[])
    harm(index_of(tmp_path / "cache"))
    assert what_happens(folder, tmp_path / "cache") == {"hashing", "reading", "joining"}
    assert what_happens(folder, tmp_path / "cache") == {"hashing"}


def test_an_index_that_was_changed_is_told(make_source: Make, folder: Path, tmp_path: Path) -> None:
    whole = make_source(boxes=[])
    assert not any("index" in notice for notice in whole.notices)
    change_a_caption(index_of(tmp_path / "cache"))
    source = open_again(folder, tmp_path / "cache")
    assert source.notices[0].endswith("was not as it had been built: it was built again.")
    assert list(source) == list(whole)
    source.close()


def test_a_build_that_fails_leaves_no_index(make_source: Make, folder: Path, tmp_path: Path) -> None:
    make_source(boxes=[])

    def fail(what: str, done: int, total: int) -> None:
        if what == "joining":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_again(folder, tmp_path / "new", fail)
    assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".lock"]


BUILD = """
import sys, time
from pathlib import Path
from irloom.sources.coco import CocoSource

folder, cache, hang = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "hang"
steps = set()

def report(what, done, total):
    steps.add(what)
    if hang and what == "joining":
        print("hanging", flush=True)
        time.sleep(60)

print("ready", flush=True)
sys.stdin.readline()
source = CocoSource(folder, folder.parent / "captions.json", folder.parent / "instances.json", cache, report)
print(len(list(source)), "joining" in steps, flush=True)
"""


def start_build(folder: Path, cache: Path, mode: str) -> "subprocess.Popen[str]":
    """Start a process that builds as soon as it reads a line."""
    command = [sys.executable, "-c", BUILD, str(folder), str(cache), mode]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_killed_build_is_done_again_and_its_remains_removed(
    make_source: Make, folder: Path, tmp_path: Path
) -> None:
    make_source(boxes=[])
    with start_build(folder, tmp_path / "new", "hang") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "hanging\n"
        process.kill()
    assert len(list((tmp_path / "new").glob("*.part*"))) == 2
    assert what_happens(folder, tmp_path / "new") == {"hashing", "reading", "joining"}
    assert list((tmp_path / "new").glob("*.part*")) == []


def test_processes_that_build_at_the_same_time_build_once(
    make_source: Make, folder: Path, tmp_path: Path
) -> None:
    images = [{"id": i, "file_name": "a.jpg", "width": 9, "height": 9} for i in range(500)]
    make_source(images, [{"image_id": i, "caption": "A dog."} for i in range(500)], [])
    processes = [start_build(folder, tmp_path / "new", "once") for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate(timeout=250)[0] for process in processes)
    assert said == ["500 False\n"] * 3 + ["500 True\n"]


def test_a_file_that_changes_while_it_is_read_is_refused(
    make_source: Make, folder: Path, tmp_path: Path
) -> None:
    make_source(boxes=[])

    def meddle(what: str, done: int, total: int) -> None:
        if what == "hashing instances.json":
            path = tmp_path / "captions.json"
            path.write_text(path.read_text() + " ")

    with pytest.raises(ConfigError, match="changed while it was read"):
        open_again(folder, tmp_path / "new", meddle)
