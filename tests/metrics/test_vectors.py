"""What was embedded is kept item by item, and embedded again only where it has to be."""

import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from irloom.errors import ConfigError, ScoringError, SourceError, StorageError
from irloom.metrics import vectors as embedding
from irloom.metrics.vectors import KeptEmbedder
from irloom.protocols import Query

KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from irloom.metrics import vectors as embedding

class Killed:
    name = "counting"

    def embed_images(self, images):
        if any(image.name == "5.png" for image in images):
            os.kill(os.getpid(), signal.SIGKILL)
        return np.array([[image.stat().st_size, 1] for image in images], dtype=np.float32)

embedding.BLOCK = 2
kept = embedding.KeptEmbedder(Killed(), {"kind": "counting"}, Path(sys.argv[1]), lambda *_: None)
kept.embed_images([Path(name) for name in sys.argv[2:]])
"""
"""Embeds images in another process, which is killed at the sixth."""


class Counting:
    """Embeds a file by its size, and notes what it is asked; dies at files whose name starts so."""

    name = "counting"

    def __init__(self, dies_at: str = "never", size: int = 2) -> None:
        self.asked: list[str] = []
        self._dies_at = dies_at
        self._size = size

    def embed_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        if any(image.name.startswith(self._dies_at) for image in images):
            raise ScoringError("the endpoint is gone")
        self.asked += [image.name for image in images]
        return self._spell([image.stat().st_size for image in images], 1)

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        self.asked += [f"{query.image.name if query.image else None} {query.text}" for query in queries]
        return self._spell([len(query.text or "") for query in queries], 2)

    def _spell(self, firsts: Sequence[int], rest: int) -> NDArray[np.float32]:
        return np.array([[first, *[rest] * (self._size - 1)] for first in firsts], dtype=np.float32)


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Eleven files of 1 to 11 bytes."""
    monkeypatch.setattr(embedding, "BLOCK", 2)
    return write_images(tmp_path, 11)


def write_images(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.png" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(b"x" * (number + 1))
    return paths


def keep(inner: Counting, folder: Path, **identity: str) -> KeptEmbedder:
    return KeptEmbedder(inner, {"kind": "counting", **identity}, folder / "kept", lambda *_: None)


def embed(images: Sequence[Path], folder: Path) -> tuple[list[float], list[str]]:
    """The sizes that the vectors of the images tell, and which images were embedded for it."""
    inner = Counting()
    blocks = keep(inner, folder).embed_images(images)
    return np.concatenate(blocks)[:, 0].tolist(), inner.asked


def test_one_more_image_costs_one_wherever_it_stands(images: list[Path], tmp_path: Path) -> None:
    most = [*images[:4], *images[5:]]
    assert embed(most, tmp_path) == ([1, 2, 3, 4, 6, 7, 8, 9, 10, 11], [path.name for path in most])
    assert embed(images, tmp_path) == ([*range(1, 12)], ["4.png"])


def test_a_part_of_what_is_kept_costs_nothing_in_any_order(images: list[Path], tmp_path: Path) -> None:
    embed(images, tmp_path)
    assert embed(images[1:], tmp_path) == ([*range(2, 12)], [])
    assert embed(images[::-1], tmp_path) == ([*range(11, 0, -1)], [])
    assert embed([images[7], images[2], images[7]], tmp_path) == ([8, 3, 8], [])


def test_equal_images_cost_one(images: list[Path], tmp_path: Path) -> None:
    assert embed([images[0], images[1]] * 5, tmp_path) == ([1, 2] * 5, ["0.png", "1.png"])


def test_queries_with_one_image_and_no_text_cost_one(images: list[Path], tmp_path: Path) -> None:
    inner = Counting()
    kept = keep(inner, tmp_path)
    assert kept.embed_queries([Query(images[0], None)] * 6).tolist() == [[0, 2]] * 6
    assert inner.asked == ["0.png None"]


def test_queries_are_told_apart_by_image_and_text(images: list[Path], tmp_path: Path) -> None:
    inner = Counting()
    kept = keep(inner, tmp_path)
    queries = [Query(images[0], "one"), Query(None, "three"), Query(images[1], "one")]
    assert kept.embed_queries(queries)[:, 0].tolist() == [3, 5, 3]
    assert inner.asked == ["0.png one", "None three", "1.png one"]
    kept.embed_queries([queries[0], Query(images[1], "three")])
    assert inner.asked[3:] == ["1.png three"]


def test_an_image_of_the_gallery_is_another_item_as_a_query(images: list[Path], tmp_path: Path) -> None:
    kept = keep(Counting(), tmp_path)
    kept.embed_images(images[:1])
    assert kept.embed_queries([Query(images[0], None)]).tolist() == [[0, 2]]


def test_whole_batches_before_an_error_are_kept(images: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ScoringError):
        keep(Counting(dies_at="5"), tmp_path).embed_images(images)
    assert embed(images, tmp_path) == ([*range(1, 12)], [path.name for path in images[4:]])


def test_whole_batches_of_a_bench_that_was_killed_are_kept(images: list[Path], tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, *map(str, [tmp_path / "kept", *images])]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert embed(images, tmp_path) == ([*range(1, 12)], [path.name for path in images[4:]])


def test_a_changed_image_and_another_model_are_embedded_again(images: list[Path], tmp_path: Path) -> None:
    embed(images, tmp_path)
    os.utime(images[4], ns=(1, 1))
    assert embed(images, tmp_path)[1] == ["4.png"]
    other = Counting()
    keep(other, tmp_path, model="another").embed_images(images)
    assert len(other.asked) == 11


@pytest.mark.parametrize("end", [0, 5, 100, -3], ids=["empty", "no header", "half a header", "no end"])
def test_what_a_torn_file_held_is_embedded_again(images: list[Path], tmp_path: Path, end: int) -> None:
    embed(images[:2], tmp_path)
    whole = set((tmp_path / "kept").iterdir())
    embed(images[2:4], tmp_path)
    (torn,) = set((tmp_path / "kept").iterdir()) - whole
    torn.write_bytes(torn.read_bytes()[:end])
    assert embed(images[:4], tmp_path) == ([1, 2, 3, 4], ["2.png", "3.png"])
    assert embed(images[:4], tmp_path) == ([1, 2, 3, 4], [])


def test_a_vector_of_which_a_bit_was_changed_is_made_again_and_told(
    images: list[Path], tmp_path: Path
) -> None:
    first, _ = embed(images, tmp_path)
    path = min((tmp_path / "kept").glob("*.npy"))
    content = bytearray(path.read_bytes())
    content[-8] ^= 1
    path.write_bytes(content)
    heard: list[str] = []
    inner = Counting()
    kept = KeptEmbedder(inner, {"kind": "counting"}, tmp_path / "kept", lambda *_: None, heard.append)
    again = np.concatenate(kept.embed_images(images))
    assert again[:, 0].tolist() == first
    assert inner.asked, "what lay in that file"
    assert heard == [f"The kept vectors {path} are not as they were written: they are made again."]


def test_vectors_of_before_sums_are_used_as_they_are(images: list[Path], tmp_path: Path) -> None:
    first, _ = embed(images, tmp_path)
    for path in (tmp_path / "kept").glob("*.npy"):
        record = np.load(path)
        old = np.zeros(1, np.dtype([(name, record.dtype[name]) for name in ("keys", "vectors")]))
        old["keys"], old["vectors"] = record["keys"], record["vectors"]
        np.save(path, old)
    assert embed(images, tmp_path) == (first, [])


def test_benches_at_the_same_time_share_a_folder(images: list[Path], tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: embed(images, tmp_path)[0], range(12)))
    assert found == [[*range(1, 12)]] * 12
    assert embed(images, tmp_path) == ([*range(1, 12)], [])
    assert not list((tmp_path / "kept").glob("*.part"))


def test_memory_holds_what_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "BLOCK", 20)
    images = write_images(tmp_path, 200)
    inner = Counting(size=10_000)
    tracemalloc.start()
    try:
        blocks = keep(inner, tmp_path).embed_images(images[::2] + images[1::2])
        woven = keep(inner, tmp_path).embed_images(images)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (len(blocks), len(woven)) == (10, 200), "a file is a block, unless other rows come between"
    assert woven[77][0, 0] == 78
    assert peak < 4_000_000, "all are 8 MB; a batch is 0.8 MB as it comes and as much as it is written"


def test_vectors_of_two_sizes_are_refused_and_not_kept(images: list[Path], tmp_path: Path) -> None:
    keep(Counting(), tmp_path).embed_images(images[:2])
    with pytest.raises(ConfigError, match="counting gave vectors of 2 and of 3 numbers"):
        keep(Counting(size=3), tmp_path).embed_images(images[:3])
    assert embed(images[:3], tmp_path) == ([1, 2, 3], ["2.png"])


def test_queries_of_another_size_than_the_gallery_are_refused(images: list[Path], tmp_path: Path) -> None:
    keep(Counting(size=3), tmp_path).embed_queries([Query(None, "one")])
    kept = keep(Counting(), tmp_path)
    kept.embed_images(images)
    with pytest.raises(ConfigError, match="counting gave vectors of 2 and of 3 numbers"):
        kept.embed_queries([Query(None, "one")])


def test_progress_counts_what_is_kept_and_equal_images_once(images: list[Path], tmp_path: Path) -> None:
    embed(images[:4], tmp_path)
    said: list[tuple[str, int, int]] = []
    kept = KeptEmbedder(Counting(), {"kind": "counting"}, tmp_path / "kept", lambda *step: said.append(step))
    kept.embed_images([*images[:7], images[0]])
    assert said == [("images", 6, 7), ("images", 7, 7)]


def test_a_missing_image_costs_nothing(images: list[Path], tmp_path: Path) -> None:
    inner = Counting()
    with pytest.raises(SourceError, match=r"gone\.png cannot be read"):
        keep(inner, tmp_path).embed_images([*images, tmp_path / "gone.png"])
    assert inner.asked == []


def test_a_folder_that_cannot_be_written_is_a_message(images: list[Path], tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(StorageError, match="vectors cannot be kept"):
        keep(Counting(), tmp_path).embed_images(images)
