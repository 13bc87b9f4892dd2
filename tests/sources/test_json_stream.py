"""The streaming reader agrees with `json.loads`, wherever the chunks end."""

import gc
import json
import math
import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources import json_stream as streaming
from irloom.sources.json_stream import read_arrays

ELEMENTS = [
    *(0, -1, 12345678901234567890, 1.5, -2.5e-7, 1e300, 10.0, True, False, None, "", [], {}),
    *('"\\/\b\f\n\r\t', "ü中文😀\ud83d", "\u2028", "a" * 50),
    *({"a": [1, {"b": [2.25, "]}"]}], "c": None}, [[], [[]], [1, 2.0, -3]], {"k,:[{": "v"}),
]


def read_all(path: Path, chunk_bytes: int) -> dict[str, Any]:
    with closing(read_arrays(path, chunk_bytes=chunk_bytes)) as members:
        return {key: None if found is None else list(found) for key, found in members}


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 4, 5, 7, 11, 16, 31, 64, 1 << 20])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
def test_every_chunk_size_gives_what_json_gives(
    tmp_path: Path, chunk_bytes: int, ascii_only: bool, indent: int | None
) -> None:
    elements = [e for e in ELEMENTS if ascii_only or not (isinstance(e, str) and "\ud83d" in e)]
    document = {"a": elements, "ü": elements[::-1], "empty": []}
    path = write(tmp_path, json.dumps(document, ensure_ascii=ascii_only, indent=indent))
    assert read_all(path, chunk_bytes) == document


def test_random_documents_give_what_json_gives(tmp_path: Path) -> None:
    dice = random.Random(7)
    for _ in range(300):
        document = {f"k{n}": dice.choices(ELEMENTS, k=dice.randrange(6)) for n in range(dice.randrange(4))}
        path = write(tmp_path, json.dumps(document, indent=dice.choice([None, 1])))
        assert read_all(path, dice.randrange(1, 40)) == document


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 5, 8, 100])
def test_nan_and_infinity_are_read(tmp_path: Path, chunk_bytes: int) -> None:
    found = read_all(write(tmp_path, '{"a": [NaN, Infinity, -Infinity, 1]}'), chunk_bytes)["a"]
    assert math.isnan(found[0])
    assert found[1:] == [math.inf, -math.inf, 1]


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 4, 100])
def test_a_byte_order_mark_is_accepted(tmp_path: Path, chunk_bytes: int) -> None:
    assert read_all(write(tmp_path, b'\xef\xbb\xbf {"a": [1]} \n'), chunk_bytes) == {"a": [1]}


def test_keys_without_an_array_are_named_and_skipped(tmp_path: Path) -> None:
    assert read_all(write(tmp_path, '{"info": {"a": [1]}, "n": 12, "b": [2]}'), 3) == {
        "info": None,
        "n": None,
        "b": [2],
    }


def test_elements_that_are_left_are_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, '{"a": [1, 2, 3], "b": [4]}')
    assert [key for key, _ in read_arrays(path, chunk_bytes=2)] == ["a", "b"]


def test_watch_sees_every_byte_once_and_in_order(tmp_path: Path) -> None:
    content = '{"a": [1, "ü"], "b": {}}  \n '.encode()
    seen: list[bytes] = []
    for _ in read_arrays(write(tmp_path, content), seen.append, chunk_bytes=3):
        pass
    assert b"".join(seen) == content


BROKEN = {
    "": "expected an object",
    "  ": "expected an object",
    "[1]": "expected an object",
    "{": "ends too early",
    '{"a"': "ends too early",
    '{"a": ': "ends too early",
    '{"a": [1, 2': "ends too early",
    '{"a": [1, 2]': "ends too early",
    '{"a": ["x': "Unterminated string",
    '{"a": [1 2]}': "expected ',' or ']'",
    '{"a": [1.x]}': "expected ',' or ']'",
    '{"a": [1,]}': "nothing between ',' and ']'",
    '{"a": [1],}': "nothing between ',' and '}'",
    '{"a": [,1]}': "Expecting value",
    '{"a": [nul]}': "Expecting value",
    '{"a": [{"b" 1}]}': "Expecting ':' delimiter",
    '{"a": ["\\x"]}': "Invalid \\\\escape",
    '{"a" [1]}': "expected ':' after a key",
    "{a: [1]}": "expected a key in double quotes",
    '{"a": [1]} x': "extra data",
    '{"a": [1]}{"a": [1]}': "extra data",
    '{"a": [1], "a": [2]}': "the top-level key 'a' comes twice",
}


@pytest.mark.parametrize("chunk_bytes", [1, 3, 1 << 20])
@pytest.mark.parametrize("content", BROKEN)
def test_malformed_json_says_where_and_what(tmp_path: Path, content: str, chunk_bytes: int) -> None:
    with pytest.raises(ConfigError, match=r"file\.json is not valid JSON at byte \d+ \(line 1\)") as caught:
        read_all(write(tmp_path, content), chunk_bytes)
    assert BROKEN[content].replace("\\\\", "\\") in str(caught.value)


@pytest.mark.parametrize("chunk_bytes", [1, 2, 5, 1 << 20])
def test_the_position_counts_bytes_and_lines(tmp_path: Path, chunk_bytes: int) -> None:
    content = '\ufeff{"ü": [\n"中",\n1 x]}'
    with pytest.raises(ConfigError) as caught:
        read_all(write(tmp_path, content), chunk_bytes)
    byte = len(content[: content.index("x")].encode())
    assert f"at byte {byte} (line 3)" in str(caught.value)


@pytest.mark.parametrize("chunk_bytes", [1, 2, 4, 1 << 20])
def test_bytes_that_are_no_utf_8_are_named(tmp_path: Path, chunk_bytes: int) -> None:
    with pytest.raises(ConfigError, match="not UTF-8 text at byte 8"):
        read_all(write(tmp_path, b'{"a": ["\xe9t\xe9"]}'), chunk_bytes)


def test_a_character_cut_off_at_the_end_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not UTF-8 text at byte 8"):
        read_all(write(tmp_path, b'{"a": ["\xe4\xb8'), 2)


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    gc.collect()  # so that no other test's remains are finalised where the stack is at its end
    with pytest.raises(ConfigError, match="nested too deeply"):
        read_all(write(tmp_path, '{"a": [' + "[" * 200_000), 1 << 20)


def test_a_number_of_too_many_digits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not valid JSON at byte 7"):
        read_all(write(tmp_path, '{"a": [' + "1" * 5000 + "]}"), 1 << 20)


def test_a_value_that_never_ends_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MAX_VALUE_CHARS", 1000)
    seen: list[bytes] = []
    path = write(tmp_path, '{"a": ["' + "x" * 100_000)
    with pytest.raises(ConfigError, match="Unterminated string"):
        for _ in read_arrays(path, seen.append, chunk_bytes=100):
            pass
    assert sum(map(len, seen)) < 10_000
