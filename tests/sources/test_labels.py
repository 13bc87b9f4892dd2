"""Labels that name no object are left out, in whatever spelling, and counted."""

from collections.abc import Callable
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.records import IGNORED_LABELS
from irloom.sources.coco import CocoSource
from irloom.sources.labels import IgnoredLabels

Make = Callable[..., CocoSource]


@pytest.mark.parametrize(
    "label",
    [
        *(
            "DontCare",
            "dontcare",
            "Don't Care",
            "dont_care",
            "person?",
            "Person?",
            "ignored regions",
            "Other",
        ),
        *(
            "ignored-region",
            "Ignored_Regions",
            "others",
            "OTHERS",
            "unknown",
            "Unknown",
            "background",
            "ignore",
        ),
    ],
)
def test_the_default_knows_the_spellings(label: str) -> None:
    assert label in IgnoredLabels(IGNORED_LABELS)


@pytest.mark.parametrize(
    "label", ["person", "people", "other vehicle", "back", "mother", "car", "unknown dog"]
)
def test_objects_are_kept(label: str) -> None:
    assert label not in IgnoredLabels(IGNORED_LABELS)


def make_boxes(*categories: int) -> list[dict[str, Any]]:
    return [{"image_id": 1, "category_id": number, "bbox": [10, 5, 20, 10]} for number in categories]


CATEGORIES = [{"id": 1, "name": "person"}, {"id": 2, "name": "Don't care"}, {"id": 3, "name": "person?"}]


def test_boxes_of_ignored_labels_are_left_out_counted_and_told(make_source: Make) -> None:
    source = make_source(boxes=make_boxes(1, 2, 3, 2), categories=CATEGORIES)
    (sample,) = source
    assert [box.label for box in sample.boxes] == ["person"]
    assert sample.notes == {"label_ignored": 3}
    assert (source.counts["label_ignored"], source.counts["boxes"]) == (3, 1)
    (notice,) = source.notices
    assert notice.startswith("3 of 4 boxes are left out: their label is one of --ignore-labels")
    assert "Don't care" in notice


@pytest.mark.parametrize(("ignored", "kept"), [((), 4), (("",), 4), (("Person",), 3)])
def test_the_list_is_the_users(make_source: Make, ignored: tuple[str, ...], kept: int) -> None:
    source = make_source(boxes=make_boxes(1, 2, 3, 2), categories=CATEGORIES, ignore_labels=ignored)
    assert source.counts["boxes"] == kept


def test_a_file_of_ignored_labels_alone_is_refused(make_source: Make) -> None:
    with pytest.raises(ConfigError, match=r"All 2 boxes .* would be dropped: 2 because .*--ignore-labels"):
        make_source(boxes=make_boxes(2, 3), categories=CATEGORIES)


def test_labels_read_as_words(make_source: Make) -> None:
    categories = [{"id": 1, "name": "baseball_bat"}, {"id": 2, "name": "bow_(weapon)"}]
    (sample,) = make_source(boxes=make_boxes(1, 2), categories=categories)
    assert [box.label for box in sample.boxes] == ["baseball bat", "bow (weapon)"]
