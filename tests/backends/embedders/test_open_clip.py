"""Image and text are embedded as open_clip itself does, and composed by the rule."""

from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from irloom.backends.embedders.open_clip import OpenClipEmbedder
from irloom.backends.quiet import hush_libraries
from irloom.errors import ScoringError
from irloom.options import OpenClipEmbedderOptions
from irloom.protocols import Query
from support.tiny_clip import CONTEXT, register, save_untrained

NAME = "tiny-embedder"
TEXT = "a cold square"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    register(folder, NAME)
    return save_untrained(folder, NAME)


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    random = np.random.default_rng(0)
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for path in paths:
        Image.fromarray(random.integers(0, 256, (37, 61, 3), dtype=np.uint8)).save(path)
    return paths


def start(checkpoint: Path, **options: Any) -> OpenClipEmbedder:
    fixed = {"model": NAME, "pretrained": str(checkpoint), "device": "cpu"}
    return OpenClipEmbedder(OpenClipEmbedderOptions.model_validate({**fixed, **options}))


def embed_directly(checkpoint: Path, image: Path, text: str) -> tuple[torch.Tensor, torch.Tensor]:
    with hush_libraries():
        model, _, prepare = open_clip.create_model_and_transforms(NAME, pretrained=str(checkpoint))
    with torch.inference_mode(), Image.open(image) as picture:
        seen: torch.Tensor = model.eval().encode_image(prepare(picture)[None], normalize=True)[0]
        read: torch.Tensor = model.encode_text(open_clip.get_tokenizer(NAME)([text]), normalize=True)[0]
    return seen, read


def test_each_rule_composes_as_it_says(checkpoint: Path, images: list[Path]) -> None:
    seen, read = embed_directly(checkpoint, images[0], TEXT)
    query = [Query(images[0], TEXT)]
    for options, expected in (
        ({"compose": "image"}, seen),
        ({"compose": "text"}, read),
        ({}, seen + read),
        ({"text_weight": 0.2}, 0.8 * seen + 0.2 * read),
    ):
        (row,) = start(checkpoint, **options).embed_queries(query)
        wanted = torch.nn.functional.normalize(expected, dim=-1)
        assert np.allclose(row, wanted.numpy(), atol=2e-6), options
        assert float(np.linalg.norm(row)) == pytest.approx(1, abs=1e-5)
    assert not torch.allclose(seen, read, atol=0.05)


def test_a_query_of_one_part_is_that_part_and_order_is_kept(checkpoint: Path, images: list[Path]) -> None:
    embedder = start(checkpoint, batch_size=2)
    gallery = embedder.embed_images([*images, images[0]])
    seen, read = embed_directly(checkpoint, images[1], TEXT)
    rows = embedder.embed_queries(
        [Query(None, TEXT), Query(images[1], None), Query(images[2], TEXT), Query(None, "a hot disc")]
    )
    assert np.allclose(rows[0], read.numpy(), atol=2e-6)
    assert np.allclose(rows[1], seen.numpy(), atol=2e-6)
    assert np.allclose(rows[1], gallery[1], atol=1e-6)
    assert np.array_equal(gallery[0], gallery[3])
    assert not np.allclose(rows[3], rows[0], atol=0.01)


def test_a_long_text_counts_to_its_end(checkpoint: Path) -> None:
    embedder = start(checkpoint)
    long = " ".join(["hot"] * CONTEXT)
    one, other = embedder.embed_queries(
        [Query(None, f"{long}. A cold square."), Query(None, f"{long}. A disc.")]
    )
    assert not np.allclose(one, other, atol=1e-3)
    assert float(np.linalg.norm(one)) == pytest.approx(1, abs=1e-5)


def test_what_cannot_be_embedded_is_named(checkpoint: Path, images: list[Path], tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    embedder = start(checkpoint)
    with pytest.raises(ScoringError, match=r"broken\.png cannot be embedded: .* cannot be decoded"):
        embedder.embed_images([images[0], tmp_path / "broken.png"])
    with pytest.raises(ScoringError, match=r"gone\.png cannot be read"):
        embedder.embed_images([tmp_path / "gone.png"])
    with pytest.raises(ScoringError, match="compose = 'image': a query has nothing of the kind"):
        start(checkpoint, compose="image").embed_queries([Query(None, TEXT)])
