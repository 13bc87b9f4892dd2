"""Texts to draw: JSON Lines, plain lines, and what is wrong with either."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.sources.texts import PlainText, TextSource


def read(tmp_path: Path, text: str) -> TextSource:
    path = tmp_path / "texts"
    path.write_text(text, "utf-8")
    return TextSource(path)


def test_lines_are_texts_by_their_number_and_objects_bring_an_id(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        'A dog.\n\n{"id": "b", "text": " A car. "}\n{"text": "A boat."}\n{"id": 7, "text": "Seven."}\n',
    )
    assert [source.get(name) for name in source.list_ids()] == [
        PlainText(id="text-1", text="A dog."),
        PlainText(id="b", text="A car."),
        PlainText(id="text-4", text="A boat."),
        PlainText(id="7", text="Seven."),
    ]
    assert (len(source), source.counts) == (4, {"texts": 4, "texts_unusable": 0})
    assert source.get("nobody") is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": "a"', "line 2: it is no JSON"),
        ('{"id": "b"}', "line 2: it has no `text`"),
        ('{"id": "b", "text": 3}', "line 2: it has no `text`"),
        ('{"id": "a", "text": "Again."}', "line 2: the id 'a' stands in the file already"),
    ],
)
def test_a_line_that_cannot_be_used_is_a_sample_with_a_fault(tmp_path: Path, line: str, why: str) -> None:
    source = read(tmp_path, f'{{"id": "a", "text": "A dog."}}\n{line}\n')
    spoilt = source.get("text-2")
    assert spoilt is not None
    assert spoilt.fault is not None
    assert spoilt.fault.message.startswith(why)
    assert source.counts == {"texts": 2, "texts_unusable": 1}


def test_a_file_without_texts_or_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no text"):
        read(tmp_path, "\n \n")
    with pytest.raises(ConfigError, match="cannot be read"):
        TextSource(tmp_path / "nowhere")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        TextSource(tmp_path / "bytes")


def test_another_content_is_another_digest(tmp_path: Path) -> None:
    assert read(tmp_path, "A dog.").digests != read(tmp_path, "A cat.").digests
