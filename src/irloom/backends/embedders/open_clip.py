"""Any model of open_clip as an embedder of composed queries."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from irloom.backends.scorers.open_clip import load_cosine, name_model
from irloom.errors import ScoringError
from irloom.options import OpenClipEmbedderOptions
from irloom.protocols import Query


class OpenClipEmbedder:
    """Embeds image and text each by its own tower, and composes them afterwards by the rule of the options.

    Raises ConfigError for a model, tag, checkpoint or device that is not there or does not fit.
    """

    def __init__(
        self, options: OpenClipEmbedderOptions, notify: Callable[[str], None] = lambda _: None
    ) -> None:
        self.name = name_model(options)
        self._compose = options.compose
        self._text_weight = options.text_weight
        self._cosine = load_cosine(options, notify)

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        """One row a query; where only one part is given, or wanted, it is that part's vector."""
        images = [query.image if self._compose != "text" else None for query in queries]
        texts = [query.text if self._compose != "image" else None for query in queries]
        seen = iter(self._see([image for image in images if image is not None]))
        read = iter(self._cosine.embed_texts([text for text in texts if text is not None]))
        rows = [
            self._add(None if image is None else next(seen), None if text is None else next(read))
            for image, text in zip(images, texts, strict=True)
        ]
        return _stack(rows)

    def embed_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        """One row an image."""
        return _stack(self._see(images))

    def _see(self, images: Sequence[Path]) -> list[torch.Tensor]:
        found = []
        for path, vector in zip(images, self._cosine.embed_pictures(images), strict=True):
            if not isinstance(vector, torch.Tensor):
                raise ScoringError(f"{path.name} cannot be embedded: {vector}") from vector
            found.append(vector)
        return found

    def _add(self, seen: torch.Tensor | None, read: torch.Tensor | None) -> torch.Tensor:
        if seen is None or read is None:
            found = read if seen is None else seen
            if found is None:
                raise ScoringError(f"compose = {self._compose!r}: a query has nothing of the kind")
            return found
        both = (1 - self._text_weight) * seen + self._text_weight * read
        return torch.nn.functional.normalize(both, dim=-1)


def _stack(rows: Sequence[torch.Tensor]) -> NDArray[np.float32]:
    if not rows:
        return np.empty((0, 0), dtype=np.float32)
    found: NDArray[np.float32] = torch.stack(list(rows)).numpy()
    if not np.isfinite(found).all():
        raise ScoringError("the model gave vectors that are no numbers: choose dtype = 'float32'")
    return found
