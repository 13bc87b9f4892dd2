"""Looks through a damaged run for what is whole: lines of the log, and commits with their rows.

A commit whose rows are all there is kept, and loses its transcript where only that is damaged. One whose rows
are damaged is made again: from the calls in its transcript where that is whole, else by asking anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import orjson

from irloom.engine.log import LOG, NEEDED, read_note
from irloom.engine.seals import is_sealed, open_seal
from irloom.engine.spans import Span, Vouched

Event = dict[str, Any]
Fate = Literal["kept", "untold", "remade", "lost", "replaced"]
"""Of a commit: as it was; without its transcript; to be made again from recorded calls, or by asking anew;
damaged, and a later attempt counts anyway."""
NO_ROWS: Final = frozenset({"transcripts", "rules"})
Key = tuple[str, int]
_SHOWN: Final = 5


Part = tuple[int, int]
"""Where rows begin and end, in bytes."""


@dataclass(slots=True)
class Found:
    """A line of the log that holds, and where what it says is in the files."""

    event: Event
    spans: Mapping[str, Span]
    after_hole: bool
    """Lines before it are gone, and their rows lie before its own."""
    parts: dict[str, Part | None] = field(default_factory=dict)
    """Its own rows by file; None where they are not those that were committed."""
    fate: Fate = "kept"

    @property
    def key(self) -> Key:
        """Sample and attempt."""
        return self.event["sample"], self.event["attempt"]

    @property
    def has_rows(self) -> bool:
        """Whether all its rows are whole."""
        return all(part is not None for name, part in self.parts.items() if name not in NO_ROWS)

    @property
    def has_calls(self) -> bool:
        """Whether its transcript is whole."""
        part = self.parts.get("transcripts")
        return part is not None and part[0] < part[1]


@dataclass(slots=True)
class Survey:
    """What is whole of a run."""

    names: list[str]
    """Of its data files."""
    found: list[Found]
    bad_lines: int
    """Lines of the log that do not hold, or are gone."""
    strays: dict[Key, list[Event]] = field(default_factory=dict)
    """Recorded calls of attempts that no line that holds commits, from their transcripts."""
    versions: dict[Key, int] = field(default_factory=dict)
    """The rules that such attempts saw, as far as their rows say."""
    has_strangers: bool = False
    """Whether rows after the last commit are of samples that nobody has begun, or are none."""

    def list_fates(self, *fates: Fate) -> list[Found]:
        """The commits that fare so."""
        return [one for one in self.found if one.event["event"] == "commit" and one.fate in fates]

    @property
    def is_damaged(self) -> bool:
        """Whether there is anything to mend, beside an end that a kill leaves."""
        rules = any(one.parts.get("rules", (0, 0)) is None for one in self.found)
        bad = self.list_fates("untold", "remade", "lost", "replaced")
        return bool(self.bad_lines or bad or rules or self.has_strangers or not self.found)

    def tell(self) -> list[str]:
        """What dropping the damage comes to."""
        remade = [one.key[0] for one in self.list_fates("remade")]
        said = {
            "made again from recorded calls, without a request": [*remade, *(key[0] for key in self.strays)],
            "asked and paid again": [one.key[0] for one in self.list_fates("lost")],
            "kept without a transcript": [one.key[0] for one in self.list_fates("untold")],
        }
        return [_tell(what, samples) for what, samples in said.items() if samples]


def _tell(what: str, samples: Sequence[str]) -> str:
    shown = ", ".join(samples[:_SHOWN]) + (" …" if len(samples) > _SHOWN else "")
    return f"{len(samples):,} sample{'s' if len(samples) != 1 else ''} {what}: {shown}"


def survey_run(root: Path, names: Sequence[str]) -> Survey:
    """Go through the log and all data files; `names` are those of the flow, where the log does not say."""
    lines, bad = _list_holding(root)
    found = list(_place(lines))
    listed = dict.fromkeys(name for one in found for name in one.spans)
    survey = Survey(list(listed or names), found, bad)
    with ExitStack() as stack:
        files = {name: _open(stack, root / f"{name}.jsonl") for name in survey.names}
        for one in found:
            _find_parts(one, files, survey)
        _read_tails(files, survey)
    _decide(survey)
    return survey


def _list_holding(root: Path) -> tuple[list[tuple[int, Event]], int]:
    """The lines of the log that hold by number, in order, and how many do not or are gone."""
    note, held = read_note(root), dict[int, Event]()
    index, sealed, bad = -1, note.sealed_from, 0
    content = (root / LOG).read_bytes() if (root / LOG).is_file() else b""
    for index, line in enumerate(content.splitlines(keepends=True)):
        number, event = _read_line(line, index, sealed)
        if event is None or number in held:
            bad += line.endswith(b"\n")
            continue
        if is_sealed(line):
            sealed = number if sealed is None else sealed
        bad += number != index
        held[number] = event
    expected = max([note.lines - 1, *held], default=0) + 1
    return sorted(held.items()), max(bad, expected - len(held))


def _read_line(line: bytes, index: int, sealed: int | None) -> tuple[int, Event | None]:
    if is_sealed(line):
        return open_seal(line) or (index, None)
    if sealed is not None and index >= sealed:
        return index, None
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return index, None
    if not isinstance(event, dict) or not NEEDED.get(event.get("event", ""), frozenset()) <= event.keys():
        return index, None
    return index, event


def _place(lines: Sequence[tuple[int, Event]]) -> Iterator[Found]:
    vouched, hole, last = Vouched(), False, -1
    for number, event in lines:
        hole = hole or number != last + 1
        last = number
        spans = vouched.take(event)
        yield Found(event, spans, hole)
        hole = hole and not spans


def _open(stack: ExitStack, path: Path) -> BinaryIO | None:
    return stack.enter_context(path.open("rb")) if path.is_file() else None


def _read(file: BinaryIO | None, span: Span) -> bytes | None:
    """The bytes of a span; None where they are not those that were committed."""
    if file is None:
        return None if span.end > span.start else b""
    file.seek(span.start)
    content = file.read(max(span.end - span.start, 0))
    return content if span.holds(content) and span.is_at_lines(content) else None


def _find_parts(one: Found, files: Mapping[str, BinaryIO | None], survey: Survey) -> None:
    for name, span in one.spans.items():
        content = _read(files[name], span)
        if content is None:
            one.parts[name] = None
        elif one.after_hole and name != "rules":
            one.parts[name] = _find_own(content, span.start, one, survey)
        else:
            one.parts[name] = (span.start, span.end)


def _find_own(content: bytes, start: int, one: Found, survey: Survey) -> Part:
    """The rows of a commit after those of lines that are gone, of which the transcripts are strays."""
    end = own = start
    for line in content.splitlines(keepends=True):
        row = _parse(line)
        is_own = one.event["event"] == "commit" and (row.get("sample"), row.get("attempt")) == one.key
        end += len(line)
        if not is_own:
            _keep_stray(row, survey)
            own = end
    return own, end


def _parse(line: bytes) -> Event:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return row if isinstance(row, dict) else {}


def _keep_stray(row: Event, survey: Survey) -> None:
    sample, attempt = row.get("sample"), row.get("attempt")
    if not isinstance(sample, str) or not isinstance(attempt, int):
        return
    if isinstance(turns := row.get("turns"), list):
        survey.strays[sample, attempt] = turns
    elif isinstance(rules := row.get("rules"), int):
        survey.versions[sample, attempt] = rules


def _read_tails(files: Mapping[str, BinaryIO | None], survey: Survey) -> None:
    """Look at what lies after the last commit."""
    ends = next((one.spans for one in reversed(survey.found) if one.spans), {})
    begun = {one.event.get("sample") for one in survey.found if one.event["event"] == "admit"}
    for name, file in files.items():
        if file is None:
            survey.has_strangers = True
            continue
        file.seek(ends[name].end if name in ends else 0)
        for line in file:
            row = _parse(line)
            known = row.get("sample") in begun or row.get("origin") in {"retired", "basic"}
            survey.has_strangers |= not known and line.endswith(b"\n") and b"\0" not in line
            _keep_stray(row, survey)


def _decide(survey: Survey) -> None:
    """Say how each commit fares; strays that a line commits, or that a later attempt replaces, are none."""
    last = {one.event["sample"]: one.event["attempt"] for one in survey.found if "attempt" in one.event}
    commits = survey.list_fates("kept")
    for one in commits:
        if one.has_rows:
            one.fate = "kept" if one.has_calls or one.event.get("untold") else "untold"
        elif last[one.key[0]] > one.key[1]:
            one.fate = "replaced"
        else:
            one.fate = "remade" if one.has_calls else "lost"
    done = {one.key[0]: one.key[1] for one in commits}
    survey.strays = {key: turns for key, turns in survey.strays.items() if key[1] > done.get(key[0], 0)}
