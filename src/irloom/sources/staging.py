"""Keeps what the COCO files list, in file order, until images and annotations can be joined."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

from irloom.sources.geometry import read_bbox, read_polygons
from irloom.sources.words import clean_caption, clean_text, is_unicode, read_id

Kind = Literal["captions", "instances"]
KINDS: tuple[Kind, ...] = ("captions", "instances")
Listed = Mapping[str, Any]

_MAX_SIDE = 1_000_000
_BIT: Mapping[Kind, int] = {"captions": 1, "instances": 2}
_SCHEME = """
CREATE TABLE image (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, file TEXT, width INTEGER, height INTEGER,
    files INTEGER NOT NULL, other TEXT, repeats INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE annotation (
    position INTEGER PRIMARY KEY, image TEXT NOT NULL, kind INTEGER NOT NULL, payload BLOB NOT NULL
);
"""


class StagedImage(NamedTuple):
    """An image as the files list it."""

    position: int
    id: str
    file: str | None
    width: int | None
    height: int | None
    other: str | None
    """Another file name that the same id goes by."""
    repeats: int


class Staging:
    """A database of its own, thrown away after the join."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        # Nothing here outlives a crash, so nothing is paid for surviving one.
        self._db.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEME} BEGIN;")
        self.labels: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.annotations = 0
        self.payload_bytes = 0

    def add_image(self, entry: Listed, kind: Kind) -> None:
        """Keep an image entry, or note what it adds to the one that is there."""
        key = read_id(entry.get("id"))
        if key is None:
            self.counts["image_id_invalid"] += 1
            return
        name = entry.get("file_name")
        file = name if isinstance(name, str) and is_unicode(name) else None
        size = _read_size(entry)
        added = self._db.execute(
            "INSERT OR IGNORE INTO image (id, file, width, height, files) VALUES (?, ?, ?, ?, ?)",
            (key, file, *size, _BIT[kind]),
        )
        if added.rowcount == 0:
            self._merge_image(key, file, size, _BIT[kind])

    def _merge_image(self, key: str, file: str | None, size: tuple[int | None, int | None], bit: int) -> None:
        first, width, files = self._db.execute(
            "SELECT file, width, files FROM image WHERE id = ?", (key,)
        ).fetchone()
        if first != file:
            self._db.execute("UPDATE image SET other = coalesce(other, ?) WHERE id = ?", (file or "", key))
            return
        if files & bit:
            self.counts["image_duplicate"] += 1
            self._db.execute("UPDATE image SET repeats = repeats + 1 WHERE id = ?", (key,))
            return
        # Boxes were drawn for the size that their own file lists, which therefore goes first.
        size_of_boxes = size[0] is not None and (bit == _BIT["instances"] or width is None)
        self._db.execute("UPDATE image SET files = files | ? WHERE id = ?", (bit, key))
        if size_of_boxes:
            self._db.execute("UPDATE image SET width = ?, height = ? WHERE id = ?", (*size, key))

    def add_caption(self, entry: Listed) -> None:
        """Keep a caption, cleaned."""
        text, notes = clean_caption(entry.get("caption"))
        self._add_annotation(entry, 0, [read_id(entry.get("id")), text, notes])

    def add_box(self, entry: Listed) -> None:
        """Keep a box with its polygons, as far as they are numbers."""
        outline = entry.get("segmentation")
        crowd = entry.get("iscrowd") == 1
        is_mask = isinstance(outline, dict)
        polygons, broken = ([], 0) if crowd or is_mask else read_polygons(outline)
        payload = [
            read_id(entry.get("id")),
            read_id(entry.get("category_id")),
            read_bbox(entry.get("bbox")),
            crowd,
            polygons,
            {"polygon_invalid": broken, "segmentation_mask": int(is_mask and not crowd)},
        ]
        self._add_annotation(entry, 1, payload)

    def _add_annotation(self, entry: Listed, kind: int, payload: list[Any]) -> None:
        self.annotations += 1
        image = read_id(entry.get("image_id"))
        if image is None:
            return
        data = orjson.dumps(payload)
        self.payload_bytes += len(data)
        self._db.execute(
            "INSERT INTO annotation (image, kind, payload) VALUES (?, ?, ?)", (image, kind, data)
        )

    def add_category(self, entry: Listed) -> None:
        """Keep a category's name; the first one of an id counts."""
        key, name = read_id(entry.get("id")), entry.get("name")
        label = clean_text(name)[0] if isinstance(name, str) else ""
        if key is None or not label:
            self.counts["category_invalid"] += 1
        elif self.labels.setdefault(key, label) != label:
            self.counts["category_duplicate"] += 1

    def finish(self) -> None:
        """Make annotations findable by image."""
        self._db.execute("COMMIT")
        self._db.execute("CREATE INDEX by_image ON annotation (image)")

    def read_images(self) -> Iterator[StagedImage]:
        """Yield the images in the order of the files."""
        rows = self._db.execute(
            "SELECT position, id, file, width, height, other, repeats FROM image ORDER BY position"
        )
        return map(StagedImage._make, rows)

    def read_annotations(self, image: str) -> list[tuple[int, bytes]]:
        """Give kind (0 caption, 1 box) and payload of an image's annotations, in file order."""
        query = "SELECT kind, payload FROM annotation WHERE image = ? ORDER BY position"
        return self._db.execute(query, (image,)).fetchall()

    def count_shared_files(self) -> int:
        """How many images name a file that an image with another id names, too."""
        groups = "SELECT count(*) AS n FROM image WHERE file <> '' GROUP BY file"
        return int(self._db.execute(f"SELECT coalesce(sum(n - 1), 0) FROM ({groups})").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _read_size(entry: Listed) -> tuple[int | None, int | None]:
    width, height = _read_side(entry.get("width")), _read_side(entry.get("height"))
    return (width, height) if width and height else (None, None)


def _read_side(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 1 <= value <= _MAX_SIDE and value == int(value) else None
