"""What the figures of an edit say of it."""

from typing import Any

import pytest

from irloom.agents.verifier.objections import find_objection
from irloom.edits import Preservation, PreservationLimits, Step, Subcategory

GOOD = Preservation(
    changed=0.2,
    changed_inside=0.8,
    changed_outside=0.01,
    ssim=0.9,
    ssim_outside=0.98,
    structure=0.9,
    colour_shift=6.0,
    colour_shift_outside=0.2,
    hash_before="0" * 16,
    hash_after="1" * 16,
    hash_distance=4,
    same_size=True,
)
LIMITS = PreservationLimits()


def judge(subcategory: Subcategory = "color", **figures: Any) -> tuple[str, str] | None:
    steps = (Step(subcategory=subcategory, instruction="Change it."),)
    return find_objection(GOOD.model_copy(update=figures), steps, LIMITS)


def test_good_figures_meet_no_objection() -> None:
    assert judge() is None


@pytest.mark.parametrize(
    ("figures", "category", "words"),
    [
        ({"same_size": False}, "size", "another shape"),
        ({"changed": 0.0}, "unchanged", "only 0.00% of the image changed"),
        ({"changed_inside": 0.01}, "unchanged", "only 1.0% of the region changed"),
        ({"changed_outside": 0.5}, "outside", "50.0% of what should stay changed"),
        ({"ssim_outside": 0.3}, "outside", "kept by 0.30"),
        ({"colour_shift_outside": 20.0}, "outside", "moved by 20.0 in CIELAB"),
        ({"structure": 0.01}, "repainted", "another picture was painted"),
    ],
)
def test_each_figure_beyond_its_limit_is_an_objection_that_names_figure_and_limit(
    figures: dict[str, Any], category: str, words: str
) -> None:
    found = judge(**figures)
    assert found is not None
    assert found[0] == category
    assert words in found[1]


def test_nothing_is_asked_of_an_outside_that_is_not_known() -> None:
    unknown = {
        "changed_inside": None,
        "changed_outside": None,
        "ssim_outside": None,
        "colour_shift_outside": None,
    }
    assert judge("time", **unknown) is None
    assert judge("time", **{**unknown, "changed": 0.0}) is not None


def test_a_new_viewpoint_may_move_every_edge() -> None:
    assert judge("viewpoint", structure=0.0, changed_outside=None, ssim_outside=None) is None
    assert judge("style", structure=0.0) is not None
