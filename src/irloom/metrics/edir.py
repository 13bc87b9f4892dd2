"""EDIR's benchmark (arXiv 2601.16125, section 4): composed queries against a gallery, by inner product."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.backends.embedders.vectors import read_vectors
from irloom.errors import ConfigError
from irloom.metrics.edir_layout import MODES, Layout, Mode
from irloom.metrics.edir_scores import EdirScores, score_mode
from irloom.metrics.embedding import open_embedder
from irloom.metrics.retrieval import find_nearest
from irloom.metrics.vectors import Report
from irloom.options import (
    EmbedderOptions,
    OpenClipEmbedderOptions,
    PixelsOptions,
    ServedOptions,
    VectorsOptions,
    VectorSource,
)

DEPTH = 100
"""How many images are looked up for a query."""
Places = Mapping[Mode, NDArray[np.int64]]
"""Of each mode the places in the gallery that were found, one row a query, the best first."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of a layout, rows of length 1."""

    source: str
    queries: Mapping[Mode, NDArray[np.float32]]
    gallery: Sequence[NDArray[np.float32]]
    """In blocks."""


def make_vectors(
    layout: Layout,
    options: VectorSource,
    modes: Sequence[Mode] | None,
    cache: Path,
    notify: Callable[[str], None],
    report: Report,
) -> Vectors:
    """Embed or read what the modes need, or where left out all that the source has.

    Raises ConfigError for a mode that it does not have, and what embedders raise.
    """
    if isinstance(options, VectorsOptions):
        return _read_given(layout, options, modes)
    wanted = _choose_modes(modes, modes_of(options), options.kind)
    embedder = open_embedder(options, cache, notify, report)
    gallery = embedder.embed_images(layout.paths)
    queries = {mode: embedder.embed_queries([case.show(mode) for case in layout.cases]) for mode in wanted}
    return Vectors(embedder.name, queries, gallery)


def retrieve(layout: Layout, vectors: Vectors, exclude_reference: bool) -> Places:
    """What is found for each query; the reference image is passed over where that is wished."""
    left_out = layout.find_references() if exclude_reference else None
    return {
        mode: find_nearest(rows, vectors.gallery, DEPTH, left_out).places
        for mode, rows in vectors.queries.items()
    }


def score(
    layout: Layout, source: str, found: Places, exclude_reference: bool, resamples: int = 1000, seed: int = 0
) -> EdirScores:
    """Score what was found."""
    return EdirScores(
        embedder=source,
        gallery=len(layout.gallery),
        queries=len(layout.cases),
        unanswerable=layout.unanswerable,
        references_excluded=exclude_reference,
        resamples=resamples,
        seed=seed,
        modes={mode: score_mode(layout.cases, places, resamples, seed) for mode, places in found.items()},
    )


def modes_of(options: EmbedderOptions) -> tuple[Mode, ...]:
    """What of a query an embedder makes use of: a part that it ignores would be scored under a wrong name."""
    match options:
        case PixelsOptions() | OpenClipEmbedderOptions(compose="image"):
            return ("image",)
        case OpenClipEmbedderOptions(compose="text"):
            return ("text",)
        case OpenClipEmbedderOptions() | ServedOptions():
            return MODES


def _choose_modes(wanted: Sequence[Mode] | None, had: Sequence[Mode], source: str) -> tuple[Mode, ...]:
    if strangers := [mode for mode in wanted or () if mode not in had]:
        raise ConfigError(
            f"--modes {strangers[0]}: {source} as it is set has {', '.join(had)} alone; ask for one of these"
        )
    return tuple(mode for mode in had if wanted is None or mode in wanted)


def _read_given(layout: Layout, options: VectorsOptions, modes: Sequence[Mode] | None) -> Vectors:
    given = read_vectors(
        options.file,
        [case.query.id for case in layout.cases],
        [image.id for image in layout.gallery],
    )
    had = tuple(mode for mode in MODES if mode in given.queries)
    wanted = _choose_modes(modes, had, options.file.name)
    return Vectors(options.file.name, {mode: given.queries[mode] for mode in wanted}, [given.corpus])
