"""An export is there whole or not at all."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import UserError
from irloom.export.files import Item, Writer, write_json_lines, write_json_list

ITEMS: list[dict[str, Any]] = [{"id": "1", "text": "é\n\u2028\x1b"}, {"id": "2", "z": 1, "a": None}]
READERS: list[tuple[Writer, Callable[[str], Any]]] = [
    (write_json_list, json.loads),
    (write_json_lines, lambda text: [json.loads(line) for line in text.split("\n")[:-1]]),
]


@pytest.mark.parametrize(("write", "read"), READERS)
@pytest.mark.parametrize("items", [ITEMS, ITEMS[:1], []])
def test_what_is_written_can_be_read(
    write: Writer, read: Callable[[str], Any], items: Iterable[Item], tmp_path: Path
) -> None:
    path = tmp_path / "new" / "folder" / "out.json"
    assert write(path, iter(items)) == len(list(items))
    assert read(path.read_text("utf-8")) == items
    assert [path.name for path in path.parent.iterdir()] == ["out.json"]


@pytest.mark.parametrize("write", [write_json_list, write_json_lines])
def test_an_export_that_breaks_off_leaves_the_old_one(write: Writer, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")

    def items() -> Iterator[Item]:
        yield ITEMS[0]
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        write(path, items())
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("write", [write_json_list, write_json_lines])
@pytest.mark.parametrize("name", ["file/out.json", "folder", "x" * 300])
def test_a_path_that_cannot_be_written_is_one_message(write: Writer, name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match=r"Cannot write .*(directory|File exists|too long)"):
        write(tmp_path / name, ITEMS)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}
