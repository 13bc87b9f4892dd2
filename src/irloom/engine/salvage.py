"""Copies what is whole of a damaged run: rows with a log that vouches for them, and calls to be replayed."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from irloom.engine.commits import now
from irloom.engine.damage import damaged
from irloom.engine.journal import Segment, Turn
from irloom.engine.log import LOG, LogFile
from irloom.engine.rulebook import read_rules
from irloom.engine.seals import is_sealed, open_seal, seal
from irloom.engine.storage import AppendFile, dump_line
from irloom.engine.survey import Event, Found, Key, Part, Survey
from irloom.errors import ConfigError
from irloom.protocols import Usage

_CHUNK = 1 << 20


def copy_whole(root: Path, out: Path, survey: Survey) -> None:
    """Write data files and log of what is kept into the folder `out`, and have them reach the disk.

    DamageError where the beginning of the rules cannot be rebuilt.
    """
    with ExitStack() as held:
        _Copy(root, out, survey, held).write()


def collect_segments(root: Path, survey: Survey) -> dict[str, bytes]:
    """Journal segments to write, by name: recorded calls of what is made again, and mended ones."""
    folder = root / "journal"
    wanted = {**survey.strays, **{one.key: _read_turns(root, one) for one in survey.list_fates("remade")}}
    names = {Segment(folder, *key).path.name: turns for key, turns in wanted.items()}
    found = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
    segments: dict[str, bytes] = {}
    for name in names.keys() | found.keys():
        content = _write_segment([*_read_whole(found.get(name, b"")), *names.get(name, ())])
        if name in names or _is_cut(found[name]):
            segments[name] = content
    return segments


def _read_turns(root: Path, one: Found) -> list[Turn]:
    part = one.parts["transcripts"]
    assert part is not None
    with (root / "transcripts.jsonl").open("rb") as file:
        file.seek(part[0])
        return [
            turn for line in file.read(part[1] - part[0]).splitlines() for turn in orjson.loads(line)["turns"]
        ]


def _read_whole(content: bytes) -> Iterator[Turn]:
    """The lines of a segment that hold, wherever they stand."""
    for line in content.splitlines(keepends=True):
        if is_sealed(line):
            opened = open_seal(line)
            if opened is not None:
                yield opened[1]
        elif isinstance(turn := _parse(line), dict) and "key" in turn:
            yield turn


def _is_cut(content: bytes) -> bool:
    """Whether a segment has lines that a kill does not leave."""
    for number, line in enumerate(content.splitlines(keepends=True)):
        opened = open_seal(line) if is_sealed(line) else (number, _parse(line))
        if not line.endswith(b"\n"):
            return False
        if opened is None or opened[0] != number or not isinstance(opened[1], dict):
            return True
    return False


def _parse(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _write_segment(turns: Sequence[Turn]) -> bytes:
    """Each call once, as what this attempt has recorded."""
    once = {turn["key"]: {key: value for key, value in turn.items() if key != "unused"} for turn in turns}
    return b"".join(seal(dump_line(turn), number) for number, turn in enumerate(once.values()))


class _Copy:
    """The new data files on their way."""

    def __init__(self, root: Path, out: Path, survey: Survey, held: ExitStack) -> None:
        self._root = root
        self._survey = survey
        self._sources: dict[str, BinaryIO] = {}
        self._files: dict[str, AppendFile] = {}
        for name in survey.names:
            path = root / f"{name}.jsonl"
            if path.is_file():
                self._sources[name] = held.enter_context(path.open("rb"))
            self._files[name] = AppendFile(out / path.name)
            held.callback(self._files[name].close)
        self._log = LogFile(out / LOG)
        held.callback(self._log.close)
        self._version = 0
        """Of the rules so far."""
        self._usage = Usage()
        """Of commits that are dropped for good."""

    def write(self) -> None:
        """Line by line of the log."""
        if not self._survey.found:
            self._append(self._begin())
        for one in self._survey.found:
            self._take(one)
        for key in self._survey.strays:
            self._readmit(key)
        self._take_last_rules()
        lost = [one.key[0] for one in self._survey.list_fates("lost")]
        event = {"event": "drop_damaged", "lost": lost, "usage": self._usage.model_dump()}
        self._append({**event, **self._positions(), "time": now()})
        for file in (*self._files.values(), self._log):
            file.sync()

    def _take(self, one: Found) -> None:
        event = one.event
        if one.spans:
            self._copy_rules(one)
        if event["event"] != "commit":
            self._append(event | (self._positions() if one.spans else {}))
        elif one.fate in {"kept", "untold"}:
            self._copy_rows(one)
            untold = {"untold": True} if one.fate == "untold" else {}
            self._append(event | self._positions() | untold)
        elif one.fate in {"lost", "replaced"}:
            self._usage += Usage.model_validate(event["usage"])

    def _copy_rows(self, one: Found) -> None:
        for name, part in one.parts.items():
            if name != "rules" and part is not None:
                self._copy(name, part)

    def _copy(self, name: str, part: Part) -> None:
        left = part[1] - part[0]
        if not left:
            return  # of a file that is gone, commits without rows in it are whole
        source = self._sources[name]
        source.seek(part[0])
        while left > 0 and (block := source.read(min(left, _CHUNK))):
            self._files[name].append(block)
            left -= len(block)

    def _copy_rules(self, one: Found) -> None:
        """Rules stay, whatever becomes of the sample that mined them: later samples saw them."""
        part = one.parts.get("rules")
        if part is not None and part[0] < part[1]:
            self._copy("rules", part)
            self._note_versions(part)
        elif part is None and "rules" in one.spans:
            for line in self._rebuild_rules(one):
                self._files["rules"].append(dump_line(line))

    def _note_versions(self, part: Part) -> None:
        source = self._sources["rules"]
        source.seek(part[0])
        for line in source.read(part[1] - part[0]).splitlines():
            self._version = max(self._version, int(orjson.loads(line)["version"]))

    def _rebuild_rules(self, one: Found) -> list[Event]:
        """The lines that a line of the log tells of, without who said why."""
        if one.event["event"] == "start":
            return self._rebuild_beginning(one)
        mined = one.event.get("rules_mined", [])
        if one.event["event"] == "retire":
            mined = [{"rule": one.event["rule"], "origin": "retired"}]
        if not mined:
            return []
        self._version += 1
        named = {"sample": one.key[0], "attempt": one.key[1]} if "sample" in one.event else {}
        about = dict.fromkeys(("task", "round", "category", "reason")) if named else {}
        return [
            {"rule": line["rule"], "version": self._version, "origin": line["origin"], **named, **about}
            for line in mined
        ]

    def _rebuild_beginning(self, one: Found) -> list[Event]:
        """From a kept text, or irloom's own, whichever has the sum that the log noted."""
        kept = self._root / "files"
        for path in (*(sorted(kept.iterdir()) if kept.is_dir() else ()), None):
            with suppress(ConfigError):  # most of the kept texts are no rules
                lines = read_rules(path)
                if one.spans["rules"].holds(b"".join(map(dump_line, lines))):
                    return lines
        raise damaged(self._root / "rules.jsonl", "its beginning is missing, and nothing has it any more")

    def _begin(self) -> Event:
        """A first line for a log of which nothing is left; whole lines of the rules are taken as they are."""
        source = self._sources.get("rules")
        for line in source or ():
            if isinstance(row := _parse(line), dict) and line.endswith(b"\n") and "version" in row:
                self._files["rules"].append(line)
                self._version = max(self._version, int(row["version"]))
        return {"event": "start", **self._positions(), "time": now()}

    def _readmit(self, key: Key) -> None:
        """Have an attempt of which the lines are gone made again."""
        admitted = [one.event for one in self._survey.found if one.event["event"] == "admit"]
        if not any((event["sample"], event["attempt"]) == key for event in admitted):
            rules = self._survey.versions.get(key, self._version)
            self._append({"event": "admit", "sample": key[0], "attempt": key[1], "rules": rules})

    def _take_last_rules(self) -> None:
        """Rules that attempts mined of which the lines are gone, and which later calls were asked under."""
        last = next(
            (one.spans["rules"].end for one in reversed(self._survey.found) if "rules" in one.spans), None
        )
        if last is None or "rules" not in self._sources:
            return
        self._sources["rules"].seek(last)
        for line in self._sources["rules"]:
            row = _parse(line)
            if isinstance(row, dict) and (row.get("sample"), row.get("attempt")) in self._survey.strays:
                self._files["rules"].append(line)

    def _positions(self) -> Event:
        return {
            "ends": {f"{name}.jsonl": file.size for name, file in self._files.items()},
            "sums": {f"{name}.jsonl": file.checksum for name, file in self._files.items()},
        }

    def _append(self, event: Event) -> None:
        self._log.append_events([event])
