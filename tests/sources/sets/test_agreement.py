"""Other people's readers see the same boxes in the same sets."""

from pathlib import Path
from typing import Any

import pytest

from irloom.records import Box
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.reader import IndexedSet
from irloom.sources.sets.record import SetImage
from support.sets import open_set, voc_object, write_coco, write_llvip, write_picture, write_text, write_voc

globox = pytest.importorskip("globox", reason="globox, of the extra `dev`, is not installed")

Corners = tuple[str, float, float, float, float]


def ours(found: IndexedSet) -> dict[str, list[Corners]]:
    """Corners in pixels by the name of the infrared picture."""
    return {
        Path(image.infrared or "").name: [to_pixels(box, image) for box in image.boxes] for image in found
    }


def to_pixels(box: Box, image: SetImage) -> Corners:
    width, height = image.width or 0, image.height or 0
    sides = (box.x1 * width, box.y1 * height, box.x2 * width, box.y2 * height)
    x1, y1, x2, y2 = (round(side, 4) for side in sides)
    return box.label, x1, y1, x2, y2


def theirs(annotations: Any) -> dict[str, list[Corners]]:
    return {
        Path(one.image_id).name: [
            (box.label, *(round(side, 4) for side in (box.xmin, box.ymin, box.xmax, box.ymax)))
            for box in one.boxes
        ]
        for one in annotations
    }


def test_globox_agrees_on_voc_xml(tmp_path: Path) -> None:
    write_llvip(tmp_path)
    boxes = (voc_object("person", (8, 6, 24, 42)), voc_object("person", (40, 12, 62, 36)))
    write_voc(tmp_path / "Annotations" / "010001.xml", (64, 48), *boxes)
    found = ours(open_set("llvip", tmp_path))
    assert found == theirs(globox.AnnotationSet.from_pascal_voc(tmp_path / "Annotations"))
    assert len(found["010001.jpg"]) == 2


def test_globox_agrees_on_flirs_coco_files(tmp_path: Path) -> None:
    folder = tmp_path / "images_thermal_val"
    write_picture(folder / "data" / "a.jpg")
    listed = [{"id": 1, "file_name": "data/a.jpg", "width": 64, "height": 48}]
    boxes = [
        {"image_id": 1, "category_id": 1, "bbox": [8, 6, 16, 36], "area": 576, "iscrowd": 0},
        {"image_id": 1, "category_id": 3, "bbox": [40, 12, 20, 24], "area": 480, "iscrowd": 0},
    ]
    write_coco(folder / "coco.json", listed, boxes)
    found = ours(open_set("flir", tmp_path, None, tmp_path / "cache"))
    assert found == theirs(globox.AnnotationSet.from_coco(folder / "coco.json"))
    assert len(found["a.jpg"]) == 2


def test_globox_agrees_on_yolos_text_files(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "a.jpg")
    write_text(tmp_path / "labels" / "a.txt", "0 0.5 0.5 0.25 0.5", "1 0.25 0.25 0.5 0.5")
    write_text(tmp_path / "classes.txt", "0", "1")
    found = ours(open_set("yolo", tmp_path, SetOptions(infrared=".")))
    read = globox.AnnotationSet.from_yolo_v5(tmp_path / "labels", image_folder=tmp_path / "images")
    assert found == theirs(read)
    assert len(found["a.jpg"]) == 2
