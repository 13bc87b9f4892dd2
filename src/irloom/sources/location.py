"""Finds an image inside the image folder, and never outside of it."""

import stat
import struct
from pathlib import Path, PurePosixPath

from PIL import Image

from irloom.errors import ConfigError, SourceError

_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)


def require_folder(folder: Path) -> Path:
    """Give the image folder with symlinks resolved. Raises ConfigError where it is none."""
    try:
        if not folder.exists():
            raise ConfigError(f"--images {folder} does not exist; give the folder that holds the images")
        if not folder.is_dir():
            raise ConfigError(f"--images {folder} is no folder; give the folder that holds the images")
        return folder.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise ConfigError(f"--images {folder} cannot be read: {error}") from error


def find_image(root: Path, name: str | None) -> Path:
    """Give the path of an image. Raises SourceError where it is missing, no file, or outside `root`."""
    path = root / _check_name(name)
    try:
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode) and path.parent == root:
            return path  # no link on the way, which to find costs a look at every folder above
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except FileNotFoundError as error:
        raise SourceError(f"image {path} does not exist") from error
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symlinks before Python 3.13
        raise SourceError(f"image {path} cannot be reached: {error}") from error
    if not real.is_relative_to(root):
        raise SourceError(f"file_name {name!r} leads out of the image folder, to {real}; it is not opened")
    if not stat.S_ISREG(mode):
        raise SourceError(f"image {path} is {'a folder' if stat.S_ISDIR(mode) else 'no regular file'}")
    return real


def _check_name(name: str | None) -> str:
    if name is None:
        raise SourceError("file_name is missing, or is no text in Unicode")
    if not name.strip():
        raise SourceError(f"file_name {name!r} is empty")
    if "\0" in name:
        raise SourceError(f"file_name {name!r} holds a NUL character")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise SourceError(f"file_name {name!r} leads out of the image folder; it is not opened")
    return name


def read_size(path: Path) -> tuple[int, int]:
    """Read width and height, as the image is shown, from its header. Raises SourceError."""
    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.getexif().get(_ORIENTATION) in _TURNED
    except (OSError, ValueError, TypeError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise SourceError(f"the size of image {path} is not listed, and cannot be read: {error}") from error
    return (height, width) if turned else (width, height)
