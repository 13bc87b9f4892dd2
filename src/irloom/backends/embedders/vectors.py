"""Reads vectors that were made elsewhere."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.errors import ConfigError

_PARTS = {"both": "queries", "text": "queries_text", "image": "queries_image"}
"""Where the vectors of whole queries lie, and those of one part alone."""


@dataclass(frozen=True, slots=True)
class GivenVectors:
    """Rows of length 1, in the order of the ids that were asked for."""

    queries: Mapping[str, NDArray[np.float32]]
    """By what of the query they are of: `both`, `text` or `image`."""
    corpus: NDArray[np.float32]


def read_vectors(path: Path, query_ids: Sequence[str], corpus_ids: Sequence[str]) -> GivenVectors:
    """Read an `.npz` file; ids that nobody asks for are left out.

    Raises ConfigError for a file that cannot be read, ids that are missing or stand twice, and rows that
    are not finite, all 0, or of another length than the others.
    """
    arrays = _read_arrays(path)
    queries = {
        part: _pick(path, arrays, "query_ids", name, query_ids)
        for part, name in _PARTS.items()
        if name in arrays
    }
    corpus = _pick(path, arrays, "corpus_ids", "corpus", corpus_ids)
    if not queries:
        raise ConfigError(f"{path} holds no {' or '.join(_PARTS.values())}: write the vectors of the queries")
    for part, rows in queries.items():
        if rows.shape[1] != corpus.shape[1]:
            raise ConfigError(
                f"{path}: {_PARTS[part]} has {rows.shape[1]} dimensions, corpus {corpus.shape[1]}: "
                "make both with one model"
            )
    return GivenVectors(queries, corpus)


def _read_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    # A single array, as numpy.save writes it, is a TypeError here.
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise ConfigError(
            f"--vectors {path} cannot be read ({error}): give an .npz file as numpy.savez writes it, "
            "without objects"
        ) from error


def _pick(
    path: Path, arrays: Mapping[str, NDArray[np.generic]], ids_name: str, name: str, wanted: Sequence[str]
) -> NDArray[np.float32]:
    """The rows of the wanted ids, in their order."""
    if missing := [one for one in (ids_name, name) if one not in arrays]:
        raise ConfigError(f"{path} holds no array {missing[0]!r}: it has {', '.join(arrays) or 'none'}")
    ids, rows = [str(one) for one in arrays[ids_name].ravel()], arrays[name]
    if rows.ndim != 2 or len(rows) != len(ids) or not np.issubdtype(rows.dtype, np.number):
        raise ConfigError(
            f"{path}: {name} is {rows.dtype} of the shape {rows.shape}: write numbers, {len(ids)} rows as "
            f"there are {ids_name}"
        )
    places = {one: place for place, one in enumerate(ids)}
    if len(places) < len(ids):
        raise ConfigError(f"{path}: some of {ids_name} stand twice: write each once")
    if lacking := [one for one in wanted if one not in places]:
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        raise ConfigError(f"{path}: {ids_name} lacks {', '.join(map(repr, lacking[:3]))}{more}")
    return _normalise(path, name, rows[[places[one] for one in wanted]])


def _normalise(path: Path, name: str, rows: NDArray[np.generic]) -> NDArray[np.float32]:
    found = rows.astype(np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    if not (np.isfinite(found).all() and (lengths > 0).all()):
        raise ConfigError(f"{path}: {name} has rows that are not finite or all 0: make them again")
    scaled: NDArray[np.float32] = found / lengths
    return scaled
