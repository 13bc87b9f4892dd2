"""The index holds what is committed, grows with the run, and may be deleted or outlived by its run."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from irloom.engine.summary import summarise
from irloom.errors import DamageError, RunDirError
from irloom.pipelines.infrared.view import VIEW
from irloom.web.filters import Filter
from irloom.web.index import Index
from irloom.web.indexer import catch_up, share_indexed
from irloom.web.queries import count_facets, count_in_flight, find_entry, list_page, sum_up
from support.notes import forget_ending
from support.small_run import SmallRun, draw_image
from web.conftest import fill


def count_samples(index: Index, **conditions: str) -> int:
    with index.reading() as connection:
        return sum_up(connection, Filter.read(conditions), {}).samples


def test_counts_are_those_of_the_summary(hostile: Path, tmp_path: Path) -> None:
    summary = summarise(hostile)
    with fill(Index(hostile, tmp_path)).reading() as connection:
        facets = count_facets(connection, Filter(), {})
        totals = sum_up(connection, Filter(), {})
    assert dict(facets["outcome"]) == {name: count for name, count in summary.outcomes.items() if count}
    assert dict(facets["stage"]) == {"judge": 1}
    assert facets["category"] == [("material", 1)]
    assert totals.samples == summary.samples == 3
    assert totals.requests == summary.usage["requests"]
    assert totals.tokens == summary.usage["prompt_tokens"] + summary.usage["completion_tokens"] > 0


def test_a_growing_run_is_indexed_from_where_the_index_stands(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    log = (run / "commits.jsonl").read_bytes()
    lines = log.splitlines(keepends=True)
    forget_ending(run)
    second = [place for place, line in enumerate(lines) if b'"commit"' in line][1]
    (run / "commits.jsonl").write_bytes(b"".join(lines[: second + 2]) + b'{"event":"comm')
    index = fill(Index(run, tmp_path))
    assert count_samples(index) == 2
    with index.reading() as connection:
        assert count_in_flight(connection) == 1
        first = list_page(connection, Filter(), {}).entries
    (run / "commits.jsonl").write_bytes(log)
    fill(index)
    assert count_samples(index) == 4
    with index.reading() as connection:
        assert count_in_flight(connection) == 0
        assert list(list_page(connection, Filter(), {}).entries[2:]) == list(first)
    assert share_indexed(index) == 1


def test_a_sample_counts_by_its_last_attempt_and_its_cost_adds_up(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    answers = [("reasoning", "It runs.")]
    run.fail("1")
    run.add("2", draw_image(2), ["A cat."], answers, mined="No red.")
    index = fill(Index(run.root, tmp_path))
    assert count_samples(index, outcome="failed", stage="judge") == 1
    run.add("1", draw_image(1), ["A dog."], answers, attempt=2)
    run.add("2", draw_image(2), ["A cat."], answers, attempt=2)
    run.log.close()
    fill(index)
    assert count_samples(index) == 2
    assert count_samples(index, stage="judge") == 0
    with index.reading() as connection:
        facets = count_facets(connection, Filter(), {})
    assert facets["outcome"] == [("accepted", 2)]
    assert "stage" not in facets, "what is counted is the last attempt"
    assert count_samples(index, rule="No red.") == 1, "rules of all attempts count"
    assert count_samples(index, q="dog") == 1, "words of the attempt before are no other sample's"
    with index.reading() as connection:
        entry = find_entry(connection, "1")
    assert entry is not None
    assert (entry.attempt, entry.requests, entry.tokens) == (2, 6, 500)
    assert entry.cost_usd == pytest.approx(0.002)


def test_an_index_that_was_deleted_is_made_again(offline: Path, tmp_path: Path) -> None:
    index = fill(Index(offline, tmp_path))
    shutil.rmtree(tmp_path / "view")
    assert count_samples(fill(index)) == 4


def break_file(path: Path, how: str) -> None:
    if how == "no database":
        path.write_bytes(b"x" * path.stat().st_size)
    else:  # the head stays as it is, so that only who reads further notices
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


@pytest.mark.parametrize("how", ["no database", "malformed"])
def test_an_index_that_is_broken_is_made_again(offline: Path, tmp_path: Path, how: str) -> None:
    index = fill(Index(offline, tmp_path))
    break_file(index.path, how)
    assert count_samples(fill(index)) == 4


@pytest.mark.parametrize("how", ["no database", "malformed"])
def test_who_reads_a_broken_index_makes_room_for_another(offline: Path, tmp_path: Path, how: str) -> None:
    index = fill(Index(offline, tmp_path))
    break_file(index.path, how)
    with pytest.raises(sqlite3.DatabaseError):
        count_samples(index)
    assert not index.path.exists()
    assert count_samples(fill(index)) == 4


def test_a_log_that_was_replaced_is_indexed_anew(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    index = fill(Index(run, tmp_path))
    log = (run / "commits.jsonl").read_bytes()
    lines = log.splitlines(keepends=True)
    forget_ending(run)
    (run / "commits.jsonl").write_bytes(b"".join(lines[:3]))
    assert count_samples(fill(index)) == 1


def test_a_log_is_indexed_up_to_the_line_that_does_not_hold(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    lines = (run / "commits.jsonl").read_bytes().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b'"requests":', b'"requests":7')
    (run / "commits.jsonl").write_bytes(b"".join(lines))
    index = Index(run, tmp_path)
    with pytest.raises(DamageError, match=f"line {len(lines)} of it, .* fails its sum"):
        fill(index)
    assert count_samples(index) == 3


def test_an_index_that_was_changed_is_made_again(offline: Path, tmp_path: Path) -> None:
    index = fill(Index(offline, tmp_path))
    assert index.drop_changed(), "one without a sum was left in the middle of its making"
    index = fill(index)
    index.seal()
    assert not index.drop_changed()
    content = bytearray(index.path.read_bytes())
    content[content.index(b"accepted")] ^= 1
    index.path.write_bytes(content)
    assert index.drop_changed()
    assert not index.path.exists()
    assert count_samples(fill(index), outcome="accepted") > 0


def test_another_run_in_the_same_place_has_another_index(
    offline: Path, one_round: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    before = Index(run, tmp_path).path
    shutil.rmtree(run)
    shutil.copytree(one_round, run)
    log = (run / "commits.jsonl").read_bytes()
    (run / "commits.jsonl").write_bytes(log.replace(b'"time":"20', b'"time":"19', 1))
    assert Index(run, tmp_path).path != before


def test_edited_rows_are_refused_by_name(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    rows = (run / "pairs.jsonl").read_bytes()
    (run / "pairs.jsonl").write_bytes(b"x" + rows[1:])
    with pytest.raises(RunDirError, match=r"pairs\.jsonl was changed"):
        catch_up(Index(run, tmp_path), VIEW)


def test_an_index_cannot_be_written_through_a_reading_connection(offline: Path, tmp_path: Path) -> None:
    with (
        fill(Index(offline, tmp_path)).reading() as connection,
        pytest.raises(Exception, match="readonly database"),
    ):
        connection.execute("DELETE FROM samples")
