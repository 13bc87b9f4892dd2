"""Reads a run directory without irloom's own readers, which are among what is tested."""

import json
from pathlib import Path
from typing import Any


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The whole JSON lines of a file; a torn last one is left out."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def commits_of(run: Path) -> list[dict[str, Any]]:
    """The commits in the log, in their order; none where there is no log yet."""
    log = run / "commits.jsonl"
    return [event for event in lines_of(log) if event["event"] == "commit"] if log.exists() else []


def is_commit(line: bytes) -> bool:
    """Whether a line of the log is a commit, without reading it whole."""
    return b'"event":"commit"' in line[:40]


class CommitWatch:
    """Follows a run's commit log, reading only what was added."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._position = 0
        self._rest = b""
        self.samples = 0

    def look(self) -> int:
        """Count the commits so far."""
        path = self._root / "commits.jsonl"
        if path.exists():
            with path.open("rb") as file:
                file.seek(self._position)
                added = file.read()
            self._position += len(added)
            *lines, self._rest = (self._rest + added).split(b"\n")
            self.samples += sum(is_commit(line) for line in lines)
        return self.samples


def recorded_seeds(run: Path) -> set[int]:
    """The seeds of the calls that a run has in its journal and its transcripts."""
    turns = [turn for path in (run / "journal").glob("*.jsonl") for turn in lines_of(path)]
    turns += [turn for row in lines_of(run / "transcripts.jsonl") for turn in row["turns"]]
    return {turn["parameters"]["seed"] for turn in turns if "reply" in turn}


def check_all_committed(run: Path, samples: int) -> None:
    """Every sample, with ids 1..samples, is committed once, and no call waits in the journal."""
    done = sorted(int(event["sample"]) for event in commits_of(run))
    assert done == list(range(1, samples + 1)), f"{len(done)} commits for {samples} samples"
    left = [path.name for path in (run / "journal").iterdir()]
    assert not left, f"the journal still holds {left[:5]}"
