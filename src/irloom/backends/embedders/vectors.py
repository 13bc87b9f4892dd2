"""Reads vectors that were made elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.errors import ConfigError

_PARTS = {"both": "queries", "text": "queries_text", "image": "queries_image"}
"""Where the vectors of whole queries lie, and those of one part alone."""


@dataclass(frozen=True, slots=True)
class GivenRows:
    """Rows of length 1, of those ids that have one."""

    numbers: NDArray[np.int64]
    """Which of the ids that were asked for they are of, in order."""
    rows: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GivenVectors:
    """What a file holds of the ids that were asked for."""

    queries: Mapping[str, GivenRows]
    """By what of the query they are of: `both`, `text` or `image`."""
    corpus: GivenRows


def read_vectors(path: Path, query_ids: Sequence[str], corpus_ids: Sequence[str]) -> GivenVectors:
    """Read an `.npz` file; ids that nobody asks for are left out.

    An id has no vector where the file lacks it, or where its row is not finite or all 0. Raises ConfigError
    for a file that cannot be read, ids that stand twice, rows of different lengths, and where of all ids
    that were asked for none has a vector.
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
        if rows.rows.shape[1] != corpus.rows.shape[1]:
            raise ConfigError(
                f"{path}: {_PARTS[part]} has {rows.rows.shape[1]} dimensions, corpus "
                f"{corpus.rows.shape[1]}: "
                "make both with one model"
            )
    return GivenVectors(queries, corpus)


def _read_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        for name, array in arrays.items():
            if not isinstance(array, np.ndarray):  # numpy gives the bytes of what is no array
                raise TypeError(f"{name} is no array")
    # Of what is no archive of arrays numpy and zipfile make a dozen kinds; a single array has no `files`.
    except Exception as error:
        raise ConfigError(
            f"--vectors {path} cannot be read ({error}): give an .npz file as numpy.savez writes it, "
            "without objects"
        ) from error
    return arrays


def _pick(
    path: Path, arrays: Mapping[str, NDArray[np.generic]], ids_name: str, name: str, wanted: Sequence[str]
) -> GivenRows:
    """The rows of the wanted ids that have one, in their order."""
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
    listed = np.array([number for number, one in enumerate(wanted) if one in places], dtype=np.int64)
    found = _normalise(listed, rows[[places[wanted[number]] for number in listed]])
    if not len(found.numbers):
        raise ConfigError(
            f"{path}: {name} has no usable row for any of {len(wanted):,} ids, such as {wanted[0]!r}: "
            f"{ids_name} lacks them, or their rows are not finite or all 0"
        )
    return found


def _normalise(numbers: NDArray[np.int64], rows: NDArray[np.generic]) -> GivenRows:
    found = rows.astype(np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        lengths = np.linalg.norm(found, axis=1)
    usable = np.isfinite(found).all(axis=1) & np.isfinite(lengths) & (lengths > 0)
    scaled: NDArray[np.float32] = found[usable] / lengths[usable, None]
    return GivenRows(numbers[usable], scaled)
