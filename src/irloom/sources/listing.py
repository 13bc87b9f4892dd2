"""The image files of a folder and the folders in it, and what lies there that is no photograph."""

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from irloom.errors import ConfigError
from irloom.sources.names import fold_name
from irloom.sources.numbers import is_unicode

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
"""What is read."""
UNREAD = frozenset(
    {
        ".heic",
        ".heif",
        ".avif",
        ".gif",
        ".jp2",
        ".jxl",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
        ".orf",
        ".rw2",
    }
    | {".raf", ".psd", ".svg", ".tga", ".ppm", ".pgm", ".seq", ".mp4", ".mov", ".avi", ".fff", ".cptv"}
)
"""Pictures of kinds that are not read, which are counted so that nobody misses them unaware."""
_SIDE_FOLDERS = frozenset({"@eadir", "__macosx", "thumbnails", ".thumbnails", "#recycle", "$recycle.bin"})
"""Where storage devices and systems keep small copies, archives' remains and deleted files."""
_BATCH = 1000


def list_files(root: Path) -> Iterator[tuple[str, str]]:
    """Yield every file below a folder as a relative name with its kind.

    The kind is `image`, or the reason for which it is none: `thumbnail`, `hidden`, a suffix such as `heic`,
    or empty for what is no picture at all. ConfigError for a folder that cannot be read: its images would be
    missing without a word.
    """
    for name in walk(root):
        yield name, _sort(PurePosixPath(name))


def walk(root: Path, leave_out: Callable[[str, str], None] = lambda reason, name: None) -> Iterator[str]:
    """Yield the name of every file below a folder, relative to it, as the folder lists them.

    No list of a folder is held, however many files it has; links to folders are not followed. Names that are
    no Unicode are left out; `leave_out` is told both. Raises ConfigError for a folder that cannot be read.
    """
    waiting = [root]
    try:
        while waiting:
            folder = waiting.pop()
            inside = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = f"{inside}{entry.name}"
                    if _is_folder(entry) and entry.is_symlink():
                        leave_out("folder_linked", name)
                    elif _is_folder(entry):
                        waiting.append(folder / entry.name)
                    elif is_unicode(name):
                        yield name
                    else:
                        leave_out("name_no_unicode", name)
    except OSError as error:
        raise _refuse(error) from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links: whoever opens it will say so
        return False


def _refuse(error: OSError) -> ConfigError:
    return ConfigError(
        f"the folder {error.filename} cannot be read ({error.strerror}): mend that, or take it away"
    )


def is_thumbnail(path: PurePosixPath) -> bool:
    """Whether a file lies where storage devices and archives keep small copies and remains."""
    return any(part.lower() in _SIDE_FOLDERS for part in path.parts[:-1])


def is_hidden(path: PurePosixPath) -> bool:
    """Whether a file or a folder that it lies in begins with a full stop."""
    return any(part.startswith(".") for part in path.parts)


def _sort(path: PurePosixPath) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES and suffix not in UNREAD:
        return ""
    if is_thumbnail(path):
        return "thumbnail"
    if is_hidden(path):
        return "hidden"
    return "image" if suffix in SUFFIXES else suffix[1:]


class Listing:
    """The images of a folder by the last part of their names, on disk: a folder may hold millions."""

    def __init__(self, root: Path) -> None:
        # SQLite keeps a database without a name in a temporary file that nobody else sees.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._db.close)
        self._db.executescript("PRAGMA journal_mode=OFF; CREATE TABLE file (base TEXT, name TEXT);")
        rows = ((fold_name(name).base, name) for name, kind in list_files(root) if kind == "image")
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO file VALUES (?, ?)", rows)
        self._db.execute("COMMIT")
        self._db.execute("CREATE INDEX by_base ON file (base)")

    def find(self, base: str) -> list[str]:
        """Files whose last part folds to `base`, in order."""
        query = "SELECT name FROM file WHERE base = ? ORDER BY name LIMIT ?"
        return [name for (name,) in self._db.execute(query, (base, _BATCH))]

    def close(self) -> None:
        """Let go of it."""
        self._db.close()
