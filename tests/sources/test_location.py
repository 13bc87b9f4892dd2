"""Images are found inside their folder alone, and their size is read where none is listed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.records import Box, Sample
from irloom.sources.coco import CocoSource

Make = Callable[..., CocoSource]


def image(id: Any = 1, file_name: Any = "a.jpg", **more: Any) -> dict[str, Any]:
    return {"id": id, "file_name": file_name, "width": 100, "height": 50} | more


def box(bbox: Any = (10, 5, 20, 10), image_id: Any = 1, category_id: Any = 3, **more: Any) -> dict[str, Any]:
    return {"image_id": image_id, "category_id": category_id, "bbox": bbox} | more


def only(source: CocoSource) -> Sample:
    (sample,) = source
    assert source.get(sample.id) == sample
    return sample


def found(source: CocoSource) -> dict[str, int]:
    """What is counted beside the plain totals."""
    return {name: n for name, n in source.counts.items() if name not in ("images", "captions", "boxes")}


def test_boxes_go_by_the_size_that_their_own_file_lists(make_source: Make) -> None:
    listed = [image(width=200, height=100)]
    source = make_source([image()], boxed_images=listed, boxes=[box((0, 0, 100, 50))])
    assert (only(source).width, only(source).boxes[0].x2) == (200, 0.5)


@pytest.mark.parametrize("size", [{}, {"width": 0}, {"width": None}, {"width": "100"}, {"height": 2.5}])
def test_a_size_that_is_not_listed_is_read_from_the_file(make_source: Make, size: dict[str, Any]) -> None:
    entry = {"id": 1, "file_name": "a.jpg"} | size
    source = make_source([entry], boxes=[box((50, 0, 90, 25)), box((200, 0, 5, 5))])
    sample = only(source)
    assert (sample.width, sample.height, sample.fault) == (100, 50, None)
    assert sample.boxes == (Box(label="car", x1=0.5, y1=0, x2=1, y2=0.5),)
    assert sample.notes == {"box_clipped": 1, "box_empty": 1}
    assert found(source) == {"image_size_unknown": 1}


def test_a_turned_photograph_has_the_size_that_is_seen(make_source: Make, folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (100, 50)).save(folder / "turned.jpg", exif=exif)
    sample = only(make_source([{"id": 1, "file_name": "turned.jpg"}]))
    assert (sample.width, sample.height) == (50, 100)


def test_a_size_that_cannot_be_read_is_a_fault(make_source: Make, folder: Path) -> None:
    (folder / "text.jpg").write_text("no image")
    sample = only(make_source([{"id": 1, "file_name": "text.jpg"}], boxes=[box()]))
    assert sample.fault is not None
    assert str(folder / "text.jpg") in sample.fault.message
    assert (sample.width, sample.boxes) == (None, ())


def test_a_missing_image_is_a_fault_until_it_is_there(make_source: Make, folder: Path) -> None:
    source = make_source([image(file_name="late.jpg")])
    fault = only(source).fault
    assert fault is not None
    assert fault.message == f"image {folder / 'late.jpg'} does not exist"
    Image.new("L", (9, 9)).save(folder / "late.jpg")
    assert only(source).fault is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "leads out of the image folder"),
        ("../outside.jpg", "leads out of the image folder"),
        ("sub/../../outside.jpg", "leads out of the image folder"),
        ("link.jpg", "leads out of the image folder, to"),
        ("linked/outside.jpg", "leads out of the image folder, to"),
        ("a.jpg\0.png", "holds a NUL character"),
        ("", "is empty"),
        (" ", "is empty"),
        (None, "file_name is missing"),
        (5, "file_name is missing"),
        (["a.jpg"], "file_name is missing"),
        ("\ud800.jpg", "file_name is missing"),
        ("sub", "is a folder"),
        (".", "is a folder"),
        ("loop.jpg", "cannot be reached"),
        ("x" * 300 + ".jpg", "cannot be reached"),
        ("a.jpg/b.jpg", "cannot be reached"),
    ],
)
def test_a_file_name_that_cannot_be_used_is_a_fault(
    make_source: Make, folder: Path, name: Any, reason: str
) -> None:
    (folder / "sub").mkdir()
    (folder.parent / "outside.jpg").write_bytes((folder / "a.jpg").read_bytes())
    (folder / "link.jpg").symlink_to(folder.parent / "outside.jpg")
    (folder / "linked").symlink_to(folder.parent)
    (folder / "loop.jpg").symlink_to(folder / "loop.jpg")
    fault = only(make_source([image(file_name=name)])).fault
    assert fault is not None
    assert reason in fault.message


def test_sub_folders_and_links_inside_the_folder_are_fine(make_source: Make, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "c.jpg").symlink_to(folder / "a.jpg")
    sample = only(make_source([image(file_name="sub/c.jpg")]))
    assert (sample.image, sample.fault) == ("sub/c.jpg", None)
