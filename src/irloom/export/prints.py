"""What pictures are compared by: the digest of their bytes, and a perceptual hash of what they show."""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path
from typing import NamedTuple

import imagehash
from PIL import Image

from irloom.pictures import open_picture

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much."""
_HASHED = (32, 32)
"""What the hash looks at."""
_ENOUGH = (128, 128)
"""JPEG may be decoded as small as this."""
_CHUNK = 64
"""Files that a thread takes at a time."""


def tell_nobody(what: str, done: int, total: int) -> None:
    """For who shows no progress."""


class Print(NamedTuple):
    """What one file is compared by."""

    sha256: str = ""
    """Empty for a file that is not there."""
    code: int | None = None
    """The perceptual hash, 64 bits; None where it was not asked for, or cannot be had."""
    trouble: str = ""
    """Why it cannot be had of a file that is there."""


class Prints:
    """Looks at pictures, at each file once; with `looks` also at what they show."""

    def __init__(self, looks: bool, progress: Progress = tell_nobody) -> None:
        self._looks = looks
        self._progress = progress
        self._found: dict[Path, Print] = {}

    def read(self, paths: Sequence[Path]) -> list[Print]:
        """The prints of some files, in their order."""
        new = [path for path in dict.fromkeys(paths) if path not in self._found]
        chunks = [new[start : start + _CHUNK] for start in range(0, len(new), _CHUNK)]
        with ThreadPoolExecutor(cpu_count()) as threads:
            for chunk, found in zip(chunks, threads.map(self._read_chunk, chunks), strict=True):
                self._found |= zip(chunk, found, strict=True)
                self._progress("pictures compared", len(self._found), len(self._found) + len(new))
        return [self._found[path] for path in paths]

    def _read_chunk(self, paths: Iterable[Path]) -> list[Print]:
        return [read_print(path, self._looks) for path in paths]


def read_print(path: Path, looks: bool) -> Print:
    """The print of one file; what cannot be read is said in it, and nothing is raised."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return Print()
    except OSError as error:
        return Print(trouble=str(error.strerror or error))
    digest = hashlib.sha256(content).hexdigest()
    if not looks:
        return Print(digest)
    try:
        return Print(digest, _hash_content(content))
    except Exception as error:  # Pillow lets through whatever a broken file makes it meet
        return Print(digest, trouble=str(error))


def _hash_content(content: bytes) -> int:
    """The perceptual hash of a picture; shrunk coarsely at first it takes a quarter of the time."""
    with open_picture(io.BytesIO(content)) as picture:
        picture.draft("L", _ENOUGH)
        grey = picture.convert("L")
        small = grey.resize(_HASHED, Image.Resampling.LANCZOS, reducing_gap=3.0)
        return int(str(imagehash.phash(small)), 16)
