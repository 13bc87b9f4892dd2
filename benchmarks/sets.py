"""Opens and reads a set of many files: peak memory over that of a set of few.

The set has LLVIP's form: of three files two are pictures, hard links to one, and one is an annotation.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from benchmarks.processes import Child, Ran, workplace
from benchmarks.report import print_machine, print_table

AIM = 1.1
FEW = 1000
_LINKS = 10_000
_ANNOTATION = (
    "<annotation><size><width>64</width><height>48</height></size><object><name>person</name>"
    "<bndbox><xmin>{x}</xmin><ymin>6</ymin><xmax>40</xmax><ymax>42</ymax></bndbox></object></annotation>"
)
_READ = """
import sys
from pathlib import Path
from irloom.sources.sets.registry import open_set

found = open_set("llvip", Path(sys.argv[1]))
boxes = sum(len(image.boxes) for image in found if image.fault is None)
assert boxes == len(found) == int(sys.argv[2]), (boxes, len(found))
assert sum(1 for _ in found.list_ids()) == len(found)
"""


def write_set(root: Path, files: int) -> int:
    """Write about so many files; give how many pairs these are."""
    pairs = files // 3
    for folder in ("infrared/train", "visible/train", "Annotations"):
        (root / folder).mkdir(parents=True)
    for number in range(pairs):
        if number % _LINKS == 0:  # file systems allow only so many names of one file
            picture = root / f"picture-{number}"
            Image.new("L", (64, 48), 90).save(picture, "JPEG")
        os.link(picture, root / "infrared/train" / f"{number:06}.jpg")
        os.link(picture, root / "visible/train" / f"{number:06}.jpg")
        (root / "Annotations" / f"{number:06}.xml").write_text(_ANNOTATION.format(x=number % 30))
    return pairs


def measure(folder: Path, files: int) -> Ran:
    """A process of its own that reads the whole set."""
    root = folder / f"set-{files}"
    pairs = write_set(root, files)
    command = [sys.executable, "-c", _READ, str(root), str(pairs)]
    return Child(command, folder / "logs", f"read-{files}").wait().check(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument("--short", action="store_true", help="a form of seconds")
    given = parser.parse_args(arguments)
    files = 6000 if given.short else given.files
    print_machine()
    with workplace(given.keep) as folder:
        few, many = measure(folder, FEW), measure(folder, files)
    rows: list[dict[str, object]] = [
        {"what": f"peak memory over {FEW:,} files, MB", "is": few.rss_mb},
        {"what": f"peak memory over {files:,} files, MB", "is": many.rss_mb},
        {"what": "peak memory, many / few", "is": many.rss_mb / few.rss_mb, "aim": f"<= {AIM:g}"},
        {"what": "seconds", "is": many.wall_s},
        {"what": "CPU ms a file", "is": 1000 * (many.cpu_s - few.cpu_s) / (files - FEW)},
    ]
    print_table("A set in LLVIP's form, opened and read", rows)


if __name__ == "__main__":
    main()
