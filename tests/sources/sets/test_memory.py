"""A set of many files is read in the memory of one of few; `benchmarks.sets` does it with 100,000."""

import os
import tracemalloc
from pathlib import Path

from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.registry import open_set
from support.sets import write_picture


def write_folder(root: Path, number: int) -> Path:
    """Hard links to one picture, in one folder."""
    write_picture(root / "ir" / "0.jpg")
    for one in range(1, number):
        os.link(root / "ir" / "0.jpg", root / "ir" / f"{one}.jpg")
    return root


def measure_peak(root: Path, number: int) -> int:
    """Bytes that Python held at most while the set was opened, its ids listed and some images made."""
    tracemalloc.start()
    try:
        found = open_set("folder", root, SetOptions(infrared="ir"))
        assert sum(1 for _ in found.list_ids()) == number
        assert all(image.fault is None for image in found.read_some(20))
        found.close()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_no_name_of_a_file_is_kept_in_memory(tmp_path: Path) -> None:
    few, many = write_folder(tmp_path / "few", 5000), write_folder(tmp_path / "many", 15_000)
    measure_peak(many, 15_000)  # Python's own table of names grows once, and is not the set's
    grown = measure_peak(many, 15_000) - measure_peak(few, 5000)
    assert grown < 10 * 10_000, "bytes a file, of which its name alone takes sixty"
