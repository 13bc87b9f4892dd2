"""A sealed line tells that it was changed; the next one's number tells of one that is gone or moved."""

from collections.abc import Callable
from pathlib import Path

import pytest

from irloom.engine.seals import SealedLines, is_sealed, open_seal, seal
from irloom.engine.storage import dump_line
from irloom.errors import DamageError

ROWS = [{"event": "admit", "sample": str(number), "n": number} for number in range(5)]
LINES = [seal(dump_line(row), number) for number, row in enumerate(ROWS)]


def read(path: Path, *lines: bytes) -> SealedLines:
    path.write_bytes(b"".join(lines))
    return SealedLines(path)


def test_a_sealed_line_is_json_and_says_what_it_said(tmp_path: Path) -> None:
    assert LINES[1].startswith(b'{"event":"admit","sample":"1","n":1,"line":1,"sum":"')
    assert [is_sealed(LINES[1]), is_sealed(dump_line(ROWS[1]))] == [True, False]
    assert open_seal(LINES[1]) == (1, ROWS[1])
    lines = read(tmp_path / "log", *LINES)
    assert list(lines) == ROWS
    assert (lines.number, lines.end, lines.unsealed, lines.sealed_from) == (5, sum(map(len, LINES)), 0, 0)


def test_any_bit_of_a_line_that_is_flipped_is_told(tmp_path: Path) -> None:
    for place in range(len(LINES[1]) - 1):
        for bit in range(8):
            changed = bytearray(LINES[1])
            changed[place] ^= 1 << bit
            with pytest.raises(DamageError, match="was changed after irloom wrote it"):
                list(read(tmp_path / "log", LINES[0], bytes(changed), *LINES[2:]))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda lines: [*lines[:2], *lines[3:]], "where line 3 was, at byte [0-9]+, stands line 4"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "where line 3 was, at byte [0-9]+, stands line 2"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "where line 1 was, at byte 0, stands line 2"),
        (lambda lines: [*lines[:2], dump_line(ROWS[2]), *lines[3:]], "line 3 of it, .* has lost its sum"),
        (lambda lines: [*lines, b"a note\n"], "line 6 of it, .* has lost its sum"),
        (lambda lines: [lines[0], b"\0" * 40 + b"\n", *lines[1:]], "line 2 of it, .* has lost its sum"),
    ],
    ids=["removed", "doubled", "swapped", "stripped", "foreign", "zeros within"],
)
def test_what_was_done_to_lines_is_told_after_those_that_hold(
    harm: Callable[[list[bytes]], list[bytes]], said: str, tmp_path: Path
) -> None:
    found: list[object] = []
    with pytest.raises(DamageError, match=said):
        found.extend(read(tmp_path / "log", *harm(LINES)))
    assert found == ROWS[: len(found)]


@pytest.mark.parametrize("tail", [b"", LINES[3][:-1], LINES[3][:9], b"\0" * 300, b"\0\0\n"])
def test_a_torn_end_is_no_damage(tail: bytes, tmp_path: Path) -> None:
    lines = read(tmp_path / "log", *LINES[:3], tail)
    assert list(lines) == ROWS[:3]
    assert lines.end == sum(map(len, LINES[:3]))


def test_lines_of_before_are_read_and_counted_up_to_the_first_seal(tmp_path: Path) -> None:
    old = [dump_line(row) for row in ROWS[:3]]
    lines = read(tmp_path / "log", *old, *LINES[3:])
    assert list(lines) == ROWS
    assert (lines.unsealed, lines.sealed_from) == (3, 3)
    with pytest.raises(DamageError, match=r"where line 3 was"):
        list(read(tmp_path / "log", *old[:2], *LINES[3:]))


def test_sums_that_were_all_taken_away_are_missed_where_it_is_known_that_they_began(tmp_path: Path) -> None:
    stripped = [dump_line(row) for row in ROWS]
    path = tmp_path / "log"
    assert list(read(path, *stripped)) == ROWS
    with pytest.raises(DamageError, match=r"line 4 of it, .* has lost its sum"):
        list(SealedLines(path, sealed_from=3))


def test_reading_goes_on_from_a_line_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(LINES))
    assert list(SealedLines(path, len(LINES[0]) + len(LINES[1]), 2)) == ROWS[2:]
