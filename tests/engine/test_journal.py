"""A segment holds the calls of a sample in flight; a torn line is owed again."""

from pathlib import Path
from typing import Any

import pytest

from irloom.engine.journal import Segment, Spares


def turn(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, **more}


def test_what_is_recorded_is_loaded_by_key(tmp_path: Path) -> None:
    segment = Segment(tmp_path, "1", 1)
    assert segment.load() == {}
    assert not segment.path.exists(), "a segment without calls leaves no file"
    segment.record(turn("a", reply=["é\n\u2028"]))
    segment.record(turn("b", scores=[0.1]))
    segment.close()
    assert Segment(tmp_path, "1", 1).load() == {
        "a": {"key": "a", "reply": ["é\n\u2028"]},
        "b": {"key": "b", "scores": [0.1]},
    }


def test_samples_and_attempts_do_not_share_a_segment(tmp_path: Path) -> None:
    ids = [("1", 1), ("1", 11), ("11", 1), ("1.1", 1), ("a/b", 1), ("a_b", 1), ("A", 1), ("a", 1)]
    assert len({Segment(tmp_path, *one).path.name.lower() for one in ids}) == len(ids)
    Segment(tmp_path, "1", 1).record(turn("a"))
    assert Segment(tmp_path, "1", 2).load() == {}


@pytest.mark.parametrize("tail", [b'{"key":"c","reply":["cut', b"\x00" * 50, b"\x00\x00\n", b"\xff\xfe"])
def test_a_torn_last_line_is_cut_off_and_its_call_owed_again(tail: bytes, tmp_path: Path) -> None:
    segment = Segment(tmp_path, "1", 1)
    segment.record(turn("a"))
    segment.record(turn("b"))
    segment.close()
    whole = segment.path.read_bytes()
    segment.path.write_bytes(whole + tail)
    again = Segment(tmp_path, "1", 1)
    assert set(again.load()) == {"a", "b"}
    assert segment.path.read_bytes() == whole
    again.record(turn("c"))
    again.close()
    assert set(Segment(tmp_path, "1", 1).load()) == {"a", "b", "c"}


def test_a_segment_whose_first_line_is_torn_is_empty(tmp_path: Path) -> None:
    segment = Segment(tmp_path, "1", 1)
    segment.path.write_bytes(b'{"key":')
    assert segment.load() == {}
    assert segment.path.read_bytes() == b""


def test_a_removed_segment_is_gone_and_may_be_gone_already(tmp_path: Path) -> None:
    segment = Segment(tmp_path, "1", 1)
    segment.record(turn("a"))
    segment.remove()
    segment.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_removes_the_segments_of_finished_samples_only(tmp_path: Path) -> None:
    kept = [("1", 1), ("A/b", 2)]
    gone = [("2", 1), ("1", 2), ("A/b", 1)]
    for one in [*kept, *gone]:
        segment = Segment(tmp_path, *one)
        segment.record(turn("a"))
        segment.close()
    Segment.sweep(tmp_path, kept)
    assert {path.name for path in tmp_path.iterdir()} == {Segment(tmp_path, *one).path.name for one in kept}


def test_a_journal_folder_that_a_copy_has_lost_is_made_again(tmp_path: Path) -> None:
    Segment.sweep(tmp_path / "journal", [])
    Segment(tmp_path / "journal", "1", 1).record(turn("a"))


def test_a_removed_segment_is_a_spare_that_the_next_sample_takes_empty(tmp_path: Path) -> None:
    spares = Spares(tmp_path)
    first = Segment(tmp_path, "1", 1, spares)
    first.record(turn("a", reply=["long" * 100]))
    inode = first.path.stat().st_ino
    first.remove()
    assert not first.path.exists()
    second = Segment(tmp_path, "2", 1, spares)
    assert second.load() == {}
    second.record(turn("b"))
    assert second.path.stat().st_ino == inode
    assert set(Segment(tmp_path, "2", 1).load()) == {"b"}


def test_a_spare_never_takes_the_place_of_recorded_calls(tmp_path: Path) -> None:
    Segment(tmp_path, "2", 1).record(turn("kept"))
    spares = Spares(tmp_path)
    first = Segment(tmp_path, "1", 1, spares)
    first.record(turn("a"))
    first.remove()
    again = Segment(tmp_path, "2", 1, spares)
    again.record(turn("b"))
    assert set(Segment(tmp_path, "2", 1).load()) == {"kept", "b"}


def test_spares_go_at_the_end_of_a_run_and_at_the_start_of_the_next(tmp_path: Path) -> None:
    for end in ("removed", "killed"):
        spares = Spares(tmp_path)
        segment = Segment(tmp_path, "1", 1, spares)
        segment.record(turn("a"))
        segment.remove()
        assert len(list(tmp_path.iterdir())) == 1
        if end == "removed":
            spares.remove()
        else:
            Segment.sweep(tmp_path, [])
        assert list(tmp_path.iterdir()) == []
