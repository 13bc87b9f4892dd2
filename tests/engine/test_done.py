"""How samples ended is kept on disk, in the order of their first commits."""

import sqlite3
from dataclasses import replace

import pytest

from irloom.engine.done import Committed, Done
from irloom.errors import StorageError

ENDED = Committed(attempt=1, outcome="accepted", stages=(), rules=0, accepted=1, why="")
FAILED = replace(ENDED, outcome="failed", stages=("ask",), accepted=0, why="ask: gone")


def fill(*samples: str) -> Done:
    done = Done()
    for sample in samples:
        done[sample] = ENDED
    return done


def test_nothing_is_done_at_first() -> None:
    assert not list(Done())
    assert len(Done()) == 0
    assert "1" not in Done()


def test_samples_come_in_the_order_of_their_first_commits_however_often_they_were_tried() -> None:
    done = fill("b", "a")
    done["b"] = FAILED
    done["c"] = ENDED
    assert list(done) == ["b", "a", "c"]
    assert (len(done), done["b"]) == (3, FAILED)


def test_samples_that_ended_alike_share_one_ending() -> None:
    done = Done()
    done["1"], done["2"] = replace(ENDED), replace(ENDED)
    assert done["1"] is done["2"]


def test_more_samples_than_a_page_holds_come_in_order_and_once() -> None:
    samples = [f"{number * 7919 % 2003}" for number in range(2003)]
    assert list(fill(*samples)) == samples


def test_samples_are_found_by_how_they_ended() -> None:
    done = fill("1", "2", "3")
    done["2"] = FAILED
    assert list(done.find(lambda one: one.outcome == "failed")) == ["2"]
    assert list(done.find(lambda one: one.rules < 0)) == []


@pytest.mark.parametrize("sample", ["1 ", "01", "é", "\0", "1\0", "' OR 1", ""])
def test_an_id_is_itself_alone(sample: str) -> None:
    done = fill(sample)
    assert (list(done), sample in done, "1" in done) == ([sample], True, False)


def test_what_is_not_done_is_no_key() -> None:
    with pytest.raises(KeyError, match="2"):
        fill("1")["2"]
    assert fill("1").get("2") is None


def test_where_no_temporary_file_can_be_made_the_run_stops_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    with pytest.raises(StorageError, match="SQLITE_TMPDIR"):
        Done()


def test_a_full_disk_stops_the_run_and_says_what_to_do() -> None:
    done = fill("1")
    done._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageError, match=r"full.*make room"):
        done["a sample with an id that fits on no page " * 500] = ENDED


def test_no_id_stays_in_memory() -> None:
    import tracemalloc

    tracemalloc.start()
    try:
        done = fill(*(f"sample-{number:040d}" for number in range(1000)))
        before = tracemalloc.get_traced_memory()[0]
        for number in range(1000, 5000):
            done[f"sample-{number:040d}"] = ENDED
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(done) == 5000
    assert grown < 4000, "bytes, of which one id would take 90"
