"""A small data set in EDIR's form, whose pictures are plain colours with a bar."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from irloom.edir import EdirData, EdirImage, EdirInstance, EdirQuery
from irloom.metrics.edir import Found, score
from irloom.metrics.edir_layout import Layout, Mode
from irloom.metrics.edir_scores import EdirScores
from irloom.metrics.edir_vectors import Vectors


def write_edir(
    folder: Path, seeds: int = 4, siblings: int = 3, subcategories: tuple[str, ...] = ("color", "count")
) -> Path:
    """Per seed a reference and siblings; query N.S asks the reference of seed N for sibling S."""
    images = folder / "images"
    images.mkdir(parents=True)
    queries: list[dict[str, Any]] = []
    corpus: list[dict[str, Any]] = []
    instances: list[dict[str, Any]] = []
    random = np.random.default_rng(0)
    for seed in range(seeds):
        colour = random.integers(40, 216, 3)
        _paint(images / f"{seed}.png", colour, 0)
        names = [f"{seed}_{one}.png" for one in range(siblings)]
        for one, name in enumerate(names):
            _paint(images / name, colour, 6 * (one + 1))
            corpus.append({"id": name, "image": name, "modality": "image"})
            subcategory = subcategories[seed % len(subcategories)]
            queries.append(
                {
                    "id": f"{seed}.{one}",
                    "image": f"{seed}.png",
                    "text": f"Move the bar to {one}.",
                    "modality": "image",
                    "metadata": {"subcategory": subcategory},
                }
            )
            others = [other for other in names if other != name]
            instances.append({"qid": f"{seed}.{one}", "pos": [name], "neg": others})
    for kind, rows in (("queries", queries), ("corpus", corpus), ("instances", instances)):
        write_rows(folder / f"{kind}.jsonl", rows)
    return folder


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """One JSON object a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The same back."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def build_edir(
    answers: dict[str, tuple[list[str], list[str]]],
    corpus: list[str],
    subcategories: dict[str, str] | None = None,
    references: dict[str, str] | None = None,
) -> EdirData:
    """Rows alone, without files: of each query its positives and negatives, by corpus id."""
    kinds, images = subcategories or {}, references or {}
    return EdirData(
        Path("images"),
        tuple(
            EdirQuery(
                id=name,
                image=images.get(name, "seed.png"),
                text=f"text of {name}",
                metadata={"subcategory": kinds[name]} if name in kinds else {},
            )
            for name in answers
        ),
        tuple(EdirImage(id=name, image=f"{name}.png") for name in corpus),
        tuple(EdirInstance(qid=name, pos=tuple(pos), neg=tuple(neg)) for name, (pos, neg) in answers.items()),
    )


def rank_places(layout: Layout, places: "np.ndarray[Any, Any]") -> Found:
    """What was found, if these places were: each score is lower than the one before."""
    scores = 1 - np.broadcast_to(np.arange(places.shape[1]) / 1000, places.shape)
    targets = np.full(len(places), 0.0)
    for at, case in enumerate(layout.cases):
        right = np.flatnonzero(np.isin(places[at], list(case.targets)))
        targets[at] = scores[at, right[0]] if len(right) else 0.0
    return Found(places, scores, targets, 0)


def score_places(
    layout: Layout, source: str, places: Mapping[Mode, "np.ndarray[Any, Any]"], resamples: int = 20
) -> tuple[EdirScores, dict[Mode, Found]]:
    """The scores of these places, and what was found with them."""
    found = {mode: rank_places(layout, one) for mode, one in places.items()}
    vectors = Vectors(source, {}, [], np.arange(len(layout.gallery)))
    return score(layout, vectors, found, False, resamples), found


def _paint(path: Path, colour: "np.ndarray[Any, Any]", bar: int) -> None:
    pixels = np.broadcast_to(colour.astype(np.uint8), (32, 32, 3)).copy()
    pixels[:, bar : bar + 4] = 255 - pixels[:, bar : bar + 4]
    Image.fromarray(pixels).save(path)
