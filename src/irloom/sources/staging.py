"""Keeps what the COCO files list, in file order, until images and annotations can be joined."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

from irloom.sources.credits import Credit, Licence, make_credit, read_credit, read_licence
from irloom.sources.geometry import read_bbox, read_polygons
from irloom.sources.losses import Losses
from irloom.sources.masks import is_one_piece
from irloom.sources.names import contradict, fold_name, name_image
from irloom.sources.numbers import read_flag, read_id, read_side
from irloom.sources.union import SCHEME as UNION_SCHEME
from irloom.sources.union import unite
from irloom.sources.words import clean_caption, clean_text

Kind = Literal["captions", "instances"]
KINDS: tuple[Kind, ...] = ("captions", "instances")
Listed = Mapping[str, Any]

_NUMBER: Mapping[Kind, int] = {"captions": 0, "instances": 1}
_WHAT = ("captions", "boxes")
_ORPHANS = ("caption_orphan", "box_orphan")
_SCHEME = f"""
CREATE TABLE listed (
    position INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, file TEXT, whole TEXT, base TEXT,
    width INTEGER, height INTEGER, url TEXT, photographer TEXT, licence TEXT, other TEXT,
    repeats INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, id)
);
CREATE TABLE annotation (
    position INTEGER PRIMARY KEY, image TEXT NOT NULL, kind INTEGER NOT NULL, payload BLOB NOT NULL
);
{UNION_SCHEME}
"""


class StagedImage(NamedTuple):
    """An image as the files list it, both together."""

    position: int
    id: str
    captions_id: str | None
    """Its id in the captions file, and in the instances file."""
    boxes_id: str | None
    file: str | None
    width: int | None
    height: int | None
    other: str | None
    """Another file name that the same id goes by."""
    repeats: int
    alone: int
    """1 where no other listed image has its name in any spelling, 2 where none has the last part of it."""
    credit: Credit


class Staging:
    """A database of its own, thrown away after the join."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        # Nothing here outlives a crash, so nothing is paid for surviving one.
        self._db.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEME} BEGIN;")
        self.labels: dict[str, str] = {}
        self.licences: dict[str, Licence] = {}
        self.counts: Counter[str] = Counter()
        self.losses = Losses()
        self.crowds = 0
        """Boxes that are marked as crowds."""
        self.payload_bytes = 0
        self._kinds: set[Kind] = set()

    def add_image(self, entry: Listed, kind: Kind) -> None:
        """Keep an image entry, or note what it adds to the one that is there."""
        self._kinds.add(kind)
        self.losses.expect("images")
        key = read_id(entry.get("id"))
        if key is None:
            self.lose("images", "image_id_invalid", repr(entry.get("id")))
            return
        file = name_image(entry)
        if file is None:
            self.losses.add("images", "image_name_missing", f"id {key!r}")
        keys = (None, None) if file is None else fold_name(file)
        values = (_NUMBER[kind], key, file, *keys, *_read_size(entry), *read_credit(entry))
        added = self._db.execute(
            "INSERT OR IGNORE INTO listed (kind, id, file, whole, base, width, height, url, photographer, "
            "licence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        if added.rowcount == 0:
            self._merge_image(_NUMBER[kind], key, file)

    def _merge_image(self, kind: int, key: str, file: str | None) -> None:
        """The first entry of an id counts; a missing name contradicts nothing."""
        where = "WHERE kind = ? AND id = ?"
        (first,) = self._db.execute(f"SELECT file FROM listed {where}", (kind, key)).fetchone()
        if first is not None and file is not None and contradict(first, file):
            self._db.execute(f"UPDATE listed SET other = coalesce(other, ?) {where}", (file, kind, key))
            return
        self.counts["image_duplicate"] += 1
        self._db.execute(f"UPDATE listed SET repeats = repeats + 1 {where}", (kind, key))
        if first is None and file is not None:
            named = (file, *fold_name(file), kind, key)
            self._db.execute(f"UPDATE listed SET file = ?, whole = ?, base = ? {where}", named)

    def add_caption(self, entry: Listed) -> None:
        """Keep a caption, cleaned."""
        self.losses.expect("captions")
        text, notes = clean_caption(entry.get("caption"))
        if text is None:
            self.losses.add("captions", notes[-1], repr(entry.get("caption")))
        self._add_annotation(entry, 0, [read_id(entry.get("id")), text, notes])

    def add_box(self, entry: Listed) -> None:
        """Keep a box with its polygons, as far as they are numbers."""
        self.losses.expect("boxes")
        outline = entry.get("segmentation")
        marked = read_flag(entry.get("iscrowd"))
        # Some tools mark every mask as a crowd, which of one piece it cannot be.
        crowd = marked and not is_one_piece(outline)
        self.crowds += marked
        is_mask = isinstance(outline, dict)
        polygons, broken = ([], 0) if crowd or is_mask else read_polygons(outline)
        payload = [
            read_id(entry.get("id")),
            read_id(entry.get("category_id")),
            read_bbox(entry.get("bbox")),
            crowd,
            polygons,
            {
                "polygon_invalid": broken,
                "segmentation_mask": int(is_mask and not marked),
                "crowd_of_one": int(marked and not crowd),
            },
        ]
        if payload[2] is None:
            self.losses.add("boxes", "box_invalid", repr(entry.get("bbox")))
        self._add_annotation(entry, 1, payload)

    def _add_annotation(self, entry: Listed, kind: int, payload: list[Any]) -> None:
        image = read_id(entry.get("image_id"))
        if image is None:
            self.lose(_WHAT[kind], _ORPHANS[kind], f"image_id {entry.get('image_id')!r}")
            return
        data = orjson.dumps(payload)
        self.payload_bytes += len(data)
        self._db.execute(
            "INSERT INTO annotation (image, kind, payload) VALUES (?, ?, ?)", (image, kind, data)
        )

    def add_category(self, entry: Listed) -> None:
        """Keep a category's name, with blanks for underscores; the first one of an id counts."""
        key, name = read_id(entry.get("id")), entry.get("name")
        label = clean_text(name.replace("_", " "))[0] if isinstance(name, str) else ""
        if key is None or not label:
            self.counts["category_invalid"] += 1
        elif self.labels.setdefault(key, label) != label:
            self.counts["category_duplicate"] += 1

    def add_licence(self, entry: Listed) -> None:
        """Keep a licence; the first one of an id counts, which is the captions file's."""
        key, licence = read_licence(entry)
        if key is not None:
            self.licences.setdefault(key, licence)

    def lose(self, what: str, reason: str, example: str, number: int = 1) -> None:
        """Count what is dropped here and appears in no image's notes."""
        self.counts[reason] += number
        self.losses.add(what, reason, example, number)

    def finish(self) -> None:
        """Join the images of both files, and make annotations findable by image. Raises ConfigError."""
        self.counts.update(unite(self._db, both=len(self._kinds) == len(KINDS)))
        self._db.execute("COMMIT")
        self._db.execute("CREATE INDEX by_image ON annotation (image, kind)")
        for kind, (what, reason) in enumerate(zip(_WHAT, _ORPHANS, strict=True)):
            number, example = self._find_orphans(kind)
            self.lose(what, reason, example, number)

    def _find_orphans(self, kind: int) -> tuple[int, str]:
        """How many annotations belong to no listed image, and the image id of one."""
        column = ("captions_id", "boxes_id")[kind]
        row = self._db.execute(
            "SELECT count(*), min(image) FROM annotation WHERE kind = ? AND image NOT IN "
            f"(SELECT {column} FROM image WHERE {column} IS NOT NULL)",
            (kind,),
        ).fetchone()
        return int(row[0]), f"image_id {row[1]!r}"

    def read_images(self) -> Iterator[StagedImage]:
        """Yield the images in the order of the files."""
        rows = self._db.execute(
            "SELECT position, id, captions_id, boxes_id, file, width, height, other, repeats, "
            "CASE WHEN whole IN (SELECT whole FROM ambiguous_whole) THEN 0 "
            "WHEN base IN (SELECT base FROM ambiguous_base) THEN 1 ELSE 2 END, "
            "url, photographer, licence FROM image ORDER BY position"
        )
        for *values, url, photographer, licence in rows:
            credit = make_credit(url, photographer, licence, self.licences)
            yield StagedImage._make((*values, credit))

    def read_annotations(self, image: StagedImage) -> list[tuple[int, bytes]]:
        """Give kind (0 caption, 1 box) and payload of an image's annotations, in file order."""
        query = "SELECT kind, payload FROM annotation WHERE image = ? AND kind = ? ORDER BY position"
        ids = enumerate((image.captions_id, image.boxes_id))
        return [row for kind, key in ids for row in self._db.execute(query, (key, kind)).fetchall()]

    def count_shared_files(self) -> tuple[int, str]:
        """How many images name a file that an image with another id names, too, and the name of one."""
        groups = "SELECT file, count(*) AS n FROM image WHERE file <> '' GROUP BY file HAVING n > 1"
        row = self._db.execute(f"SELECT coalesce(sum(n - 1), 0), min(file) FROM ({groups})").fetchone()
        return int(row[0]), repr(row[1])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _read_size(entry: Listed) -> tuple[int | None, int | None]:
    width, height = read_side(entry.get("width")), read_side(entry.get("height"))
    return (width, height) if width and height else (None, None)
