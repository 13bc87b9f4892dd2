"""How warm a part of the picture is at most, at least and on average: a drawn box, or what was annotated."""

from collections.abc import Iterator

import numpy as np

from irloom.question_sets.builder import Drafted
from irloom.question_sets.draws import draw, shuffle
from irloom.question_sets.thermometry.desk import WITHIN_K, Asked, Desk, write
from irloom.question_sets.thermometry.looks import Showing
from irloom.question_sets.thermometry.regions import Cells, Measure, Region, make_box, measure_steadily
from irloom.question_sets.thermometry.settings import Task
from irloom.shots import Mark

_KINDS: tuple[tuple[Task, Measure], ...] = (
    ("region_max", "max"), ("region_min", "min"), ("region_mean", "mean"),
)  # fmt: skip
_TRIES = 60
_LEAST, _MOST = 0.12, 0.4
"""Shares of width and height that a drawn box has."""
_BORDER = 0.02
NO_REGION = "the temperature of no box is clear at its edges"


def draft_regions(shown: Showing, desk: Desk, wanted: frozenset[Task]) -> Iterator[Drafted]:
    """One question a measure, each about a region of its own; what was annotated comes before drawn boxes."""
    for task, what in _KINDS:
        if task not in wanted or not desk.can_read(shown, task):
            continue
        found = find_region(shown, desk, task, what)
        if found is None:
            desk.leave_out(shown, task, NO_REGION)
            continue
        region, celsius = found
        asked = Asked(
            task, "temperature", write(celsius), slots={"region": name_region(region)}, within=WITHIN_K,
            marks=(frame(shown, region),),
            truth={"region": tell_region(region), "celsius": round(celsius, 3)},
        )  # fmt: skip
        yield desk.word(shown, asked)


def find_region(
    shown: Showing, desk: Desk, task: Task, what: Measure, nth: int = 0
) -> tuple[Region, float] | None:
    """A region with its clear temperature; `nth` draws others of the same task."""
    celsius, key = shown.frame.celsius, (*desk.key(shown, task), nth)
    for region in _propose(shown, desk.seed, key):
        if (value := measure_steadily(celsius, region, what)) is not None:
            return region, value
    return None


def _propose(shown: Showing, seed: int, key: tuple[object, ...]) -> Iterator[Region]:
    yield from shuffle(shown.frame.regions, seed, "annotated", *key)
    for attempt in range(_TRIES):
        yield make_box(_draw_box(shown.frame.celsius.shape, seed, *key, attempt), shown.frame.celsius.shape)


def _draw_box(shape: tuple[int, ...], seed: int, *names: object) -> Cells:
    height, width = shape
    left, right = _draw_span(width, seed, "across", *names)
    top, bottom = _draw_span(height, seed, "down", *names)
    return left, top, right, bottom


def _draw_span(size: int, seed: int, *names: object) -> tuple[int, int]:
    edge = max(1, round(_BORDER * size))
    length = round(size * (_LEAST + (_MOST - _LEAST) * draw(seed, "length", *names) / 2**64))
    start = edge + draw(seed, "start", *names) % max(1, size - 2 * edge - length + 1)
    return start, start + length


def frame(shown: Showing, region: Region, label: str = "") -> Mark:
    """The rectangle around a region."""
    return Mark(box=shown.outline(region.cells), label=label)


def name_region(region: Region) -> str:
    """In words."""
    return "the rectangle" if region.label is None else f"the {region.label} in the rectangle"


def tell_region(region: Region) -> dict[str, object]:
    """For the truth of a question: the box in pixels of the thermal picture, and how many pixels count."""
    left, top, right, bottom = region.cells
    is_box = int(np.count_nonzero(region.pixels)) == (right - left) * (bottom - top)
    return {"cells": region.cells, "label": region.label, "pixels": int(region.pixels.sum()), "box": is_box}
