"""Reads a set once into an index on disk, and makes its images from that: flat memory, ids in order."""

import hashlib
import sqlite3
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

from irloom.errors import ConfigError, SourceError
from irloom.records import Box, Fault
from irloom.sources.collector import Progress
from irloom.sources.geometry import KeptBox, fit_boxes
from irloom.sources.location import read_size
from irloom.sources.losses import Losses
from irloom.sources.numbers import is_unicode
from irloom.sources.sets.entry import Entry, Loss, read_entry
from irloom.sources.sets.files import SetFiles
from irloom.sources.sets.form import Form, Task
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.pairs import check_pair, refuse_pair
from irloom.sources.sets.record import SetImage

_PAGE = 256
_PAGE_OF_IDS = 1024
_REPORT_EVERY = 1000
_SCHEME = """
PRAGMA journal_mode=OFF; PRAGMA cache_size=-256;
CREATE TABLE image (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, entry BLOB NOT NULL);
BEGIN;
"""


class NoImages(ConfigError):
    """Nothing in a folder fits the form."""


class IndexedSet:
    """A set in one of the published forms."""

    def __init__(
        self, form: Form, root: Path, options: SetOptions, cache: Path | None, progress: Progress
    ) -> None:
        """Read names and annotations. Raises ConfigError where nothing of the folder fits the form."""
        self.name = form.name
        self.form = form
        self.options = options
        self._files = SetFiles(root, options.follow_links)
        self._losses = Losses()
        self._told: list[str] = []
        self._counts: Counter[str] = Counter(
            {"images": 0, "infrared": 0, "pairs": 0, "boxes": 0, "captions": 0}
        )
        self._found: Counter[str] = Counter()
        # SQLite keeps a database without a name in a temporary file that nobody else sees; its cache is
        # small, so that many files take no more memory than few.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._db.close)
        self._lock = Lock()
        try:
            self._fill(Task(self._files, options, self._lose, self._told.append, cache, progress))
            self._refuse_empty()
        except BaseException:
            self.close()
            raise

    @property
    def root(self) -> Path:
        """Its folder, symlinks resolved."""
        return self._files.root

    @property
    def labels(self) -> frozenset[str]:
        """What the set annotates wherever it appears; empty where it annotates nothing throughout."""
        if not self._counts["annotated"]:
            return frozenset()
        known = self._found.keys() if self.form.labels is None else self.form.labels
        names = (self.options.classes.get(label, label) for label in known)
        return frozenset(name for name in names if name)

    @property
    def licence(self) -> str | None:
        """Of all its images, as the form has it; None where nobody says one."""
        return self.form.licence

    @property
    def boxes_by_label(self) -> Mapping[str, int]:
        """How many boxes bear each label."""
        return MappingProxyType(self._found)

    @property
    def counts(self) -> Mapping[str, int]:
        """Totals; boxes of images whose size no annotation tells are counted before they meet its border."""
        return MappingProxyType(self._counts)

    @property
    def losses(self) -> Losses:
        """What was left out, with an example of each reason."""
        return self._losses

    @property
    def notices(self) -> tuple[str, ...]:
        """What is told before a run."""
        return (*self._losses.list_notices(), *self._files.passed.list_notices(len(self)))

    @property
    def told(self) -> tuple[str, ...]:
        """What was found out of the set as a whole, such as which file names its classes."""
        return tuple(self._told)

    def __len__(self) -> int:
        return self._counts["images"]

    def __iter__(self) -> Iterator[SetImage]:
        position = -1
        while page := self._select("position > ? ORDER BY position LIMIT ?", (position, _PAGE)):
            yield from (self._make_image(read_entry(stored)) for _, _, stored in page)
            position = page[-1][0]

    def list_ids(self) -> Iterator[str]:
        """Every id, in order."""
        position = -1
        query = "SELECT position, id FROM image WHERE position > ? ORDER BY position LIMIT ?"
        while page := self._fetch(query, (position, _PAGE_OF_IDS)):
            yield from (name for _, name in page)
            position = page[-1][0]

    def get(self, image_id: str) -> SetImage | None:
        """The image of an id, looked for in the folder now; None where there is none."""
        found = self._select("id = ?", (image_id,)) if is_unicode(image_id) else []
        return self._make_image(read_entry(found[0][2])) if found else None

    def read_some(self, most: int) -> list[SetImage]:
        """Up to so many images from all over the set, the same ones each time."""
        step = -(-len(self) // max(1, most)) or 1
        found = self._select("position % ? = 0 ORDER BY position", (step,))
        return [self._make_image(read_entry(stored)) for _, _, stored in found]

    def close(self) -> None:
        """Let go of the index."""
        self._db.close()
        self._files.close()

    def _fill(self, task: Task) -> None:
        """Put every entry into the index, and digest what stands there."""
        digest = hashlib.sha256()
        self._db.executescript(_SCHEME)
        for entry in self._keep(self.form.scan(task)):
            stored = entry.dump()
            added = self._db.execute(
                "INSERT OR IGNORE INTO image VALUES (?, ?, ?)", (self._counts["images"], entry.id, stored)
            )
            self._losses.expect("images")
            if added.rowcount == 0:
                self._lose(Loss("images", "image_id_taken", repr(next(entry.pictures(), entry.id))))
                continue
            # Why an image is broken may name the place of the set, which is no part of it.
            digest.update(stored if entry.fault is None else replace(entry, fault="").dump())
            self._count(entry)
            if self._counts["images"] % _REPORT_EVERY == 0:
                task.progress(f"reading {self.name}", self._counts["images"], 0)
        self._counts.update(self._files.passed.counts)
        self._db.execute("COMMIT")
        self.digests: Mapping[str, str] = MappingProxyType({"set": digest.hexdigest()})

    def _keep(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        """The entries of the wanted parts, and every so many-th of a sequence."""
        place: Counter[str] = Counter()
        current = None
        for entry in entries:
            if self.options.parts and entry.part not in self.options.parts:
                self._lose(Loss("pictures", "part_not_wanted", entry.id))
                continue
            if entry.sequence is not None and self.form.films and self.options.every > 1:
                if entry.sequence != current:
                    current = entry.sequence
                    place = Counter()  # images of a sequence follow each other
                place[entry.sequence] += 1
                if (place[entry.sequence] - 1) % self.options.every:
                    self._lose(Loss("pictures", "frame_skipped", entry.id))
                    continue
            yield entry

    def _count(self, entry: Entry) -> None:
        """Add an entry to the totals."""
        fitting: Counter[str] = Counter()
        kept = len(entry.boxes)
        if entry.size is not None:
            kept = sum(1 for _ in fit_boxes(entry.boxes, *entry.size, fitting))
            if fitting["box_empty"]:
                example = f"a box of {entry.id!r}"
                self._losses.add("boxes", "box_empty", example, fitting["box_empty"])
        self._losses.expect("boxes", len(entry.boxes))
        self._losses.expect("annotations", int(entry.annotated))
        for loss in entry.losses:
            self._add_loss(loss._replace(example=f"{loss.example} of {entry.id!r}"))
        self._found.update(box.label for box in entry.boxes)
        self._counts.update(entry.notes)
        self._counts.update(fitting)
        self._counts.update(
            images=1,
            temperatures=int(entry.temperatures is not None),
            pairs=int(bool(entry.visible and entry.infrared)),
            infrared=int(bool(entry.infrared)),
            boxes=kept,
            ignored=len(entry.ignored),
            captions=len(entry.captions),
            annotated=int(entry.annotated),
        )

    def _lose(self, loss: Loss) -> None:
        self._add_loss(loss)
        self._counts[loss.reason] += loss.number

    def _add_loss(self, loss: Loss) -> None:
        if loss.what != "images":  # these are expected one by one, lost or not
            self._losses.expect(loss.what, loss.number)
        example = loss.example.replace(f"{self.root}/", "")
        self._losses.add(loss.what, loss.reason, example, loss.number)

    def _refuse_empty(self) -> None:
        if not self._counts["images"]:
            counts = "".join(
                f"; {number:,} {name}" for name, number in sorted(self._counts.items()) if number
            )
            why = " ".join((counts, *self._files.passed.list_notices(0))).removesuffix(".")
            raise NoImages(
                f"--root {self.root} holds no image of the set {self.name!r}, which is known by "
                f"{self.form.about}{why}: give the folder that holds these, or another --source"
            )

    def _make_image(self, entry: Entry) -> SetImage:
        """Join what the index says with what lies in the folder now."""
        notes = Counter(entry.notes)
        fault, size, crop, pair = entry.fault, entry.size, None, None
        try:
            paths = [self._files.finder.find(name).path for name in entry.pictures()]
            size, crop = _measure(read_size(paths[0]), entry, notes)
            if crop is None and entry.border and entry.visible and entry.infrared:
                crop = _find_border(read_size(paths[1]), size, entry.border)
            if self.options.pair_check != "off" and entry.visible and entry.infrared:
                pair = check_pair(paths[1], paths[0], crop)
                refuse_pair(pair, self.options)
        except SourceError as error:
            fault = fault or str(error)
        return SetImage(
            id=entry.id,
            visible=entry.visible,
            infrared=entry.infrared,
            temperatures=entry.temperatures,
            width=size[0] if size else None,
            height=size[1] if size else None,
            boxes=_make_boxes(entry.boxes, size, notes),
            ignored=_make_boxes(entry.ignored, size, Counter()),
            annotated=entry.annotated,
            crop=crop,
            captions=tuple(entry.captions),
            band=self.options.band or self.form.band,
            polarity=self.options.polarity or self.form.polarity,
            part=entry.part,
            sequence=entry.sequence,
            scene=entry.scene,
            notes=dict(+notes),
            licence=self.licence,
            pair=pair,
            fault=Fault(stage="source", error=SourceError.__name__, message=fault) if fault else None,
        )

    def _select(self, condition: str, values: tuple[Any, ...]) -> list[tuple[int, str, bytes]]:
        return self._fetch(f"SELECT position, id, entry FROM image WHERE {condition}", values)

    def _fetch(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()


def _measure(
    actual: tuple[int, int], entry: Entry, notes: Counter[str]
) -> tuple[tuple[int, int], tuple[int, int, int, int] | None]:
    """The size that boxes belong to, and what is cut out of the picture for it."""
    width, height = actual
    if (border := entry.border) and entry.size and (width - 2 * border, height - 2 * border) == entry.size:
        return (width - 2 * border, height - 2 * border), (border, border, width - border, height - border)
    if entry.size is None:
        return actual, None
    declared = entry.size
    if declared != actual:
        # Boxes are shares of what was annotated, so they stay right for a copy of another size.
        notes["size_differs"] += 1
        if abs(declared[0] * height - declared[1] * width) > 0.02 * declared[1] * width:
            raise SourceError(
                f"{next(entry.pictures())} is {width} x {height}, and its annotations are of a picture of "
                f"{declared[0]} x {declared[1]}: these are not the same"
            )
    return declared, None


def _find_border(
    partner: tuple[int, int], size: tuple[int, int], border: int
) -> tuple[int, int, int, int] | None:
    """What is cut out of a partner that has its border still; `sets.pictures` leaves the other as it is."""
    width, height = size
    if partner != (width + 2 * border, height + 2 * border):
        return None
    return border, border, border + width, border + height


def _make_boxes(kept: list[KeptBox], size: tuple[int, int] | None, notes: Counter[str]) -> tuple[Box, ...]:
    if not size:
        return ()
    return tuple(
        Box(label=label, x1=x1, y1=y1, x2=x2, y2=y2, crowd=crowd, polygons=polygons)
        for label, (x1, y1, x2, y2), crowd, polygons in fit_boxes(kept, size[0], size[1], notes)
    )
