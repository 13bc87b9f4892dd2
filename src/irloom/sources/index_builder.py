"""Builds the index: one SQLite file that holds every image joined with its captions and boxes."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from irloom.sources.collector import Progress, collect_file
from irloom.sources.geometry import fit_boxes
from irloom.sources.staging import Kind, StagedImage, Staging

SCHEME_VERSION = 1
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
    other TEXT, captions BLOB NOT NULL, boxes BLOB NOT NULL, notes BLOB NOT NULL
);
BEGIN;
"""


def build_index(
    target: Path, staging_path: Path, inputs: Mapping[Kind, tuple[Path, str]], progress: Progress
) -> None:
    """Write a complete index of `inputs` (path and digest by kind), and have it reach the disk.

    Raises ConfigError for what is wrong with the inputs, sqlite3.Error and OSError for the disk.
    """
    staging = Staging(staging_path)
    try:
        for kind, (path, digest) in inputs.items():
            collect_file(staging, path, kind, digest, progress)
        staging.finish()
        _write_index(target, staging, {kind: digest for kind, (_, digest) in inputs.items()}, progress)
    finally:
        staging.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _write_index(target: Path, staging: Staging, digests: Mapping[Kind, str], progress: Progress) -> None:
    db = sqlite3.connect(target, isolation_level=None)
    try:
        db.executescript(_SCHEME)
        db.executemany("INSERT INTO category VALUES (?, ?)", staging.labels.items())
        counts: Counter[str] = Counter()
        db.executemany(
            "INSERT INTO image VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _join_all(staging, counts, progress)
        )
        meta = {"counts": dict(+counts), "digests": dict(digests)}
        db.executemany("INSERT INTO meta VALUES (?, ?)", ((k, orjson.dumps(v)) for k, v in meta.items()))
        db.execute("COMMIT")
    finally:
        db.close()


def _join_all(staging: Staging, counts: Counter[str], progress: Progress) -> Iterator[tuple[Any, ...]]:
    counts.update(staging.counts)
    counts["image_file_shared"] = staging.count_shared_files()
    joined = done = 0
    for image in staging.read_images():
        annotations = staging.read_annotations(image.id)
        joined += len(annotations)
        done += sum(len(payload) for _, payload in annotations)
        yield _join_image(image, annotations, staging.labels, counts)
        counts["images"] += 1
        if counts["images"] % _REPORT_EVERY == 0:
            progress("joining", done, staging.payload_bytes)
    counts["annotation_orphan"] = staging.annotations - joined
    progress("joining", staging.payload_bytes, staging.payload_bytes)


def _join_image(
    image: StagedImage, annotations: list[tuple[int, bytes]], labels: Mapping[str, str], counts: Counter[str]
) -> tuple[Any, ...]:
    notes: Counter[str] = Counter()
    captions: dict[str, None] = {}
    boxes: list[list[Any]] = []
    for kind, (_, *fields) in _drop_repeats(annotations, notes):
        if kind == 0:
            _take_caption(fields, captions, notes)
        else:
            _take_box(fields, labels, boxes, notes)
    _count_image(image, captions, boxes, notes, counts)
    notes["image_duplicate"] += image.repeats
    blobs = (orjson.dumps(list(captions)), orjson.dumps(boxes), orjson.dumps(dict(+notes)))
    return image.position, image.id, image.file, image.width, image.height, image.other, *blobs


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


def _take_box(
    fields: list[Any], labels: Mapping[str, str], boxes: list[list[Any]], notes: Counter[str]
) -> None:
    category, bbox, crowd, polygons, found = fields
    if bbox is None:
        notes["box_invalid"] += 1
    elif category not in labels:
        notes["category_unknown"] += 1
    elif bbox[2] <= 0 or bbox[3] <= 0:
        notes["box_empty"] += 1
    else:
        notes.update(found)
        boxes.append([labels[category], bbox, crowd, polygons])


def _count_image(
    image: StagedImage,
    captions: Mapping[str, None],
    boxes: list[list[Any]],
    notes: Counter[str],
    counts: Counter[str],
) -> None:
    """Add an image to the totals; boxes of unknown image size count as they are."""
    kept = len(boxes)
    fitting: Counter[str] = Counter()
    if image.width and image.height:
        kept = sum(1 for _ in fit_boxes(boxes, image.width, image.height, fitting))
    else:
        counts["image_size_unknown"] += 1
    counts.update(notes)
    counts.update(fitting)
    counts["captions"] += len(captions)
    counts["boxes"] += kept
    counts["image_without_captions"] += not captions
    counts["image_without_boxes"] += kept == 0
    counts["image_conflicting"] += image.other is not None
