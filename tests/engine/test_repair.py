"""What is whole of a damaged run is kept; the rest is made again, from recorded calls where there are any."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.commits import CommitLog
from irloom.engine.journal import Segment
from irloom.engine.log import LOG, iterate_commits
from irloom.engine.reader import iterate_rows, read_sample
from irloom.engine.repair import drop_damaged, finish_mending
from irloom.engine.rows import iterate_committed
from irloom.engine.seals import SealedLines
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.engine.survey import survey_run
from irloom.errors import DamageError
from support.children import finished, reopen

FILES = ("pairs", "instructions", "rejected", "failed", "transcripts", "rules")
BASIC = {"rule": "Delete all words about colour.", "version": 0, "origin": "basic"}
MINED = {
    "rule": "Delete wood.",
    "version": 1,
    "origin": "mined",
    "sample": "2",
    "attempt": 1,
    "task": "r",
    "round": 1,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four committed samples, the second of which mined a rule."""
    (tmp_path / "rules.jsonl").write_bytes(dump_line(BASIC))
    (tmp_path / "journal").mkdir()
    log = CommitLog(tmp_path, FILES)
    log.begin()
    for sample in "1234":
        log.admit(Admission(sample, 1, int(sample > "2")))
        log.commit([finished(sample, rules=[MINED] if sample == "2" else [])])
    note = {"log": {"sealed_from": 0, "lines": log.noted.lines}}
    log.close()
    (tmp_path / "run.json").write_text(
        json.dumps({"flow": "infrared", "config": {}, "fingerprint": {}, **note})
    )
    return tmp_path


def spoil(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


def cut(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def samples(root: Path, name: str) -> list[str]:
    return sorted({row["sample"] for row in iterate_rows(root, name)})


def test_a_whole_run_is_left_alone(root: Path) -> None:
    before = {path.name: path.read_bytes() for path in root.glob("*.json*")}
    assert drop_damaged(root, FILES) == []
    assert {path.name: path.read_bytes() for path in root.glob("*.json*")} == before
    assert not (root / "damaged").exists()


@pytest.mark.parametrize("harm", [lambda p: p.write_bytes(b""), lambda p: cut(p, 0.4), lambda p: p.unlink()])
def test_rows_that_are_gone_are_made_again_from_whole_transcripts(
    harm: Callable[[Path], Any], root: Path
) -> None:
    original = (root / "pairs.jsonl").read_bytes()
    harm(root / "pairs.jsonl")
    with pytest.raises(DamageError):
        reopen(root)
    left = original[: (root / "pairs.jsonl").stat().st_size] if (root / "pairs.jsonl").exists() else b""
    said = drop_damaged(root, FILES)
    log = reopen(root)
    assert "made again from recorded calls, without a request" in said[0]
    assert set(log.state.done) | set(log.state.open) == set("1234")
    for admission in log.state.open.values():
        (turn,) = Segment(root / "journal", admission.sample, 1).load().values()
        assert turn["key"] == f"{admission.sample}.1", "its call is there to be replayed"
    kept = next((root / "damaged").iterdir())
    assert (kept / LOG).is_file()
    if left:
        assert (kept / "pairs.jsonl").read_bytes() == left


def test_a_missing_file_in_which_no_commit_had_a_row_costs_nothing(root: Path) -> None:
    assert (root / "failed.jsonl").stat().st_size == 0
    (root / "failed.jsonl").unlink()
    with pytest.raises(DamageError, match=r"failed\.jsonl .* it is missing"):
        reopen(root)
    drop_damaged(root, FILES)
    log = reopen(root)
    assert set(log.state.done) == set("1234")
    log.close()
    assert samples(root, "pairs") == list("1234")
    assert (root / "failed.jsonl").read_bytes() == b""


def test_one_damaged_row_costs_no_other_sample(root: Path) -> None:
    spoil(root / "pairs.jsonl", b'"2 a ', b'"2 x ')
    drop_damaged(root, FILES)
    log = reopen(root)
    assert (set(log.state.done), set(log.state.open)) == ({"1", "3", "4"}, {"2"})
    assert samples(root, "pairs") == ["1", "3", "4"]
    log.close()
    assert [row["rule"] for _, row in iterate_committed(root, "rules")] == [BASIC["rule"], MINED["rule"]]


def test_a_sample_that_is_made_again_counts_the_rules_that_it_had_mined(root: Path) -> None:
    spoil(root / "pairs.jsonl", b'"2 a ', b'"2 x ')
    drop_damaged(root, FILES)
    log = reopen(root)
    again = finished("2")
    log.commit([type(again)(again.admission, again.result, again.turns, again.usage, [], [MINED])])
    assert read_sample(root, "2")["commit"]["rules_mined"] == [{"rule": "Delete wood.", "origin": "mined"}]


def test_a_damaged_transcript_costs_no_row(root: Path) -> None:
    cut(root / "transcripts.jsonl", 0.5)
    said = drop_damaged(root, FILES)
    assert "2 samples kept without a transcript: 3, 4" in said[0]
    log = reopen(root)
    assert (set(log.state.done), log.state.open) == (set("1234"), {})
    assert samples(root, "pairs") == ["1", "2", "3", "4"]
    assert read_sample(root, "4")["transcripts"] == []
    assert drop_damaged(root, FILES) == [], "and it is not told again"


def test_what_is_gone_in_both_is_asked_again_and_its_cost_is_kept(root: Path) -> None:
    before = reopen(root).state.usage
    for name in ("pairs", "transcripts"):
        cut(root / f"{name}.jsonl", 0.8)
    said = drop_damaged(root, FILES)
    assert "1 sample asked and paid again: 4" in said
    log = reopen(root)
    assert set(log.state.open) == {"4"}
    assert log.state.usage == before, "what was paid counts on"


@pytest.mark.parametrize("place", [3, 4, 6])
def test_a_damaged_line_of_the_log_is_rebuilt_from_what_it_spoke_of(place: int, root: Path) -> None:
    lines = (root / LOG).read_bytes().splitlines(keepends=True)
    lines[place] = lines[place].replace(b'"attempt":1', b'"attempt":7')
    (root / LOG).write_bytes(b"".join(lines))
    with pytest.raises(DamageError, match=f"line {place + 1} of it, .* fails its sum"):
        reopen(root)
    drop_damaged(root, FILES)
    log = reopen(root)
    assert set(log.state.done) | set(log.state.open) == set("1234")
    assert len(log.state.open) <= 1
    for admission in log.state.open.values():
        assert Segment(root / "journal", admission.sample, admission.attempt).load()
    assert samples(root, "pairs") == sorted(log.state.done)


def test_a_log_that_is_gone_is_begun_again_and_everything_replayed(root: Path) -> None:
    (root / LOG).write_bytes(b"")
    drop_damaged(root, FILES)
    log = reopen(root)
    assert set(log.state.open) == set("1234")
    assert all(Segment(root / "journal", sample, 1).load() for sample in "1234")


def test_rules_are_rebuilt_from_the_log(root: Path) -> None:
    cut(root / "rules.jsonl", 0.7)
    drop_damaged(root, FILES)
    log = reopen(root)
    assert set(log.state.done) == set("1234")
    assert [(row["rule"], row["version"]) for _, row in iterate_committed(root, "rules")] == [
        (BASIC["rule"], 0),
        (MINED["rule"], 1),
    ]


def test_a_beginning_of_the_rules_that_nobody_has_is_refused(root: Path) -> None:
    (root / "rules.jsonl").write_bytes(b"")
    with pytest.raises(DamageError, match="its beginning is missing, and nothing has it any more"):
        drop_damaged(root, FILES)


def test_swapped_lines_of_the_log_are_put_in_order(root: Path) -> None:
    before = list(iterate_commits(root))
    lines = (root / LOG).read_bytes().splitlines(keepends=True)
    lines[2], lines[5] = lines[5], lines[2]
    (root / LOG).write_bytes(b"".join(lines))
    drop_damaged(root, FILES)
    assert [event for event in iterate_commits(root) if event["event"] != "drop_damaged"] == before


def test_a_cut_log_is_missed_and_rebuilt(root: Path) -> None:
    lines = (root / LOG).read_bytes().splitlines(keepends=True)
    (root / LOG).write_bytes(b"".join(lines[:5]))
    with pytest.raises(DamageError, match="it ends after line 5, and there were 9 at least"):
        reopen(root)
    drop_damaged(root, FILES)
    log = reopen(root)
    assert (set(log.state.done), set(log.state.open)) == ({"1", "2"}, {"3", "4"})
    assert [log.state.open[sample].rules for sample in "34"] == [1, 1]


def test_a_commit_line_that_a_kill_cannot_have_torn_costs_no_call(root: Path) -> None:
    about = json.loads((root / "run.json").read_text())
    (root / "run.json").write_text(json.dumps({**about, "log": {"sealed_from": 0, "lines": 1}}))
    lines = (root / LOG).read_bytes().splitlines(keepends=True)
    (root / LOG).write_bytes(b"".join(lines[:-1]) + lines[-1][:40])
    log = reopen(root)
    assert (log.saved, set(log.state.open)) == (["4"], {"4"})
    assert set(Segment(root / "journal", "4", 1).load()) == {"4.1"}


def test_a_damaged_line_of_the_journal_costs_that_call_alone(root: Path) -> None:
    log = reopen(root)
    log.admit(Admission("5", 1, 1))
    log.close()
    segment = Segment(root / "journal", "5", 1)
    for key in "abc":
        segment.record({"key": key, "reply": [key]})
    segment.close()
    spoil(segment.path, b'["b"]', b'["x"]')
    with pytest.raises(DamageError, match="line 2 of it"):
        Segment(root / "journal", "5", 1).load()
    drop_damaged(root, FILES)
    assert set(Segment(root / "journal", "5", 1).load()) == {"a", "c"}
    assert b'["x"]' in next((root / "damaged").rglob("5.1.jsonl")).read_bytes()


def test_a_repair_that_was_killed_while_files_changed_places_is_finished(root: Path) -> None:
    spoil(root / "pairs.jsonl", b'"2 a ', b'"2 x ')
    drop_damaged(root, FILES)
    whole = {path.name: path.read_bytes() for path in root.glob("*.jsonl")}
    away = next((root / "damaged").iterdir())
    mended = root / "mended"
    mended.mkdir()
    (mended / "where").write_text(away.name)
    for name in ("pairs.jsonl", LOG):
        (root / name).rename(mended / name)
    (away / LOG).rename(root / LOG)  # the first had its place, the second not yet
    finish_mending(root)
    assert {path.name: path.read_bytes() for path in root.glob("*.jsonl")} == whole
    assert not mended.exists()
    reopen(root).close()


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_done_to_a_file_no_row_is_invented_and_none_lost_that_is_whole(
    seed: int, root: Path
) -> None:
    draw = random.Random(seed)
    whole = {name: [row for _, row in iterate_committed(root, name)] for name in FILES[:4]}
    path = draw.choice([path for path in sorted(root.glob("*.jsonl")) if path.stat().st_size])
    content = bytearray(path.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    path.write_bytes(content)
    if path.name == "rules.jsonl":
        return  # its beginning is the only copy
    drop_damaged(root, FILES)
    log = reopen(root)
    assert set(log.state.done) | set(log.state.open) == set("1234"), path
    for name, rows in whole.items():
        kept = [row for _, row in iterate_committed(root, name)]
        assert kept == [row for row in rows if row["sample"] in log.state.done]
    for sample in log.state.open:
        assert list(SealedLines(Segment(root / "journal", sample, 1).path))
    assert not survey_run(root, FILES).is_damaged
