"""Files that only grow, atomic replacement, names that are safe, and errors of a full disk."""

import errno
import os
import zlib
from pathlib import Path

import pytest

from irloom.engine.storage import AppendFile, dump_line, read_lines, safe_name, write_atomically
from irloom.errors import StorageError
from support.children import tear
from support.forked import start_forked

ODD_IDS = [
    *(
        "../x",
        "..",
        ".",
        "",
        "a/b",
        "a\\b",
        "CON",
        "con",
        "A",
        "a",
        "é",
        "e",
        "图",
        "图片",
        "\x00",
        "a\nb",
        "a b",
    ),
    *(
        "a_b",
        "a.b",
        "a..b",
        ".hidden",
        "-rf",
        "x" * 300,
        "x" * 301,
        "x" * 80,
        "x" * 81,
        "~",
        "*",
        "a:b",
        "a|b",
    ),
    *("sample", "x-0123456789ab", "000000000139", "139", "\u202egnp", "a.1", "İ", "i", "ß", "ss"),
]


def test_ids_become_distinct_names_also_where_case_does_not_count() -> None:
    names = [safe_name(one).lower() for one in ODD_IDS]
    assert len(set(names)) == len(ODD_IDS)


@pytest.mark.parametrize("sample", ODD_IDS)
def test_a_name_made_of_an_id_is_safe_and_always_the_same(sample: str, tmp_path: Path) -> None:
    name = safe_name(sample)
    assert name == safe_name(sample)
    assert 0 < len(name) <= 100
    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>|\x00\n ')
    assert not name.startswith((".", "-"))
    (tmp_path / f".{name}.jsonl.tmp").touch()


def test_a_name_never_passes_for_the_name_of_another_id() -> None:
    assert safe_name(safe_name("A/b")) != safe_name("A/b")


def test_plain_ids_keep_their_name() -> None:
    assert safe_name("000000000139") == "000000000139"
    assert safe_name("val2017_139.png") == "val2017_139.png"


def test_what_is_appended_is_counted_and_summed(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "a")
    file.append(b"one\n")
    file.append("zwölf\n".encode())
    file.sync()
    assert (tmp_path / "a").read_bytes() == "one\nzwölf\n".encode()
    assert file.size == 11
    assert file.checksum == zlib.crc32("one\nzwölf\n".encode())
    file.close()
    file.close()


def test_an_existing_file_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\n")
    file = AppendFile(tmp_path / "a", zlib.crc32(b"one\n"))
    file.append(b"two\n")
    assert (file.size, file.checksum) == (8, zlib.crc32(b"one\ntwo\n"))


def test_a_file_is_cut_but_never_grown(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\ntw")
    file = AppendFile(tmp_path / "a")
    file.cut(100)
    assert (tmp_path / "a").read_bytes() == b"one\ntw"
    file.cut(4)
    file.append(b"two\n")
    assert (tmp_path / "a").read_bytes() == b"one\ntwo\n"


def test_a_full_disk_is_a_storage_error_that_names_file_and_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = AppendFile(tmp_path / "a")

    def refuse(descriptor: int, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.write", refuse)
    with pytest.raises(StorageError, match=r"Cannot write .*a: No space left on device\. .*then resume"):
        file.append(b"x")


def test_nothing_is_appended_after_a_torn_write(tmp_path: Path) -> None:
    path = tmp_path / "a"
    child = start_forked(tear, str(path))
    child.join()
    assert child.exitcode == 0
    assert path.read_bytes() == b"1234\n567"


def test_a_folder_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        AppendFile(tmp_path / "missing" / "a")
    with pytest.raises(StorageError, match="No such file or directory"):
        write_atomically(tmp_path / "missing" / "a", b"x", "step")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    for content in (b"long content", b"short", b""):
        write_atomically(path, content, "step")
        assert path.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_lines_are_read_with_their_ends_up_to_a_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b'{"a":1}\n"\xc3\xa9\xe2\x80\xa8"\n{"a"')
    assert list(read_lines(path)) == [(8, {"a": 1}), (16, "é\u2028")]
    assert list(read_lines(path, start=8)) == [(16, "é\u2028")]
    assert list(read_lines(path, end=15)) == [(8, {"a": 1})]
    assert list(read_lines(path, end=16)) == [(8, {"a": 1}), (16, "é\u2028")]
    assert list(read_lines(path, end=0)) == []


@pytest.mark.parametrize("tail", [b'{"b":2}', b"\x00\x00\x00", b"\x00\x00\n", b"{'b'}\n", b"\xff\n"])
def test_a_line_that_is_torn_or_not_json_ends_the_reading(tail: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b'{"a":1}\n' + tail)
    assert list(read_lines(path)) == [(8, {"a": 1})]


def test_a_line_holds_any_text_and_keeps_the_order_of_keys(tmp_path: Path) -> None:
    row = {"z": "a\nb\r\u2028\u0085\x1b", "a": [1.5, None, True], "é": "😀"}
    (tmp_path / "a").write_bytes(dump_line(row) * 2)
    assert [found for _, found in read_lines(tmp_path / "a")] == [row, row]
    assert dump_line({"b": 1, "a": 2}) == b'{"b":1,"a":2}\n'
