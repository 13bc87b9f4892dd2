"""Reads COCO images with their captions and boxes, as samples of the infrared and the CIR flow."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import orjson

from irloom.errors import ConfigError, SourceError
from irloom.records import IGNORED_LABELS, Box, BoxForm, Fault, Sample
from irloom.sources.cache import choose_cache, open_index
from irloom.sources.collector import Progress, hash_file
from irloom.sources.credits import Credit
from irloom.sources.geometry import KeptBox, fit_boxes
from irloom.sources.index import IndexedImage
from irloom.sources.licences import name_licence
from irloom.sources.location import Finder, read_size, require_folder
from irloom.sources.losses import Losses
from irloom.sources.numbers import is_unicode
from irloom.sources.reading import Reading
from irloom.sources.staging import KINDS, Kind

_PAGE = 256
_PAGE_OF_IDS = 4096
_PROBED = 1000
"""Images of which the files are looked for before a run begins."""


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
        boxes: BoxForm | None = None,
        normalised: bool = False,
        ignore_labels: Sequence[str] = IGNORED_LABELS,
        follow_links: bool = False,
    ) -> None:
        """Hash the inputs, of which one must be given, then open their index or build it.

        With `needs_captions` an image without any is a sample with a fault. `boxes`, `normalised` and
        `ignore_labels` say how the annotations are read. Images that are links to files outside of the
        folder are read only with `follow_links`. Raises ConfigError, also where nothing of the
        files can be used, or where their boxes are plainly of another form.
        """
        self._needs_captions = needs_captions
        report = progress or (lambda what, done, total: None)
        self._finder = Finder(images, require_folder(images), follow_links)
        # Always hashed: size and time can stay while the content changes, and this takes a second.
        files: dict[Kind, Path | None] = {"captions": captions, "instances": instances}
        inputs = {
            kind: (path, hash_file(path, kind, report)) for kind, path in files.items() if path is not None
        }
        reading = Reading(boxes, normalised, tuple(ignore_labels))
        self._index = open_index(inputs, reading, choose_cache(cache), report)
        self.digests = MappingProxyType(
            {kind: inputs[kind][1] if kind in inputs else "none" for kind in KINDS}
        )
        totals = Counter({"images": 0, "captions": 0, "boxes": 0})
        totals.update(self._index.counts)
        if captions is None and not needs_captions:
            del totals["image_without_captions"]  # nobody looked for any
        self.counts = MappingProxyType(totals)
        try:
            self._refuse_without_captions()
        except ConfigError:
            self.close()
            raise

    @property
    def labels(self) -> frozenset[str]:
        """The labels that some box has; of what no box is called nothing is known to be absent."""
        return self._index.labels

    @property
    def losses(self) -> Losses:
        """What was left out of the files, with an example of each reason."""
        return self._index.losses

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What is told before a run begins: what is lost in numbers, with the reason and an example."""
        losses = self._index.losses
        if self._needs_captions and (number := self.counts["image_without_captions"]):
            losses.add("images", "image_without_captions", "", number)
        return (
            *self._index.notices,
            *losses.list_notices(),
            *self._list_other_notices(),
            *self._find_missing(),
        )

    def _refuse_without_captions(self) -> None:
        number = self.counts["images"]
        if self._needs_captions and number and self.counts["image_without_captions"] == number:
            raise ConfigError(
                f"None of the {number:,} images has a caption: check that the annotations of --captions are "
                "of the images that it lists."
            )

    def _list_other_notices(self) -> Iterator[str]:
        counts = self.counts
        boxes = self._index.losses.totals.get("boxes", 0)
        if counts["crowd"] * 2 > boxes:
            yield (
                f"{counts['crowd']:,} of {boxes:,} boxes are marked `iscrowd`, a group that nobody counted: "
                f"{counts['crowd_of_one']:,} are masks of one piece and are taken as single objects, of the "
                'others texts say no more than "several".'
            )
        if number := counts["image_joined_by_name"]:
            yield (
                f"--captions and --instances number their images differently: {number:,} were joined by file "
                "name."
            )

    def _find_missing(self) -> Iterator[str]:
        """Whether many files are not in the image folder, by a part of them where there are many."""
        probed = [(image, self._locate(image)) for image in self._index.read_spread(_PROBED)]
        missing = [image.file for image, name in probed if name is None and image.file is not None]
        if len(missing) * 10 > len(probed):
            of = "" if len(self) <= _PROBED else "about "
            number = len(missing) * len(self) // len(probed)
            yield (
                f"{of}{number:,} of {len(self):,} images are not in {self._finder.root}, such as "
                f"{missing[0]!r}."
            )

    def _locate(self, image: IndexedImage) -> str | None:
        """Where an image lies in the folder, a refused link included; None where it cannot be found."""
        try:
            return self._finder.find(image.file, image.alone).name
        except SourceError:
            return image.file if self._finder.refuses_link(image.file) else None

    def refuses_link(self, name: str) -> bool:
        """Whether an image is a link to a file outside of the folder, which is refused."""
        return self._finder.refuses_link(name)

    def __len__(self) -> int:
        return self.counts["images"]

    def __iter__(self) -> Iterator[Sample]:
        """Yield samples in the order of the captions file's images, then those of instances alone."""
        position = 0
        while page := self._index.read_page(position, _PAGE):
            for image in page:
                yield self._make_sample(image)
            position = page[-1].position

    def read_some(self, most: int) -> list[Sample]:
        """Give up to so many samples from all over the source, the same ones each time."""
        return [self._make_sample(image) for image in self._index.read_spread(most)]

    def list_ids(self) -> Iterator[str]:
        """Yield the ids of the samples in their order, and make none of them."""
        position = 0
        while page := self._index.read_ids(position, _PAGE_OF_IDS):
            yield from (sample_id for _, sample_id in page)
            position = page[-1][0]

    def list_files(self) -> Iterator[tuple[str, str | None]]:
        """Yield the id of every image, in order, and where it lies in the folder: None for nowhere."""
        position = 0
        while page := self._index.read_page(position, _PAGE):
            yield from ((image.id, self._locate(image)) for image in page)
            position = page[-1].position

    def list_licences(self) -> Iterator[tuple[str, str]]:
        """Yield the id of every image, in order, and the licence of its photograph by its short name."""
        position = 0
        while page := self._index.read_page(position, _PAGE):
            for image in page:
                credit = Credit(*orjson.loads(image.credit))
                yield image.id, name_licence(credit.licence, credit.licence_url)
            position = page[-1].position

    def get(self, sample_id: str) -> Sample | None:
        """Give the sample of an id, or None where there is none."""
        image = self._index.find(sample_id) if is_unicode(sample_id) else None
        return None if image is None else self._make_sample(image)

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()
        self._finder.close()

    def _make_sample(self, image: IndexedImage) -> Sample:
        """Join what the index says with what lies in the image folder now."""
        captions = orjson.loads(image.captions)
        notes = Counter(orjson.loads(image.notes))
        size = (image.width, image.height) if image.width and image.height else None
        fault, name = None, image.file or ""
        try:
            _check_listing(image, captions if self._needs_captions else None)
            path, name = self._finder.find(image.file, image.alone)
            notes["file_name_mended"] += name != image.file
            size = size or read_size(path)
        except SourceError as error:
            fault = Fault(stage="source", error=type(error).__name__, message=str(error))
        boxes = _make_boxes(image.boxes, size, notes) if size else ()
        return Sample(
            id=image.id,
            image=name,
            width=size[0] if size else None,
            height=size[1] if size else None,
            captions=tuple(captions),
            boxes=boxes,
            notes=dict(+notes),
            fault=fault,
            **Credit(*orjson.loads(image.credit))._asdict(),
        )


def _check_listing(image: IndexedImage, captions: list[str] | None) -> None:
    if image.other is not None:
        raise SourceError(
            f"image id {image.id!r} is listed with two file names, {image.file or ''!r} and {image.other!r}"
        )
    if captions is not None and not captions:
        raise SourceError(f"no caption for image id {image.id!r} ({image.file or ''!r})")


def _make_boxes(boxes: bytes, size: tuple[int, int], notes: Counter[str]) -> tuple[Box, ...]:
    kept = [KeptBox(*values) for values in orjson.loads(boxes)]
    return tuple(
        Box(label=label, x1=x1, y1=y1, x2=x2, y2=y2, crowd=crowd, polygons=polygons)
        for label, (x1, y1, x2, y2), crowd, polygons in fit_boxes(kept, *size, notes)
    )
