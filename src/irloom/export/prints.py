"""What pictures are compared by: the digest of their bytes, and a perceptual hash of what they show."""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from PIL import Image

from irloom.backends.meters.picture_hash import hash_small, shrink_picture
from irloom.engine.log import iterate_commits
from irloom.pictures import open_picture

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much."""
_PHASH = re.compile(r"[0-9a-f]{16}")
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
    small: bytes = b""
    """The picture as it is hashed, 32 x 32 greys; kept where that was asked for."""


Recorded = Mapping[Path, Print]
"""What runs have recorded of pictures that they made."""


class Prints:
    """Looks at pictures, at each file once; with `looks` also at what they show.

    Of a file whose bytes are those that were recorded what it shows is taken from there: decoding is dear.
    """

    def __init__(
        self,
        looks: bool,
        progress: Progress = tell_nobody,
        recorded: Recorded = MappingProxyType({}),
    ) -> None:
        self._looks = looks
        self.progress = progress
        self._recorded = recorded
        self._found: dict[Path, Print] = {}

    def read(self, paths: Sequence[Path], keep_small: bool = False) -> list[Print]:
        """The prints of some files, in their order; with `keep_small` what was recorded is not enough."""
        new = [path for path in dict.fromkeys(paths) if self._lacks(path, keep_small)]
        total = len({*self._found, *new})
        chunks = [new[start : start + _CHUNK] for start in range(0, len(new), _CHUNK)]
        read_chunk = self._read_whole_chunk if keep_small else self._read_chunk
        with ThreadPoolExecutor(cpu_count()) as threads:
            for chunk, found in zip(chunks, threads.map(read_chunk, chunks), strict=True):
                self._found |= zip(chunk, found, strict=True)
                self.progress("pictures compared", len(self._found), total)
        return [self._found[path] for path in paths]

    def list_digests(self, root: Path) -> dict[str, str]:
        """The sha256 of the files in a folder that were looked at, by their names in it."""
        seen = ((path, one.sha256) for path, one in self._found.items() if path.is_relative_to(root))
        return {path.relative_to(root).as_posix(): sha256 for path, sha256 in seen if sha256}

    def _lacks(self, path: Path, small: bool) -> bool:
        return path not in self._found or (small and not self._found[path].small)

    def _read_chunk(self, paths: Iterable[Path]) -> list[Print]:
        found = (read_print(path, self._looks, self._recorded.get(path)) for path in paths)
        return [one._replace(small=b"") for one in found]

    def _read_whole_chunk(self, paths: Iterable[Path]) -> list[Print]:
        return [read_print(path, self._looks) for path in paths]


def list_recorded(root: Path) -> Recorded:
    """What a run has recorded of its pictures; nothing where it was made before irloom did."""
    return {
        root / name: Print(event["files"].get(name, ""), int(code, 16))
        for event in iterate_commits(root)
        if event["event"] == "commit"
        for name, code in event.get("phashes", {}).items()
        if _PHASH.fullmatch(code)
    }


def read_print(path: Path, looks: bool, recorded: Print | None = None) -> Print:
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
    if recorded is not None and recorded.sha256 == digest:
        return recorded
    try:
        small = _shrink_content(content)
        return Print(digest, hash_small(small), small=small.tobytes())
    except Exception as error:  # Pillow lets through whatever a broken file makes it meet
        return Print(digest, trouble=str(error))


def _shrink_content(content: bytes) -> Image.Image:
    with open_picture(io.BytesIO(content)) as picture:
        return shrink_picture(picture)
