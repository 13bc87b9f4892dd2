"""Which of some named domains each picture is of, by an embedder that knows pictures and texts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from irloom.errors import ConfigError
from irloom.inside import is_inside
from irloom.pipelines.evaluate.detect.detections import Detections
from irloom.protocols import Query


class PictureEmbedder(Protocol):
    """Rows of length 1 in order; those of pictures may come in several blocks."""

    def embed_images(self, images: Sequence[Path]) -> Sequence[NDArray[np.float32]]:
        """Vectors of pictures."""
        ...

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        """Vectors of texts."""
        ...


def read_domains(path: Path) -> list[str]:
    """The names in a file, one a line; ConfigError where there are fewer than two."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--domains {path} cannot be read ({error}): name a text file.") from error
    names = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if len(names) < 2:
        raise ConfigError(f"--domains {path} has {len(names)} names: write at least two, one a line.")
    return names


def has_domains(run: Detections) -> bool:
    """Whether the data of a run name a domain."""
    return bool((run.columns.domains != "").any())


def fill_domains(
    runs: Sequence[Detections], names: Sequence[str], embedder: PictureEmbedder
) -> list[Detections]:
    """Runs whose data name no domain with the likeliest one of each picture; the others as they are."""
    texts = embedder.embed_queries([Query(image=None, text=f"a photo of {name}") for name in names])
    known: dict[str, str] = {}
    return [run if has_domains(run) else _fill(run, names, texts, embedder, known) for run in runs]


def _fill(
    run: Detections,
    names: Sequence[str],
    texts: NDArray[np.float32],
    embedder: PictureEmbedder,
    known: dict[str, str],
) -> Detections:
    """What was found of a sentence in one run holds in the next, so that no picture is embedded twice."""
    columns = run.columns
    new = [picture for sample, picture in _list_pictures(run) if sample not in known]
    found = _classify(run.root, list(dict.fromkeys(new)), names, texts, embedder)
    for sample, picture in _list_pictures(run):
        known.setdefault(sample, found.get(picture, ""))
    domains = np.array([known.get(sample, "") for sample in columns.samples.tolist()], dtype=np.str_)
    return replace(run, columns=replace(columns, domains=domains))


def _list_pictures(run: Detections) -> list[tuple[str, str]]:
    pairs = zip(run.columns.samples.tolist(), run.columns.pictures.tolist(), strict=True)
    return [(sample, picture) for sample, picture in pairs if picture and is_inside(picture)]


def _classify(
    root: Path,
    pictures: Sequence[str],
    names: Sequence[str],
    texts: NDArray[np.float32],
    embedder: PictureEmbedder,
) -> Mapping[str, str]:
    if not pictures:
        return {}
    blocks = embedder.embed_images([root / picture for picture in pictures])
    best = np.concatenate([np.argmax(block @ texts.T, axis=1) for block in blocks])
    return {picture: names[place] for picture, place in zip(pictures, best.tolist(), strict=True)}
