"""Exact retrieval from a gallery of EDIR's size, over the bare matrix product of the same vectors.

The product alone finds nothing: it is what any exact search must do. `torch.topk` behind it is what one
would write by hand; it keeps whole rows of scores in memory and leaves the order of ties to chance.
"""

import argparse
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.report import print_machine, print_table
from irloom.metrics.retrieval import find_nearest

GALLERY, SIZE = 178_645, 768
_ROWS, _CHUNK = 32_768, 256
"""Rows of the gallery and queries in one product."""
_DEPTH = 100
_MB = 1e6

Vectors = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gallery", type=int, default=GALLERY, help=f"vectors in the gallery ({GALLERY:,})")
    parser.add_argument("--queries", type=int, default=5000, help="vectors that are looked for (5,000)")
    parser.add_argument("--rounds", type=int, default=3, help="of each way, in turn; the median counts (3)")
    parser.add_argument("--short", action="store_true", help="a form of seconds; its figures mean nothing")
    given = parser.parse_args()
    rows, asked, rounds = (5000, 300, 1) if given.short else (given.gallery, given.queries, given.rounds)
    print_machine()
    with tempfile.TemporaryDirectory(prefix="irloom-bench-") as folder:
        path = Path(folder) / "gallery.npy"
        np.save(path, draw(rows, 0))
        gallery: Vectors = np.load(path, mmap_mode="c")  # torch asks for writable memory
        queries = draw(asked, 1)
        title = f"{asked:,} queries against {rows:,} vectors of {SIZE} dimensions, {_DEPTH} each"
        print_table(title, measure_times(queries, gallery, rounds))
        print_table("Memory beside the mapped gallery", [measure_memory(queries[:1000], gallery)])


def draw(rows: int, seed: int) -> Vectors:
    """Random vectors of length 1."""
    found = np.random.default_rng(seed).standard_normal((rows, SIZE), dtype=np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def measure_times(queries: Vectors, gallery: Vectors, rounds: int) -> list[dict[str, object]]:
    """Seconds of each way, and what they are over the fastest product of the same rounds."""
    ways: dict[str, Callable[[], object]] = {
        "numpy, product alone": lambda: multiply_numpy(queries, gallery),
        "torch, product alone": lambda: multiply_torch(queries, gallery),
        "torch, product and topk": lambda: search_torch(queries, gallery),
        "irloom": lambda: find_nearest(queries, [gallery], _DEPTH),
    }
    for way in ways.values():
        way()  # so that the gallery is in the system's cache and the threads are there
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - started)
    seconds = {name: statistics.median(times) for name, times in taken.items()}
    product_s = min(seconds["numpy, product alone"], seconds["torch, product alone"])
    return [
        {
            "who": name,
            "seconds": spent_s,
            "queries a second": len(queries) / spent_s,
            "time / product": spent_s / product_s,
        }
        for name, spent_s in seconds.items()
    ]


def multiply_numpy(queries: Vectors, gallery: Vectors) -> None:
    """Every inner product, each forgotten at once."""
    for rows in _cut(gallery, _ROWS):
        for chunk in _cut(queries, _CHUNK):
            np.matmul(chunk, rows.T)


def multiply_torch(queries: Vectors, gallery: Vectors) -> None:
    """The same by torch."""
    for rows in _cut(gallery, _ROWS):
        block = torch.from_numpy(rows).T
        for chunk in _cut(queries, _CHUNK):
            torch.from_numpy(chunk) @ block


def search_torch(queries: Vectors, gallery: Vectors) -> list[torch.Tensor]:
    """The best of each query, from whole rows of scores."""
    whole = torch.from_numpy(gallery).T
    depth = min(_DEPTH, len(gallery))
    return [(torch.from_numpy(chunk) @ whole).topk(depth).indices for chunk in _cut(queries, _CHUNK)]


def measure_memory(queries: Vectors, gallery: Vectors) -> dict[str, object]:
    """What the search allocates at its peak, results included; mapped files are the system's to drop."""
    tracemalloc.start()
    find_nearest(queries, [gallery], _DEPTH)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "queries": len(queries),
        "gallery, MB": gallery.nbytes / _MB,
        "allocated at the peak, MB": peak / _MB,
    }


def _cut(vectors: Vectors, rows: int) -> Iterator[Vectors]:
    return (vectors[start : start + rows] for start in range(0, len(vectors), rows))


if __name__ == "__main__":
    main()
