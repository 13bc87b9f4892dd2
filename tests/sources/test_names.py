"""Names of images as tools write them lead to the one file that they can mean, or are named."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.records import Sample
from irloom.sources.coco import CocoSource
from irloom.sources.names import contradict, name_image

Make = Callable[..., CocoSource]


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"file_name": "a.jpg", "coco_url": "http://x/b.jpg"}, "a.jpg"),
        ({"filename": "a.jpg"}, "a.jpg"),
        ({"file_name": None, "filename": "a.jpg"}, "a.jpg"),
        ({"file_name": "", "filename": "a.jpg"}, "a.jpg"),
        ({"path": "/data/a.jpg"}, "/data/a.jpg"),
        ({"coco_url": "http://images.cocodataset.org/train2017/000000493652.jpg"}, "000000493652.jpg"),
        ({"coco_url": "https://x.org/a%20b.jpg?size=large#top"}, "a b.jpg"),
        ({"file_name": "s3://bucket/set/a.jpg"}, "a.jpg"),
        ({"file_name": "/data/local-files/?d=images/a%20b.jpg"}, "images/a b.jpg"),
        ({"coco_url": "http://x.org/"}, None),
        ({"coco_url": 5, "flickr_url": "http://farm4.staticflickr.com/3448/31_z.jpg"}, None),
        ({"file_name": 5}, None),
        ({}, None),
    ],
)
def test_a_name_is_found_under_what_tools_call_it(entry: dict[str, Any], name: str | None) -> None:
    assert name_image(entry) == name


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        *(("a.jpg", "a.jpg", False), ("a.jpg", "b.jpg", True), ("a.jpg", "train/a.jpg", False)),
        *(
            ("train\\a.jpg", "train/a.JPG", False),
            ("val/a.jpg", "train/a.jpg", True),
            ("ba.jpg", "a.jpg", True),
        ),
        *(("/data/train/a.jpg", "train/a.jpg", False), ("cafe\u0301.jpg", "caf\u00e9.jpg", False)),
    ],
)
def test_names_contradict_each_other_where_no_file_has_both(one: str, other: str, apart: bool) -> None:
    assert contradict(one, other) is apart
    assert contradict(other, one) is apart


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (100, 50)).save(folder / name)


def listed(*names: Any) -> list[dict[str, Any]]:
    return [{"id": number, "file_name": name} for number, name in enumerate(names)]


def read(make_source: Make, images: list[dict[str, Any]]) -> list[Sample]:
    captions = [{"image_id": image["id"], "caption": "A dog."} for image in images]
    return list(make_source(images, captions))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("sub\\c.jpg", "sub/c.jpg"),
        (".\\sub\\c.jpg", "sub/c.jpg"),
        ("{folder}/sub/c.jpg", "sub/c.jpg"),
        ("C:\\work\\sub\\c.jpg", "sub/c.jpg"),
        ("D:/images/c.jpg", "sub/c.jpg"),
        ("/home/somebody/images/c.jpg", "sub/c.jpg"),
        ("images/sub/c.jpg", "sub/c.jpg"),
        ("sub/c.JPG", "sub/c.jpg"),
        ("SUB/C.jpg", "sub/c.jpg"),
        ("c.jpg", "sub/c.jpg"),
        (unicodedata.normalize("NFD", "é.jpg"), "é.jpg"),
        (unicodedata.normalize("NFC", "ü.jpg"), unicodedata.normalize("NFD", "ü.jpg")),
    ],
)
def test_a_name_leads_to_the_one_file_that_it_can_mean(
    make_source: Make, folder: Path, name: str, file: str
) -> None:
    write(folder, "sub/c.jpg", "é.jpg", unicodedata.normalize("NFD", "ü.jpg"))
    (sample,) = read(make_source, listed(name.format(folder=folder)))
    assert sample.fault is None
    assert (sample.image, sample.notes) == (file, {"file_name_mended": 1})


def test_the_name_as_it_stands_comes_first(make_source: Make, folder: Path) -> None:
    write(folder, "sub\\c.jpg", "sub/c.jpg")
    (sample,) = read(make_source, listed("sub\\c.jpg"))
    assert (sample.image, sample.notes) == ("sub\\c.jpg", {})


def test_lvis_names_are_found_below_the_folders_of_coco(make_source: Make, folder: Path) -> None:
    write(folder, "train2017/000000493652.jpg", "val2017/000000000139.jpg")
    address = "http://images.cocodataset.org/train2017/000000493652.jpg"
    (sample,) = read(make_source, [{"id": 493652, "coco_url": address}])
    assert (sample.image, sample.source_url) == ("train2017/000000493652.jpg", address)


@pytest.mark.parametrize(
    ("files", "names", "reason"),
    [
        (["one/c.jpg", "two/c.jpg"], ["c.jpg"], "one/c.jpg or two/c.jpg could be meant"),
        (["c.JPG", "C.jpg"], ["c.jpg"], "C.jpg or c.JPG could be meant"),
        (["c.jpg"], ["val/c.jpg"], "does not exist"),
        (["c.jpg"], ["/home/somebody/val/c.jpg"], "leads out of the image folder"),
        (["c.jpg"], ["C.jpg", "c.JPG"], "does not exist"),
        (["sub/c.jpg"], ["images/c.jpg", "val/c.jpg"], "does not exist"),
        (["@eaDir/c.jpg", ".cache/c.jpg"], ["c.jpg"], "does not exist"),
        (["c.jpg"], ["..\\images\\c.jpg"], "leads out of the image folder"),
    ],
    ids=["two files", "two cases", "another folder", "somebody's", "two names", "two ends", "copies", "up"],
)
def test_where_more_than_one_could_be_meant_nothing_is_guessed(
    make_source: Make, folder: Path, files: list[str], names: list[str], reason: str
) -> None:
    write(folder, *files)
    for sample in read(make_source, listed(*names)):
        assert sample.fault is not None
        assert reason in sample.fault.message


def test_a_file_outside_the_folder_stays_closed_by_any_way(make_source: Make, folder: Path) -> None:
    write(folder.parent / "elsewhere", "c.jpg")
    (folder / "sub").mkdir()
    (folder / "sub" / "C.JPG").symlink_to(folder.parent / "elsewhere" / "c.jpg")
    (sample,) = read(make_source, listed("c.jpg"))
    assert sample.fault is not None
    assert "leads out of the image folder" in sample.fault.message
