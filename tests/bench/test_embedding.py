"""What was embedded is kept in blocks, and embedded again only where it has to be."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from irloom.bench import embedding
from irloom.bench.embedding import KeptEmbedder
from irloom.errors import ScoringError, SourceError, StorageError
from irloom.imaging import Query


class Counting:
    """Embeds a file by its size, and notes what it is asked; dies at files whose name starts so."""

    name = "counting"

    def __init__(self, dies_at: str = "never") -> None:
        self.asked: list[str] = []
        self._dies_at = dies_at

    def embed_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        if any(image.name.startswith(self._dies_at) for image in images):
            raise ScoringError("the endpoint is gone")
        self.asked += [image.name for image in images]
        return np.array([[image.stat().st_size, 1] for image in images], dtype=np.float32)

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        self.asked += [str(query.text) for query in queries]
        return np.array([[len(query.text or ""), 2] for query in queries], dtype=np.float32)


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(embedding, "BLOCK", 2)
    paths = [tmp_path / f"{number}.png" for number in range(5)]
    for number, path in enumerate(paths):
        path.write_bytes(b"x" * (number + 1))
    return paths


def keep(inner: Counting, folder: Path, **identity: str) -> KeptEmbedder:
    return KeptEmbedder(inner, {"kind": "counting", **identity}, folder / "kept", lambda *_: None)


def test_nothing_is_embedded_twice(images: list[Path], tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    blocks = keep(first, tmp_path).embed_images(images)
    assert np.concatenate(blocks)[:, 0].tolist() == [1, 2, 3, 4, 5]
    again = keep(second, tmp_path).embed_images(images)
    assert (len(first.asked), second.asked) == (5, [])
    assert np.array_equal(np.concatenate(again), np.concatenate(blocks))
    assert isinstance(again[0], np.memmap), "memory holds what is looked at"


def test_what_was_embedded_before_it_died_is_kept(images: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ScoringError):
        keep(Counting(dies_at="3"), tmp_path).embed_images(images)
    second = Counting()
    keep(second, tmp_path).embed_images(images)
    assert second.asked == ["2.png", "3.png", "4.png"]


def test_a_changed_image_another_model_and_a_torn_file_are_embedded_again(
    images: list[Path], tmp_path: Path
) -> None:
    keep(Counting(), tmp_path).embed_images(images)
    os.utime(images[4], ns=(1, 1))
    changed, other, torn = Counting(), Counting(), Counting()
    keep(changed, tmp_path).embed_images(images)
    assert changed.asked == ["4.png"]
    keep(other, tmp_path, model="another").embed_images(images)
    assert len(other.asked) == 5
    for file in (tmp_path / "kept").glob("*.npy"):
        file.write_bytes(file.read_bytes()[:-3])
    keep(torn, tmp_path).embed_images(images)
    assert len(torn.asked) == 5


def test_queries_are_told_apart_by_image_and_text(images: list[Path], tmp_path: Path) -> None:
    inner = Counting()
    kept = keep(inner, tmp_path)
    queries = [Query(images[0], "one"), Query(None, "three"), Query(images[1], "one")]
    assert kept.embed_queries(queries)[:, 0].tolist() == [3, 5, 3]
    kept.embed_queries(queries)
    assert inner.asked == ["one", "three", "one"]
    kept.embed_queries([queries[0], Query(images[1], "three")])
    assert len(inner.asked) == 5


def test_a_missing_image_and_a_folder_that_cannot_be_written_are_messages(
    images: list[Path], tmp_path: Path
) -> None:
    inner = Counting()
    with pytest.raises(SourceError, match=r"gone\.png cannot be read"):
        keep(inner, tmp_path).embed_images([*images, tmp_path / "gone.png"])
    assert inner.asked == [], "it is noticed before anything is paid"
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(StorageError, match="vectors cannot be kept"):
        keep(Counting(), tmp_path).embed_images(images)
