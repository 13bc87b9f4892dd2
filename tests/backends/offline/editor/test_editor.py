"""Promises of the editor as a whole."""

import functools
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest
from PIL import Image

from irloom.backends.offline.editor import editor as module
from irloom.backends.offline.editor.editor import OPERATIONS, ClassicEditor
from irloom.edits import Declined, Step, Subcategory
from irloom.errors import EditError, SourceError
from irloom.options import ClassicOptions
from irloom.protocols import Edit, EditJob
from support.meadow import Bench, Result, set_bench

VALUES = tomllib.loads(files("irloom").joinpath("data", "edits.toml").read_text("utf-8"))["values"]
PROPOSED = [(subcategory, value) for subcategory, values in VALUES.items() for value in values]
NOT_DONE = {("material", "glass"), ("material", "fabric"), *(("action", value) for value in VALUES["action"])}


Tried = Callable[[Subcategory, str, int], Result]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """What came of a step, tried once for all tests."""
    bench = set_bench(tmp_path_factory.mktemp("meadow"))
    return functools.cache(bench.try_to)


def choose_target(value: str) -> int:
    """The barrel, which is red already, or the stone."""
    return 2 if value == "red" else 1


@pytest.mark.parametrize(("subcategory", "value"), PROPOSED)
def test_every_proposed_value_is_carried_out_or_declined_with_a_reason(
    bench: Bench, tried: Tried, subcategory: Subcategory, value: str
) -> None:
    result = tried(subcategory, value, choose_target(value))
    if (subcategory, value) in NOT_DONE:
        assert isinstance(result, Declined)
        assert len(result.reason) > 20
    else:
        assert isinstance(result, Edit), result
        assert result.image.shape == bench.before.shape
        assert result.image.dtype == np.uint8
        assert (np.abs(result.image.astype(int) - bench.before).max(axis=2) > 12).mean() > 0.002


@pytest.mark.parametrize("subcategory", sorted(OPERATIONS.keys() - {"remove", "replace"}))
def test_a_value_that_nobody_knows_is_declined_with_those_that_are_known(
    bench: Bench, subcategory: Subcategory
) -> None:
    reason = bench.decline(subcategory, "plaid flannel")
    assert "'plaid flannel'" in reason
    assert VALUES[subcategory][0] in reason


def test_every_subcategory_but_action_and_complex_has_an_operation() -> None:
    assert set(get_args(Subcategory)) - set(OPERATIONS) == {"action", "complex"}


@pytest.mark.parametrize(("subcategory", "value"), [*PROPOSED, ("remove", ""), ("replace", "stone")])
def test_the_same_job_gives_the_same_bytes(
    bench: Bench, tried: Tried, subcategory: Subcategory, value: str
) -> None:
    target = choose_target(value)
    one, other = tried(subcategory, value, target), bench.try_to(subcategory, value, target)
    if isinstance(one, Edit):
        assert isinstance(other, Edit)
        assert one.image.tobytes() == other.image.tobytes()
        assert (one.regions, one.details) == (other.regions, other.details)
    else:
        assert one == other


@pytest.mark.parametrize(
    ("subcategory", "value"),
    [pair for pair in PROPOSED if pair not in NOT_DONE and pair != ("spatial", "mirrored")],
)
def test_another_seed_gives_another_image(
    bench: Bench, tried: Tried, subcategory: Subcategory, value: str
) -> None:
    target = choose_target(value)
    one = tried(subcategory, value, target)
    assert isinstance(one, Edit)
    assert not np.array_equal(one.image, bench.edit(subcategory, value, target, seed=2).image)


def test_a_batch_gives_what_single_jobs_give(bench: Bench) -> None:
    editor = ClassicEditor(ClassicOptions())
    jobs = [
        bench.job(bench.step("color", "blue")),
        bench.job(),
        bench.job(bench.step("spatial", "left")),
        bench.job(bench.step("style", "mosaic", None), seed=3),
    ]
    together, singly = editor.edit(jobs), [editor.edit([job])[0] for job in jobs]
    assert [type(result) for result in together] == [Edit, Declined, Edit, Edit]
    for one, other in zip(together, singly, strict=True):
        if isinstance(one, Edit) and isinstance(other, Edit):
            assert np.array_equal(one.image, other.image)


def test_prose_alone_is_declined(bench: Bench) -> None:
    (result,) = ClassicEditor(ClassicOptions()).edit([bench.job()])
    assert result == Declined(
        reason="the classic editor reads no prose: it needs steps that name a subcategory and a value"
    )


def test_a_bad_image_is_its_own_error_and_leaves_the_others_alone(bench: Bench, tmp_path: Path) -> None:
    missing = EditJob(tmp_path / "none.png", "x", 1, steps=(bench.step("time", "night", None),))
    good = bench.job(bench.step("time", "night", None))
    first, second = ClassicEditor(ClassicOptions()).edit([missing, good])
    assert isinstance(first, SourceError)
    assert "none.png does not exist" in str(first)
    assert isinstance(second, Edit)


def test_an_image_too_small_to_see_anything_in_is_declined(tmp_path: Path) -> None:
    Image.new("RGB", (200, 20)).save(tmp_path / "strip.png")
    step = Step(subcategory="style", instruction="x", value="mosaic")
    (result,) = ClassicEditor(ClassicOptions()).edit([EditJob(tmp_path / "strip.png", "x", 1, steps=(step,))])
    assert result == Declined(reason="the image has 200 x 20 pixels: each side needs 32 at least")


def test_what_opencv_refuses_is_an_error_of_this_edit(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        cv2.resize(np.zeros((2, 2)), (0, 0))

    monkeypatch.setattr(module, "OPERATIONS", {"time": refuse})
    result = bench.try_to("time", "night", None)
    assert isinstance(result, EditError)
    assert "meadow.png: OpenCV refused the edit" in str(result)
    assert isinstance(result.__cause__, cv2.error)


def test_steps_are_carried_out_one_after_the_other_on_the_object_where_it_is_by_then(bench: Bench) -> None:
    steps = (
        bench.step("spatial", "left"),
        bench.step("color", "blue"),
        bench.step("style", "black and white", None),
    )
    editor = ClassicEditor(ClassicOptions())
    (moved,), (both,), (all_three,) = (editor.edit([bench.job(*steps[:n])]) for n in (1, 2, 3))
    assert isinstance(moved, Edit)
    assert isinstance(both, Edit)
    assert isinstance(all_three, Edit)
    x1, y1, x2, y2 = moved.regions[0]
    height, width = bench.before.shape[:2]
    rows, columns = slice(int(y1 * height), int(y2 * height)), slice(int(x1 * width), int(x2 * width))
    inside = both.image[rows, columns].mean(axis=(0, 1)) - moved.image[rows, columns].mean(axis=(0, 1))
    assert inside[2] > 40
    assert inside[0] < -40
    assert np.ptp(all_three.image.astype(int), axis=2).max() == 0
    assert [step["subcategory"] for step in all_three.details["steps"]] == ["spatial", "color", "style"]


def test_an_object_that_a_step_removed_is_gone_for_the_next(bench: Bench) -> None:
    job = bench.job(bench.step("remove"), bench.step("color", "blue"))
    (result,) = ClassicEditor(ClassicOptions()).edit([job])
    assert isinstance(result, Declined)
    assert "object 1 is gone" in result.reason
