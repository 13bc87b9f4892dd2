"""Reads the images of a folder that nothing else is known of, as samples of the CIR flow."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from irloom.errors import ConfigError, SourceError
from irloom.records import Fault, Sample
from irloom.sources.listing import SUFFIXES, list_files
from irloom.sources.location import Finder, leads_out, read_size, require_folder, tell_links

_EXPECTED = ("hidden", "thumbnail")
"""Nobody misses these."""


class FolderSource:
    """The images of a folder and the folders in it, in the order of their names.

    The id of an image is its path without the suffix, or with it where two would have the same.
    """

    digests: Mapping[str, str]
    """One digest over the names; the content of an image is digested when it is used."""

    def __init__(self, images: Path, follow_links: bool = False) -> None:
        root = require_folder(images)
        self._finder = Finder(images, root, follow_links)
        names, self._skipped = _list_images(root)
        if not names:
            raise ConfigError(
                f"--images {images} holds no image ({', '.join(sorted(SUFFIXES))}{self._say_skipped()}): "
                "name another folder"
            )
        self._linked = 0 if follow_links else sum(leads_out(root, name) for name in names)
        if self._linked == len(names):
            raise ConfigError(f"--images {images}: {tell_links(self._linked)}")
        self._names = _name_samples(names)
        self.digests = {"images": hashlib.sha256("\n".join(names).encode()).hexdigest()}

    @property
    def counts(self) -> dict[str, int]:
        """How many there are, and how many files were skipped, by reason: `skipped_heic`."""
        return {"images": len(self._names), **{f"skipped_{kind}": n for kind, n in self._skipped.items()}}

    @property
    def notices(self) -> tuple[str, ...]:
        """What is told before a run: that many files are of kinds that are not read."""
        unread = {kind: number for kind, number in self._skipped.items() if kind not in _EXPECTED}
        number = sum(unread.values())
        said = [tell_links(self._linked)] if self._linked else []
        if number * 10 > number + len(self._names):
            said.append(
                f"{number:,} files are of kinds that are not read{self._say_skipped()}: convert them first."
            )
        return tuple(said)

    def _say_skipped(self) -> str:
        listed = ", ".join(f"{number:,} {kind}" for kind, number in self._skipped.items())
        return f"; skipped: {listed}" if listed else ""

    def __len__(self) -> int:
        return len(self._names)

    def list_ids(self) -> Iterator[str]:
        """Every id, in order."""
        return iter(self._names)

    def get(self, sample_id: str) -> Sample | None:
        """The sample of an id, with the size that its header tells; None where there is none."""
        name = self._names.get(sample_id)
        if name is None:
            return None
        try:
            width, height = read_size(self._finder.find(name).path)
        except SourceError as error:
            fault = Fault(stage="source", error=type(error).__name__, message=str(error))
            return Sample(id=sample_id, image=name, fault=fault)
        return Sample(id=sample_id, image=name, width=width, height=height)

    def close(self) -> None:
        """Nothing is held open."""


def _list_images(root: Path) -> tuple[list[str], dict[str, int]]:
    """The images in order, and how many files were skipped for which reason."""
    names: list[str] = []
    skipped: Counter[str] = Counter()
    for name, kind in list_files(root):
        if kind == "image" and (root / name).is_file():
            names.append(name)
        elif kind and kind != "image":
            skipped[kind] += 1
    return sorted(names), dict(sorted(skipped.items()))


def _name_samples(names: list[str]) -> dict[str, str]:
    """File names by id."""
    stems = {name: name.removesuffix(Path(name).suffix) for name in names}
    counts = Counter(stems.values())
    return {
        name if counts[stem] > 1 or stem in stems else stem: name  # `a.jpg` beside `a.jpg.png`
        for name, stem in stems.items()
    }
