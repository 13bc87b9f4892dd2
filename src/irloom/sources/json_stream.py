"""Reads the top-level arrays of a JSON file of any size, one element at a time.

Unlike ijson it accepts what Python's own `json` writes, `NaN` and `Infinity` included.
"""

import codecs
import json
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from irloom.errors import ConfigError

CHUNK_BYTES = 1 << 20
MAX_VALUE_CHARS = 64 << 20
"""A single array element, or a top-level value that is no array, may be this long."""

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER_TAIL = re.compile(r"[-+.0-9eE]*")

Members = Generator[tuple[str, Iterator[object] | None], None, None]


def read_arrays(
    path: Path, watch: Callable[[bytes], None] = lambda chunk: None, chunk_bytes: int = CHUNK_BYTES
) -> Members:
    """Yield each top-level key with an iterator over its array, or None where it holds no array.

    `watch` sees every byte of the file once, in order. Elements that the caller leaves are skipped.
    Close the generator to close the file early.
    Raises ConfigError where the file cannot be read, or is not one JSON object.
    """
    try:
        with path.open("rb") as file:
            yield from _read_members(_Window(path, file, watch, chunk_bytes))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from error


def _read_members(window: "_Window") -> Members:
    window.skip_mark()
    if window.peek() != "{":
        window.fail("expected an object, '{', at the top")
    window.step()
    seen: set[str] = set()
    while window.opens_item("}", first=not seen):
        key = _read_key(window)
        if key in seen:
            window.fail(f"the top-level key {key!r} comes twice")
        seen.add(key)
        yield from _read_member(window, key)
    if window.peek():
        window.fail("extra data after the closing '}'")


def _read_key(window: "_Window") -> str:
    if window.peek() != '"':
        window.fail("expected a key in double quotes")
    key = window.take_value()
    if window.peek() != ":":
        window.fail("expected ':' after a key")
    window.step()
    return str(key)


def _read_member(window: "_Window", key: str) -> Members:
    if window.peek() != "[":
        window.take_value()
        yield key, None
        return
    elements = _read_elements(window)
    yield key, elements
    for _ in elements:
        pass


def _read_elements(window: "_Window") -> Iterator[object]:
    window.step()
    first = True
    while window.opens_item("]", first):
        first = False
        yield window.take_value()


class _Window:
    """A stretch of the file's text that slides forward, with what is needed to name a position."""

    def __init__(self, path: Path, file: BinaryIO, watch: Callable[[bytes], None], chunk_bytes: int) -> None:
        self._path = path
        self._file = file
        self._watch = watch
        self._chunk_bytes = chunk_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._scanner = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._passed_bytes = 0
        self._passed_lines = 0
        self._read_bytes = 0
        self._ended = False

    def skip_mark(self) -> None:
        """Step over a byte order mark."""
        while not self._text and self._grow():
            pass
        if self._text.startswith("\ufeff"):
            self._at = 1

    def peek(self) -> str:
        """The next character that is no white space; empty at the end of the file."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def step(self) -> None:
        """Pass the character that `peek` gave."""
        self._at += 1

    def opens_item(self, closing: str, first: bool) -> bool:
        """Pass the comma before the next item, or the closing bracket after the last one."""
        found = self.peek()
        if found == closing:
            self.step()
            return False
        if first:
            return True
        if found != ",":
            self.fail(f"expected ',' or {closing!r}")
        self.step()
        if self.peek() == closing:
            self.fail(f"nothing between ',' and {closing!r}")
        return True

    def take_value(self) -> object:
        """Decode the value that starts here, reading on until it is whole."""
        self.peek()
        while True:
            try:
                value, end = self._scanner.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # What is cut off by the window's end fails like what is wrong; only more text tells.
                if len(self._text) - self._at > MAX_VALUE_CHARS or not self._grow():
                    self.fail(error.msg, error.pos)
            except (RecursionError, ValueError) as error:
                self.fail("nested too deeply" if isinstance(error, RecursionError) else str(error))
            else:
                if not self._may_go_on(value, end):
                    self._at = end
                    return value
                self._grow()

    def fail(self, what: str, at: int | None = None) -> NoReturn:
        """Raise ConfigError with file, byte and line."""
        before = self._text[: self._at if at is None else at]
        byte = self._passed_bytes + _count_bytes(before)
        line = self._passed_lines + before.count("\n") + 1
        if self._ended and len(before) == len(self._text):
            what = f"the file ends too early ({what})"
        raise ConfigError(f"{self._path} is not valid JSON at byte {byte} (line {line}): {what}")

    def _may_go_on(self, value: object, end: int) -> bool:
        """Only numbers have no end of their own: `1.` and `1e` are read as 1 at the window's end."""
        if self._ended or type(value) not in (int, float):
            return False
        tail = _NUMBER_TAIL.match(self._text, end)
        return tail is None or tail.end() == len(self._text)

    def _grow(self) -> bool:
        """Drop what is passed and read on, doubling what is pending, so that long values stay cheap."""
        if self._ended:
            return False
        passed = self._text[: self._at]
        self._passed_bytes += _count_bytes(passed)
        self._passed_lines += passed.count("\n")
        pending = self._text[self._at :]
        chunk = self._file.read(max(self._chunk_bytes, len(pending)))
        self._watch(chunk)
        self._ended = not chunk
        self._text, self._at = pending + self._decode(chunk), 0
        return True

    def _decode(self, chunk: bytes) -> str:
        held = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            byte = self._read_bytes - held + error.start
            raise ConfigError(
                f"{self._path} is not UTF-8 text at byte {byte}: {error.reason}; "
                "give the unpacked JSON file, saved as UTF-8"
            ) from error
        self._read_bytes += len(chunk)
        return text


def _count_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8"))
