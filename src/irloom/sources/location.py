"""Finds an image inside the image folder, and never outside of it."""

import stat
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from threading import Lock
from typing import NamedTuple

from PIL import Image

from irloom.errors import ConfigError, SourceError
from irloom.inside import FOLLOW, is_inside
from irloom.pictures import open_picture, read_viewed_size
from irloom.sources.listing import Listing
from irloom.sources.names import fold_name


def require_folder(folder: Path, flag: str = "--images") -> Path:
    """Give an image folder with symlinks resolved. Raises ConfigError, which names `flag`, for none."""
    try:
        if not folder.exists():
            raise ConfigError(f"{flag} {folder} does not exist; give the folder that holds the images")
        if not folder.is_dir():
            raise ConfigError(f"{flag} {folder} is no folder; give the folder that holds the images")
        return folder.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise ConfigError(f"{flag} {folder} cannot be read: {error}") from error


class Found(NamedTuple):
    """An image in the image folder."""

    path: Path
    name: str
    """Where it lies, relative to the folder."""


class Finder:
    """Finds the images of one folder by what annotations call them.

    The name as it stands comes first. Else Windows separators, a path that leads into the folder, letter
    case and the two ways to write an accent are overlooked, where exactly one file fits and no other
    listed image could be meant. Threads may share it.
    """

    def __init__(self, folder: Path, root: Path, follow_links: bool = False) -> None:
        """Look below `root`, which `folder` is; links to files outside of it only with `follow_links`."""
        self._folder = folder.absolute()
        self.root = root
        self._follow_links = follow_links
        self._listing: Listing | None = None
        self._lock = Lock()

    def find(self, name: str | None, alone: int = 0) -> Found:
        """The image of a name. Raises SourceError where it is missing, no file, or outside the folder.

        `alone` says that no other image is listed under the same name in another spelling (1), or under
        the same last part of a name (2).
        """
        wanted = _check_name(name)
        for spelling in self._list_spellings(wanted):
            if (path := _look(self.root, spelling, self._follow_links)) is not None:
                return Found(path, spelling)
        found = self._search(wanted, alone)
        if len(found) == 1 and (path := _look(self.root, found[0], self._follow_links)) is not None:
            return Found(path, found[0])
        raise SourceError(self._explain(wanted, found))

    def refuses_link(self, name: str | None) -> bool:
        """Whether the folder has this name as a link to elsewhere, and links are not followed."""
        return name is not None and not self._follow_links and leads_out(self.root, name)

    def close(self) -> None:
        """Let go of the listing."""
        if self._listing is not None:
            self._listing.close()

    def _list_spellings(self, name: str) -> Iterator[str]:
        """Relative names that a name can stand for, without a look at the folder."""
        if not _is_absolute(name):
            yield name
        plain = name.replace("\\", "/").removeprefix("./")
        if plain != name and not _is_absolute(plain):
            yield plain
        for folder in dict.fromkeys((self._folder.as_posix(), self.root.as_posix())):
            if plain.startswith(f"{folder}/"):
                yield plain.removeprefix(f"{folder}/")

    def _search(self, name: str, alone: int) -> list[str]:
        """Files of the folder that a name may mean."""
        if not alone:
            return []
        with self._lock:
            if self._listing is None:
                self._listing = Listing(self.root)
            listed = self._listing.find(fold_name(name).base)
        return _choose(name, listed, self.root.name, whole_folder=alone == 2)

    def _explain(self, name: str, found: Sequence[str]) -> str:
        if len(found) > 1:
            return f"image {self.root / name} does not exist, and {' or '.join(found[:3])} could be meant"
        if _is_absolute(name):
            return f"file_name {name!r} leads out of the image folder; it is not opened"
        return f"image {self.root / name} does not exist"


def _choose(name: str, listed: Sequence[str], folder: str, whole_folder: bool) -> list[str]:
    """Of the files with the same last part, those whose folders fit as well as any do."""
    whole = fold_name(name).whole
    parts = [part for part in whole.split("/") if part]
    for start in range(len(parts) - 1):
        tail = "/".join(parts[start:])
        if fitting := [one for one in listed if fold_name(one).whole == tail]:
            return fitting
    # A name without folders may lie in any, and what stands before the folder's own name says nothing.
    if whole_folder and (len(parts) == 1 or parts[-2] == folder.casefold()):
        return list(listed)
    return []


def _look(root: Path, name: str, follow_links: bool) -> Path | None:
    """The file of a relative name, or None; raises SourceError for one that may not be opened."""
    path = root / name
    try:
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode) and path.parent == root:
            return path  # no link on the way, which to find costs a look at every folder above
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symlinks before Python 3.13
        raise SourceError(f"image {path} cannot be reached: {error}") from error
    is_file = stat.S_ISREG(mode)
    if not real.is_relative_to(root) and not (follow_links and is_file and _is_linked_itself(root, path)):
        advice = f" ({FOLLOW} says that it may be copied)" if is_file else ""
        raise SourceError(
            f"file_name {name!r} leads out of the image folder, to {real}; it is not opened{advice}"
        )
    if not is_file:
        raise SourceError(f"image {path} is {'a folder' if stat.S_ISDIR(mode) else 'no regular file'}")
    return real


def _is_linked_itself(root: Path, path: Path) -> bool:
    """Whether the file is a link, as caches of a hub have them, and no folder above it leads out."""
    return path.parent.resolve().is_relative_to(root)


def leads_out(root: Path, name: str) -> bool:
    """Whether a name of a folder is a link to a file outside of it; `root` is without links itself."""
    path = root / name
    return (
        is_inside(name) and path.is_symlink() and path.is_file() and not path.resolve().is_relative_to(root)
    )


def tell_links(number: int) -> str:
    """What is said of so many images that are links to elsewhere."""
    return (
        f"{number:,} images are links to files outside of the folder, as caches of the hub have them: they "
        f"are copied into the run only with {FOLLOW}, and fail without."
    )


def _check_name(name: str | None) -> str:
    if name is None:
        raise SourceError("file_name is missing, or is no text in Unicode")
    if not name.strip():
        raise SourceError(f"file_name {name!r} is empty")
    if "\0" in name:
        raise SourceError(f"file_name {name!r} holds a NUL character")
    if ".." in name.replace("\\", "/").split("/"):
        raise SourceError(f"file_name {name!r} leads out of the image folder; it is not opened")
    return name


def _is_absolute(name: str) -> bool:
    return PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive != ""


def read_size(path: Path) -> tuple[int, int]:
    """Read width and height, as the image is shown, from its header. Raises SourceError."""
    try:
        with open_picture(path) as image:
            return read_viewed_size(image)
    except (OSError, ValueError, TypeError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise SourceError(f"the size of image {path} is not listed, and cannot be read: {error}") from error
