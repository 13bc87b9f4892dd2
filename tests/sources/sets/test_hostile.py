"""What strangers' annotations may hold, by mistake or on purpose: none of it ends a set."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.sources.sets.options import SetOptions
from support.sets import open_set, voc_object, voc_polygon, write_coco, write_picture, write_text


def write_yolo(root: Path, classes: str, *lines: str) -> None:
    write_picture(root / "ir" / "a.png")
    write_text(root / "ir" / "a.txt", *lines)
    (root / "data.yaml").write_text(classes, "utf-8")


def test_an_outline_wider_than_any_number_is_lost_and_counted(tmp_path: Path) -> None:
    # The first numbers are small: larger ones there are refused as pixels.
    far = "0 0.1 0.1 0.2 0.1 1.7e308 0.5 -1.7e308 0.9"
    write_yolo(tmp_path, "names: [person]\n", far, "0 0.5 0.5 0.2 0.2")
    found = open_set("yolo", tmp_path)
    (image,) = found
    assert (image.fault, len(image.boxes)) == (None, 1)
    assert found.counts["box_invalid"] == 1


def test_a_voc_outline_wider_than_any_number_is_lost_and_counted(tmp_path: Path) -> None:
    write_picture(tmp_path / "ir" / "a.png")
    outline = (-1.7e308, 1, 1.7e308, 1, 1.7e308, 9, -1.7e308, 9)
    body = f"<annotation>{voc_polygon('car', outline)}</annotation>"
    write_text(tmp_path / "ir" / "a.xml", body)
    (image,) = open_set("voc", tmp_path)
    assert (image.fault, image.boxes, image.notes) == (None, (), {"box_invalid": 1})


def test_xml_of_another_form_does_not_say_that_nothing_is_there(tmp_path: Path) -> None:
    write_picture(tmp_path / "ir" / "a.png")
    write_text(tmp_path / "ir" / "a.xml", "<metadata><camera>T650</camera></metadata>")
    (image,) = open_set("voc", tmp_path)
    assert not image.annotated
    assert image.fault is not None
    assert "root is <metadata>" in image.fault.message


@pytest.mark.parametrize(
    "other", ["date: 2024-02-30", f"number: {'9' * 5000}"], ids=["no date", "5,000 digits"]
)
def test_other_fields_of_a_class_file_do_not_matter(tmp_path: Path, other: str) -> None:
    write_yolo(tmp_path, f"{other}\nnames: [person, no]\n", "1 0.5 0.5 0.2 0.2")
    (image,) = open_set("yolo", tmp_path)
    assert [box.label for box in image.boxes] == ["no"]


@pytest.mark.parametrize("names", ["[*b]", "{0: *b}"])
def test_class_names_that_are_lists_are_refused(tmp_path: Path, names: str) -> None:
    write_yolo(tmp_path, f"a: &a [x, x]\nb: &b [*a, *a]\nnames: {names}\n", "0 0.5 0.5 0.2 0.2")
    with pytest.raises(ConfigError, match="no text"):
        open_set("yolo", tmp_path)


def test_labels_stand_on_one_line_and_those_of_pages_name_nothing(tmp_path: Path) -> None:
    write_picture(tmp_path / "ir" / "a.png")
    objects = "".join(voc_object(label, (1, 1, 9, 9)) for label in ("roe\n deer", "x" * 100_000))
    write_text(tmp_path / "ir" / "a.xml", f"<annotation>{objects}</annotation>")
    (image,) = open_set("voc", tmp_path)
    assert [box.label for box in image.boxes] == ["roe deer"]
    assert [len(region.label) for region in image.ignored] == [100]


def test_an_empty_line_of_a_class_list_keeps_its_number(tmp_path: Path) -> None:
    write_yolo(tmp_path, "", "2 0.5 0.5 0.2 0.2", "1 0.5 0.5 0.1 0.1")
    write_text(tmp_path / "classes.txt", "person", "", "car", "")
    (image,) = open_set("yolo", tmp_path)
    assert [box.label for box in image.boxes] == ["car"]
    assert len(image.ignored) == 1


def test_two_files_with_different_classes_are_refused(tmp_path: Path) -> None:
    write_yolo(tmp_path, "names: [person]\n", "0 0.5 0.5 0.2 0.2")
    write_text(tmp_path / "classes.txt", "person")
    assert open_set("yolo", tmp_path).told == ("classes by number: data.yaml",)
    write_text(tmp_path / "config.yaml", "names: [zebra]")
    with pytest.raises(ConfigError, match=r"config\.yaml and .*data\.yaml name different classes"):
        open_set("yolo", tmp_path)


def test_a_class_number_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    write_yolo(tmp_path, f"names: {{{'9' * 5000}: person}}\n", "0 0.5 0.5 0.2 0.2")
    with pytest.raises(ConfigError, match="cannot be read"):
        open_set("yolo", tmp_path)


@pytest.mark.parametrize("pictures", ["pairs", "visible"])
def test_a_file_name_that_no_folder_can_hold_is_a_fault_of_its_image(tmp_path: Path, pictures: str) -> None:
    folder = tmp_path / ("images_rgb_val" if pictures == "visible" else "images_thermal_val")
    write_picture(folder / "data" / "a.jpg")
    (folder / "analyticsData").mkdir()
    images = [
        {"id": number, "file_name": f"data/{name}.jpg", "width": 64, "height": 48}
        for number, name in enumerate(("a", "b" * 300))
    ]
    write_coco(folder / "coco.json", images, [{"image_id": 0, "category_id": 1, "bbox": [1, 1, 5, 5]}])
    found = open_set("flir-v2", tmp_path, SetOptions.model_validate({"pictures": pictures}))
    assert sorted(image.fault is None for image in found) == [False, True]
