"""Two files of the same images are joined by id, by file name where ids differ, or refused."""

from collections.abc import Callable
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources.coco import CocoSource

Make = Callable[..., CocoSource]


def image(id: Any, file: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": id, "width": 100, "height": 50} | ({} if file is None else {"file_name": file}) | more


def caption(image_id: Any, text: str) -> dict[str, Any]:
    return {"image_id": image_id, "caption": text}


def box(image_id: Any, category_id: Any = 3, **more: Any) -> dict[str, Any]:
    return {"image_id": image_id, "category_id": category_id, "bbox": [10, 5, 20, 10]} | more


def shape(source: CocoSource) -> dict[str, tuple[str, int, int]]:
    """File, captions and boxes by id."""
    return {one.id: (one.image, len(one.captions), len(one.boxes)) for one in source}


@pytest.mark.parametrize(
    "names",
    [("a.jpg", "b.jpg"), ("images/a.jpg", "images/b.jpg"), ("images\\a.jpg", "images\\B.JPG")],
    ids=["same", "below", "Windows"],
)
@pytest.mark.parametrize("ids", [(2, 1), (71, 72)], ids=["swapped", "other numbers"])
def test_files_that_number_the_same_images_differently_are_joined_by_name(
    make_source: Make, names: tuple[str, str], ids: tuple[int, int]
) -> None:
    boxed = [image(ids[0], names[0]), image(ids[1], names[1])]
    source = make_source(
        [image(1, "a.jpg"), image(2, "b.jpg")],
        [caption(1, "A dog."), caption(2, "A cat.")],
        [box(ids[0]), box(ids[1], 1), box(ids[1], 1)],
        boxed,
    )
    assert shape(source) == {"1": ("a.jpg", 1, 1), "2": ("b.jpg", 1, 2)}
    assert [{one.label for one in sample.boxes} for sample in source] == [{"car"}, {"person"}]
    assert source.counts["image_joined_by_name"] == 2
    assert any("joined by file name" in notice for notice in source.notices)
    assert source.counts["box_orphan"] == 0


def test_an_image_of_the_instances_alone_whose_id_is_taken_goes_by_its_name(make_source: Make) -> None:
    source = make_source(
        [image(1, "a.jpg")],
        [caption(1, "A dog.")],
        [box(1), box(1), box(2)],
        [image(1, "b.jpg"), image(2, "a.jpg")],
    )
    assert shape(source) == {"1": ("a.jpg", 1, 1), "b.jpg": ("b.jpg", 0, 2)}


def test_files_of_other_images_are_refused(make_source: Make) -> None:
    with pytest.raises(
        ConfigError, match=r"image id '1' is 'a.jpg' in one and 'c.jpg' in the other.* 2 of 2"
    ):
        make_source(
            [image(1, "a.jpg"), image(2, "b.jpg")],
            [caption(1, "A dog."), caption(2, "A cat.")],
            [box(1), box(2)],
            [image(1, "c.jpg"), image(2, "d.jpg")],
        )


def test_names_that_come_twice_join_nothing(make_source: Make) -> None:
    with pytest.raises(ConfigError, match="no file names join them"):
        make_source(
            [image(1, "a.jpg"), image(2, "a.jpg"), image(3, "b.jpg")],
            [caption(number, f"A dog {number}.") for number in (1, 2, 3)],
            [box(1), box(2)],
            [image(1, "b.jpg"), image(2, "b.jpg"), image(3, "a.jpg")],
        )


@pytest.mark.parametrize("in_captions", [True, False])
def test_a_missing_name_contradicts_nothing(make_source: Make, in_captions: bool) -> None:
    named, nameless = [image(1, "a.jpg")], [image(1)]
    images, boxed = (named, nameless) if in_captions else (nameless, named)
    source = make_source(images, [caption(1, "A dog.")], [box(1)], boxed)
    assert shape(source) == {"1": ("a.jpg", 1, 1)}
    assert [sample.fault for sample in source] == [None]


def test_a_missing_name_within_a_file_contradicts_nothing(make_source: Make) -> None:
    source = make_source([image(1), image(1, "a.jpg")], [caption(1, "A dog.")])
    assert [(sample.image, sample.fault) for sample in source] == [("a.jpg", None)]


def test_boxes_of_images_that_only_the_captions_file_lists_are_kept(make_source: Make) -> None:
    source = make_source([image(1, "a.jpg")], [caption(1, "A dog.")], [box(1)], [])
    assert shape(source) == {"1": ("a.jpg", 1, 1)}
