"""Draws and writes what the kept runs read: at most 64 pixels a side, smooth, so that files are small."""

import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from support.coco import write_coco

SIZE = (64, 48)
CAR = (8, 16, 34, 38)
DOG = (42, 22, 58, 40)
CAPTIONS = ("A brown dog lies beside a wooden bench.", "There is a red ball near a dog.")
QUESTION = "A block of mass 2 kg rests on an incline of 30 degrees. Find its acceleration."


def write_photographs(folder: Path) -> list[str]:
    """Three images with two captions each, the fourth is not there."""
    files = write_coco(folder, 4, CAPTIONS)
    (files.images / "000004.png").unlink()
    return files.options


def write_scenes(folder: Path) -> list[str]:
    """Four seeds with a car and a dog, the last one cut off in the middle of its file."""
    images = folder / "images"
    images.mkdir(parents=True)
    for number in range(1, 5):
        draw_scene(number).save(images / f"{number:06}.png")
    last = images / "000004.png"
    last.write_bytes(last.read_bytes()[:200])
    captions, instances = describe_scenes()
    (folder / "captions.json").write_text(json.dumps(captions))
    (folder / "instances.json").write_text(json.dumps(instances))
    named = {name: folder / f"{name}.json" for name in ("captions", "instances")}
    paths = {"images": images, **named}
    return [part for name, path in paths.items() for part in (f"--{name}", str(path))]


def draw_scene(number: int) -> Image.Image:
    """A bright car and a dog before a ground of its own."""
    picture = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(picture)
    for row in range(SIZE[1]):
        light = 2 * row if number % 2 else 96 - 2 * row
        draw.line((0, row, SIZE[0], row), fill=(60 + light, 90 + light, 140 - 20 * number))
    for left in range(0, SIZE[0], 16):
        shade = 40 + (left * 37 * number) % 180
        draw.rectangle((left, 0, left + 15, 12), fill=(shade, shade, 255 - shade))
    draw.rounded_rectangle(CAR, 4, fill=(190, 50, 45))
    draw.rectangle((14, 19, 28, 24), fill=(90, 110, 120))
    draw.ellipse(DOG, fill=(120, 85, 50))
    return picture


def describe_scenes() -> tuple[dict[str, Any], dict[str, Any]]:
    """Captions and instances in the form of COCO."""
    size = {"width": SIZE[0], "height": SIZE[1]}
    images = [{"id": number, "file_name": f"{number:06}.png", **size} for number in range(1, 5)]
    texts = [
        {"id": number, "image_id": number, "caption": f"A car number {number} stands beside a dog."}
        for number in range(1, 5)
    ]
    boxes = [
        describe_box(len(CATEGORIES) * number + place, number, name)
        for number in range(1, 5)
        for place, name in enumerate(CATEGORIES)
    ]
    categories = [{"id": number, "name": name} for name, (number, _) in CATEGORIES.items()]
    instances = {"images": images, "annotations": boxes, "categories": categories}
    return {"images": images, "annotations": texts}, instances


CATEGORIES = {"car": (3, CAR), "dog": (18, DOG)}


def describe_box(number: int, image: int, name: str) -> dict[str, Any]:
    category, (x1, y1, x2, y2) = CATEGORIES[name]
    outline = [[x1, y1, x2, y1, x2, y2, x1, y2]]
    width, height = x2 - x1, y2 - y1
    named = {"id": number, "image_id": image, "category_id": category, "iscrowd": 0}
    return {**named, "bbox": [x1, y1, width, height], "area": width * height, "segmentation": outline}


def write_problems(folder: Path) -> list[str]:
    """Three problems, the last with a field of its own, and before it a line that is no JSON."""
    folder.mkdir(parents=True)
    named = {"image_type": "Physics - Mechanical", "answer": "4.9 m/s^2"}
    rows = [{"id": f"p{one}", "question": f"Block {one}: {QUESTION}", **named} for one in range(1, 4)]
    first, second, third = (json.dumps(row) for row in [*rows[:2], {**rows[2], "source": "made up"}])
    path = folder / "problems.jsonl"
    path.write_text("\n".join([first, second, "no json", third]) + "\n")
    return ["--problems", str(path)]
