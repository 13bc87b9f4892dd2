"""What is damaged or odd, where masks say so: whether and where it is, and how its temperature stands out."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from irloom.question_sets.builder import Drafted
from irloom.question_sets.thermometry.boxes import frame, tell_region
from irloom.question_sets.thermometry.comparisons import MARGIN_K
from irloom.question_sets.thermometry.desk import WITHIN_K, Asked, Desk, write
from irloom.question_sets.thermometry.looks import Showing
from irloom.question_sets.thermometry.quarters import QUARTERS, find_quarter
from irloom.question_sets.thermometry.regions import Region, find_cells, grow, make_box, measure_steadily
from irloom.question_sets.thermometry.settings import Task

LEAST_PIXELS = 12
"""Of an anomaly that is asked about."""
_AROUND = 3
"""Pixels around an anomaly that it is held against, behind one that belongs to neither."""
_TRIES = 40


def draft_anomalies(shown: Showing, desk: Desk, wanted: frozenset[Task]) -> Iterator[Drafted]:
    """Every question that the mask of a file allows."""
    mask = shown.frame.mask
    if mask is None:
        return
    if "anomaly_present" in wanted and (not mask.any() or mask.sum() >= LEAST_PIXELS):
        yield _word(shown, desk, "anomaly_present", "yes" if mask.any() else "no", mask)
    if not mask.any():
        return
    if mask.sum() < LEAST_PIXELS:
        desk.leave_out(shown, "anomaly_present", f"its mask has fewer than {LEAST_PIXELS} pixels")
        return
    if "anomaly_framed" in wanted:
        yield from _draft_framed(shown, desk, mask)
    if "anomaly_quarter" in wanted:
        yield from _draft_quarter(shown, desk, mask)
    yield from _draft_temperatures(shown, desk, mask, wanted)


def _word(shown: Showing, desk: Desk, task: Task, answer: str, mask: NDArray[np.bool_]) -> Drafted:
    truth = {"mask_pixels": int(mask.sum())}
    return desk.word(shown, Asked(task, "yes_no", answer, slots={"thing": desk.thing}, truth=truth))


def _draft_framed(shown: Showing, desk: Desk, mask: NDArray[np.bool_]) -> Iterator[Drafted]:
    """Two boxes of one size: one around the anomaly, one without any of it."""
    task: Task = "anomaly_framed"
    left, top, right, bottom = find_cells(grow(mask, 2))
    height, width = mask.shape
    size = right - left, bottom - top
    free = [
        Region(box.pixels, box.cells)
        for attempt in range(_TRIES)
        if not (box := _place_box(shown, desk, size, attempt)).pixels[grow(mask, 2)].any()
    ]
    if size[0] >= width or size[1] >= height or not free:
        desk.leave_out(shown, task, "no box of the same size is free of it")
        return
    around = make_box((left, top, right, bottom), mask.shape)
    for which, answer, region in (("a", "yes", around), ("b", "no", free[0])):
        asked = Asked(
            task, "yes_no", answer, slots={"thing": desk.thing}, marks=(frame(shown, region),),
            which=f"-{which}", strict=True, truth={"region": tell_region(region)},
        )  # fmt: skip
        yield desk.word(shown, asked)


def _place_box(shown: Showing, desk: Desk, size: tuple[int, int], attempt: int) -> Region:
    height, width = shown.frame.celsius.shape
    key = (*desk.key(shown, "anomaly_framed"), attempt)
    left = desk.pick(range(max(1, width - size[0] + 1)), "left", *key)
    top = desk.pick(range(max(1, height - size[1] + 1)), "top", *key)
    return make_box((left, top, left + size[0], top + size[1]), (height, width))


def _draft_quarter(shown: Showing, desk: Desk, mask: NDArray[np.bool_]) -> Iterator[Drafted]:
    quarter = find_quarter(mask)
    if quarter is None:
        desk.leave_out(shown, "anomaly_quarter", "it lies in several quarters, or between them")
        return
    slots, truth = {"thing": desk.thing}, {"mask_pixels": int(mask.sum())}
    yield desk.word(
        shown, Asked("anomaly_quarter", "choice", quarter, slots=slots, choices=QUARTERS, truth=truth)
    )


def _draft_temperatures(
    shown: Showing, desk: Desk, mask: NDArray[np.bool_], wanted: frozenset[Task]
) -> Iterator[Drafted]:
    region = Region(mask, find_cells(mask), desk.thing)
    if "anomaly_max" in wanted and desk.can_read(shown, "anomaly_max"):
        highest = measure_steadily(shown.frame.celsius, region, "max")
        if highest is None:
            desk.leave_out(shown, "anomaly_max", "its highest temperature is not clear at its edges")
        else:
            yield _word_temperature(shown, desk, "anomaly_max", region, highest)
    if "anomaly_contrast" in wanted and desk.can_read(shown, "anomaly_contrast"):
        contrast = _measure_contrast(shown, mask)
        if contrast is None:
            desk.leave_out(shown, "anomaly_contrast", f"it differs by less than {MARGIN_K:g} K")
        else:
            yield _word_temperature(shown, desk, "anomaly_contrast", region, contrast)


def _measure_contrast(shown: Showing, mask: NDArray[np.bool_]) -> float | None:
    """Kelvin between the means inside and around, without a sign; None below the margin."""
    around = grow(mask, 1 + _AROUND) & ~grow(mask)
    inside, outside = shown.frame.celsius[mask], shown.frame.celsius[around]
    contrast = abs(float(inside.mean()) - float(outside.mean())) if outside.size else 0.0
    return contrast if contrast >= MARGIN_K else None


def _word_temperature(shown: Showing, desk: Desk, task: Task, region: Region, value: float) -> Drafted:
    asked = Asked(
        task, "temperature" if task == "anomaly_max" else "difference", write(value),
        slots={"thing": desk.thing}, marks=(frame(shown, region),), within=WITHIN_K,
        truth={"region": tell_region(region), "value": round(value, 3)},
    )  # fmt: skip
    return desk.word(shown, asked)
