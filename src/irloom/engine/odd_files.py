"""Refuses links, pipes, sockets and devices inside a run directory, which somebody else may have made.

A link would have another file read into an export, or written over; a pipe would be waited for.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from irloom.errors import RunDirError

_SMALL = ("journal", "prompts", "files", "mended", "damaged")
"""Folders with few files; pictures are looked at where they are read."""


def refuse_odd_files(root: Path, pictures: bool = False) -> None:
    """Raise RunDirError where a run holds anything but plain files and folders.

    Pictures, which may be a hundred thousand, are looked through as well where `pictures` says so.
    """
    for entry in _walk(root, None if pictures else _SMALL):
        raise RunDirError(
            f"{entry} is {name_kind(Path(entry))}: inside a run directory none is read or written through. "
            "Put the file itself there, or remove it."
        )


def is_plain(root: Path, name: str) -> bool:
    """Whether a path below a folder is a plain file, with no link on the way to it."""
    path = root
    for part in Path(name).parts:
        path /= part
        try:
            mode = path.lstat().st_mode
        except OSError:
            return False
        if stat.S_ISLNK(mode):
            return False
    return stat.S_ISREG(mode)


def open_plain(path: Path, flags: int) -> int:
    """Open a plain file by its own name, made where it is missing; OSError for a link and all else."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(f"it is {name_kind(path)}")


def create_anew(path: Path) -> int:
    """Open a new file for writing, in place of whatever has its name."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o644)
    except FileExistsError:
        path.unlink()
        return os.open(path, flags, 0o644)


def name_kind(path: Path) -> str:
    """What a file is, for messages."""
    mode = path.lstat().st_mode
    kinds = {
        stat.S_IFLNK: "a link",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFDIR: "a folder",
    }
    return kinds.get(stat.S_IFMT(mode), "no plain file")


def _walk(root: Path, below: tuple[str, ...] | None) -> Iterator[str]:
    """What is odd in a folder and, where it is not told which, in all folders below it."""
    try:
        entries = list(os.scandir(root))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if below is None or entry.name in below:
                yield from _walk(Path(entry.path), below and ())
        elif not entry.is_file(follow_symlinks=False):
            yield entry.path
