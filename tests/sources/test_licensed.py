"""Photographs of other and of unknown licences are left out of a run, counted, and named by an example."""

from collections.abc import Callable
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources.coco import CocoSource
from irloom.sources.licensed import LicensedSource
from irloom.sources.present import PresentSource

Make = Callable[..., CocoSource]
LICENCES = [
    {"id": 1, "name": "Attribution-NonCommercial License", "url": None},
    {"id": 4, "name": "Attribution License", "url": "http://creativecommons.org/licenses/by/2.0/"},
    {"id": 5, "name": "Attribution-ShareAlike License", "url": None},
]


def make_licensed(make_source: Make, *licences: int | None, asked: tuple[str, ...]) -> LicensedSource:
    """Images 1, 2 … under the licences of these numbers."""
    images: list[Any] = [
        {"id": number, "file_name": "a.jpg" if number % 2 else "b.jpg", "width": 100, "height": 50}
        | ({} if licence is None else {"license": licence})
        for number, licence in enumerate(licences, 1)
    ]
    captions = [{"id": one["id"], "image_id": one["id"], "caption": "A dog."} for one in images]
    return LicensedSource(make_source(images, captions, licences=LICENCES), asked)


def test_only_photographs_of_these_licences_are_samples(make_source: Make) -> None:
    source = make_licensed(make_source, 4, 1, None, 5, 4, asked=("by", "by-sa"))
    assert list(source.list_ids()) == ["1", "4", "5"] == [one.id for one in source]
    assert len(source) == 3
    assert source.get("2") is None
    assert source.get("3") is None, "of an unknown licence"
    found = source.get("4")
    assert found is not None
    assert found.licence == "Attribution-ShareAlike License"
    assert [sample for sample, _ in source.list_files()] == ["1", "4", "5"]
    assert [one.id for one in source.read_some(2)] == ["1", "5"]


def test_what_is_left_out_is_counted_and_told_with_an_example(make_source: Make) -> None:
    source = make_licensed(make_source, 4, 1, None, None, asked=("by",))
    assert (source.counts["images"], source.counts["images_unlicensed"]) == (1, 3)
    assert source.notices[-1] == (
        "3 of 4 images have no licence of by, such as '2' (by-nc): they are left out. Of 2 of them no "
        "licence is known."
    )


def test_where_all_are_taken_nothing_is_told(make_source: Make) -> None:
    source = make_licensed(make_source, 4, 4, asked=("by",))
    assert (len(source), source.counts["images_unlicensed"]) == (2, 0)
    assert not [said for said in source.notices if "licence" in said]


def test_where_none_is_left_the_licences_that_there_are_are_named(make_source: Make) -> None:
    with pytest.raises(ConfigError, match=r"none of the 3 images .* by-nc \(2\), unknown \(1\)"):
        make_licensed(make_source, 1, 1, None, asked=("by", "cc0"))


def test_of_those_that_are_left_the_images_that_are_not_there_are_counted(make_source: Make) -> None:
    source = make_licensed(make_source, 4, 1, 4, asked=("by",))
    source._source._finder.root.joinpath("b.jpg").unlink()
    present = PresentSource(source, source._source._finder.root)
    assert (list(present.list_ids()), present.missing) == (["1", "3"], 0)
    assert present.counts["images_unlicensed"] == 1
