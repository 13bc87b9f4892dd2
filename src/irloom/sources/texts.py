"""Texts to draw pictures from: one JSON object `{id, text}` a line, or plain lines."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from irloom.errors import ConfigError, SourceError
from irloom.records import Fault, Row
from irloom.sentences import list_sentences


class PlainText(Row):
    """One text as a sample."""

    id: str
    text: str = ""
    fault: Fault | None = None


class TextSource:
    """The texts of a file in its order; one that cannot be used is a sample with a fault.

    Plain lines are named `text-1` and so on, by their number. ConfigError where the file cannot be read, or
    holds no text.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = path.read_bytes()
            lines = content.decode("utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"--texts {path} cannot be read: {error}") from error
        self.digests: Mapping[str, str] = {"texts": hashlib.sha256(content).hexdigest()}
        self._texts: dict[str, PlainText] = {}
        for number, line in enumerate(lines, 1):
            if line.strip():
                text = _read_line(number, line.strip())
                self._add(text, number)
        if not self._texts:
            raise ConfigError(f"--texts {path} holds no text.")

    @property
    def counts(self) -> dict[str, int]:
        """How many there are, and how many of them cannot be used."""
        bad = sum(text.fault is not None for text in self._texts.values())
        return {"texts": len(self._texts), "texts_unusable": bad}

    @property
    def notices(self) -> tuple[str, ...]:
        """Nothing is told before a run."""
        return ()

    def __len__(self) -> int:
        return len(self._texts)

    def list_ids(self) -> Iterator[str]:
        """Every id, in the order of the file."""
        return iter(self._texts)

    def get(self, sample_id: str) -> PlainText | None:
        """One text by its id."""
        return self._texts.get(sample_id)

    def close(self) -> None:
        """Nothing is held open."""

    def _add(self, text: PlainText, number: int) -> None:
        if text.id in self._texts:
            text = _spoil(number, f"the id {text.id!r} stands in the file already")
        self._texts[text.id] = text


def _read_line(number: int, line: str) -> PlainText:
    name = f"text-{number}"
    if not line.startswith("{"):
        return _check(PlainText(id=name, text=line), number)
    try:
        row = json.loads(line)
    except ValueError as error:
        return _spoil(number, f"it is no JSON: {error}")
    said = row.get("text")
    if not isinstance(said, str) or not said.strip():
        return _spoil(number, "it has no `text`")
    given = row.get("id")
    name = name if given in (None, "") else str(given)
    return _check(PlainText(id=name, text=said.strip()), number)


def _check(text: PlainText, number: int) -> PlainText:
    """The same, with a fault where it holds no sentence: its picture would be paid for in vain."""
    if list_sentences(text.text):
        return text
    return _spoil(number, f"the text holds no sentence: {text.text[:200]!r}", text.id)


def _spoil(number: int, why: str, name: str = "") -> PlainText:
    fault = Fault(stage="source", error=SourceError.__name__, message=f"line {number}: {why}")
    return PlainText(id=name or f"text-{number}", fault=fault)
