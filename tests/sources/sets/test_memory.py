"""A set of many files is read in the memory of one of few; `benchmarks.sets` does it with 100,000."""

import os
import tracemalloc
from pathlib import Path

from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.registry import open_set
from support.sets import write_picture

FILES = 5000
NAME_BYTES = 60
"""What the name of one file takes, at least."""


def write_folder(root: Path) -> Path:
    """Hard links to one picture, in one folder."""
    write_picture(root / "ir" / "0.jpg")
    for one in range(1, FILES):
        os.link(root / "ir" / "0.jpg", root / "ir" / f"{one}.jpg")
    return root


def weigh() -> int:
    """Bytes that are held now; Python's own table of names, in which pathlib looks, is not the set's."""
    left_out = tracemalloc.Filter(False, "*/pathlib*")
    found = tracemalloc.take_snapshot().filter_traces([left_out]).statistics("filename")
    return sum(one.size for one in found)


def test_no_names_of_files_are_kept_in_memory(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    weights = []
    tracemalloc.start()
    try:
        options = SetOptions(infrared="ir")
        found = open_set("folder", root, options, progress=lambda what, done, total: weights.append(weigh()))
        weights.append(weigh())
        assert len(found) == FILES
        found.close()
    finally:
        tracemalloc.stop()
    assert len(weights) == FILES // 1000 + 1, "also while it is read"
    assert max(weights) < FILES * NAME_BYTES / 2
