"""The vectors of a data set in EDIR's form, made by an embedder or read, with what has none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.backends.embedders.vectors import GivenRows, read_vectors
from irloom.errors import ConfigError
from irloom.metrics.edir_layout import MODES, Layout, Mode
from irloom.metrics.embedding import open_embedder
from irloom.metrics.vectors import Report
from irloom.options import (
    EmbedderOptions,
    OpenClipEmbedderOptions,
    PixelsOptions,
    ServedOptions,
    VectorsOptions,
    VectorSource,
)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of a layout, rows of length 1, of what has one."""

    source: str
    queries: Mapping[Mode, GivenRows]
    """Of each mode the cases that have a vector, by number."""
    gallery: Sequence[NDArray[np.float32]]
    """In blocks."""
    places: NDArray[np.int64]
    """The place in the gallery of each row of these, in order."""


def make_vectors(
    layout: Layout,
    options: VectorSource,
    modes: Sequence[Mode] | None,
    cache: Path,
    notify: Callable[[str], None],
    report: Report,
) -> Vectors:
    """Embed or read what the modes need, or where left out all that the source has.

    An image whose file is missing or empty has no vector, nor has a query that shows it. Raises ConfigError
    for a mode that the source does not have and where no image is left, and what embedders raise.
    """
    if isinstance(options, VectorsOptions):
        return _read_given(layout, options, modes)
    wanted = _choose_modes(modes, modes_of(options), options.kind)
    there = {path for path in {*layout.paths, *(case.image for case in layout.cases)} if _is_there(path)}
    places = np.array([place for place, path in enumerate(layout.paths) if path in there], dtype=np.int64)
    if not len(places):
        raise ConfigError(f"no image of the corpus is there, such as {layout.paths[0]}: put them in place")
    embedder = open_embedder(options, cache, notify, report)
    gallery = embedder.embed_images([layout.paths[place] for place in places])
    queries: dict[Mode, GivenRows] = {}
    for mode in wanted:
        cases = [at for at, case in enumerate(layout.cases) if mode == "text" or case.image in there]
        if not cases:
            raise ConfigError(
                f"no reference image is there, such as {layout.cases[0].image}: put it in place"
            )
        rows = embedder.embed_queries([layout.cases[at].show(mode) for at in cases])
        queries[mode] = GivenRows(np.array(cases, dtype=np.int64), rows)
    return Vectors(embedder.name, queries, gallery, places)


def modes_of(options: EmbedderOptions) -> tuple[Mode, ...]:
    """What of a query an embedder makes use of: a part that it ignores would be scored under a wrong name."""
    match options:
        case PixelsOptions() | OpenClipEmbedderOptions(compose="image"):
            return ("image",)
        case OpenClipEmbedderOptions(compose="text"):
            return ("text",)
        case OpenClipEmbedderOptions() | ServedOptions():
            return MODES


def _is_there(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


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
    queries = {mode: given.queries[mode] for mode in wanted}
    return Vectors(options.file.name, queries, [given.corpus.rows], given.corpus.numbers)
