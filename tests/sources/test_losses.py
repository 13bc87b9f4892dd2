"""No large loss goes without a word, and nothing is done where all is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources.coco import CocoSource

Make = Callable[..., CocoSource]


def box(bbox: Any = (10, 5, 20, 10), image_id: Any = 1, category_id: Any = 3, **more: Any) -> dict[str, Any]:
    return {"image_id": image_id, "category_id": category_id, "bbox": bbox} | more


@pytest.mark.parametrize(
    "spell",
    [float, str, lambda number: f"{number}.0", lambda number: f" {number} "],
    ids=["float", "text", "float as text", "blanks"],
)
def test_floats_and_texts_in_every_field_lose_nothing(make_source: Make, spell: Callable[[int], Any]) -> None:
    images = [{"id": spell(1), "file_name": "a.jpg", "width": spell(100), "height": spell(50)}]
    captions = [{"id": spell(1), "image_id": 1, "caption": "A dog."}]
    boxes = [
        box([spell(10), spell(5), spell(20), spell(10)], spell(1), spell(3), id=spell(number))
        for number in range(3)
    ]
    source = make_source(images, captions, boxes, categories=[{"id": spell(3), "name": "car"}])
    (sample,) = source
    assert (sample.id, sample.width, len(sample.captions), len(sample.boxes)) == ("1", 100, 1, 3)
    assert sample.boxes[0].x2 == 0.3
    assert source.notices == ()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (
            box(image_id=7),
            "boxes are left out: their `image_id` is the id of no listed image, such as image_id '7'",
        ),
        (box(image_id=None), "such as image_id None"),
        (
            box(category_id=44),
            "their `category_id` is the id of no listed category, such as category_id '44'",
        ),
        (box("10,5,20,10"), "`bbox` is not four finite numbers, such as '10,5,20,10'"),
        (box((1, 2, 0, 5)), "no width or height, such as [1.0, 2.0, 0.0, 5.0] of image id '1'"),
        (box((200, 2, 5, 5)), "nothing of them lies inside their image"),
        (5, "boxes are left out: they are no objects, such as 5"),
    ],
)
def test_more_than_a_tenth_is_told_with_reason_and_example(make_source: Make, bad: Any, said: str) -> None:
    (notice,) = make_source(boxes=[*[box()] * 8, bad]).notices
    assert notice.startswith("1 of 9 boxes")
    assert said in notice
    assert make_source(boxes=[*[box()] * 9, bad]).notices == ()


def test_a_loss_is_told_again_when_the_index_is_there_already(make_source: Make) -> None:
    first = make_source(boxes=[box(), box(image_id=7)])
    second = make_source(boxes=[box(), box(image_id=7)])
    assert first.notices == second.notices != ()


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (
            [box(image_id=7), box(image_id=8)],
            "All 2 boxes .* 2 because their `image_id` is the id of no listed",
        ),
        ([box(category_id=7)], "All 1 boxes .*Check `categories`"),
        ([box(None), box((1, 2, 0, 0))], "All 2 boxes .* because `bbox` .*; 1 because nothing of them"),
    ],
)
def test_where_all_boxes_are_lost_the_file_is_refused(make_source: Make, boxes: list[Any], said: str) -> None:
    for _ in range(2):
        with pytest.raises(ConfigError, match=said):
            make_source(boxes=boxes)


def test_where_all_captions_or_images_are_lost_the_file_is_refused(make_source: Make) -> None:
    with pytest.raises(
        ConfigError, match=r"All 2 captions .*such as image_id '9'.*Check that the annotations"
    ):
        make_source(captions=[{"image_id": 9, "caption": "A dog."}] * 2)
    with pytest.raises(ConfigError, match=r"All 1 captions .*`caption` is no text"):
        make_source(captions=[{"image_id": 1, "caption": 5}])
    with pytest.raises(ConfigError, match=r"All 2 images .*no usable `id`"):
        make_source([{"id": None, "file_name": "a.jpg"}, {"file_name": "b.jpg"}], [])
    with pytest.raises(ConfigError, match=r"None of the 1 images has a caption"):
        make_source(captions=[])


def test_many_images_without_captions_or_files_are_told(make_source: Make) -> None:
    images = [{"id": number, "file_name": f"{number}.jpg"} for number in range(4)]
    images.append({"id": 4, "file_name": "a.jpg"})
    without, missing = make_source(images, [{"image_id": 4, "caption": "A dog."}]).notices
    assert without == ("4 of 5 images cannot be used: no caption belongs to them; `failed.jsonl` names each.")
    assert missing.startswith("4 of 5 images are not in ")
    assert missing.endswith("such as '0.jpg'.")


def test_many_images_of_one_file_are_told(make_source: Make) -> None:
    images = [{"id": number, "file_name": "a.jpg"} for number in (1, 2)]
    source = make_source(images, [{"image_id": number, "caption": "A dog."} for number in (1, 2)])
    (notice,) = source.notices
    assert notice.startswith(
        "1 of 2 images stay, and may be wrong: they name a file that another image names"
    )
    assert source.counts["image_file_shared"] == 1
