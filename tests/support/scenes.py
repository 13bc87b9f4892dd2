"""Drawn photographs with annotated objects: a car and a dog on textured ground."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from support.coco import CocoFiles

SIZE = (320, 240)
CAR = (40, 110, 150, 180)
DOG = (210, 120, 270, 190)
CAPTIONS = ("A car stands beside a dog.", "A dog waits next to a parked car.")


def draw_scene(path: Path, number: int = 0) -> Path:
    """Write one photograph; each number has ground of its own."""
    noise = np.random.default_rng(number).integers(-12, 13, (*SIZE[::-1], 1))
    light = np.linspace(190, 110, SIZE[1])[:, None, None]
    ground = np.clip(light + noise + np.array([10, 5 * (number % 7), -15]), 0, 255).astype(np.uint8)
    picture = Image.fromarray(np.repeat(ground, 3, axis=2) if ground.shape[2] == 1 else ground)
    draw = ImageDraw.Draw(picture)
    chance = np.random.default_rng(1000 + number)
    for left in range(0, SIZE[0], 40):
        shade = int(chance.integers(30, 220))
        draw.rectangle((left, int(chance.integers(0, 90)), left + 39, 100), fill=(shade, shade, shade - 20))
    draw.rounded_rectangle(CAR, 14, fill=(190, 40, 40))
    draw.rectangle((60, 118, 130, 140), fill=(60, 80, 95))
    draw.ellipse(DOG, fill=(120, 85, 50))
    draw.ellipse((225, 135, 235, 145), fill=(20, 20, 20))
    picture.save(path)
    return path


def write_scenes(folder: Path, count: int = 2) -> CocoFiles:
    """`count` photographs with ids 1..count, each with a car and a dog that have outlines."""
    images = folder / "images"
    images.mkdir(parents=True)
    entries: list[dict[str, Any]] = []
    boxes: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        name = f"{number:06}.png"
        draw_scene(images / name, number)
        entries.append({"id": number, "file_name": name, "width": SIZE[0], "height": SIZE[1]})
        for category, (x1, y1, x2, y2) in ((3, CAR), (18, DOG)):
            boxes.append(
                {
                    "id": len(boxes) + 1,
                    "image_id": number,
                    "category_id": category,
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                    "area": (x2 - x1) * (y2 - y1),
                    "iscrowd": 0,
                    "segmentation": [_outline(category, (x1, y1, x2, y2))],
                }
            )
        for caption in CAPTIONS:
            texts.append({"id": len(texts) + 1, "image_id": number, "caption": caption})
    files = CocoFiles(images, folder / "captions.json", folder / "instances.json")
    files.captions.write_text(json.dumps({"images": entries, "annotations": texts}))
    categories = [{"id": 3, "name": "car"}, {"id": 18, "name": "dog"}]
    files.instances.write_text(
        json.dumps({"images": entries, "annotations": boxes, "categories": categories})
    )
    return files


def _outline(category: int, box: tuple[int, int, int, int]) -> list[float]:
    """The corners of the car, or points around the dog."""
    x1, y1, x2, y2 = box
    if category == 3:
        return [x1, y1, x2, y1, x2, y2, x1, y2]
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    points = np.stack([np.cos(angles) * (x2 - x1) + x1 + x2, np.sin(angles) * (y2 - y1) + y1 + y2], axis=1)
    return [float(value) for value in (points / 2).ravel()]
