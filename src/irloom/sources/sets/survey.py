"""Counts what a set holds, as the paper's appendix on existing sets does: pictures, data, scenes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from irloom.errors import SourceError, ThermalFileError
from irloom.records import Row
from irloom.sources.sets.pairs import describe_pair
from irloom.sources.sets.picture_kind import is_synthetic, sort_picture
from irloom.sources.sets.reader import IndexedSet
from irloom.sources.sets.record import SetImage
from irloom.thermal.flir.segments import join_segments

DataKind = Literal["still", "sequence", "synthetic"]
MOST = 500
"""Images that are looked at, from all over the set, where it has more."""
_EXAMPLES = 3
_JPEG = b"\xff\xd8"


class Survey(Row):
    """What a set holds. All but the totals are of the images that were looked at."""

    name: str
    totals: Mapping[str, int]
    """Of the whole set: images, pairs, boxes, captions, and whatever was ignored, mended or left out."""
    boxes: Mapping[str, int]
    """Of the whole set, by label."""
    looked_at: int
    sizes: Mapping[str, int]
    """As `640 x 512`."""
    pictures: Mapping[str, int]
    """By kind of infrared picture; visible ones without a partner are `visible`."""
    radiometric: int
    """Infrared JPEGs in which a FLIR camera left temperatures; files of them alone are among the totals."""
    data: Mapping[str, int]
    """Stills, frames of sequences, and pictures whose file says that they were made."""
    scenes: Mapping[str, Mapping[str, int]]
    """By what the set says of whole images, such as `hours`; empty where it says nothing."""
    pairs: Mapping[str, int]
    """By verdict; empty where pairs were not compared."""
    misfits: tuple[str, ...]
    """Faults and pairs that do not fit, some of each, with reason."""
    faults: int


def survey_set(found: IndexedSet, most: int = MOST) -> Survey:
    """Look at images from all over a set; pairs are compared where its options say so."""
    tally = _Tally(found.root, found.form.films)
    for image in found.read_some(most):
        tally.take(image)
    return Survey(
        name=found.name,
        totals={name: number for name, number in found.counts.items() if number or name in _ALWAYS},
        boxes=dict(Counter(found.boxes_by_label).most_common()),
        looked_at=tally.number,
        sizes=dict(tally.sizes.most_common()),
        pictures=dict(tally.pictures.most_common()),
        radiometric=tally.radiometric,
        data=dict(tally.data.most_common()),
        scenes={name: dict(counts.most_common()) for name, counts in sorted(tally.scenes.items())},
        pairs=dict(tally.pairs.most_common()),
        misfits=tuple(tally.list_misfits()),
        faults=tally.faults,
    )


_ALWAYS = ("images", "pairs", "boxes", "captions")


class _Tally:
    """Counts over the images that are looked at."""

    def __init__(self, root: Path, films: bool) -> None:
        self._root = root
        self._films = films
        self.number = self.faults = self.radiometric = 0
        self.sizes: Counter[str] = Counter()
        self.pictures: Counter[str] = Counter()
        self.data: Counter[str] = Counter()
        self.scenes: dict[str, Counter[str]] = {}
        self.pairs: Counter[str] = Counter()
        self._misfits: dict[str, list[str]] = {}

    def take(self, image: SetImage) -> None:
        """Count one; what cannot be decoded is a fault even where its header can be read."""
        self.number += 1
        for name, value in image.scene.items():
            self.scenes.setdefault(name, Counter())[value] += 1
        if image.pair is not None:
            self.pairs[image.pair.verdict] += 1
            if image.pair.verdict not in ("aligned", "unclear"):
                self._miss(image.pair.verdict, f"{image.id}: {describe_pair(image.pair)}")
        if image.fault is not None:
            self._fail(image.id, image.fault.message)
            return
        self.sizes[f"{image.width} x {image.height}"] += 1
        self._look(image)

    def _look(self, image: SetImage) -> None:
        path = self._root / (image.infrared or image.visible or "")
        try:
            kind = sort_picture(path, image.crop)
        except SourceError as error:
            self._fail(image.id, str(error))
            return
        self.pictures[kind if image.infrared else "visible"] += 1
        self.radiometric += int(bool(image.infrared) and _is_radiometric(path))
        self.data[self._sort_data(image, path)] += 1

    def _sort_data(self, image: SetImage, path: Path) -> DataKind:
        if is_synthetic(path):
            return "synthetic"
        return "sequence" if self._films and image.sequence is not None else "still"

    def _fail(self, image_id: str, message: str) -> None:
        self.faults += 1
        self._miss("fault", f"{image_id}: {message}")

    def _miss(self, kind: str, said: str) -> None:
        self._misfits.setdefault(kind, []).append(said)

    def list_misfits(self) -> Iterator[str]:
        """Some of each kind, and how many more there are."""
        for said in self._misfits.values():
            yield from said[:_EXAMPLES]
            if (more := len(said) - _EXAMPLES) > 0:
                yield f"and {more:,} more of this kind"


def _is_radiometric(path: Path) -> bool:
    """Whether a camera put its block into a JPEG; a damaged one is there too."""
    try:
        with path.open("rb") as file:
            if file.read(2) != _JPEG:
                return False
            file.seek(0)
            return join_segments(path, file) is not None
    except ThermalFileError:
        return True
    except OSError:
        return False
