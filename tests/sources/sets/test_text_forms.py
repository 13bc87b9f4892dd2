"""VisDrone, VEDAI, KAIST, LSOTB and RGB-NIR, their oddities included."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.record import SetImage
from support.sets import open_set, voc_object, write_picture, write_text, write_voc


def only(name: str, root: Path) -> SetImage:
    (image,) = open_set(name, root)
    return image


def pixels(image: SetImage) -> list[tuple[str, float, float, float, float]]:
    """Boxes as label, left, top, width and height in pixels."""
    width, height = image.width or 0, image.height or 0
    return [
        (
            box.label,
            round(box.x1 * width, 3),
            round(box.y1 * height, 3),
            round((box.x2 - box.x1) * width, 3),
            round((box.y2 - box.y1) * height, 3),
        )
        for box in image.boxes
    ]


def test_visdrone_overlooks_a_last_comma_and_keeps_ignored_regions(tmp_path: Path) -> None:
    root = tmp_path / "VisDrone2019-DET-val"
    write_picture(root / "images" / "0001.jpg")
    write_text(
        root / "annotations" / "0001.txt",
        "4,6,8,10,1,4,0,0,",
        "20,20,10,0,1,4,0,0",
        "0,0,16,16,0,0,0,0",
        "30,30,4,4,0,1,0,0",
        "40,30,4,4,1,11,0,0",
        "1,2,3",
        "10,10,5,5,1,10,1,2",
    )
    image = only("visdrone", tmp_path)
    assert pixels(image) == [("car", 4, 6, 8, 10), ("motor", 10, 10, 5, 5)]
    assert len(image.ignored) == 3
    assert image.notes == {"box_empty": 1, "line_invalid": 1}
    assert (image.part, image.infrared, image.visible) == (
        "val",
        None,
        "VisDrone2019-DET-val/images/0001.jpg",
    )


def test_what_visdrone_ignores_stands_under_its_reason(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "0001.jpg")
    write_text(tmp_path / "annotations" / "0001.txt", "20,20,10,0,1,4,0,0")
    found = open_set("visdrone", tmp_path)
    assert found.counts["box_empty"] == 1
    assert "1 of 1 boxes are left out: nothing of them lies inside their image" in found.notices[0]
    assert "others" not in found.labels
    assert "ignored regions" not in found.labels


def write_vedai(root: Path, *lines: str) -> None:
    for kind in ("co", "ir"):
        write_picture(root / "Vehicules1024" / f"00000001_{kind}.png", (1024, 1024))
    write_text(root / "Annotations1024" / "00000001.txt", *lines)
    write_text(root / "Annotations1024" / "fold01.txt", "00000001")
    write_text(root / "Annotations1024" / "annotation1024.txt", "00000001 1 2 3")


def test_vedai_takes_turned_boxes_from_fourteen_columns(tmp_path: Path) -> None:
    write_vedai(
        tmp_path, "100 200 0.5 11 1 0 90 110 112 88 190 192 210 208", "5 5 0 31 0 1 -8 12 12 -8 -4 -4 16 16"
    )
    image = only("vedai", tmp_path)
    assert pixels(image) == [("pickup", 88, 190, 24, 20), ("plane", 0, 0, 12, 16)]
    assert image.boxes[0].polygons[0][:4] == (90 / 1024, 190 / 1024, 110 / 1024, 192 / 1024)
    assert (image.band, image.polarity, image.sequence) == ("nir", "unknown", "00000001")
    assert (image.infrared, image.visible) == (
        "Vehicules1024/00000001_ir.png",
        "Vehicules1024/00000001_co.png",
    )


def test_a_vedai_row_of_five_columns_has_no_box_and_leaves_its_place_open(tmp_path: Path) -> None:
    write_vedai(tmp_path, "100 200 1 1 0", "1 2 3")
    image = only("vedai", tmp_path)
    assert image.boxes == ()
    (region,) = image.ignored
    assert (region.x1 * 1024, region.x2 * 1024, region.y1 * 1024) == (60, 140, 160)
    assert image.notes == {"box_without_extent": 1, "line_invalid": 1}


def test_a_vedai_place_in_both_sizes_is_taken_once_and_the_larger_one(tmp_path: Path) -> None:
    write_vedai(tmp_path, "100 200 0.5 11 1 0 90 110 112 88 190 192 210 208")
    for number in (1, 2):
        write_picture(tmp_path / "Vehicules512" / f"{number:08d}_ir.png", (512, 512))
    found = open_set("vedai", tmp_path)
    assert [image.id for image in found] == ["1024/00000001", "512/00000002"]
    assert found.counts["smaller_copy"] == 1


def write_kaist(root: Path, *lines: str, drive: str = "set00") -> None:
    for camera in ("lwir", "visible"):
        write_picture(root / "images" / drive / "V000" / camera / "I00000.jpg")
    write_text(root / "annotations" / drive / "V000" / "I00000.txt", "% bbGt version=3", *lines)


def test_kaist_reads_people_as_a_crowd_and_ignores_what_is_marked(tmp_path: Path) -> None:
    write_kaist(
        tmp_path,
        "person 4 6 8 10 0 0 0 0 0 0 0",
        "people 20 6 8 10 0 0 0 0 0 0 0",
        "person? 30 6 8 10 0 0 0 0 0 0 0",
        "cyclist 40 6 8 10 0 0 0 0 0 1 0",
        "person x 6 8 10",
    )
    image = only("kaist", tmp_path)
    assert pixels(image) == [("person", 4, 6, 8, 10), ("person", 20, 6, 8, 10)]
    assert [box.crowd for box in image.boxes] == [False, True]
    assert len(image.ignored) == 2
    assert image.notes == {"line_invalid": 1}
    assert (image.id, image.sequence, image.part) == ("set00/V000/I00000", "set00/V000", "train")


def test_a_kaist_file_with_its_header_alone_says_that_nobody_is_there(tmp_path: Path) -> None:
    write_kaist(tmp_path, drive="set09")
    image = only("kaist", tmp_path)
    assert (image.annotated, image.boxes, image.scene) == (True, (), {"hours": "night"})
    assert image.part == "test"


def test_a_kaist_file_without_its_header_is_a_fault(tmp_path: Path) -> None:
    write_kaist(tmp_path)
    write_text(tmp_path / "annotations" / "set00" / "V000" / "I00000.txt", "person 4 6 8 10")
    fault = only("kaist", tmp_path).fault
    assert fault is not None
    assert "bbGt" in fault.message


def write_frames(root: Path, sequence: str, number: int) -> None:
    for frame in range(1, number + 1):
        write_picture(root / sequence / "img" / f"{frame:04}.jpg")


def test_lsotb_gives_each_frame_its_line_and_no_box_where_the_target_is_absent(tmp_path: Path) -> None:
    write_frames(tmp_path, "person_S_001", 3)
    lines = ("4,6,8,10", "0,0,0,0", "5\t6\t8\t10")
    write_text(tmp_path / "person_S_001" / "groundtruth_rect.txt", *lines, "")
    found = open_set("lsotb", tmp_path)
    one, two, three = found
    assert pixels(one) == [("person", 4, 6, 8, 10)]
    assert (two.boxes, two.notes) == ((), {"target_absent": 1})
    assert pixels(three) == [("person", 5, 6, 8, 10)]
    assert (one.sequence, one.part, one.scene) == ("person_S_001", "test", {"platform": "surveillance"})
    assert found.labels == frozenset()


def write_truth(root: Path, sequence: str, number: int) -> None:
    lines = (f"{line},6,8,10" for line in range(1, number + 1))
    write_text(root / sequence / "groundtruth_rect.txt", *lines)


def test_a_missing_frame_of_lsotb_leaves_the_others_their_own_lines(tmp_path: Path) -> None:
    write_frames(tmp_path, "person_S_001", 5)
    write_truth(tmp_path, "person_S_001", 5)
    (tmp_path / "person_S_001" / "img" / "0003.jpg").unlink()
    assert [pixels(image)[0][1] for image in open_set("lsotb", tmp_path)] == [1, 2, 4, 5]


def test_frames_of_lsotb_without_zeros_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for frame in range(2, 14):
        write_picture(tmp_path / "person_S_001" / "img" / f"{frame}.jpg")
    write_truth(tmp_path, "person_S_001", 12)
    found = list(open_set("lsotb", tmp_path))
    assert [image.id for image in found] == [f"person_S_001/{frame}" for frame in range(2, 14)]
    assert [pixels(image)[0][1] for image in found] == list(range(1, 13))


def test_an_empty_line_of_lsotb_keeps_its_place(tmp_path: Path) -> None:
    write_frames(tmp_path, "person_S_001", 3)
    write_text(tmp_path / "person_S_001" / "groundtruth_rect.txt", "1,6,8,10", "", "3,6,8,10")
    one, two, three = open_set("lsotb", tmp_path)
    assert [pixels(image)[0][1] for image in (one, three)] == [1, 3]
    assert (two.boxes, two.notes) == ((), {"line_invalid": 1})


@pytest.mark.parametrize("frames", [4, 2])
def test_a_sequence_of_lsotb_with_more_or_fewer_lines_than_frames_has_no_boxes(
    frames: int, tmp_path: Path
) -> None:
    write_frames(tmp_path, "hog_D_001", frames)
    write_text(tmp_path / "anno" / "hog_D_001.txt", "4,6,8,10", "4,6,8,10", "4,6,8,10")
    found = open_set("lsotb", tmp_path)
    assert [(image.annotated, image.boxes) for image in found] == [(False, ())] * frames
    assert found.counts["sequence_unequal"] == 3
    assert any(f"3 lines for the frames 1 to {frames}" in notice for notice in found.notices)


def test_lsotb_reads_the_annotations_of_its_repository(tmp_path: Path) -> None:
    write_frames(tmp_path, "hog_D_001", 1)
    write_text(tmp_path / "anno" / "hog_D_001.txt", "4,6,8,10")
    assert pixels(only("lsotb", tmp_path)) == [("hog", 4, 6, 8, 10)]


def test_a_sequence_of_no_class_leaves_a_region_unless_the_user_names_one(tmp_path: Path) -> None:
    write_frames(tmp_path, "street_V_001", 1)
    write_text(tmp_path / "street_V_001" / "groundtruth_rect.txt", "4,6,8,10")
    image = only("lsotb", tmp_path)
    assert (image.boxes, len(image.ignored)) == ((), 1)
    (named,) = open_set("lsotb", tmp_path, SetOptions(classes={"street": "person"}))
    assert pixels(named) == [("person", 4, 6, 8, 10)]


def test_the_training_tree_of_lsotb_has_boxes_with_their_corners_the_wrong_way_round(tmp_path: Path) -> None:
    folder = Path("TIR_training_001") / "dog_003"
    write_picture(tmp_path / "TrainingData" / folder / "00000001.jpg")
    boxes = (voc_object("dog", (12, 16, 4, 6)), voc_object("n02084071", (1, 1, 2, 2)))
    write_voc(tmp_path / "Annotations" / folder / "00000001.xml", (64, 48), *boxes)
    image = only("lsotb", tmp_path)
    assert pixels(image) == [("dog", 4, 6, 8, 10), ("dog", 1, 1, 1, 1)]
    assert image.notes == {"corners_swapped": 1}
    assert (image.part, image.sequence) == ("train", "TIR_training_001/dog_003")


def test_frames_of_a_sequence_can_be_skipped(tmp_path: Path) -> None:
    write_frames(tmp_path, "hog_D_001", 5)
    write_frames(tmp_path, "hog_D_002", 2)
    found = open_set("lsotb", tmp_path, SetOptions(every=3))
    assert list(found.list_ids()) == ["hog_D_001/0001", "hog_D_001/0004", "hog_D_002/0001"]
    assert found.counts["frame_skipped"] == 4


def test_rgbnir_pairs_by_number_and_takes_its_place_from_the_folder(tmp_path: Path) -> None:
    root = tmp_path / "nirscene1"
    for name in ("country/0000_rgb", "country/0000_nir", "water/0001_nir"):
        write_picture(root / f"{name}.tiff")
    first, second = open_set("rgbnir", tmp_path)
    assert (first.id, first.infrared, first.visible) == (
        "country/0000",
        "nirscene1/country/0000_nir.tiff",
        "nirscene1/country/0000_rgb.tiff",
    )
    assert (first.band, first.scene, first.annotated) == ("nir", {"place": "country"}, False)
    assert (second.id, second.visible) == ("water/0001", None)


def test_a_folder_of_another_set_is_refused_with_what_this_one_looks_like(tmp_path: Path) -> None:
    write_picture(tmp_path / "photo.jpg")
    with pytest.raises(ConfigError, match="set00/V000"):
        open_set("kaist", tmp_path)
