"""What FLIR's COCO files say of a whole image: hours, weather, scene and the video that it is of."""

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson

from irloom.sources.json_stream import read_arrays
from irloom.sources.numbers import is_unicode, read_id

_SAID = ("hours", "weather", "scene")


class ImageInfo:
    """The `extra_info` of every image, on disk."""

    def __init__(self, path: Path) -> None:
        """Read a COCO file once. Raises ConfigError where it cannot be read."""
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._db.close)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA cache_size=-512; "
            "CREATE TABLE info (id TEXT PRIMARY KEY, scene BLOB, video TEXT); BEGIN;"
        )
        self._db.executemany("INSERT OR IGNORE INTO info VALUES (?, ?, ?)", _read_all(path))
        self._db.execute("COMMIT")

    def find(self, image_id: str) -> tuple[dict[str, str], str | None]:
        """What is said of an image, and its video; nothing where nothing is said."""
        found = self._db.execute("SELECT scene, video FROM info WHERE id = ?", (image_id,)).fetchone()
        return ({}, None) if found is None else (orjson.loads(found[0]), found[1])

    def close(self) -> None:
        """Let go of it."""
        self._db.close()


def _read_all(path: Path) -> Iterator[tuple[str, bytes, str | None]]:
    with closing(read_arrays(path)) as members:
        for key, elements in members:
            for element in elements if key == "images" and elements is not None else ():
                if (found := _read_one(element)) is not None:
                    yield found


def _read_one(element: object) -> tuple[str, bytes, str | None] | None:
    info = element.get("extra_info") if isinstance(element, dict) else None
    key = read_id(element.get("id")) if isinstance(element, dict) else None
    if key is None or not isinstance(info, dict):
        return None
    scene = {name: value for name in _SAID if (value := _read_text(info.get(name)))}
    return key, orjson.dumps(scene), _read_text(info.get("video_id"))


def _read_text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) and is_unicode(value) else None
