"""Small COCO data and configurations for irloom's command line."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

CAPTIONS = (
    "A brown dog number {number} lies beside a wooden bench.",
    "The dog number {number} rests next to a bench in a park.",
    "There is a red ball near the dog number {number}.",
)
_SIZE = (32, 24)
_BOXES = ((18, (2, 4, 10, 12)), (15, (17, 5, 12, 15)))
_CATEGORIES = [{"id": 15, "name": "bench"}, {"id": 18, "name": "dog"}]
_LINKS = 30_000
"""Images that share one file; a file takes 65,000 links at most."""


@dataclass(frozen=True)
class Coco:
    """Where data lies that irloom can read."""

    images: Path
    captions: Path
    instances: Path

    @property
    def options(self) -> list[str]:
        """Options of `irloom run infrared`."""
        named = {"--images": self.images, "--captions": self.captions, "--instances": self.instances}
        return [text for name, path in named.items() for text in (name, str(path))]


def write_coco(
    folder: Path, count: int, captions: Sequence[str] = CAPTIONS, size: tuple[int, int] = _SIZE
) -> Coco:
    """`count` samples with ids 1..count; their images, width x height, are hard links to a few files."""
    files = Coco(folder / "images", folder / "captions.json", folder / "instances.json")
    _write_images(files.images, count, size)
    numbers = range(1, count + 1)
    width, height = size
    images = [{"id": n, "file_name": f"{n}.png", "width": width, "height": height} for n in numbers]
    texts = [
        {"id": number * 10 + at, "image_id": number, "caption": caption.format(number=number)}
        for number in numbers
        for at, caption in enumerate(captions)
    ]
    boxes = [_describe_box(number, at, width / _SIZE[0]) for number in numbers for at in range(len(_BOXES))]
    files.captions.write_text(json.dumps({"images": images, "annotations": texts}))
    listed = {"images": images, "annotations": boxes, "categories": _CATEGORIES}
    files.instances.write_text(json.dumps(listed))
    return files


def write_config(path: Path, url: str, in_flight: int, **chat: Any) -> Path:
    """A configuration for an endpoint, with as many samples in flight as requests."""
    settings = {"kind": "openai", "model": "m", "base_url": url, "max_in_flight": in_flight, **chat}
    return write_settings(path, in_flight, "chat", settings)


def write_settings(path: Path, concurrency: int, table: str, settings: Mapping[str, Any]) -> Path:
    """A configuration with one table."""
    lines = [f"concurrency = {concurrency}", f"[{table}]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def _write_images(folder: Path, count: int, size: tuple[int, int]) -> None:
    folder.mkdir(parents=True)
    original = folder / "1.png"
    for number in range(1, count + 1):
        path = folder / f"{number}.png"
        if number % _LINKS == 1:
            original = path
            _draw(size).save(path)
        else:
            os.link(original, path)


def _draw(size: tuple[int, int]) -> Image.Image:
    """Gradients, which take about as long to decode as a photograph."""
    bands = (Image.linear_gradient("L"), Image.radial_gradient("L"), Image.effect_noise((256, 256), 40))
    return Image.merge("RGB", [band.resize(size) for band in bands])


def _describe_box(number: int, at: int, scale: float) -> dict[str, Any]:
    category, original = _BOXES[at]
    box = [scale * side for side in original]
    named = {"id": number * 10 + at, "image_id": number, "category_id": category, "bbox": box}
    return {**named, "area": box[2] * box[3], "iscrowd": 0, "segmentation": []}
