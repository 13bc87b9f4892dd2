"""Vectors are made for the modes that an embedder has, and kept by what decides them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irloom.errors import ConfigError
from irloom.metrics.edir import retrieve
from irloom.metrics.edir_layout import Layout, Mode, lay_out
from irloom.metrics.edir_vectors import Vectors, make_vectors, modes_of
from irloom.options import (
    EmbedderOptions,
    OpenClipEmbedderOptions,
    PixelsOptions,
    ServedOptions,
)
from irloom.sources.edir import read_edir
from support.edir_data import write_edir
from support.tiny_clip import register, save_untrained

NAME = "tiny-bench"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clip")
    register(folder, NAME)
    return [save_untrained(folder, NAME, seed).rename(folder / f"{seed}.pt") for seed in (0, 1)]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return lay_out(read_edir(write_edir(tmp_path / "data")))


def embed(layout: Layout, cache: Path, modes: list[Mode] | None = None, **options: Any) -> Vectors:
    fixed = {"model": NAME, "device": "cpu"}
    chosen = OpenClipEmbedderOptions.model_validate({**fixed, **options})
    return make_vectors(layout, chosen, modes, cache, lambda _: None, lambda *_: None)


@pytest.mark.parametrize(
    ("options", "modes"),
    [
        (PixelsOptions(), ("image",)),
        (OpenClipEmbedderOptions(), ("both", "text", "image")),
        (OpenClipEmbedderOptions(compose="text"), ("text",)),
        (OpenClipEmbedderOptions(compose="image"), ("image",)),
        (ServedOptions(model="seer"), ("both", "text", "image")),
    ],
)
def test_an_embedder_has_the_modes_whose_every_part_it_uses(
    options: EmbedderOptions, modes: tuple[Mode, ...]
) -> None:
    assert modes_of(options) == modes


def test_each_mode_is_retrieved_by_its_own_vectors(
    layout: Layout, checkpoints: list[Path], tmp_path: Path
) -> None:
    vectors = embed(layout, tmp_path, pretrained=str(checkpoints[0]))
    assert list(vectors.queries) == ["both", "text", "image"]
    both, text, image = (vectors.queries[mode].rows for mode in vectors.queries)
    composed = text + image
    assert np.allclose(both, composed / np.linalg.norm(composed, axis=1, keepdims=True), atol=1e-5)
    found = retrieve(layout, vectors, exclude_reference=False)
    gallery = np.concatenate(list(vectors.gallery))
    for mode, given in vectors.queries.items():
        places = found[mode].places
        assert (places[:, 0] == (given.rows @ gallery.T).argmax(axis=1)).mean() > 0.9, "but for near ties"
        assert (np.sort(places[:, :12]) == np.arange(12)).all(), "the whole gallery is ordered"


def test_other_weights_and_another_rule_have_vectors_of_their_own_and_another_batch_size_not(
    layout: Layout, checkpoints: list[Path], tmp_path: Path
) -> None:
    def count_files() -> int:
        return len(list((tmp_path / "embeddings").glob("*.npy")))

    first = embed(layout, tmp_path, ["text"], pretrained=str(checkpoints[0]))
    assert count_files() == 2, "the gallery, and the queries"
    embed(layout, tmp_path, ["text"], pretrained=str(checkpoints[0]), batch_size=3)
    assert count_files() == 2
    second = embed(layout, tmp_path, ["text"], pretrained=str(checkpoints[1]))
    assert count_files() == 4
    assert not np.allclose(first.queries["text"].rows, second.queries["text"].rows, atol=0.01)


def test_a_file_that_was_replaced_under_its_name_is_another_model(
    layout: Layout, checkpoints: list[Path], tmp_path: Path
) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(checkpoints[0].read_bytes())
    first = embed(layout, tmp_path, ["text"], pretrained=str(path))
    path.write_bytes(checkpoints[1].read_bytes())
    second = embed(layout, tmp_path, ["text"], pretrained=str(path))
    assert not np.allclose(first.queries["text"].rows, second.queries["text"].rows, atol=0.01)


def test_a_mode_that_the_rule_ignores_is_refused(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--modes both: open_clip as it is set has text alone"):
        embed(layout, tmp_path, ["both"], compose="text")
