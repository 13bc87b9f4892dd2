"""Reads the images of a folder that nothing else is known of, as samples of the CIR flow."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from irloom.errors import ConfigError, SourceError
from irloom.records import Fault, Sample
from irloom.sources.location import find_image, read_size, require_folder
from irloom.sources.words import is_unicode

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})


class FolderSource:
    """The images of a folder and the folders in it, in the order of their names.

    The id of an image is its path without the suffix, or with it where two would have the same.
    """

    digests: Mapping[str, str]
    """One digest over the names; the content of an image is digested when it is used."""

    def __init__(self, images: Path) -> None:
        self._folder = require_folder(images)
        names = sorted(_list_images(self._folder))
        if not names:
            raise ConfigError(
                f"--images {images} holds no image ({', '.join(sorted(SUFFIXES))}): name another folder"
            )
        self._names = _name_samples(names)
        self.digests = {"images": hashlib.sha256("\n".join(names).encode()).hexdigest()}

    @property
    def counts(self) -> dict[str, int]:
        """How many there are."""
        return {"images": len(self._names)}

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
            width, height = read_size(find_image(self._folder, name))
        except SourceError as error:
            fault = Fault(stage="source", error=type(error).__name__, message=str(error))
            return Sample(id=sample_id, image=name, fault=fault)
        return Sample(id=sample_id, image=name, width=width, height=height)

    def close(self) -> None:
        """Nothing is held open."""


def _list_images(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if path.suffix.lower() in SUFFIXES and not hidden and is_unicode(name) and path.is_file():
            yield name


def _name_samples(names: list[str]) -> dict[str, str]:
    """File names by id."""
    stems = {name: name.removesuffix(Path(name).suffix) for name in names}
    counts = Counter(stems.values())
    return {
        name if counts[stem] > 1 or stem in stems else stem: name  # `a.jpg` beside `a.jpg.png`
        for name, stem in stems.items()
    }
