"""The commit log: which samples were admitted, which are committed, and where each file ended then.

A finished sample's rows are appended to the data files and reach the disk; then one line here says
where each file ends; then its journal segment may go. On start data files are cut back to the last commit,
and what came after is owed again. A commit whose rows are not there any more is refused, and never dropped
in silence: `irloom.engine.repair` does that, where the user says so.
"""

import datetime as dt
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.engine.damage import damaged
from irloom.engine.integrity import (
    LineEnds,
    check_present,
    check_reached,
    check_untouched,
    size_of,
)
from irloom.engine.journal import Segment
from irloom.engine.log import LOG, LogFile, LogLines, LogNote, list_files
from irloom.engine.state import Admission, LogState
from irloom.engine.steps import reached
from irloom.engine.storage import AppendFile, dump_line, read_lines, storing, sync_folder
from irloom.engine.turns import files_of, phashes_of, spent_by_agent
from irloom.errors import StorageError
from irloom.records import SampleResult


@dataclass(frozen=True, slots=True)
class Finished:
    """A sample whose flow has ended, on its way into the files."""

    admission: Admission
    result: SampleResult
    turns: Sequence[Mapping[str, Any]]
    usage: Mapping[str, int | float]
    rule_lines: Sequence[Mapping[str, Any]]
    known_lines: Sequence[Mapping[str, Any]] = ()
    """Rules that it mined and that are in the book already, as its rows were lost and are made again."""


class CommitLog:
    """`commits.jsonl` and the data files that it vouches for."""

    def __init__(self, root: Path, names: Sequence[str] | None = None) -> None:
        """Open the log; `names` are the data files of a new run, those of another stand in its first line."""
        self.root = root
        self._names = tuple(names) if names is not None else list_files(root)
        self.state = LogState()
        self._log = LogFile(root / LOG)
        self._files: dict[str, AppendFile] = {}
        self._failed = False
        self._sealed_from: int | None = None
        self.unsealed = 0
        """How many lines an earlier irloom wrote, which carry no sum."""
        self.saved: Sequence[str] = ()
        """Samples whose commit line was gone and whose calls were not."""

    def begin(self) -> None:
        """Start an empty log whose rule book is already written and synced."""
        for name in self._names:
            self._files[name] = AppendFile(self.root / f"{name}.jsonl")
        rules = self.root / "rules.jsonl"
        self._files["rules"].checksum = zlib.crc32(rules.read_bytes())
        self._write([{"event": "start", **self.positions(), "time": now()}])

    def recover(self) -> None:
        """Read the log, check the data files against it and cut back what no commit vouches for.

        DamageError where anything is missing or was changed; then no file was touched.
        """
        check_present(self.root, self._names)
        lines = LogLines(self.root)
        with closing(LineEnds(self.root / "transcripts.jsonl")) as line_ends:
            self._read_state(lines, line_ends)
        sizes = {name: size_of(self.root / f"{name}.jsonl") for name in self._names}
        check_reached(self.root, self.state.ends, sizes, self._read_again)
        check_untouched(self.root, self.state, self._read_again, sizes, line_ends)
        self.saved = self._save_calls()
        reached("cut.before.commits")
        self._log.cut(lines.end)
        reached("cut.after.commits")
        self._log.lines, self._sealed_from = lines.number, lines.sealed_from
        self.unsealed = lines.unsealed
        self._open_files()

    def _read_state(self, lines: LogLines, line_ends: LineEnds) -> None:
        """Apply every line of the log, none of which is kept: there may be a million."""
        for number, event in enumerate(lines, 1):
            try:
                self.state.take(event)
                line_ends.take(event)
            except (KeyError, TypeError, AttributeError) as error:
                what = f"event {number} of it lacks what it needs ({error!r})"
                raise damaged(self._log.path, what) from error
        if not lines.number:
            raise damaged(self._log.path, "it does not begin with a start line")

    def _read_again(self) -> Iterator[Mapping[str, Any]]:
        return iter(LogLines(self.root))

    @property
    def noted(self) -> LogNote:
        """What `run.json` is to say of the log as it is now."""
        return LogNote(self._log.lines if self._sealed_from is None else self._sealed_from, self._log.lines)

    def admit(self, admission: Admission) -> None:
        """Note that a sample begins; the line is in the file before any of its calls is sent."""
        reached("admit.before_append")
        event = {"event": "admit", "sample": admission.sample, "attempt": admission.attempt}
        event |= {"rules": admission.rules, **({"refresh": True} if admission.refresh else {})}
        self._log.append_events([event])
        self.state.take(event)
        reached("admit.after_append")

    def add_files(self, names: Sequence[str]) -> None:
        """Make the data files that a run of before does not have; the next line that vouches names them.

        RunDirError where a file of that name has something in it, which cannot be irloom's.
        """
        for name in names:
            path = self.root / f"{name}.jsonl"
            if name in self._files:
                continue
            if size_of(path):
                raise damaged(path, "a run of before has no such file")
            self._names = (*self._names, name)
            self._files[name] = AppendFile(path)
            self._files[name].sync()
        sync_folder(self.root)

    def positions(self) -> dict[str, Any]:
        """Where each data file ends, with its checksum, as lines that vouch for them carry it."""
        ends = {f"{name}.jsonl": file.size for name, file in self._files.items()}
        sums = {f"{name}.jsonl": file.checksum for name, file in self._files.items()}
        return {"ends": ends, "sums": sums}

    def note(self, event: Mapping[str, Any]) -> None:
        """Append a line of another kind, such as an accepted change of configuration."""
        self._write([event])

    def commit(self, finished: Sequence[Finished]) -> list[dict[str, Any]]:
        """Write a group of samples and take note of them."""
        events = self.write(finished)
        self.take(events)
        return events

    def take(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Take note of commits that are on disk; where the state is read, in the event loop."""
        for event in events:
            self.state.take(event)

    def write(self, finished: Sequence[Finished]) -> list[dict[str, Any]]:
        """Append the rows of some samples, sync once, and vouch for them with one line each.

        Safe in a thread of its own: the state is left alone.

        The log is synced first, so that rows without a commit always belong to a known admission.
        After a failure nothing more is committed: its rows may stand in some files, and the next
        commit would vouch for them.
        """
        if self._failed:
            raise StorageError(f"{self.root}: an earlier commit failed, so nothing more is written. Resume.")
        self._failed = True
        self._log.check_in_place()
        self._log.sync()
        events = [self._stage_rows(one) for one in finished]
        for name, file in self._files.items():
            reached(f"commit.before_append.{name}")
            file.flush()
            reached(f"commit.after_append.{name}")
        for name, file in self._files.items():
            reached(f"commit.before_sync.{name}")
            file.sync()
        self._sync_images()
        reached("commit.after_sync")
        self._write(events)
        self._failed = False
        return events

    def retire(self, rule: str) -> None:
        """Append a rule-book line that retires a rule, and vouch for it."""
        lines = [line for _, line in read_lines(self.root / "rules.jsonl")]
        version = max(int(line["version"]) for line in lines) + 1
        self._files["rules"].append(dump_line({"rule": rule, "version": version, "origin": "retired"}))
        self._files["rules"].sync()
        self._write([{"event": "retire", "rule": rule, **self.positions(), "time": now()}])

    def close(self) -> None:
        """Close every file."""
        self._log.close()
        for file in self._files.values():
            file.close()

    def _sync_images(self) -> None:
        """Have the names of new images reach the disk before a commit vouches for them."""
        folder = self.root / "images"
        if folder.is_dir():
            with storing(str(folder)):
                sync_folder(folder)

    def _stage_rows(self, one: Finished) -> dict[str, Any]:
        rows: dict[str, Sequence[Mapping[str, Any]]] = {**one.result.rows, "rules": one.rule_lines}
        head = {"sample": one.admission.sample, "attempt": one.admission.attempt}
        spent = spent_by_agent(one.turns, one.admission.attempt)
        rows["transcripts"] = [{**head, "outcome": one.result.outcome, "turns": one.turns}]
        for name in self._names:
            for row in rows.get(name, ()):
                self._files[name].stage(dump_line(row))
        phashes = {name: code for turn in one.turns for name, code in phashes_of(turn).items()}
        return {
            "event": "commit",
            **head,
            "outcome": one.result.outcome,
            "tasks": dict(one.result.tasks),
            **self.positions(),
            "usage": dict(one.usage),
            "spent": {agent: usage.model_dump() for agent, usage in sorted(spent.items())},
            "rules": one.admission.rules,
            "rules_mined": [
                {"rule": line["rule"], "origin": line["origin"]}
                for line in (*one.known_lines, *one.rule_lines)
            ],
            "faults": [fault.model_dump() for fault in one.result.faults],
            "files": {name: digest for turn in one.turns for name, digest in files_of(turn).items()},
            **({"phashes": phashes} if phashes else {}),
            **one.result.summary,
            "time": now(),
        }

    def _write(self, events: Sequence[Mapping[str, Any]]) -> None:
        reached("commit.before_log")
        self._log.append_events(events)
        reached("commit.after_log")
        self._log.sync()
        reached("commit.after_log_sync")

    def _save_calls(self) -> list[str]:
        """Put calls of samples in flight, of which only a transcript is left, back into the journal.

        A kill does not leave that: the last line of the log was taken away.
        """
        saved = []
        for _, row in read_lines(self.root / "transcripts.jsonl", self.state.ends.get("transcripts", 0)):
            admission = self.state.open.get(row["sample"])
            if admission is None or admission.attempt != row["attempt"]:
                continue
            segment = Segment(self.root / "journal", admission.sample, admission.attempt)
            if not segment.path.exists() and segment.path.parent.is_dir():
                for turn in row["turns"]:
                    segment.record({key: value for key, value in turn.items() if key != "unused"})
                segment.close()
                saved.append(admission.sample)
        return saved

    def _open_files(self) -> None:
        for name in self._names:
            file = AppendFile(self.root / f"{name}.jsonl", self.state.sums.get(name, 0))
            reached(f"cut.before.{name}")
            file.cut(self.state.ends.get(name, 0))
            reached(f"cut.after.{name}")
            self._files[name] = file


def now() -> str:
    """The time, to the second, as rows carry it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
