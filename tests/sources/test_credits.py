"""A sample knows where its photograph is from, as far as the files say it."""

from collections.abc import Callable
from typing import Any

import pytest

from irloom.sources.coco import CocoSource

Make = Callable[..., CocoSource]

LICENCES = [
    {
        "id": 3,
        "name": "Attribution-NonCommercial-NoDerivs",
        "url": "http://creativecommons.org/by-nc-nd/2.0/",
    },
    {"id": 4, "name": "Attribution License", "url": "http://creativecommons.org/licenses/by/2.0/"},
]
NOTHING = {"source_url": None, "photographer": None, "licence": None, "licence_url": None}


def credit(make_source: Make, licences: list[Any] | None = None, **entry: Any) -> dict[str, str | None]:
    (sample,) = make_source([{"id": 1, "file_name": "a.jpg"} | entry], licences=licences)
    return sample.credit()


@pytest.mark.parametrize("licence", [4, 4.0, "4"])
def test_cocos_own_files_say_it(make_source: Make, licence: Any) -> None:
    assert credit(
        make_source, LICENCES, license=licence, coco_url="http://c/a.jpg", flickr_url="http://f/a.jpg"
    ) == {
        "source_url": "http://f/a.jpg",
        "photographer": None,
        "licence": "Attribution License",
        "licence_url": "http://creativecommons.org/licenses/by/2.0/",
    }


def test_what_other_files_say_is_taken(make_source: Make) -> None:
    said = credit(make_source, None, license="CC BY 4.0", url="http://x/a.jpg", author=" Ann Example ")
    assert said == {
        "source_url": "http://x/a.jpg",
        "photographer": "Ann Example",
        "licence": "CC BY 4.0",
        "licence_url": None,
    }


@pytest.mark.parametrize("entry", [{}, {"license": 9}, {"license": None, "flickr_url": 5, "author": ""}])
def test_what_nobody_says_is_null(make_source: Make, entry: dict[str, Any]) -> None:
    assert credit(make_source, LICENCES, **entry) == NOTHING
    assert credit(make_source, [5, {"name": "x"}], **entry) == NOTHING


def test_the_instances_file_fills_in(make_source: Make) -> None:
    boxed = [{"id": 1, "file_name": "a.jpg", "license": 3, "coco_url": "http://c/a.jpg"}]
    box = {"image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4]}
    (sample,) = make_source(boxed_images=boxed, boxes=[box], licences=LICENCES)
    assert sample.source_url == "http://c/a.jpg"
    assert sample.licence == "Attribution-NonCommercial-NoDerivs"
