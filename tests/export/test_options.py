"""Options that do not go together are refused, never ignored."""

from typing import Any

import pytest

from irloom.errors import UserError
from irloom.export.options import ExportOptions


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"form": "messages", "image_key": "thermal"}, "--image-key thermal is for --format llava"),
        ({"form": "parquet", "absolute": True}, "--absolute is not for --format parquet"),
        ({"form": "llava", "min_score": 0.1}, "--min-score is for --data pairs"),
        ({"form": "llava", "data": "pairs", "tasks": ("reasoning",)}, "--task is for --data instructions"),
        ({"form": "llava", "splits": {"train": 0.9}}, "add up to 0.9, and not to 1"),
        ({"form": "llava", "splits": {"train": 1.5, "test": -0.5}}, "a share lies between 0 and 1"),
        ({"form": "llava", "splits": {"../x": 1}}, "is no name of a split"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        ExportOptions(**options)


@pytest.mark.parametrize(
    ("options", "folder"),
    [
        ({"form": "llava"}, False),
        ({"form": "messages"}, False),
        ({"form": "llava", "splits": {"train": 0.9, "test": 0.1}}, True),
        ({"form": "sharegpt"}, True),
        ({"form": "parquet"}, True),
    ],
)
def test_what_has_several_files_is_a_folder(options: Any, folder: bool) -> None:
    assert ExportOptions(**options).makes_folder is folder
