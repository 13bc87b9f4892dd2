"""The pictures of an evaluation: brought into the run as endpoints take them, or made by an image editor."""

import asyncio
import hashlib
import io
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TypeVar
from weakref import WeakValueDictionary

from PIL import Image

from irloom.backends.shots import draw_shot
from irloom.engine.images import hash_file, keep_bytes, read_plain_or_grey
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.pictures import Pictures
from irloom.engine.reader import iterate_rows
from irloom.engine.storage import safe_name, storing
from irloom.errors import ConfigError, SourceError
from irloom.inside import is_inside
from irloom.pipelines.evaluate.items import list_visible, read_shots
from irloom.shots import Shot
from irloom.sources.location import Finder, read_size, require_folder

T = TypeVar("T")

_MAX_PIXELS = 100_000_000
_LOWER = (".jpg", ".png", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
_SUFFIXES = (*_LOWER, *(suffix.upper() for suffix in _LOWER))
_SHORT = 10
"""Hex digits of a content's digest in a file name."""


class Shelf:
    """Keeps pictures in the run, each once: its name follows from what decides it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._locks = WeakValueDictionary[str, asyncio.Lock]()
        """Of the files that somebody waits for; of 14,000 others none is held."""

    async def keep(self, name: str, make: Callable[[], Awaitable[bytes]]) -> dict[str, str]:
        """A file of the run with its digest; it is made where it is not there, by one caller alone."""
        path = self._root / name
        async with self._locks.setdefault(name, asyncio.Lock()):
            if not path.is_file():
                content = await make()
                await asyncio.to_thread(self._write, name, content)
        return {"image": name, "sha256": await asyncio.to_thread(hash_file, path)}

    def _write(self, name: str, content: bytes) -> None:
        with storing(name):
            (self._root / name).parent.mkdir(parents=True, exist_ok=True)
        keep_bytes(self._root, name, content)


def fit_picture(path: Path, max_side: int | None, shot: Shot) -> tuple[bytes, str]:
    """What a shot shows of a picture as every endpoint reads it, with the suffix of its form.

    It is no longer than `max_side`. A plain JPEG or PNG stays as it is; anything else, 16-bit infrared and
    what is cropped or marked included, becomes an 8-bit PNG. Raises SourceError.
    """
    from irloom.backends.images import load_rgb  # only who evaluates waits for NumPy

    pixels = load_rgb(path, _MAX_PIXELS)
    is_long = max_side is not None and max(pixels.shape[:2]) > max_side
    content = None if is_long or shot.is_altered else read_plain_or_grey(path)
    if content is not None:
        return content, path.suffix.lower()
    buffer = io.BytesIO()
    draw_shot(Image.fromarray(pixels), shot, max_side).save(buffer, "PNG")
    return buffer.getvalue(), ".png"


def require_same_size(infrared: Path, visible: Path) -> None:
    """Raise SourceError where pixels of one picture are no pixels of the other, so that no mark fits both."""
    one, other = read_size(infrared), read_size(visible)
    if one != other:
        raise SourceError(
            f"{visible} is {other[0]} x {other[1]} and its infrared image {one[0]} x {one[1]}: what is "
            "cropped and marked of one does not fit the other, so give it at the same size"
        )


def name_file(folder: str, image: str, *decided_by: object) -> str:
    """A name for a kept picture: the source's stem, and a digest of what decides it."""
    digest = hashlib.sha256(repr(decided_by).encode()).hexdigest()[:_SHORT]
    return f"images/{folder}/{safe_name(PurePosixPath(image).stem)}-{digest}"


class VisibleFinder:
    """Finds the visible-light image of an infrared one: in a folder, or among those that another run kept."""

    def __init__(self, rgb: Path, follow_links: bool = False) -> None:
        self._kept = _read_kept(rgb) if (rgb / "run.json").is_file() else None
        self._made = None if self._kept is None else Pictures(rgb)
        self._rgb = rgb
        self._finder = (
            None if self._kept is not None else Finder(rgb, require_folder(rgb, "--rgb"), follow_links)
        )

    def find(self, shot: Shot) -> tuple[Path, Shot]:
        """Where it lies, and what is still to be shown of it. Raises SourceError.

        Another run may have kept it cropped and marked already; what it kept must be as it was committed.
        """
        whole = Shot(name=shot.name)
        if self._finder is not None:
            return _find_by_stem(self._finder, shot.name), shot
        assert self._kept is not None
        if shot in self._kept:
            return self._check(self._kept[shot]), whole
        if whole in self._kept:
            return self._check(self._kept[whole]), shot
        raise SourceError(f"the run that --rgb names has no visible-light image of {shot.name}")

    def _check(self, name: str) -> Path:
        assert self._made is not None
        if why := self._made.object_to(name) if is_inside(name) else "leads out of the run":
            raise SourceError(f"{self._rgb / name} {why}: put the original back")
        return self._rgb / name


def _find_by_stem(finder: Finder, image: str) -> Path:
    """A picture of the same name, else the only one of that name with another suffix."""
    path = PurePosixPath(image)
    if (same := _look(finder, image)) is not None:
        return same
    others = [_look(finder, str(path.with_suffix(suffix))) for suffix in _SUFFIXES]
    # Where letter case does not count, a file is found under two names.
    found = list({one.stat().st_ino: one for one in others if one is not None}.values())
    if len(found) > 1:
        names = " and ".join(one.name for one in found)
        raise SourceError(f"{image} has several visible-light images, {names}: leave one of them there")
    if not found:
        raise SourceError(f"{image} has no visible-light image of its name in the folder that --rgb names")
    return found[0]


def _look(finder: Finder, name: str) -> Path | None:
    try:
        return finder.find(name).path
    except SourceError:
        if finder.refuses_link(name):
            raise
        return None


def digest_visible(finder: VisibleFinder, shots: Iterable[Shot]) -> str:
    """A digest of which visible-light images there are for these images, by name and size alone."""
    return _digest_sizes(lambda shot: finder.find(shot)[0], shots)


def digest_infrared(finder: Finder, names: Iterable[str]) -> str:
    """A digest of which images of these names there are, by name and size alone."""
    return _digest_sizes(lambda name: finder.find(name).path, names)


def _digest_sizes(find: Callable[[T], Path], wanted: Iterable[T]) -> str:
    """Of the list of names and sizes in order, which may be long and is never held."""
    digest = hashlib.sha256(b"[")
    for number, one in enumerate(sorted(wanted, key=repr)):
        try:
            size = find(one).stat().st_size
        except (SourceError, OSError):
            size = -1
        digest.update(f"{', ' if number else ''}{(repr(one), size)}".encode())
    digest.update(b"]")
    return digest.hexdigest()


def _read_kept(root: Path) -> dict[Shot, str]:
    """The visible-light images of a run by what was shown of the infrared ones, by name in the run."""
    refuse_odd_files(root, pictures=True)
    found = dict(_list_kept(root))
    if not found:
        raise ConfigError(f"--rgb {root} is a run that kept no visible-light image.")
    return found


def _list_kept(root: Path) -> Iterator[tuple[Shot, str]]:
    for row in iterate_rows(root, "questions"):
        yield from zip(read_shots(row), list_visible(row), strict=False)
