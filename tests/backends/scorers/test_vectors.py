"""An embedder scores sentences by the inner product of its vectors."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.backends.scorers.vectors import VectorScorer
from irloom.errors import ScoringError
from irloom.protocols import Query, Scores, ScoringJob


class Angles:
    """Embeds a picture by the number in its name, in degrees, and a text by the number that it is."""

    name = "angles"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        if any(path.stem == "broken" for path in images):
            raise ScoringError("broken.png cannot be embedded")
        return self._turn([path.stem for path in images])

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        return self._turn([query.text or "" for query in queries])

    def _turn(self, angles: list[str]) -> NDArray[np.float32]:
        self.embedded += angles
        turned = np.radians([float(angle) for angle in angles])
        return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def test_a_score_is_the_cosine_and_what_comes_twice_is_embedded_once() -> None:
    angles = Angles()
    jobs = [ScoringJob(Path("0.png"), ("60", "180"), ()), ScoringJob(Path("0.png"), ("60", "0"), ())]
    assert VectorScorer(angles).score(jobs) == [Scores((0.5, -1.0)), Scores((0.5, 1.0))]
    assert angles.embedded == ["0", "60", "180", "0"]


def test_a_broken_picture_leaves_the_others_of_its_batch_alone() -> None:
    jobs = [ScoringJob(Path(f"{name}.png"), ("0",), ()) for name in ("0", "broken", "90")]
    first, broken, last = VectorScorer(Angles()).score(jobs)
    assert (first, last) == (Scores((1.0,)), Scores((0.0,)))
    assert isinstance(broken, ScoringError)
