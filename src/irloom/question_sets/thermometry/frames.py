"""Radiometric files of a folder: which can be read, which of them are twins, and what is known of each."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.engine.images import hash_file
from irloom.errors import ThermalFileError
from irloom.export.groups import group_near
from irloom.question_sets.ledger import Ledger, Source
from irloom.question_sets.thermometry.places import EVEN_K, UNEVEN_K, Places
from irloom.question_sets.thermometry.regions import Region
from irloom.question_sets.thermometry.settings import ThermometrySettings
from irloom.sources.location import require_folder
from irloom.sources.numbers import is_unicode
from irloom.thermal.files import read_thermogram
from irloom.thermal.thermogram import Thermogram

Matrix = NDArray[np.float64]
Pixels = NDArray[np.bool_]
_SUFFIXES = frozenset({".jpg", ".jpeg", ".fff", ".tif", ".tiff", ".png", ".cptv"})
_SIDE = 64
"""Of the greys by which twins are found, in pixels."""


@dataclass(frozen=True)
class Frame:
    """One file, read."""

    name: str
    """Where it lies, relative to the folder."""
    sequence: str
    """The first of the files that it is a twin of, itself included."""
    found: Thermogram
    celsius: Matrix
    regions: tuple[Region, ...] = ()
    """What was annotated."""
    mask: Pixels | None = None
    """What is damaged or odd; None where nobody looked for it."""

    @cached_property
    def even(self) -> Places:
        """Where a temperature can be asked."""
        return Places(self.celsius, EVEN_K)

    @cached_property
    def uneven(self) -> Places:
        """Where temperatures can be compared."""
        return Places(self.celsius, UNEVEN_K)


def list_frames(settings: ThermometrySettings, ledger: Ledger) -> Mapping[str, str]:
    """The names of all files that can be read, in order, each with its sequence.

    What cannot be read is counted, and named with its reason among the figures of the set.
    """
    root = require_folder(settings.root, "--root")
    digest, unread, names = hashlib.sha256(), dict[str, str](), list[str]()
    with TemporaryDirectory() as folder:
        for path in _list_files(root, settings, ledger):
            name = path.relative_to(root).as_posix()
            found, why = _try_to_read(path, name, settings)
            if found is None:
                unread[name] = why
                ledger.remark("files without temperatures that could be read", f"{name}: {why}")
                continue
            _write_grey(found, Path(folder) / f"{len(names)}.png")
            digest.update(f"{name}\0{hash_file(path)}\0".encode())
            digest.update(found.kelvin.tobytes() if settings.thermal.converter else b"")
            names.append(name)
        firsts = group_near(Path(folder), [f"{place}.png" for place in range(len(names))])
    if unread:
        ledger.keep("files that cannot be read", unread)
    ledger.add_source(Source(name="radiometric files", sha256=digest.hexdigest(), images=len(names)))
    return {name: names[first] for name, first in zip(names, firsts, strict=True)}


def _list_files(root: Path, settings: ThermometrySettings, ledger: Ledger) -> Iterator[Path]:
    """Files by their endings, hidden ones, links out of the folder and masks left out."""
    masks = settings.masks.resolve() if settings.masks is not None else None
    for path in sorted(root.rglob("*"), key=lambda one: one.relative_to(root).parts):
        name = path.relative_to(root)
        is_hidden = any(part.startswith(".") for part in name.parts)
        if is_hidden or path.suffix.lower() not in _SUFFIXES or not path.is_file():
            continue
        if not is_unicode(str(name)):
            ledger.remark("files whose name is no text in Unicode", ascii(str(name)))
            continue
        real = path.resolve()
        if real.is_relative_to(root) and not (masks is not None and real.is_relative_to(masks)):
            yield path


def _try_to_read(path: Path, name: str, settings: ThermometrySettings) -> tuple[Thermogram | None, str]:
    """What a file holds, or why nothing can be asked of it."""
    try:
        found = read_thermogram(path, settings.thermal)
    except ThermalFileError as error:
        return None, _tell(error, path, name, settings)
    return (found, "") if np.isfinite(found.kelvin).any() else (None, "no pixel has a temperature")


def _tell(error: ThermalFileError, path: Path, name: str, settings: ThermometrySettings) -> str:
    """Why, without the place where the file lies, and without what a program said of its own places."""
    if settings.thermal.converter:
        return "neither irloom nor the converter could read it"
    said = str(error).replace(str(path), name)
    return said.removeprefix(f"{name}: ").removeprefix(f"{name} ")


def _write_grey(found: Thermogram, path: Path) -> None:
    """The picture in one form of grey, since twins in two palettes look different."""
    celsius = found.celsius
    low, high = np.percentile(celsius[np.isfinite(celsius)], (1, 99))
    shares = (np.nan_to_num(celsius, nan=low) - low) / max(high - low, 1e-6)
    pixels = np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BOX).save(path)


def name_safely(name: str) -> str:
    """A short name without letters that a picture's name cannot have, the same wherever the folder lies."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]
