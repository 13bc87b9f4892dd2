"""Scores sentences by the vectors of an embedder, such as an endpoint's."""

from collections.abc import Sequence

from irloom.errors import SampleError
from irloom.protocols import Embedder, Query, Scores, ScoringJob

_DIGITS = 6


class VectorScorer:
    """The cosine of a picture's vector and each sentence's, in -1..1."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self._embedder = embedder

    def score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        """One result a job, in order; where one of several fails, each is tried by itself."""
        try:
            return [*self._score(jobs)]
        except SampleError as error:
            if len(jobs) == 1:
                return [error]
        return [found for job in jobs for found in self.score([job])]

    def _score(self, jobs: Sequence[ScoringJob]) -> list[Scores]:
        """What every job gets; a picture or a sentence that comes twice is embedded once."""
        pictures = list(dict.fromkeys(job.image for job in jobs))
        texts = list(dict.fromkeys(text for job in jobs for text in job.captions))
        seen = dict(zip(pictures, self._embedder.embed_images(pictures), strict=True))
        read = dict(
            zip(texts, self._embedder.embed_queries([Query(None, text) for text in texts]), strict=True)
        )
        return [
            Scores(tuple(round(float(seen[job.image] @ read[text]), _DIGITS) for text in job.captions))
            for job in jobs
        ]
