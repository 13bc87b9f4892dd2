"""Reads COCO images with their captions and boxes, as samples of the infrared and the CIR flow."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import orjson

from irloom.errors import SourceError
from irloom.records import Box, Fault, Sample
from irloom.sources.cache import choose_cache, open_index
from irloom.sources.collector import Progress, hash_file
from irloom.sources.geometry import fit_boxes
from irloom.sources.index import IndexedImage
from irloom.sources.location import find_image, read_size, require_folder
from irloom.sources.staging import KINDS, Kind
from irloom.sources.words import is_unicode

_PAGE = 256
_PAGE_OF_IDS = 4096


class CocoSource:
    """The samples of a captions file, and of an instances file where there is one.

    Totals of images whose size no file lists count their boxes before these meet the image's border.
    """

    digests: Mapping[str, str]
    """The sha256 of each input, in hex; `none` for instances that are not given."""
    counts: Mapping[str, int]
    """Totals: `images`, `captions`, `boxes`, and whatever was mended or skipped; 0 for other names."""

    def __init__(
        self,
        images: Path,
        captions: Path | None,
        instances: Path | None,
        cache: Path | None = None,
        progress: Progress | None = None,
        needs_captions: bool = True,
    ) -> None:
        """Hash the inputs, of which one must be given, then open their index or build it.

        With `needs_captions` an image without any is a sample with a fault. Raises ConfigError.
        """
        self._needs_captions = needs_captions
        report = progress or (lambda what, done, total: None)
        self._folder = require_folder(images)
        # Always hashed: size and time can stay while the content changes, and this takes a second.
        files: dict[Kind, Path | None] = {"captions": captions, "instances": instances}
        inputs = {
            kind: (path, hash_file(path, kind, report)) for kind, path in files.items() if path is not None
        }
        self._index = open_index(inputs, choose_cache(cache), report)
        self.digests = MappingProxyType(
            {kind: inputs[kind][1] if kind in inputs else "none" for kind in KINDS}
        )
        totals = Counter({"images": 0, "captions": 0, "boxes": 0})
        totals.update(self._index.counts)
        self.counts = MappingProxyType(totals)

    def __len__(self) -> int:
        return self.counts["images"]

    def __iter__(self) -> Iterator[Sample]:
        """Yield samples in the order of the captions file's images, then those of instances alone."""
        position = 0
        while page := self._index.read_page(position, _PAGE):
            for image in page:
                yield self._make_sample(image)
            position = page[-1].position

    def list_ids(self) -> Iterator[str]:
        """Yield the ids of the samples in their order, and make none of them."""
        position = 0
        while page := self._index.read_ids(position, _PAGE_OF_IDS):
            yield from (sample_id for _, sample_id in page)
            position = page[-1][0]

    def list_files(self) -> Iterator[tuple[str, str | None]]:
        """Yield the id and the file name of every image, in order."""
        position = 0
        while page := self._index.read_page(position, _PAGE):
            yield from ((image.id, image.file) for image in page)
            position = page[-1].position

    def get(self, sample_id: str) -> Sample | None:
        """Give the sample of an id, or None where there is none."""
        image = self._index.find(sample_id) if is_unicode(sample_id) else None
        return None if image is None else self._make_sample(image)

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def _make_sample(self, image: IndexedImage) -> Sample:
        """Join what the index says with what lies in the image folder now."""
        captions = orjson.loads(image.captions)
        notes = Counter(orjson.loads(image.notes))
        size = (image.width, image.height) if image.width and image.height else None
        fault = None
        try:
            _check_listing(image, captions if self._needs_captions else None)
            path = find_image(self._folder, image.file)
            size = size or read_size(path)
        except SourceError as error:
            fault = Fault(stage="source", error=type(error).__name__, message=str(error))
        boxes = _make_boxes(image.boxes, size, notes) if size else ()
        return Sample(
            id=image.id,
            image=image.file or "",
            width=size[0] if size else None,
            height=size[1] if size else None,
            captions=tuple(captions),
            boxes=boxes,
            notes=dict(+notes),
            fault=fault,
        )


def _check_listing(image: IndexedImage, captions: list[str] | None) -> None:
    if image.other is not None:
        raise SourceError(
            f"image id {image.id!r} is listed with two file names, {image.file or ''!r} and {image.other!r}"
        )
    if captions is not None and not captions:
        raise SourceError(f"no caption for image id {image.id!r} ({image.file or ''!r})")


def _make_boxes(boxes: bytes, size: tuple[int, int], notes: Counter[str]) -> tuple[Box, ...]:
    return tuple(
        Box(label=label, x1=x1, y1=y1, x2=x2, y2=y2, crowd=crowd, polygons=polygons)
        for label, (x1, y1, x2, y2), crowd, polygons in fit_boxes(orjson.loads(boxes), *size, notes)
    )
