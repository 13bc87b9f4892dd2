"""VOC, YOLO, M3FD and plain folders."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.sources.sets.options import SetOptions
from support.sets import open_set, voc_object, write_picture, write_text, write_voc


def write_yolo(root: Path, *lines: str) -> None:
    write_picture(root / "images" / "train" / "ir" / "a.jpg")
    write_picture(root / "images" / "train" / "rgb" / "a.jpg")
    write_text(root / "labels" / "train" / "a.txt", *lines)
    write_text(root / "data.yaml", "train: images/train", "names: {0: person, 1: car}")


def test_yolo_reads_centres_outlines_and_confidences(tmp_path: Path) -> None:
    write_yolo(
        tmp_path,
        "0 0.5 0.5 0.25 0.5",
        "1 0.25 0.25 0.5 0.5 0.9",
        "1 0.1 0.1 0.3 0.1 0.3 0.4",
        "7 0.5 0.5 0.1 0.1",
        "0 0.5",
    )
    found = open_set("yolo", tmp_path)
    (image,) = found
    assert (image.id, image.infrared, image.visible, image.part) == (
        "train/a",
        "images/train/ir/a.jpg",
        "images/train/rgb/a.jpg",
        "train",
    )
    assert [(box.label, box.x1, box.y1, box.x2, box.y2) for box in image.boxes[:2]] == [
        ("person", 0.375, 0.25, 0.625, 0.75),
        ("car", 0, 0, 0.5, 0.5),
    ]
    assert image.boxes[2].polygons == ((0.1, 0.1, 0.3, 0.1, 0.3, 0.4),)
    assert image.notes == {"category_unknown": 1, "line_invalid": 1}
    assert found.labels == {"person", "car"}


def test_yolo_without_class_names_is_refused(tmp_path: Path) -> None:
    write_yolo(tmp_path, "0 0.5 0.5 0.25 0.5")
    (tmp_path / "data.yaml").unlink()
    with pytest.raises(ConfigError, match=r"classes\.txt"):
        open_set("yolo", tmp_path)
    write_text(tmp_path / "classes.txt", "walker", "")
    (image,) = open_set("yolo", tmp_path)
    assert [box.label for box in image.boxes] == ["walker"]


def test_yolo_boxes_in_pixels_are_a_fault(tmp_path: Path) -> None:
    write_yolo(tmp_path, "0 32 24 10 10")
    (image,) = open_set("yolo", tmp_path)
    assert image.fault is not None
    assert "no shares" in image.fault.message


def test_an_empty_label_file_is_an_annotation_and_a_missing_one_is_none(tmp_path: Path) -> None:
    write_yolo(tmp_path)
    write_picture(tmp_path / "images" / "train" / "ir" / "b.jpg")
    first, second = open_set("yolo", tmp_path)
    assert (first.annotated, second.annotated) == (True, False)


def test_voc_joins_files_beside_pictures_in_folders_that_the_user_names(tmp_path: Path) -> None:
    write_picture(tmp_path / "JPEGImages" / "a.png")
    write_voc(tmp_path / "Annotations" / "a.xml", None, voc_object("deer", (16, 12, 32, 24)))
    with pytest.raises(ConfigError, match="named by --infrared-folder"):
        open_set("voc", tmp_path)
    (image,) = open_set("voc", tmp_path, SetOptions(infrared="."))
    assert (image.id, image.infrared, image.width) == ("a", "JPEGImages/a.png", 64)
    assert [(box.label, box.x1, box.y2) for box in image.boxes] == [("deer", 0.25, 0.5)]


def test_voc_pairs_of_two_named_folders_take_annotations_of_a_third(tmp_path: Path) -> None:
    for folder in ("warm", "day"):
        write_picture(tmp_path / folder / "a.png")
    write_voc(tmp_path / "truth" / "a.xml", (64, 48), voc_object("deer", (16, 12, 32, 24)))
    options = SetOptions(infrared="warm", visible="day", annotations="truth", classes={"deer": "roe deer"})
    (image,) = open_set("voc", tmp_path, options)
    assert (image.infrared, image.visible) == ("warm/a.png", "day/a.png")
    assert [box.label for box in image.boxes] == ["roe deer"]


def test_m3fd_says_person_for_people(tmp_path: Path) -> None:
    for folder in ("Ir", "Vis"):
        write_picture(tmp_path / folder / "00000.png")
    boxes = (voc_object("People", (0, 0, 32, 24)), voc_object("Lamp", (32, 24, 64, 48)))
    write_voc(tmp_path / "Annotation" / "00000.xml", (64, 48), *boxes)
    (image,) = open_set("m3fd", tmp_path)
    assert [box.label for box in image.boxes] == ["person", "lamp"]
    assert (image.infrared, image.visible) == ("Ir/00000.png", "Vis/00000.png")


def test_visible_pictures_do_not_take_annotations_from_the_folder_of_infrared_ones(tmp_path: Path) -> None:
    for folder in ("ir", "rgb"):
        write_picture(tmp_path / folder / "a.png")
    write_voc(tmp_path / "ir" / "a.xml", (64, 48), voc_object("deer", (16, 12, 32, 24)))
    (infrared,) = open_set("voc", tmp_path)
    (visible,) = open_set("voc", tmp_path, SetOptions(pictures="visible"))
    assert (len(infrared.boxes), visible.boxes, visible.annotated) == (1, (), False)


def test_a_second_annotation_of_a_picture_is_told(tmp_path: Path) -> None:
    write_picture(tmp_path / "infrared" / "1.jpg")
    for folder, label in (("Annotations", "person"), ("Annotations_old", "car")):
        write_voc(tmp_path / folder / "1.xml", (64, 48), voc_object(label, (1, 1, 9, 9)))
    found = open_set("llvip", tmp_path)
    (image,) = found
    assert [box.label for box in image.boxes] == ["person"]
    assert image.notes == {"annotation_second": 1}
    assert "1 of 2 annotations" in found.notices[0]
    assert "'Annotations_old/1.xml', where 'Annotations/1.xml' is read" in found.notices[0]


def test_a_second_visible_picture_of_a_pair_is_told(tmp_path: Path) -> None:
    for name in ("ir/a.jpg", "rgb/a.jpg", "rgb/a.png"):
        write_picture(tmp_path / name)
    found = open_set("folder", tmp_path)
    (image,) = found
    assert (image.visible, image.notes) == ("rgb/a.jpg", {"partner_second": 1})
    assert "1 of 1 images have more than one visible picture" in found.notices[0]


def test_a_second_tree_of_m3fd_that_counts_from_one_again_stays_apart(tmp_path: Path) -> None:
    for tree in ("detection", "Fusion"):
        for folder in ("Ir", "Vis"):
            write_picture(tmp_path / tree / folder / "00001.png")
    write_voc(tmp_path / "detection" / "Annotation" / "00001.xml", (64, 48), voc_object("Car", (1, 1, 9, 9)))
    fusion, detection = open_set("m3fd", tmp_path)
    assert (fusion.id, fusion.visible, fusion.annotated) == ("Fusion/00001", "Fusion/Vis/00001.png", False)
    assert (detection.id, detection.visible) == ("detection/00001", "detection/Vis/00001.png")
    assert [box.label for box in detection.boxes] == ["car"]


def test_plain_folders_pair_by_their_names(tmp_path: Path) -> None:
    for name in ("ir/a.jpg", "rgb/a.png", "ir/sub/b.jpg", "rgb/c.jpg", "notes/d.jpg", "ir/.e.jpg"):
        write_picture(tmp_path / name)
    found = open_set("folder", tmp_path)
    assert [(one.id, one.infrared, one.visible) for one in found] == [
        ("a", "ir/a.jpg", "rgb/a.png"),
        ("c", None, "rgb/c.jpg"),
        ("sub/b", "ir/sub/b.jpg", None),
    ]
    assert found.counts["pairs"] == 1
    assert found.labels == frozenset()


def test_two_pictures_of_one_name_keep_their_suffixes(tmp_path: Path) -> None:
    for name in ("ir/a.jpg", "ir/a.png", "rgb/a.png"):
        write_picture(tmp_path / name)
    found = open_set("folder", tmp_path)
    assert [(one.id, one.visible) for one in found] == [("a.jpg", "rgb/a.png"), ("a.png", "rgb/a.png")]


def test_a_folder_that_does_not_tell_is_refused_until_the_user_does(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.jpg")
    with pytest.raises(ConfigError, match="named by --infrared-folder and --visible-folder"):
        open_set("folder", tmp_path)
    (image,) = open_set("folder", tmp_path, SetOptions(infrared=".", band="nir", polarity="black_hot"))
    assert (image.infrared, image.band, image.polarity) == ("a.jpg", "nir", "black_hot")


def test_a_picture_that_cannot_be_read_is_a_fault_of_its_own(tmp_path: Path) -> None:
    write_picture(tmp_path / "ir" / "a.jpg")
    (tmp_path / "ir" / "b.jpg").write_bytes(b"nothing")
    first, second = open_set("folder", tmp_path)
    assert (first.fault, second.fault is not None) == (None, True)


def test_ids_and_digest_do_not_depend_on_the_place_and_follow_the_content(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_picture(tmp_path / folder / "ir" / "a.jpg")
    one, two = (open_set("folder", tmp_path / folder) for folder in ("one", "two"))
    assert list(one.list_ids()) == list(two.list_ids())
    assert one.digests == two.digests
    write_picture(tmp_path / "two" / "ir" / "b.jpg")
    assert open_set("folder", tmp_path / "two").digests != one.digests


def test_some_images_are_taken_from_all_over(tmp_path: Path) -> None:
    for number in range(10):
        write_picture(tmp_path / "ir" / f"{number}.png")
    found = open_set("folder", tmp_path)
    assert [image.id for image in found.read_some(4)] == ["0", "3", "6", "9"]
    assert found.get("11") is None
