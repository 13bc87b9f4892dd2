"""Checks the data files of a run against its commit log, when a run is resumed."""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from irloom.engine.state import LogState
from irloom.engine.storage import read_lines
from irloom.errors import RunDirError


def size_of(path: Path) -> int:
    """Bytes of a file, 0 if it is not there."""
    return path.stat().st_size if path.exists() else 0


def check_present(root: Path, names: Sequence[str]) -> None:
    """Refuse a run that lacks a data file: they are all made with the run, so somebody took it away."""
    for name in names:
        if not (root / f"{name}.jsonl").is_file():
            raise edited(root / f"{name}.jsonl", "it is missing")


def check_torn(path: Path, start: int) -> None:
    """Refuse what cannot be a torn end: a kill leaves a line without its end, power loss leaves zeros."""
    with path.open("rb") as file:
        file.seek(start)
        line = file.readline()
    if line.endswith(b"\n") and b"\0" not in line:
        raise edited(path, f"the line at byte {start} of it is not one of irloom's")


def drop_unreached(events: list[dict[str, Any]], sizes: Mapping[str, int]) -> list[dict[str, Any]]:
    """Leave out commits that vouch for more bytes than a file has (power loss before its sync)."""
    valid = []
    for event in events:
        ends = event.get("ends", {})
        if all(size <= sizes.get(name.removesuffix(".jsonl"), 0) for name, size in ends.items()):
            valid.append(event)
    return valid


def check_untouched(
    root: Path, state: LogState, events: Sequence[Mapping[str, Any]], sizes: Mapping[str, int]
) -> None:
    """Refuse data files that somebody edited, since offsets into them would lie."""
    if not state.ends:
        raise RunDirError(f"{root}: rules.jsonl is missing or cut; start again with a new --out.")
    for name, size in state.ends.items():
        path = root / f"{name}.jsonl"
        if name in state.sums and checksum_of(path, size) != state.sums[name]:
            raise edited(path, f"its first {size} bytes are not those that were committed")
        if sizes[name] > size:
            _check_tail(path, size, state)
    _check_line_ends(root / "transcripts.jsonl", events)


def checksum_of(path: Path, size: int) -> int:
    """Checksum of the first `size` bytes of a file."""
    checksum = 0
    with path.open("rb") as file:
        while size > 0 and (block := file.read(min(size, 1 << 20))):
            checksum = zlib.crc32(block, checksum)
            size -= len(block)
    return checksum


def _check_tail(path: Path, start: int, state: LogState) -> None:
    """Rows after the last commit must be those of samples in flight; anything else is an edit."""
    end = start
    for end, row in read_lines(path, start):  # noqa: B007 - the last offset is wanted after the loop
        sample = row.get("sample") if isinstance(row, dict) else None
        retiring = isinstance(row, dict) and row.get("origin") == "retired"  # killed before its log line
        if sample not in state.open and not retiring:
            raise edited(path, f"after byte {start} it holds a row that no open sample made ({sample!r})")
    check_torn(path, end)


def _check_line_ends(path: Path, events: Sequence[Mapping[str, Any]]) -> None:
    with path.open("rb") as file:
        for event in events:
            end = event.get("ends", {}).get(path.name, 0)
            if end:
                file.seek(end - 1)
                if file.read(1) != b"\n":
                    raise edited(path, f"byte {end} of it is not the end of a line")


def edited(path: Path, what: str) -> RunDirError:
    """The refusal of a file that is not as irloom left it."""
    return RunDirError(
        f"{path} was changed after irloom wrote it: {what}. Put the original back, or copy the rows that you "
        "want and start a new run."
    )
