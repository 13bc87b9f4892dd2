"""Pictures are compared by what their run recorded of them, as long as their bytes are those that it made."""

import hashlib
import shutil
from pathlib import Path

import pytest

from irloom.export import prints
from irloom.export.prints import Print, Prints, list_recorded, read_print
from support.small_run import SmallRun, draw_image

CODE = 0x0123456789ABCDEF


def record(run: SmallRun, sample: str, code: object) -> Path:
    """A picture in the run of which a hash is recorded, a wrong one, to be told from one that is computed."""
    content = draw_image(int(sample))
    name = f"images/{sample}.png"
    kept = {"image": name, "sha256": hashlib.sha256(content).hexdigest(), "phash": code}
    run.add(sample, content, ["A dog."], turns=[{"agent": "caption", "node": "translate", "result": kept}])
    return run.root / name


def test_what_was_recorded_is_taken_without_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = SmallRun(tmp_path / "run")
    path = record(run, "1", f"{CODE:016x}")
    monkeypatch.setattr(prints, "_shrink_content", lambda content: pytest.fail("it was decoded"))
    (found,) = Prints(looks=True, recorded=list_recorded(run.root)).read([path])
    assert found == Print(hashlib.sha256(path.read_bytes()).hexdigest(), CODE)


def test_of_a_picture_whose_bytes_changed_nothing_recorded_is_believed(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    path = record(run, "1", f"{CODE:016x}")
    path.write_bytes(draw_image(2))
    (found,) = Prints(looks=True, recorded=list_recorded(run.root)).read([path])
    assert found == read_print(path, looks=True)._replace(small=b"")
    assert found.code != CODE


def test_what_was_recorded_is_not_enough_where_the_picture_itself_is_kept(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    path = record(run, "1", f"{CODE:016x}")
    looking = Prints(looks=True, recorded=list_recorded(run.root))
    assert [one.small for one in looking.read([path])] == [b""]
    assert looking.read([path], keep_small=True) == [read_print(path, looks=True)]
    assert len(read_print(path, looks=True).small) == 32 * 32


@pytest.mark.parametrize("code", ["", "0x123456789abcdef", "0123456789ABCDEF", "0123456789abcdef0", 7])
def test_a_record_that_is_no_hash_is_none(code: object, tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    record(run, "1", code)
    assert list_recorded(run.root) == {}


def test_a_run_that_moved_finds_its_records(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    record(run, "1", f"{CODE:016x}")
    shutil.move(run.root, tmp_path / "moved")
    assert [*list_recorded(tmp_path / "moved")] == [tmp_path / "moved/images/1.png"]


def test_progress_says_one_total_until_the_end(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(150)]
    for path in paths:
        path.write_bytes(draw_image(1))
    heard: list[tuple[int, int]] = []
    looking = Prints(looks=False, progress=lambda what, done, total: heard.append((done, total)))
    looking.read(paths[:100])
    looking.read(paths)
    assert heard == [(64, 100), (100, 100), (150, 150)]
