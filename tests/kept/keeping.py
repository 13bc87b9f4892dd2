"""A kept run as a test works with it: a copy whose placeholders name where it lies now."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NAMES = sorted(path.parents[1].name for path in HERE.glob("*/run/run.json"))
NOWHERE = "http://127.0.0.1:9/v1"
Row = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """The copy, and what was kept beside it."""

    name: str
    folder: Path

    @property
    def run(self) -> Path:
        """The run that the kill interrupted."""
        return self.folder / "run"

    @property
    def original(self) -> Path:
        """The run as it was kept, with placeholders."""
        return HERE / self.name / "run"

    @property
    def flow(self) -> str:
        """Which flow made it."""
        return str(json.loads((self.run / "run.json").read_text("utf-8"))["flow"])

    @property
    def exit_code(self) -> int:
        """How the resume ended on the day that the run was made."""
        return int(json.loads((HERE / self.name / "expected" / "ended.json").read_text("utf-8"))["exit_code"])

    def list_expected(self, pattern: str) -> list[str]:
        """Names of files that the resume added to or made."""
        folder = HERE / self.name / "expected"
        found = sorted(path for path in folder.rglob(pattern) if path.is_file())
        return [path.relative_to(folder).as_posix() for path in found]

    def read_expected(self, name: str) -> list[Row]:
        """The rows that the resume added to a file."""
        text = (HERE / self.name / "expected" / name).read_text("utf-8")
        return read_rows(text.replace("@KEPT@", str(self.folder)))

    def read_begun(self, name: str) -> list[Row]:
        """The rows that a file had when the run was killed."""
        path = self.original / name
        return read_rows(path.read_text("utf-8")) if path.exists() else []

    def read_added(self, name: str) -> list[Row]:
        """The rows that a file has got since; those that it had must be there unchanged."""
        before = (self.original / name).read_bytes() if (self.original / name).exists() else b""
        now = (self.run / name).read_bytes()
        assert now.startswith(before), f"{name}: what had been committed was changed"
        return read_rows(now[len(before) :].decode())

    def list_recorded(self) -> list[Row]:
        """The calls that are in the journal."""
        return [row for path in sorted((self.original / "journal").iterdir()) for row in read_path(path)]

    def list_chats(self) -> list[Row]:
        """The requests of all samples that were not committed when the run was killed, with their replies."""
        turns = [turn for row in self.read_expected("transcripts.jsonl") for turn in row["turns"]]
        return [turn for turn in turns if "prompt" in turn]


def copy_kept(name: str, folder: Path, server: str = NOWHERE) -> Kept:
    """Copy a run with its inputs, and tell it where these and the endpoint are."""
    for part in ("inputs", "run"):
        shutil.copytree(HERE / name / part, folder / part)
    about = folder / "run" / "run.json"
    text = about.read_text("utf-8").replace("@KEPT@", str(folder)).replace("@SERVER@", server)
    about.write_text(text, "utf-8")
    return Kept(name, folder)


def read_rows(text: str) -> list[Row]:
    """The rows of a text with one in a line."""
    return [json.loads(line) for line in text.split("\n") if line]


def read_path(path: Path) -> list[Row]:
    """The rows of a file."""
    return read_rows(path.read_text("utf-8"))
