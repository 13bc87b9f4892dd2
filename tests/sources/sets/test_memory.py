"""A set of many files is read in the memory of one of few."""

import gc
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
    """Bytes that Python held at most while the set was opened and every image made."""
    tracemalloc.start()
    try:
        found = open_set("folder", root, SetOptions(infrared="ir"))
        read = 0
        for image in found:
            read += image.fault is None
            if read % 100 == 0:
                gc.collect()  # else the peak says when Python last swept
        found.close()
        assert read == number
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_six_times_as_many_files_take_no_more_memory(tmp_path: Path) -> None:
    few, many = write_folder(tmp_path / "few", 1000), write_folder(tmp_path / "many", 6000)
    measure_peak(few, 1000)  # what is imported and kept on the way is not the set's
    assert measure_peak(many, 6000) <= 1.1 * measure_peak(few, 1000)
