"""Writes small sets in the forms in which they are published, their oddities included."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from irloom.sources.sets import registry
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.reader import IndexedSet

Corners = tuple[float, float, float, float]


def write_picture(path: Path, size: tuple[int, int] = (64, 48), value: int = 90) -> None:
    """A plain picture, in whatever format the suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).save(path)


def write_text(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def write_voc(path: Path, size: tuple[int, int] | None, *objects: str) -> None:
    """A VOC file with objects as `voc_object` and `voc_polygon` make them."""
    width, height = size or (0, 0)
    declared = f"<size><width>{width}</width><height>{height}</height><depth>1</depth></size>" if size else ""
    write_text(
        path, f"<annotation><filename>{path.stem}.jpg</filename>{declared}{''.join(objects)}</annotation>"
    )


def voc_object(label: str, corners: Corners) -> str:
    sides = zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True)
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in sides)
    return f"<object><name>{label}</name><bndbox>{inside}</bndbox></object>"


def voc_polygon(label: str, points: Sequence[float], tag: str = "polygon") -> str:
    names = [f"{axis}{number}" for number in range(1, 5) for axis in "xy"]
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, points, strict=True))
    return f"<object><name>{label}</name><{tag}>{inside}</{tag}></object>"


def write_coco(path: Path, images: Sequence[Mapping[str, Any]], boxes: Sequence[Mapping[str, Any]]) -> None:
    """FLIR's five classes, with annotations numbered in order."""
    categories = [
        {"id": number, "name": name}
        for number, name in ((1, "person"), (2, "bike"), (3, "car"), (18, "dog"), (91, "other"))
    ]
    annotations = [{"id": number, **box} for number, box in enumerate(boxes, 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}))


def write_llvip(root: Path) -> Path:
    """Two pairs, one of each part, 64 x 48."""
    for part, stem in (("train", "010001"), ("test", "190001")):
        for kind in ("infrared", "visible"):
            write_picture(root / kind / part / f"{stem}.jpg")
    write_voc(
        root / "Annotations" / "010001.xml",
        (64, 48),
        voc_object("person", (8, 6, 24, 42)),
        voc_object("person", (40, 12, 70, 36)),
    )
    write_voc(root / "Annotations" / "190001.xml", (64, 48))
    return root


_OPENED: list[IndexedSet] = []


def open_set(
    name: str, root: Path, options: SetOptions | None = None, cache: Path | None = None
) -> IndexedSet:
    """Opens a set that `close_all` closes when the test is over."""
    found = registry.open_set(name, root, options, cache)
    _OPENED.append(found)
    return found


def close_all() -> None:
    while _OPENED:
        _OPENED.pop().close()
