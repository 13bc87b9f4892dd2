"""What was recorded of a drawing is read back, however odd it is."""

from typing import Any

from irloom.figures import Failure, Picture
from irloom.pipelines.imgcoder.actions import _read

TEXT: dict[str, Any] = {
    "text": "x", "plain": "x", "role": "text", "axes": 0, "box": [0, 0, 1, 1], "corners": [[0, 0]] * 4,
    "rotation": 0, "font_px": 9, "visible": True, "clipped": False,
}  # fmt: skip
RESULT = {"image": "images/a.png", "sha256": "0", "width": 1, "height": 1}


def test_a_recorded_picture_is_read_and_one_that_holds_no_number_is_a_failure() -> None:
    assert isinstance(_read({"result": {**RESULT, "texts": [TEXT]}}), Picture)
    # What an older irloom journaled of a script that told `NaN`, which JSON keeps as null.
    failure = _read({"result": {**RESULT, "texts": [{**TEXT, "rotation": None}]}})
    assert isinstance(failure, Failure)
    assert failure.reason == "bad_image"
    assert "texts.0.rotation" in failure.log
