"""No image is in two splits, and nothing is dropped without a reason."""

from pathlib import Path
from typing import Any

import pytest

from irloom.engine.reader import read_rows_at
from irloom.export.options import ExportOptions
from irloom.export.plan import Plan, plan_export
from support.small_run import SmallRun, draw_image

HALVES = {"train": 0.5, "test": 0.5}


def plan(run: SmallRun, **options: Any) -> Plan:
    """Also of rows that nobody judged, if nothing else is said."""
    return plan_export(run.root, ExportOptions(form="llava", **{"unjudged": True, **options}))


def split_of(plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, places in plan.splits.items():
        for place in places:
            assert found.setdefault(place.sample, name) == name, "all rows of a sample are in one split"
    return found


@pytest.fixture
def long_run(tmp_path: Path) -> SmallRun:
    """Sixty samples; each third one repeats the image of the one two before it."""
    run = SmallRun(tmp_path / "long")
    for number in range(60):
        image = draw_image(number - 2 if number % 3 == 2 else number)
        run.add(str(number), image, [f"Caption {number}.", "Another."], [("reasoning", f"Answer {number}.")])
    return run


@pytest.mark.parametrize("data", ["pairs", "instructions"])
def test_samples_with_the_same_image_are_in_one_split(data: str, long_run: SmallRun) -> None:
    found = split_of(plan(long_run, data=data, splits=HALVES))
    assert len(found) == 60
    assert set(found.values()) == {"train", "test"}
    assert all(found[str(number)] == found[str(number - 2)] for number in range(2, 60, 3))


def test_pairs_and_instructions_of_a_sample_are_in_the_same_split(long_run: SmallRun) -> None:
    assert split_of(plan(long_run, data="pairs", splits=HALVES)) == split_of(plan(long_run, splits=HALVES))


def test_the_split_of_a_sample_does_not_depend_on_what_was_selected(long_run: SmallRun) -> None:
    for number in range(60, 90):
        long_run.add(str(number), draw_image(number - 60), ["Pair."], outcome="unjudged")
    whole = split_of(plan(long_run, data="pairs", splits=HALVES))
    few = split_of(plan(long_run, data="pairs", splits=HALVES, outcomes=("unjudged",)))
    repeats = {str(number) for number in range(2, 60, 3)}
    some = split_of(plan(long_run, splits=HALVES, samples=frozenset(repeats)))
    assert (len(few), set(some)) == (30, repeats)
    assert few | some == {sample: whole[sample] for sample in few | some}


def test_instructions_are_where_the_pair_of_the_same_image_is(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    for number in range(20):
        run.add(str(number), draw_image(number), ["A pair only."])
    for number in range(20):
        run.add(f"again-{number}", draw_image(number), answers=[("reasoning", "Instructions only.")])
    pairs, instructions = split_of(plan(run, data="pairs", splits=HALVES)), split_of(plan(run, splits=HALVES))
    assert instructions == {f"again-{sample}": split for sample, split in pairs.items()}


def test_samples_stay_in_their_split_when_the_run_grows(long_run: SmallRun) -> None:
    before = split_of(plan(long_run, splits=HALVES))
    for number in range(60, 90):
        long_run.add(str(number), draw_image(number - 60), answers=[("reasoning", "New.")])
    after = split_of(plan(long_run, splits=HALVES))
    assert {sample: after[sample] for sample in before} == before
    assert all(after[str(number)] == after[str(number - 60)] for number in range(60, 90) if number % 3 != 2)


@pytest.mark.parametrize("how", ["near", None])
def test_near_images_share_a_split_whatever_is_dropped(how: str | None, tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    for number in range(40):
        run.add(str(number), draw_image(number // 2, light=number % 2 * 5), [f"Caption {number}."])
    found = split_of(plan(run, data="pairs", splits=HALVES, drop_duplicates=how))
    assert set(found.values()) == {"train", "test"}
    assert all(found[str(number)] == found[str(number + 1)] for number in range(0, 40, 2))


def test_exact_duplicates_go_with_their_reason(run: SmallRun) -> None:
    found = plan(run, data="pairs", drop_duplicates="exact")
    assert [(one.id, one.of) for one in found.dropped] == [("3-0", "1-0")]
    assert [place.sample for place in found.splits["train"]] == ["1", "1", "2", "3", "4", "4"]
    assert [one.id for one in plan(run, drop_duplicates="exact").dropped] == ["3-reasoning"]


def test_near_duplicates_go_with_their_reason(run: SmallRun) -> None:
    found = plan(run, data="pairs", drop_duplicates="near")
    assert [(one.id, one.of, one.reason[:9]) for one in found.dropped] == [
        ("3-0", "1-0", "near: 100"),
        ("4-0", "2-0", "near: 100"),
    ]


def test_the_same_text_of_different_images_is_no_duplicate(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    for number in (1, 2):
        run.add(str(number), draw_image(number), ["A dog on a sofa."])
    assert plan(run, data="pairs", drop_duplicates="near").dropped == []


def test_without_splits_and_duplicates_no_image_is_read(run: SmallRun) -> None:
    for image in (run.root / "images").iterdir():
        image.unlink()
    assert plan(run).rows == 4


def test_a_plan_holds_while_the_run_goes_on(run: SmallRun) -> None:
    places = plan(run, data="pairs").splits["train"]
    run.fail("1", attempt=2)
    run.fail("9")
    rows = read_rows_at(run.root, "pairs", (place.offset for place in places))
    assert [(row["sample"], row["attempt"]) for row in rows] == [(sample, 1) for sample in "1123344"]
