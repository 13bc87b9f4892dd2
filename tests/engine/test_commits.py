"""The commit log vouches for the data files: rows are neither lost nor doubled, and edits are refused."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.commits import CommitLog
from irloom.engine.log import iterate_commits, list_files
from irloom.engine.rows import iterate_committed
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.errors import DamageError, RunDirError, StorageError
from irloom.protocols import Usage
from irloom.records import SampleResult
from support.children import USAGE, commit, fill_the_disk, finished, reopen
from support.forked import start_forked

FILES = ("pairs", "instructions", "rejected", "failed", "transcripts", "rules")
BASIC = {"rule": "Delete all words about colour.", "version": 0, "origin": "basic"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A run with an empty log and one basic rule."""
    (tmp_path / "rules.jsonl").write_bytes(dump_line(BASIC))
    log = CommitLog(tmp_path, FILES)
    log.begin()
    log.close()
    return tmp_path


def rows(root: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / f"{name}.jsonl").read_text().splitlines()]


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.glob("*.jsonl")}


def test_a_new_log_begins_with_a_start_line_that_vouches_for_the_rules(root: Path) -> None:
    (event,) = iterate_commits(root)
    assert event["event"] == "start"
    assert event["ends"] == {f"{name}.jsonl": 0 for name in FILES} | {"rules.jsonl": len(dump_line(BASIC))}
    state = reopen(root).state
    assert not state.open
    assert not list(state.done)
    assert state.accepted == 0


def test_a_commit_line_says_what_the_design_promises(root: Path) -> None:
    log = reopen(root)
    commit(log, "1")
    event = list(iterate_commits(root))[-1]
    assert {
        name: event[name] for name in ("event", "sample", "attempt", "outcome", "tasks", "rules", "usage")
    } == {
        "event": "commit",
        "sample": "1",
        "attempt": 1,
        "outcome": "accepted",
        "tasks": {"reasoning": "accepted"},
        "rules": 0,
        "usage": USAGE,
    }
    sizes = {f"{name}.jsonl": (root / f"{name}.jsonl").stat().st_size for name in FILES}
    assert event["ends"] == sizes
    assert rows(root, "transcripts") == [
        {"sample": "1", "attempt": 1, "outcome": "accepted", "turns": [{"key": "1.1"}]}
    ]


def test_a_reopened_log_knows_who_is_done_and_who_is_owed(root: Path) -> None:
    log = reopen(root)
    commit(log, "1", "2")
    log.admit(Admission("3", 1, 4))
    before = log.state
    log.close()
    state = reopen(root).state
    assert state == before
    assert set(state.done) == {"1", "2"}
    assert state.open == {"3": Admission("3", 1, 4)}
    assert state.accepted == 2
    assert state.usage == Usage.model_validate({name: 2 * value for name, value in USAGE.items()})


def test_reopening_changes_no_byte(root: Path) -> None:
    commit(reopen(root), "1", "2")
    before = contents(root)
    reopen(root).close()
    assert contents(root) == before


def test_a_group_is_vouched_for_sample_by_sample(root: Path) -> None:
    log = reopen(root)
    for sample in "123":
        log.admit(Admission(sample, 1, 0))
    events = log.commit([finished("2"), finished("1"), finished("3")])
    ends = [event["ends"]["pairs.jsonl"] for event in events]
    assert ends == sorted(set(ends))
    whole = (root / "pairs.jsonl").read_bytes()
    assert [row["sample"] for row in rows(root, "pairs")] == ["2", "2", "1", "1", "3", "3"]
    (root / "pairs.jsonl").write_bytes(whole[: ends[1] + 3])
    with pytest.raises(DamageError, match=r"rows of sample '3' are missing"):
        reopen(root)
    assert (root / "pairs.jsonl").read_bytes() == whole[: ends[1] + 3]


def test_a_retried_sample_counts_by_its_last_attempt(root: Path) -> None:
    log = reopen(root)
    log.admit(Admission("1", 1, 0))
    log.commit([finished("1", outcome="failed")])
    assert (log.state.accepted, log.state.done["1"].stages) == (0, ("judge",))
    log.admit(Admission("1", 2, 0))
    log.commit([finished("1", attempt=2)])
    log.close()
    state = reopen(root).state
    assert (state.done["1"].attempt, state.done["1"].outcome, state.done["1"].stages) == (2, "accepted", ())
    assert state.accepted == 1
    assert state.usage.requests == 4


@pytest.mark.parametrize(
    "tail", [b'{"event":"commit","sample":"3"', b"{", b"\x00" * 300, b"\x00\x00\n", b"\xff"]
)
def test_a_torn_last_log_line_is_cut(tail: bytes, root: Path) -> None:
    log = reopen(root)
    commit(log, "1", "2")
    log.close()
    before = contents(root)
    with (root / "commits.jsonl").open("ab") as file:
        file.write(tail)
    assert set(reopen(root).state.done) == {"1", "2"}
    assert contents(root) == before


@pytest.mark.parametrize("length", [0, 1, 50, -1])
def test_a_commit_whose_line_is_torn_is_owed_again_and_its_rows_go(length: int, root: Path) -> None:
    log = reopen(root)
    commit(log, "1")
    before = contents(root)
    log.admit(Admission("2", 1, 0))
    admitted = (root / "commits.jsonl").read_bytes()
    log.commit([finished("2")])
    log.close()
    line = (root / "commits.jsonl").read_bytes()[len(admitted) :]
    (root / "commits.jsonl").write_bytes(admitted + line[:length])
    log = reopen(root)
    assert (set(log.state.done), set(log.state.open)) == ({"1"}, {"2"})
    assert contents(root) == before | {"commits.jsonl": admitted}
    log.commit([finished("2")])
    assert [row["sample"] for row in rows(root, "pairs")] == ["1", "1", "2", "2"]


@pytest.mark.parametrize("name", ["pairs", "instructions", "transcripts"])
def test_a_data_file_longer_than_the_last_commit_is_cut(name: str, root: Path) -> None:
    log = reopen(root)
    commit(log, "1")
    log.admit(Admission("2", 1, 0))
    log.close()
    before = contents(root)
    with (root / f"{name}.jsonl").open("ab") as file:
        file.write(dump_line({"sample": "2", "attempt": 1}) + b'{"sample":"2","at')
    reopen(root).close()
    assert contents(root) == before


@pytest.mark.parametrize("name", ["pairs", "instructions", "transcripts"])
@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_a_shorter_data_file_is_refused_with_what_is_missing_and_left_alone(
    name: str, keep: float, root: Path
) -> None:
    log = reopen(root)
    commit(log, "1")
    before = contents(root)
    commit(log, "2", "3")
    log.close()
    path = root / f"{name}.jsonl"
    start, whole = len(before[path.name]), path.read_bytes()
    path.write_bytes(whole[: start + int((len(whole) - start) / 2 * keep)])
    before = contents(root)
    with pytest.raises(DamageError, match=r"rows of sample '2' and 1 more are missing") as caught:
        reopen(root)
    for part in (str(path), f"{len(whole):,} were committed", "Put the original back", "--drop-damaged"):
        assert part in str(caught.value)
    assert contents(root) == before


def test_a_mined_rule_that_was_lost_is_refused(root: Path) -> None:
    log = reopen(root)
    log.admit(Admission("1", 1, 0))
    line = {
        "rule": "Delete wood.",
        "version": 1,
        "origin": "mined",
        "sample": "1",
        "task": "reasoning",
        "round": 1,
    }
    (event,) = log.commit([finished("1", rules=[line])])
    assert event["rules_mined"] == [{"rule": "Delete wood.", "origin": "mined"}]
    log.close()
    (root / "rules.jsonl").write_bytes(dump_line(BASIC))
    with pytest.raises(DamageError, match=r"rules\.jsonl was changed .* rows of sample '1' are missing"):
        reopen(root)


def edit(root: Path, name: str, old: bytes, new: bytes) -> None:
    path = root / f"{name}.jsonl"
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize("new", [b"1 x ", b"1 a much longer text ", b'1 a \\"', b""])
def test_a_data_file_that_somebody_edited_is_refused_and_left_alone(new: bytes, root: Path) -> None:
    commit(reopen(root), "1", "2")
    with (root / "pairs.jsonl").open("ab") as file:
        file.write(
            b'{"sample":"2","caption":"longer than before, whatever was taken away"}\n' if not new else b""
        )
    edit(root, "pairs", b"1 a ", new)
    before = contents(root)
    with pytest.raises(
        RunDirError, match=r"was changed after irloom wrote it: its first .* bytes are not those"
    ) as caught:
        reopen(root)
    assert str(root / "pairs.jsonl") in str(caught.value)
    assert "Put the original back" in str(caught.value)
    assert contents(root) == before


def test_a_transcript_whose_lines_have_moved_is_refused(root: Path) -> None:
    commit(reopen(root), "1", "2")
    edit(root, "transcripts", b'"1.1"', b'"1.15"')
    edit(root, "transcripts", b'"2.1"', b'"2."')
    with pytest.raises(RunDirError, match=r"transcripts\.jsonl was changed .* is not the end of a line"):
        reopen(root)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b'{"sample":"9","caption":"mine"}\n', r"a row that no open sample made \('9'\)"),
        (b'{"sample":"1","caption":"of a finished sample"}\n', r"a row that no open sample made \('1'\)"),
        (b'{"caption":"mine"}\n', "a row that no open sample made"),
        (b'["mine"]\n', "a row that no open sample made"),
        (b"a note\n", "the line at byte [0-9]+ of it is not one of irloom's"),
        (b'{"sample":"2","attempt":1}\na note\n', "the line at byte [0-9]+ of it is not one of irloom's"),
    ],
)
@pytest.mark.parametrize("name", ["pairs", "rules", "transcripts"])
def test_a_foreign_row_at_the_end_is_refused_and_left_alone(
    row: bytes, said: str, name: str, root: Path
) -> None:
    log = reopen(root)
    commit(log, "1")
    log.admit(Admission("2", 1, 0))
    log.close()
    with (root / f"{name}.jsonl").open("ab") as file:
        file.write(row)
    before = contents(root)
    with pytest.raises(RunDirError, match=rf"{name}\.jsonl was changed after irloom wrote it: .*{said}"):
        reopen(root)
    assert contents(root) == before


@pytest.mark.parametrize("name", FILES)
def test_a_data_file_that_somebody_took_away_is_refused(name: str, root: Path) -> None:
    commit(reopen(root), "1")
    (root / f"{name}.jsonl").unlink()
    before = contents(root)
    with pytest.raises(RunDirError, match=rf"{name}\.jsonl was changed after irloom wrote it: it is missing"):
        reopen(root)
    assert contents(root) == before


def test_a_rule_book_cut_below_its_start_is_refused(root: Path) -> None:
    (root / "rules.jsonl").write_bytes(b"")
    with pytest.raises(RunDirError, match=r"rules\.jsonl was changed .* rows of its beginning are missing"):
        reopen(root)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not begin with a start line"),
        (b"hello\n", "line 1 of it, at byte 0, is not one of irloom's"),
        (b'{"event":"admit","sample":"1","attempt":1,"rules":0}\n', "does not begin with a start line"),
        (b"[1]\n", "line 1 of it, at byte 0, is not one of irloom's"),
    ],
)
def test_a_log_without_a_start_line_is_refused_and_left_alone(content: bytes, said: str, root: Path) -> None:
    (root / "commits.jsonl").write_bytes(content)
    with pytest.raises(RunDirError, match=rf"commits\.jsonl was changed .* {said}"):
        reopen(root)
    assert (root / "commits.jsonl").read_bytes() == content


def test_a_log_damaged_in_the_middle_is_refused_and_costs_no_row(root: Path) -> None:
    commit(reopen(root), "1", "2", "3")
    lines = (root / "commits.jsonl").read_bytes().splitlines(keepends=True)
    lines[2] = b"x" + lines[2][1:]
    (root / "commits.jsonl").write_bytes(b"".join(lines))
    before = contents(root)
    with pytest.raises(
        RunDirError, match=r"commits\.jsonl was changed .* line 3 of it, at byte [0-9]+, fails its sum"
    ):
        reopen(root)
    assert contents(root) == before


@pytest.mark.parametrize(
    "line", [b"[1]\n", b"5\n", b"{}\n", b'{"event":"commit","sample":"1"}\n', b'{"event":"admit"}\n']
)
def test_a_log_line_that_lacks_what_it_needs_is_refused(line: bytes, root: Path) -> None:
    with (root / "commits.jsonl").open("ab") as file:
        file.write(line)
    with pytest.raises(RunDirError, match=r"commits\.jsonl was changed after irloom wrote it: "):
        reopen(root)


def test_a_note_of_another_kind_changes_nothing(root: Path) -> None:
    log = reopen(root)
    commit(log, "1")
    log.note({"event": "accept_changes", "changes": ["seed: was 0, now 1"]})
    log.close()
    assert reopen(root).state == log.state


def test_a_retired_rule_is_a_line_that_the_log_vouches_for(root: Path) -> None:
    log = reopen(root)
    commit(log, "1")
    log.retire(BASIC["rule"])  # type: ignore[arg-type]
    log.close()
    assert rows(root, "rules")[-1] == {"rule": BASIC["rule"], "version": 1, "origin": "retired"}
    before = contents(root)
    commit(reopen(root), "2")
    assert contents(root)["rules.jsonl"] == before["rules.jsonl"]


def test_a_retirement_that_was_killed_before_its_log_line_is_undone(root: Path) -> None:
    commit(reopen(root), "1")
    before = contents(root)
    with (root / "rules.jsonl").open("ab") as file:
        file.write(dump_line({"rule": BASIC["rule"], "version": 1, "origin": "retired"}))
    reopen(root).close()
    assert contents(root) == before


@pytest.mark.parametrize("limit", [2_000, 5_000])
def test_a_full_disk_stops_the_run_and_a_resume_works(limit: int, root: Path) -> None:
    child = start_forked(fill_the_disk, str(root), limit)
    child.join()
    assert child.exitcode == 0
    assert (root / "pairs.jsonl").stat().st_size == limit
    log = reopen(root)
    assert (set(log.state.done), set(log.state.open)) == ({"1"}, {"2", "3"})
    log.commit([finished("2"), finished("3")])
    assert [row["sample"] for row in rows(root, "pairs")] == ["1", "1", "2", "2", "3", "3"]


def test_a_row_that_cannot_be_written_leaves_nothing_that_a_later_commit_vouches_for(root: Path) -> None:
    log = reopen(root)
    for sample in "12":
        log.admit(Admission(sample, 1, 0))
    with pytest.raises(TypeError, match="surrogates"):
        log.commit([finished("1"), finished("2", filler="\ud83d")])
    with pytest.raises(StorageError, match="an earlier commit failed"):
        log.commit([finished("1")])
    log.close()
    log = reopen(root)
    assert set(log.state.open) == {"1", "2"}
    assert rows(root, "pairs") == []


def test_a_run_of_before_gets_a_new_data_file_with_the_line_that_accepts_it(root: Path) -> None:
    log = reopen(root)
    commit(log, "1")
    log.add_files((*FILES, "rejected_pairs"))
    log.note({"event": "accept_changes", "changes": ["revision"], **log.positions(), "time": "now"})
    log.admit(Admission("2", 1, 0))
    log.commit([finished("2")])
    log.close()
    assert list_files(root) == (*FILES, "rejected_pairs")
    again = reopen(root)
    assert again.state.ends["rejected_pairs"] == 0
    assert set(again.state.done) == {"1", "2"}
    assert list(iterate_committed(root, "rejected_pairs")) == []


def test_a_new_data_file_that_no_line_names_yet_is_made_again(root: Path) -> None:
    log = reopen(root)
    log.add_files(("rejected_pairs",))
    log.close()
    assert list_files(root) == FILES, "a kill came between the file and its line"
    reopen(root).add_files(("rejected_pairs",))


def test_a_file_of_the_users_is_not_taken_for_a_new_data_file(root: Path) -> None:
    (root / "rejected_pairs.jsonl").write_text('{"mine": true}\n')
    with pytest.raises(RunDirError, match="a run of before has no such file"):
        reopen(root).add_files(("rejected_pairs",))


def test_a_log_is_gone_through_and_never_held_in_memory(root: Path) -> None:
    log = reopen(root)
    for start in range(0, 1_500, 500):
        group = [finished(str(number)) for number in range(start, start + 500)]
        for one in group:
            log.admit(one.admission)
        log.commit([replace(one, result=told_at_length(one.result)) for one in group])
    log.close()
    size = (root / "commits.jsonl").stat().st_size
    assert size > 5_000_000
    tracemalloc.start()
    try:
        log = reopen(root)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(log.state.done) == 1_500
    assert peak < size / 10
    log.close()


def told_at_length(result: SampleResult) -> SampleResult:
    return result.model_copy(update={"summary": {"said": "x" * 3_500}})
