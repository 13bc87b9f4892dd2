"""Small sets in the forms in which they are published, with oddities, for the template benchmark."""

import json
import random
from pathlib import Path

from PIL import Image

from support.sets import voc_object, voc_polygon, write_text, write_voc

FLIR_CLASSES = ("person", "bike", "car", "dog", "light", "sign")
_SIZE = (160, 128)
PLACES = ("field", "forest", "indoor", "street", "water")
FOLLOWED = ("boat", "car", "dog", "person")


def write_noise(path: Path, size: tuple[int, int] = _SIZE, white_px: int = 0) -> None:
    """A picture that is like no other one, with a white border where the set has one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draw = random.Random(str(path.relative_to(path.parents[2])))
    coarse = Image.new("L", (8, 8))
    coarse.putdata([draw.randrange(256) for _ in range(64)])
    picture = coarse.resize((size[0] - 2 * white_px, size[1] - 2 * white_px))
    whole = Image.new("L", size, 255)
    whole.paste(picture, (white_px, white_px))
    whole.save(path)


def write_flir(root: Path) -> Path:
    """24 frames of eight videos, and one each that is empty, has a group, a broken box, or no file."""
    folder = root / "images_thermal_train"
    images, boxes = [], []
    for number in range(28):
        name = f"data/video-v{number // 3}-frame-{number:06d}-x.jpg"
        images.append({"id": number, "file_name": name, "width": _SIZE[0], "height": _SIZE[1]})
        if number != 27:
            write_noise(folder / name)
        boxes += [{"image_id": number, **one} for one in _place_flir(number)]
    categories = [{"id": 1 + place, "name": name} for place, name in enumerate((*FLIR_CLASSES, "hydrant"))]
    annotations = [{"id": 1 + place, "iscrowd": 0, **box} for place, box in enumerate(boxes)]
    whole = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "coco.json").write_text(json.dumps(whole))
    return root


def _place_flir(number: int) -> list[dict[str, object]]:
    """A car and a dog side by side, a light above or below, and what else there is; six kinds at most."""
    left, right = (20, 110) if number % 2 else (110, 20)
    high, low = (10, 90) if number % 3 else (90, 10)
    boxes = [("car", left, 60), ("dog", right, 62), ("light", 64, high), ("person", 70, low)]
    if number % 4 == 0:
        boxes = [*boxes[:3], ("sign", 66, 50)]
    if number % 5 == 0:
        boxes = [*boxes[1:], ("bike", 130, 100), ("bike", 5, 100)]
    placed: list[dict[str, object]] = [
        {"category_id": 1 + FLIR_CLASSES.index(label), "bbox": [x, y, 20, 16]} for label, x, y in boxes
    ]
    match number:
        case 24:
            return []
        case 25:
            placed[0]["iscrowd"] = 1
        case 26:
            placed.append({"category_id": 1, "bbox": [10, 10, "wide", 5]})
    return placed


def write_llvip(root: Path) -> Path:
    """Pictures with one to five people, two with nobody, one without annotations, one with broken ones."""
    for number in range(12):
        name = f"{number:02d}0001"
        write_noise(root / "infrared" / "train" / f"{name}.jpg")
        xml = root / "Annotations" / f"{name}.xml"
        people = [
            voc_object("person", (10 + 22 * place, 20, 25 + 22 * place, 90)) for place in range(number % 6)
        ]
        if number == 10:
            write_text(xml, "<annotation><object>")
        elif number != 11:
            write_voc(xml, _SIZE, *people)
    return root


def write_dronevehicle(root: Path) -> Path:
    """Six bordered pictures with cars and freight cars, the last of them with an object without a name."""
    for number in range(6):
        name = f"{number:05d}"
        write_noise(root / "train" / "trainimgr" / f"{name}.jpg", (840, 712), 100)
        objects = [_turn("car", 150 + 60 * place, 200) for place in range(1 + number)]
        objects += [_turn("feright car", 150 + 60 * place, 400) for place in range(number % 3)]
        if number == 5:
            objects.append(_turn("*", 400, 500))
        write_voc(root / "train" / "trainlabelr" / f"{name}.xml", None, *objects)
    return root


def _turn(label: str, x: int, y: int) -> str:
    return voc_polygon(label, (x, y, x + 40, y + 5, x + 38, y + 25, x - 2, y + 20))


def write_vedai(root: Path) -> Path:
    """Five pictures with boats and pickups, one of them in the form without extents, and a list of a fold."""
    folder = root / "Annotations512"
    for number in range(5):
        name = f"{number:08d}"
        write_noise(root / "Vehicules512" / f"{name}_ir.png", (128, 128))
        lines = [_draw_line(23, 20 + 30 * place, 30) for place in range(1 + number % 3)]
        lines += [_draw_line(11, 20 + 30 * place, 90) for place in range(2 * (number % 2))]
        write_text(folder / f"{name}.txt", *lines, *(["64 64 2 1 0"] if number == 4 else []))
    write_text(folder / "fold01.txt", "00000000", "00000001")
    return root


def _draw_line(kind: int, x: int, y: int) -> str:
    corners = f"{x - 8} {x + 8} {x + 8} {x - 8} {y - 4} {y - 4} {y + 4} {y + 4}"
    return f"{x} {y} 0.0 {kind} 1 0 {corners}"


def write_lsotb(root: Path) -> Path:
    """Three training videos of each of four kinds, and one for evaluation whose object leaves the picture."""
    for label in FOLLOWED:
        for video in range(3):
            folder = f"TIR_training_001/{label}_{video:03d}"
            for frame in range(2):
                write_noise(root / "TrainingData" / folder / f"{frame:08d}.jpg")
                corners = (30 + 10 * frame, 20 + video, 90, 80)
                write_voc(
                    root / "Annotations" / folder / f"{frame:08d}.xml", _SIZE, voc_object(label, corners)
                )
    for frame in range(2):
        write_noise(root / "fox_S_001" / "img" / f"{frame:04d}.jpg")
    write_text(root / "fox_S_001" / "groundtruth_rect.txt", "40,30,50,40", "0,0,0,0")
    return root


def write_rgbnir(root: Path) -> Path:
    """Three scenes of each of five kinds, and one photograph whose near-infrared partner is not there."""
    for place in PLACES:
        for number in range(3):
            for kind in ("rgb", "nir"):
                write_noise(root / "nirscene1" / place / f"{number:04d}_{kind}.tiff")
    write_noise(root / "nirscene1" / "field" / "0009_rgb.tiff")
    return root
