"""The pictures of an evaluation: brought into the run as endpoints take them, or made by an image editor."""

import asyncio
import hashlib
import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image

from irloom.edits import Declined
from irloom.engine.batcher import Batcher
from irloom.engine.images import encode_png, hash_file, keep_bytes, read_plain
from irloom.engine.reader import iterate_rows
from irloom.engine.storage import safe_name, storing
from irloom.errors import ConfigError, EditError, SourceError
from irloom.pictures import open_picture
from irloom.protocols import Edit, EditJob
from irloom.sources.location import Finder, require_folder

_MAX_PIXELS = 100_000_000
_SHORT = 10
"""Hex digits of a content's digest in a file name."""


class Shelf:
    """Keeps pictures in the run, each once: its name follows from what decides it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._locks: dict[str, asyncio.Lock] = {}

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


def fit_picture(path: Path, max_side: int | None) -> tuple[bytes, str]:
    """A picture as every endpoint reads it, no longer than `max_side`, with the suffix of its form.

    A plain JPEG or PNG stays as it is; anything else, 16-bit infrared included, becomes an 8-bit PNG.
    Raises SourceError.
    """
    from irloom.backends.images import load_rgb  # only who evaluates waits for NumPy

    pixels = load_rgb(path, _MAX_PIXELS)
    is_long = max_side is not None and max(pixels.shape[:2]) > max_side
    content = None if is_long else read_plain_or_grey(path)
    if content is not None:
        return content, path.suffix.lower()
    picture = Image.fromarray(pixels)
    if max_side is not None:
        picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue(), ".png"


def read_plain_or_grey(path: Path) -> bytes | None:
    """The bytes of a picture that is sent as it is: a plain one, or a JPEG in 8-bit grey."""
    if (content := read_plain(path)) is not None:
        return content
    with open_picture(path) as picture:
        is_grey = picture.format in {"JPEG", "PNG"} and picture.mode == "L"
        is_upright = picture.getexif().get(0x0112, 1) == 1
    return path.read_bytes() if is_grey and is_upright else None


def name_file(folder: str, image: str, *decided_by: object) -> str:
    """A name for a kept picture: the source's stem, and a digest of what decides it."""
    digest = hashlib.sha256(repr(decided_by).encode()).hexdigest()[:_SHORT]
    return f"images/{folder}/{safe_name(PurePosixPath(image).stem)}-{digest}"


class VisibleFinder:
    """Finds the visible-light image of an infrared one: in a folder, or among those that another run kept."""

    def __init__(self, rgb: Path) -> None:
        self._kept = _read_kept(rgb) if (rgb / "run.json").is_file() else None
        self._finder = None if self._kept is not None else Finder(rgb, require_folder(rgb, "--rgb"))

    def find(self, image: str) -> Path:
        """Where it lies. Raises SourceError."""
        if self._finder is None:
            assert self._kept is not None
            if image not in self._kept:
                raise SourceError(f"the run that --rgb names has no visible-light image of {image}")
            return self._kept[image]
        return _find_by_stem(self._finder, image)


def _find_by_stem(finder: Finder, image: str) -> Path:
    """A picture of the same name, with its own suffix or another."""
    path = PurePosixPath(image)
    for suffix in (path.suffix, ".jpg", ".png", ".jpeg", ".webp"):
        try:
            return finder.find(str(path.with_suffix(suffix))).path
        except SourceError:
            continue
    raise SourceError(f"{image} has no visible-light image of its name in the folder that --rgb names")


def _read_kept(root: Path) -> Mapping[str, Path]:
    """The visible-light images of a run by the name of the infrared one."""
    rows = iterate_rows(root, "questions")
    found = {row["source"]: root / row["visible"] for row in rows if row.get("visible")}
    if not found:
        raise ConfigError(f"--rgb {root} is a run that kept no visible-light image.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleMaker:
    """The image editor that translates into visible light."""

    name: str
    settings: str
    """Digest of everything but image, prompt and seed that decides a translation."""
    edits: Batcher[EditJob, Edit | Declined]
    prompt: str
    seed: int

    async def make(self, path: Path) -> bytes:
        """The translation of a picture, at its size, as a PNG. Raises SampleError."""
        made = await self.edits.run(EditJob(path, self.prompt, self.seed))
        if isinstance(made, Declined):
            raise EditError(f"{path} was not translated into visible light: {made.reason}")
        return await asyncio.to_thread(encode_png, made.image)
