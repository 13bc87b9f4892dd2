"""Harms a file as disks, copies and editors do: a bit, an end, a line, or the whole of it."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

Harm = Callable[[bytes, random.Random], bytes | None]
"""Gives the content afterwards; None for a file that is gone."""


def flip_bit(content: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << draw.randrange(8)]) + content[place + 1 :]


def change_digit(content: bytes, draw: random.Random) -> bytes:
    """What stays JSON is the worse kind."""
    digits = [place for place, byte in enumerate(content) if 48 <= byte < 58]
    if not digits:
        return flip_bit(content, draw)
    place = draw.choice(digits)
    other = draw.choice([digit for digit in b"0123456789" if digit != content[place]])
    return content[:place] + bytes([other]) + content[place + 1 :]


def cut_anywhere(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content))]


def cut_at_line(content: bytes, draw: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: draw.randrange(len(lines))])


def empty(content: bytes, draw: random.Random) -> bytes:
    return b""


def remove(content: bytes, draw: random.Random) -> None:
    return None


def drop_line(content: bytes, draw: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    del lines[draw.randrange(len(lines))]
    return b"".join(lines)


def double_line(content: bytes, draw: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    place = draw.randrange(len(lines))
    lines.insert(draw.randrange(len(lines) + 1), lines[place])
    return b"".join(lines)


def swap_lines(content: bytes, draw: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return double_line(content, draw)
    first, second = draw.sample(range(len(lines)), 2)
    lines[first], lines[second] = lines[second], lines[first]
    return b"".join(lines)


HARMS: Mapping[str, Harm] = {
    harm.__name__: harm
    for harm in (
        *(flip_bit, change_digit, cut_anywhere, cut_at_line, empty, remove),
        *(drop_line, double_line, swap_lines),
    )
}
_OF_LINES = frozenset({"cut_at_line", "drop_line", "double_line", "swap_lines"})


def harm_file(path: Path, draw: random.Random) -> str:
    """Harm a file that is not empty, in one way that changes it; its name."""
    content = path.read_bytes()
    names = [name for name in HARMS if path.suffix == ".jsonl" or name not in _OF_LINES]
    after: bytes | None = content
    while after == content:
        name = draw.choice(names)
        after = HARMS[name](content, draw)
    if after is None:
        path.unlink()
    else:
        path.write_bytes(after)
    return name
