"""Builds the index: one SQLite file that holds every image joined with its captions and boxes."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from irloom.sources.collector import Progress, collect_file
from irloom.sources.convention import Census
from irloom.sources.geometry import KeptBox, fit_boxes
from irloom.sources.labels import IgnoredLabels
from irloom.sources.losses import Losses
from irloom.sources.reading import Reading
from irloom.sources.staging import Kind, StagedImage, Staging

SCHEME_VERSION = 3
"""Raise it whenever the tables change, or what the reader makes of the same files."""
APPLICATION_ID = 0x69724C43

_REPORT_EVERY = 1000
_SCHEME = f"""
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEME_VERSION};
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE category (id TEXT PRIMARY KEY, label TEXT NOT NULL);
CREATE TABLE image (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, file TEXT, width INTEGER, height INTEGER,
    other TEXT, alone INTEGER NOT NULL, credit BLOB NOT NULL, captions BLOB NOT NULL, boxes BLOB NOT NULL,
    notes BLOB NOT NULL
);
BEGIN;
"""


def build_index(
    target: Path,
    staging_path: Path,
    inputs: Mapping[Kind, tuple[Path, str]],
    reading: Reading,
    progress: Progress,
) -> None:
    """Write a complete index of `inputs` (path and digest by kind), and have it reach the disk.

    Raises ConfigError for what is wrong with the inputs, sqlite3.Error and OSError for the disk.
    """
    staging = Staging(staging_path)
    try:
        for kind, (path, digest) in inputs.items():
            collect_file(staging, path, kind, digest, progress)
        staging.finish()
        _Join(staging, reading, progress).write(target, describe_inputs(inputs, reading))
    finally:
        staging.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def describe_inputs(inputs: Mapping[Kind, tuple[Path, str]], reading: Reading) -> dict[str, Any]:
    """What an index is of: the content of the files, and how it was read."""
    return {**{kind: digest for kind, (_, digest) in inputs.items()}, "reading": reading.describe()}


class _Join:
    """Joins images with their annotations one by one, and counts over all of them."""

    def __init__(self, staging: Staging, reading: Reading, progress: Progress) -> None:
        self._staging = staging
        self._progress = progress
        self._convention = reading.convention
        self._ignored = IgnoredLabels(reading.ignore_labels)
        self._census = Census(reading.convention)
        self.counts: Counter[str] = Counter(staging.counts)
        self.losses: Losses = staging.losses
        self._labels: set[str] = set()

    def write(self, target: Path, about: Mapping[str, Any]) -> None:
        """Write the index. Raises ConfigError where the files as a whole cannot be meant as they are read."""
        db = sqlite3.connect(target, isolation_level=None)
        try:
            db.executescript(_SCHEME)
            db.executemany("INSERT INTO category VALUES (?, ?)", self._staging.labels.items())
            marks = ", ".join("?" * 11)
            db.executemany(f"INSERT INTO image VALUES ({marks})", self._join_all())
            self._census.check()
            self.losses.refuse_all(self.counts)
            meta: dict[str, Any] = {
                "counts": dict(+self.counts),
                "inputs": about,
                "losses": self.losses.dump(),
            }
            meta["labels"] = sorted(self._labels)
            db.executemany("INSERT INTO meta VALUES (?, ?)", ((k, orjson.dumps(v)) for k, v in meta.items()))
            db.execute("COMMIT")
        finally:
            db.close()

    def _join_all(self) -> Iterator[tuple[Any, ...]]:
        shared, example = self._staging.count_shared_files()
        self.counts["image_file_shared"] = shared
        self.losses.add("images", "image_file_shared", example, shared)
        self.counts["crowd"] = self._staging.crowds
        done = 0
        for image in self._staging.read_images():
            annotations = self._staging.read_annotations(image)
            done += sum(len(payload) for _, payload in annotations)
            yield self._join_image(image, annotations)
            self.counts["images"] += 1
            if self.counts["images"] % _REPORT_EVERY == 0:
                self._progress("joining", done, self._staging.payload_bytes)
        self._progress("joining", self._staging.payload_bytes, self._staging.payload_bytes)

    def _join_image(self, image: StagedImage, annotations: list[tuple[int, bytes]]) -> tuple[Any, ...]:
        notes: Counter[str] = Counter()
        captions: dict[str, None] = {}
        boxes: list[KeptBox] = []
        for kind, (_, *fields) in _drop_repeats(annotations, notes):
            if kind == 0:
                _take_caption(fields, captions, notes)
            elif (box := self._read_box(fields, image, notes)) is not None:
                boxes.append(box)
        self._count_image(image, captions, boxes, notes)
        notes["image_duplicate"] += image.repeats
        blobs = (list(image.credit), list(captions), [list(box) for box in boxes], dict(+notes))
        columns = (image.position, image.id, image.file, image.width, image.height, image.other, image.alone)
        return (*columns, *map(orjson.dumps, blobs))

    def _read_box(self, fields: list[Any], image: StagedImage, notes: Counter[str]) -> KeptBox | None:
        category, numbers, crowd, polygons, found = fields
        if numbers is None:
            notes["box_invalid"] += 1  # its loss was counted when it was read
            return None
        size = (image.width, image.height) if image.width and image.height else None
        self._census.take(numbers, size, image.id)
        bbox = self._convention.to_xywh(numbers)
        reason, example = self._find_objection(category, bbox)
        if reason:
            notes[reason] += 1
            self.losses.add("boxes", reason, f"{example} of image id {image.id!r}")
            return None
        notes.update(found)
        label = self._staging.labels[category]
        return KeptBox(label, bbox, crowd, polygons, self._convention.normalised)

    def _find_objection(self, category: str | None, bbox: list[float]) -> tuple[str, str]:
        """Why a box is left out whatever its image; empty where it is not."""
        label = self._staging.labels.get(category or "")
        if label is None:
            return "category_unknown", f"category_id {category!r}"
        if label in self._ignored:
            return "label_ignored", repr(label)
        return ("box_empty", str(bbox)) if bbox[2] <= 0 or bbox[3] <= 0 else ("", "")

    def _count_image(
        self, image: StagedImage, captions: Mapping[str, None], boxes: list[KeptBox], notes: Counter[str]
    ) -> None:
        """Add an image to the totals; boxes of unknown image size count as they are."""
        kept = len(boxes)
        self._labels.update(box.label for box in boxes)
        fitting: Counter[str] = Counter()
        if image.width and image.height:
            kept = sum(1 for _ in fit_boxes(boxes, image.width, image.height, fitting))
            if fitting["box_empty"]:
                example = f"a box of image id {image.id!r}"
                self.losses.add("boxes", "box_empty", example, fitting["box_empty"])
        else:
            self.counts["image_size_unknown"] += 1
        self.counts.update(notes)
        self.counts.update(fitting)
        self.counts["captions"] += len(captions)
        self.counts["boxes"] += kept
        self.counts["image_without_captions"] += not captions
        self.counts["image_without_boxes"] += kept == 0
        self.counts["image_conflicting"] += image.other is not None


def _drop_repeats(
    annotations: list[tuple[int, bytes]], notes: Counter[str]
) -> Iterator[tuple[int, list[Any]]]:
    """Leave out annotations that are there already, under the same id."""
    seen: set[tuple[int, bytes]] = set()
    for annotation in annotations:
        fields = orjson.loads(annotation[1])
        if fields[0] is not None and annotation in seen:
            notes["annotation_duplicate"] += 1
            continue
        seen.add(annotation)
        yield annotation[0], fields


def _take_caption(fields: list[Any], captions: dict[str, None], notes: Counter[str]) -> None:
    text, found = fields
    notes.update(found)
    if text is None:
        return
    if text in captions:
        notes["caption_duplicate"] += 1
    captions[text] = None
