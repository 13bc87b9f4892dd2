"""Which of some places is warmer, by how much, and in which order; and which quarter has the hottest spot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from irloom.question_sets.builder import Drafted
from irloom.question_sets.draws import shuffle
from irloom.question_sets.record import LETTERS
from irloom.question_sets.thermometry.desk import WITHIN_K, Asked, Desk, ring, tell_place, write
from irloom.question_sets.thermometry.looks import LEAST_STEPS, Showing
from irloom.question_sets.thermometry.places import Place
from irloom.question_sets.thermometry.quarters import QUARTERS, find_quarter, split
from irloom.question_sets.thermometry.settings import Task

MARGIN_K = 2.0
"""Between places that are compared: noise and uneven surroundings are less."""
LABELS = "PQRS"
"""Of marked places; options have other letters."""
NO_PLACES = "no places are far enough apart, in the picture and in temperature"
_ASIDE = 0.25
"""Share of the width between two places, one of which is called the left one."""
_SPOT_PIXELS = 4
"""That the hottest spot has at least, so that it is more than a faulty pixel."""

Accept = Callable[[Sequence[Place]], bool]


def draft_hottest_place(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """Of four ringed places one is the hottest by the margin."""

    def accept(places: Sequence[Place]) -> bool:
        first, *others = sorted(places, key=lambda one: -one.celsius)
        return all(_differ(shown, first, one) for one in others)

    if places := _choose(shown, desk, "hottest_place", 4, accept):
        labelled = dict(zip(LABELS, places, strict=True))
        right = max(labelled, key=lambda label: labelled[label].celsius)
        yield _word(shown, desk, "hottest_place", labelled, right, tuple(labelled))


def draft_warmer(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """Of two ringed places beside each other, the left or the right one."""

    def accept(places: Sequence[Place]) -> bool:
        one, other = places
        aside = abs(one.column - other.column) >= _ASIDE * shown.frame.celsius.shape[1]
        return aside and _differ(shown, one, other)

    if places := _choose(shown, desk, "warmer", 2, accept):
        left, right = sorted(places)
        answer = "the left one" if left.celsius > right.celsius else "the right one"
        asked = Asked(
            "warmer", "choice", answer,
            marks=(ring(shown, left), ring(shown, right)), choices=("the left one", "the right one"),
            truth={"places": {"left": tell_place(left), "right": tell_place(right)}},
        )  # fmt: skip
        yield desk.word(shown, asked)


def draft_ranking(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """Three ringed places from hot to cold, among three other orders."""

    def accept(places: Sequence[Place]) -> bool:
        return all(_differ(shown, one, other) for one, other in combinations(places, 2))

    if places := _choose(shown, desk, "ranking", 3, accept):
        labelled = dict(zip(LABELS, places, strict=False))
        right = tuple(sorted(labelled, key=lambda label: -labelled[label].celsius))
        others = [order for order in permutations(labelled) if order != right]
        drawn = shuffle(others, desk.seed, "orders", *desk.key(shown, "ranking"))[: len(LETTERS) - 1]
        choices = tuple(map(", ".join, (right, *drawn)))
        yield _word(shown, desk, "ranking", labelled, choices[0], choices)


def draft_difference(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """How much warmer one ringed place is than another."""
    if not desk.can_read(shown, "difference"):
        return
    places = _choose(shown, desk, "difference", 2, lambda places: _differ(shown, *places))
    if not places:
        return
    warm, cold = sorted(places, key=lambda one: -one.celsius)
    first, second = desk.pick((("P", "Q"), ("Q", "P")), "labels", *desk.key(shown, "difference"))
    asked = Asked(
        "difference", "difference", write(warm.celsius - cold.celsius),
        slots={"first": first, "second": second}, within=WITHIN_K,
        marks=(ring(shown, warm, first), ring(shown, cold, second)),
        truth={"places": {first: tell_place(warm), second: tell_place(cold)}},
    )  # fmt: skip
    yield desk.word(shown, asked)


def draft_hottest_quarter(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """Which quarter has the hottest spot, where it is clear of the others and of the lines between them."""
    celsius = shown.frame.celsius
    quarters = split(celsius)
    hottest = {name: _find_highest(part) for name, part in quarters.items()}
    first, second = sorted(hottest, key=lambda name: -hottest[name])[:2]
    is_spot = celsius > max(hottest[first] - MARGIN_K / 2, hottest[second])
    levels = {name: _find_highest(part) for name, part in split(shown.levels).items()}
    is_clear = (
        hottest[first] - hottest[second] >= MARGIN_K
        and levels[first] - levels[second] >= LEAST_STEPS
        and is_spot.sum() >= _SPOT_PIXELS
        and find_quarter(is_spot) == first
    )
    if not is_clear:
        desk.leave_out(
            shown, "hottest_quarter", "no spot is clearly the hottest, or it lies between quarters"
        )
        return
    truth = {"hottest_c": {name: round(value, 3) for name, value in hottest.items() if np.isfinite(value)}}
    yield desk.word(shown, Asked("hottest_quarter", "choice", first, choices=QUARTERS, truth=truth))


def _find_highest(part: NDArray[np.float64]) -> float:
    """Of the pixels that have a temperature; minus infinity where none has."""
    return float(np.nan_to_num(part, nan=-np.inf).max(initial=-np.inf))


def _choose(shown: Showing, desk: Desk, task: Task, count: int, accept: Accept) -> list[Place] | None:
    # A comparison holds for all neighbours of its places, so that they may be less even.
    known = shown.frame.even if task == "difference" else shown.frame.uneven
    found = known.choose(count, accept, desk.seed, *desk.key(shown, task))
    if found is None:
        desk.leave_out(shown, task, NO_PLACES)
    return found


def _differ(shown: Showing, one: Place, other: Place) -> bool:
    """In the file, whichever neighbours are taken, and in the picture."""
    cold, warm = sorted((one, other), key=lambda place: place.celsius)
    is_clear = warm.celsius - cold.celsius >= MARGIN_K and warm.low_c - cold.high_c >= MARGIN_K / 2
    return is_clear and shown.can_tell(one, other)


def _word(
    shown: Showing,
    desk: Desk,
    task: Task,
    labelled: Mapping[str, Place],
    answer: str,
    choices: tuple[str, ...],
) -> Drafted:
    *some, last = labelled
    asked = Asked(
        task, "choice", answer,
        slots={"labels": f"{', '.join(some)} and {last}"}, choices=choices,
        marks=tuple(ring(shown, place, label) for label, place in labelled.items()),
        truth={"places": {label: tell_place(place) for label, place in labelled.items()}},
    )  # fmt: skip
    return desk.word(shown, asked)
