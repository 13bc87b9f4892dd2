"""DroneVehicle: a white border of 100 pixels, and class names of many spellings."""

from pathlib import Path

import pytest

from irloom.sources.sets.dronevehicle import mend_label
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.pictures import open_cut
from irloom.sources.sets.record import SetImage
from support.sets import open_set, voc_object, voc_polygon, write_picture, write_voc

SIZE = (840, 712)


def write(root: Path) -> Path:
    for kind in ("img", "imgr"):
        write_picture(root / "train" / f"train{kind}" / "00001.jpg", SIZE, 255)
        write_picture(root / "train" / f"train{kind}" / "00002.jpg", SIZE, 255)
    write_voc(
        root / "train" / "trainlabelr" / "00001.xml",
        SIZE,
        voc_polygon("feright_car", (164, 151.2, 228, 151.2, 228, 202.4, 164, 202.4)),
        voc_polygon("truvk", (420, 356, 484, 356, 484, 407.2, 420, 407.2), tag="point"),
        voc_object("bus", (68, 100, 132, 151.2)),
        voc_object("car", (10, 10, 90, 90)),
        voc_object("*", (200, 200, 232, 232)),
    )
    write_voc(root / "train" / "trainlabel" / "00001.xml", SIZE, voc_object("van", (100, 100, 420, 356)))
    write_voc(root / "train" / "trainlabelr" / "00002.xml", SIZE)
    return root


def first(root: Path, **options: str) -> SetImage:
    image = open_set("dronevehicle", root, SetOptions.model_validate(options)).get("train/00001")
    assert image is not None
    return image


def test_boxes_are_those_of_the_picture_without_its_border(tmp_path: Path) -> None:
    image = first(write(tmp_path))
    assert (image.width, image.height, image.crop) == (640, 512, (100, 100, 740, 612))
    found = [(box.label, *(round(v, 6) for v in (box.x1, box.y1, box.x2, box.y2))) for box in image.boxes]
    assert found == [
        ("freight car", 0.1, 0.1, 0.2, 0.2),
        ("truck", 0.5, 0.5, 0.6, 0.6),
        ("bus", 0.0, 0.0, 0.05, 0.1),
    ]
    assert image.boxes[0].polygons[0][:2] == pytest.approx((0.1, 0.1))
    assert image.notes == {"label_missing": 1, "box_empty": 1, "box_clipped": 1}


def test_an_object_without_a_class_leaves_a_region_of_which_nothing_is_known(tmp_path: Path) -> None:
    (region,) = first(write(tmp_path)).ignored
    assert (region.x1, region.x2) == (100 / 640, 132 / 640)


def test_the_border_is_cut_from_the_pixels_too(tmp_path: Path) -> None:
    root = write(tmp_path)
    image = first(root)
    with open_cut(root, str(image.infrared), image) as picture:
        assert picture.size == (640, 512)


def test_visible_pictures_have_boxes_of_their_own(tmp_path: Path) -> None:
    image = first(write(tmp_path), pictures="visible")
    assert [(box.label, box.x1, box.x2) for box in image.boxes] == [("van", 0.0, 0.5)]


def test_visible_pictures_never_take_the_boxes_of_infrared_ones(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "train" / "trainlabel" / "00001.xml").unlink()
    image = first(root, pictures="visible")
    assert (image.annotated, image.boxes, image.notes) == (False, (), {"annotation_missing": 1})


def test_a_copy_that_was_cut_before_is_left_as_it_is(tmp_path: Path) -> None:
    root = write(tmp_path)
    write_picture(root / "train" / "trainimgr" / "00001.jpg", (640, 512))
    write_voc(
        root / "train" / "trainlabelr" / "00001.xml", (640, 512), voc_object("car", (64, 51.2, 128, 102.4))
    )
    image = first(root)
    assert (image.width, image.height) == (640, 512)
    # It is of the visible picture, which has its border still.
    for name in filter(None, (image.infrared, image.visible)):
        with open_cut(root, name, image) as picture:
            assert picture.size == (640, 512)
    assert [(box.x1, round(box.y1, 6)) for box in image.boxes] == [(0.1, 0.1)]


def test_an_empty_file_says_that_nothing_is_there(tmp_path: Path) -> None:
    image = open_set("dronevehicle", write(tmp_path)).get("train/00002")
    assert image is not None
    assert (image.annotated, image.boxes, image.part) == (True, (), "train")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("feright car", "freight car"),
        ("feright_car", "freight car"),
        ("feright", "freight car"),
        ("Freight_Car", "freight car"),
        ("truvk", "truck"),
        ("car", "car"),
        ("*", None),
        (" ", None),
    ],
)
def test_class_names_are_mended(label: str, name: str | None) -> None:
    assert mend_label(label) == name
