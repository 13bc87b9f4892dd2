"""LLVIP as published."""

from pathlib import Path

import pytest

from irloom.sources.sets.options import SetOptions
from support.sets import open_set, voc_object, write_llvip, write_picture, write_text, write_voc


def test_pairs_have_their_boxes_and_the_part_of_their_folder(tmp_path: Path) -> None:
    found = open_set("llvip", write_llvip(tmp_path))
    first, second = found
    assert (first.id, first.infrared, first.visible) == (
        "010001",
        "infrared/train/010001.jpg",
        "visible/train/010001.jpg",
    )
    assert (first.part, second.part) == ("train", "test")
    assert (first.width, first.height, first.band, first.polarity) == (64, 48, "thermal", "white_hot")
    assert [(box.label, box.x1, box.y1, box.x2, box.y2) for box in first.boxes] == [
        ("person", 0.125, 0.125, 0.375, 0.875),
        ("person", 0.625, 0.25, 1.0, 0.75),
    ]
    assert first.notes == {"box_clipped": 1}
    assert second.annotated
    assert second.boxes == ()
    assert found.labels == {"person"}
    assert found.counts["pairs"] == 2
    assert found.counts["boxes"] == 2


def test_frames_of_one_fixed_camera_are_one_sequence_whatever_their_part(tmp_path: Path) -> None:
    for name in ("train/010001", "train/010377", "test/190001", "test/street"):
        write_picture(tmp_path / "infrared" / f"{name}.jpg")
    found = {image.id: image.sequence for image in open_set("llvip", tmp_path)}
    assert found == {"010001": "01", "010377": "01", "190001": "19", "street": None}


def test_two_copies_in_one_folder_keep_their_own_annotations(tmp_path: Path) -> None:
    write_llvip(tmp_path / "one")
    write_llvip(tmp_path / "two")
    write_voc(tmp_path / "two" / "Annotations" / "010001.xml", (64, 48))
    found = open_set("llvip", tmp_path)
    assert [(image.id, len(image.boxes)) for image in found] == [
        ("one/010001", 2),
        ("one/190001", 0),
        ("two/010001", 0),
        ("two/190001", 0),
    ]


def test_a_copy_without_annotations_tells_no_absence(tmp_path: Path) -> None:
    for kind in ("infrared", "visible"):
        write_picture(tmp_path / kind / "010001.jpg")
    found = open_set("llvip", tmp_path)
    (image,) = found
    assert not image.annotated
    assert image.part is None
    assert found.labels == frozenset()
    assert image.notes == {"annotation_missing": 1}
    assert "1 of 1 images are not annotated" in found.notices[0]


def test_one_kind_of_picture_can_be_asked_for(tmp_path: Path) -> None:
    write_llvip(tmp_path)
    (image, _) = open_set("llvip", tmp_path, SetOptions(pictures="visible"))
    assert (image.infrared, image.visible) == (None, "visible/train/010001.jpg")
    assert len(image.boxes) == 2
    found = open_set("llvip", tmp_path, SetOptions(pictures="infrared", parts=("test",)))
    assert [one.id for one in found] == ["190001"]
    assert found.counts["part_not_wanted"] == 1


def test_a_broken_file_is_a_fault_of_its_image_alone(tmp_path: Path) -> None:
    write_llvip(tmp_path)
    write_text(tmp_path / "Annotations" / "010001.xml", "<annotation><size>")
    found = open_set("llvip", tmp_path)
    first, second = found
    assert first.fault is not None
    assert "Annotations/010001.xml" in first.fault.message
    assert second.fault is None
    assert found.counts["annotated"] == 1


def test_entities_are_refused(tmp_path: Path) -> None:
    write_llvip(tmp_path)
    bomb = '<!DOCTYPE a [<!ENTITY b "person">]><annotation><object><name>&b;</name></object></annotation>'
    write_text(tmp_path / "Annotations" / "010001.xml", bomb)
    image = open_set("llvip", tmp_path).get("010001")
    assert image is not None
    assert image.fault is not None
    assert "declares entities" in image.fault.message


def test_annotations_without_a_picture_are_counted(tmp_path: Path) -> None:
    write_llvip(tmp_path)
    write_voc(tmp_path / "Annotations" / "010002.xml", (64, 48), voc_object("person", (1, 1, 9, 9)))
    found = open_set("llvip", tmp_path)
    assert len(found) == 2
    assert found.counts["annotation_orphan"] == 1
    assert "Annotations/010002.xml" in found.notices[0]


def test_a_picture_of_another_shape_than_was_annotated_is_a_fault(tmp_path: Path) -> None:
    write_llvip(tmp_path)
    write_picture(tmp_path / "infrared" / "train" / "010001.jpg", (64, 64))
    write_picture(tmp_path / "infrared" / "test" / "190001.jpg", (32, 24))
    first, second = open_set("llvip", tmp_path)
    assert first.fault is not None
    assert "64 x 64" in first.fault.message
    assert second.fault is None
    assert second.notes == {"size_differs": 1}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    root = write_llvip(tmp_path / "set")
    outside = tmp_path / "secret.xml"
    write_voc(outside, (64, 48), voc_object("person", (1, 1, 9, 9)))
    (root / "Annotations" / "010001.xml").unlink()
    (root / "Annotations" / "010001.xml").symlink_to(outside)
    image = open_set("llvip", root).get("010001")
    assert image is not None
    assert image.fault is not None
    assert "leads out" in image.fault.message


@pytest.mark.parametrize("name", ["M3FD", "flir-v3"])
def test_an_unknown_name_is_refused_with_those_that_there_are(name: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"unknown; there are flir-v1, .*llvip"):
        open_set(name, tmp_path)
