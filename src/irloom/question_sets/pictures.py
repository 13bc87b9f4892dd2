"""Brings pictures into a set as every endpoint reads them: JPEG or PNG, 8 bit, upright."""

import io
from pathlib import Path, PurePosixPath

from irloom.engine.images import encode_png, read_plain_or_grey
from irloom.errors import SourceError
from irloom.inside import is_inside
from irloom.pictures import open_picture
from irloom.question_sets.builder import Picture

_MAX_PIXELS = 100_000_000
_SUFFIXES = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}


def name_shown(stem: str, path: Path) -> str:
    """The name that a file gets in a set: its own suffix where it is kept as it is, else `.png`.

    Raises SourceError where it cannot be read.
    """
    try:
        kept = read_plain_or_grey(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from error
    return f"{stem}{_find_suffix(kept) if kept is not None else '.png'}"


def read_shown(path: Path) -> bytes:
    """The bytes of a picture; what is no plain JPEG or PNG, 16-bit infrared included, becomes a PNG.

    Raises SourceError.
    """
    from irloom.backends.images import load_rgb

    pixels = load_rgb(path, _MAX_PIXELS)
    kept = read_plain_or_grey(path)
    return kept if kept is not None else encode_png(pixels)


def bring(picture: Picture) -> bytes:
    """What a builder gives for a name. Raises SourceError."""
    try:
        return read_shown(picture) if isinstance(picture, Path) else picture()
    except OSError as error:
        raise SourceError(f"{picture} cannot be read: {error.strerror or error}") from error


def check_name(name: str, content: bytes) -> None:
    """Raise ValueError where a builder's name leads out of the set, or does not say what the picture is."""
    path = PurePosixPath(name)
    if not is_inside(name) or str(path) != name or path.name.startswith("."):
        raise ValueError(f"{name!r} is no name of a picture of a set: use a relative path without `..`")
    if path.suffix != (suffix := _find_suffix(content)) and path.suffix not in {".jpeg"}:
        raise ValueError(f"{name!r} holds a picture that ends in {suffix}: call it so")


def _find_suffix(content: bytes) -> str:
    with open_picture(io.BytesIO(content)) as picture:
        found = _SUFFIXES.get(picture.format or "")
    if found is None:
        raise ValueError(f"a picture of the format {picture.format} cannot be kept: give JPEG or PNG")
    return found[0]
