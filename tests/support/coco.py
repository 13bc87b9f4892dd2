"""Small COCO data that a test makes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

CAPTIONS = (
    "A brown dog lies beside a wooden bench.",
    "A dog rests next to a bench in a park.",
    "There is a red ball near a dog.",
)


class CocoFiles(NamedTuple):
    """Where the data lies."""

    images: Path
    captions: Path
    instances: Path

    @property
    def options(self) -> list[str]:
        """Options of `irloom run infrared`."""
        return [
            "--images",
            str(self.images),
            "--captions",
            str(self.captions),
            "--instances",
            str(self.instances),
        ]


def write_coco(
    folder: Path, count: int = 3, captions: Sequence[str] = CAPTIONS, size: tuple[int, int] = (64, 48)
) -> CocoFiles:
    """`count` images with ids 1..count, the same captions (with the image's number) and two boxes each."""
    images = folder / "images"
    images.mkdir(parents=True)
    entries: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    boxes: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        name = f"{number:06}.png"
        Image.new("RGB", size, (number * 40 % 256, 90, 160)).save(images / name)
        entries.append({"id": number, "file_name": name, "width": size[0], "height": size[1]})
        for index, caption in enumerate(captions):
            text = caption.replace("dog", f"dog number {number}", 1)
            texts.append({"id": number * 100 + index, "image_id": number, "caption": text})
        for index, (category, box) in enumerate([(18, [4, 8, 20, 24]), (15, [34, 10, 24, 30])]):
            boxes.append(
                {"id": number * 100 + index, "image_id": number, "category_id": category, "bbox": box}
                | {"area": box[2] * box[3], "iscrowd": 0, "segmentation": []}
            )
    files = CocoFiles(images, folder / "captions.json", folder / "instances.json")
    files.captions.write_text(json.dumps({"images": entries, "annotations": texts}))
    categories = [{"id": 15, "name": "bench"}, {"id": 18, "name": "dog"}]
    files.instances.write_text(
        json.dumps({"images": entries, "annotations": boxes, "categories": categories})
    )
    return files
