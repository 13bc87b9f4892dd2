"""The contact sheet: small copies of some samples' pictures, side by side with what is said of them."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image, ImageOps

from irloom.records import Outcome
from irloom.report.data_urls import to_data_url

_SIDE = 300
"""Longer side of a picture, in pixels."""
_TEXT = 180


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a card."""

    name: str
    url: str
    """Its bytes as a data URL; empty where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Card:
    """One sample of the sheet."""

    sample: str
    outcome: Outcome
    text: str
    note: str
    pictures: tuple[Picture, ...]


def build_sheet(
    root: Path, visible: Path | None, rows: Sequence[Mapping[str, Any]], outcomes: Mapping[str, Outcome]
) -> list[Card]:
    """A card a row; `visible` is the folder of visible images, where there is one."""
    return [
        Card(
            row["sample"],
            row.get("outcome") or outcomes.get(row["sample"], "accepted"),
            _shorten(row.get("caption") or row.get("query") or row.get("question") or ""),
            row.get("subcategory") or row.get("image_type") or "",
            tuple(Picture(name, _load(path)) for name, path in _list_pictures(root, visible, row)),
        )
        for row in rows
    ]


def _list_pictures(
    root: Path, visible: Path | None, row: Mapping[str, Any]
) -> Iterator[tuple[str, Path | None]]:
    if "reference" in row:
        yield "reference", _inside(root, row["reference"])
        yield "edited", _inside(root, row["image"])
    elif "source" in row:
        yield "visible", _inside(visible, row["source"])
        yield "infrared", _inside(root, row["image"])
    else:
        yield "figure", _inside(root, row["image"])


def _inside(folder: Path | None, name: str) -> Path | None:
    """A file of a folder; None where its name leads out of it."""
    path = PurePosixPath(name)
    return None if folder is None or path.is_absolute() or ".." in path.parts else folder / path


def _load(path: Path | None) -> str:
    """A small copy as a data URL; empty for what is missing or broken: the sheet shows the gap."""
    if path is None:
        return ""
    buffer = io.BytesIO()
    try:
        with Image.open(path) as image:
            image.thumbnail((_SIDE, _SIDE), reducing_gap=2.0)
            upright = ImageOps.exif_transpose(image)
            upright.convert("RGB").save(buffer, "JPEG", quality=82)
    except Exception:  # Pillow lets through whatever a broken file makes it meet
        return ""
    return to_data_url(buffer.getvalue(), "image/jpeg")


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1]}…"
