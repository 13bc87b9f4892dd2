"""FLIR ADAS, both versions."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.record import SetImage
from support.sets import open_set, write_coco, write_picture

FRAME = "video-ab12-frame-000001-xyz"
RGB = "video-cd34-frame-000001-uvw"


def listed(number: int, file: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "file_name": file, "width": 64, "height": 48, **more}


def write_v2(root: Path) -> Path:
    info = {"hours": "night", "weather": "clear", "scene": "street", "video_id": "ab12", "score": 3}
    for folder, stem, extra in (
        ("images_thermal_train", FRAME, {"extra_info": info}),
        ("video_thermal_test", FRAME, {}),
        ("images_rgb_train", RGB, {}),
        ("video_rgb_test", RGB, {}),
    ):
        write_picture(root / folder / "data" / f"{stem}.jpg")
        boxes = [
            {"image_id": 1, "category_id": 1, "bbox": [16, 12, 16, 24], "segmentation": []},
            {"image_id": 1, "category_id": 91, "bbox": [0, 0, 8, 8]},
        ]
        write_coco(root / folder / "coco.json", [listed(1, f"data/{stem}.jpg", **extra)], boxes)
    write_picture(root / "images_thermal_train" / "analyticsData" / f"{FRAME}.tiff")
    (root / "rgb_to_thermal_vid_map.json").write_text(json.dumps({f"{RGB}.jpg": f"{FRAME}.jpg"}))
    return root


def read(root: Path, name: str, cache: Path, **options: Any) -> dict[str, SetImage]:
    return {image.id: image for image in open_set(name, root, SetOptions(**options), cache)}


def test_frames_have_boxes_scene_video_and_their_16_bit_twin(tmp_path: Path) -> None:
    found = open_set("flir", write_v2(tmp_path / "set"), None, tmp_path / "cache")
    assert found.name == "flir-v2"
    image = found.get(f"images_thermal_train/{FRAME}")
    assert image is not None
    assert image.infrared == f"images_thermal_train/data/{FRAME}.jpg"
    assert image.temperatures == f"images_thermal_train/analyticsData/{FRAME}.tiff"
    assert image.scene == {"hours": "night", "weather": "clear", "scene": "street"}
    assert (image.sequence, image.part, image.visible) == ("ab12", "train", None)
    (box,) = image.boxes
    assert (box.label, box.x1, box.y1, box.x2, box.y2) == ("person", 0.25, 0.25, 0.5, 0.75)
    assert [one.label for one in image.ignored] == ["other"]
    assert found.labels == {"person"}


def test_only_frames_of_the_test_videos_have_partners(tmp_path: Path) -> None:
    images = read(write_v2(tmp_path / "set"), "flir-v2", tmp_path / "cache")
    assert images[f"video_thermal_test/{FRAME}"].visible == f"video_rgb_test/data/{RGB}.jpg"
    assert set(images) == {f"images_thermal_train/{FRAME}", f"video_thermal_test/{FRAME}"}


def test_a_partner_that_is_not_there_is_noted(tmp_path: Path) -> None:
    root = write_v2(tmp_path / "set")
    (root / "video_rgb_test" / "data" / f"{RGB}.jpg").unlink()
    image = read(root, "flir", tmp_path / "cache")[f"video_thermal_test/{FRAME}"]
    assert image.visible is None
    assert image.notes["partner_missing"] == 1


def test_visible_pictures_come_with_their_own_boxes(tmp_path: Path) -> None:
    images = read(write_v2(tmp_path / "set"), "flir", tmp_path / "cache", pictures="visible")
    assert set(images) == {f"images_rgb_train/{RGB}", f"video_rgb_test/{RGB}"}
    image = images[f"images_rgb_train/{RGB}"]
    assert (image.infrared, len(image.boxes)) == (None, 1)


def test_the_first_version_is_told_by_its_folders(tmp_path: Path) -> None:
    root = tmp_path / "set"
    for folder in ("train", "video"):
        write_picture(root / folder / "thermal_8_bit" / "FLIR_00001.jpeg")
        write_picture(root / folder / "thermal_16_bit" / "FLIR_00001.tiff")
        box = {"image_id": 0, "category_id": 18, "bbox": [0, 0, 32, 24], "iscrowd": 0}
        images = [listed(0, "thermal_8_bit/FLIR_00001.jpeg")]
        write_coco(root / folder / "thermal_annotations.json", images, [box])
    found = open_set("flir", root, None, tmp_path / "cache")
    first, video = found
    assert found.name == "flir-v1"
    assert (first.id, first.part, first.sequence) == ("train/FLIR_00001", "train", "train")
    assert (video.part, video.sequence) == ("test", "video")
    assert first.infrared == "train/thermal_8_bit/FLIR_00001.jpeg"
    assert first.temperatures == "train/thermal_16_bit/FLIR_00001.tiff"
    assert [box.label for box in first.boxes] == ["dog"]


def test_a_folder_of_neither_version_is_refused_with_what_both_look_like(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"coco\.json.*thermal_annotations\.json"):
        open_set("flir", tmp_path, None, tmp_path / "cache")


def test_a_map_of_pairs_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    root = write_v2(tmp_path / "set")
    (root / "rgb_to_thermal_vid_map.json").write_text("{")
    with pytest.raises(ConfigError, match="rgb_to_thermal_vid_map"):
        open_set("flir", root, None, tmp_path / "cache")


def test_a_set_with_a_missing_frame_has_the_same_digest_wherever_it_lies(tmp_path: Path) -> None:
    digests = set()
    for place in ("here", "there"):
        root = write_v2(tmp_path / place)
        (root / "images_thermal_train" / "data" / f"{FRAME}.jpg").unlink()
        found = open_set("flir", root, None, tmp_path / "cache")
        digests.add(found.digests["set"])
        assert str(tmp_path) not in "".join(found.notices)
    whole = open_set("flir", write_v2(tmp_path / "whole"), None, tmp_path / "cache")
    assert len(digests - {whole.digests["set"]}) == 1


def test_a_frame_that_is_listed_and_missing_is_a_fault(tmp_path: Path) -> None:
    root = write_v2(tmp_path / "set")
    (root / "images_thermal_train" / "data" / f"{FRAME}.jpg").unlink()
    image = read(root, "flir", tmp_path / "cache")[f"images_thermal_train/{FRAME}"]
    assert image.fault is not None
    assert "does not exist" in image.fault.message
