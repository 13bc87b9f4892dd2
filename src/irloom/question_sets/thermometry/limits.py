"""Whether something is warmer than a limit: asked of two places with one limit between them.

One of the two answers is yes, so that the limit itself tells nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from irloom.question_sets.builder import Drafted
from irloom.question_sets.thermometry.boxes import NO_REGION, find_region, frame, tell_region
from irloom.question_sets.thermometry.comparisons import MARGIN_K, NO_PLACES
from irloom.question_sets.thermometry.desk import Asked, Desk, ring, tell_place
from irloom.question_sets.thermometry.looks import Showing
from irloom.question_sets.thermometry.places import Place
from irloom.question_sets.thermometry.settings import Task
from irloom.shots import Mark

GAP_K = 2 * MARGIN_K + 0.5
"""Between the two, so that a limit of half degrees lies the margin away from each."""
_TRIES = 12


def draft_points_above(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """Two ringed places, each in a question of its own."""
    task: Task = "above_point"
    if not desk.can_read(shown, task):
        return
    places = shown.frame.uneven.choose(2, _are_clear, desk.seed, *desk.key(shown, task))
    if places is None:
        desk.leave_out(shown, task, NO_PLACES)
        return
    marked = [(ring(shown, one), one.celsius, {"place": tell_place(one)}) for one in places]
    yield from _word(shown, desk, task, marked)


def _are_clear(places: Sequence[Place]) -> bool:
    cold, warm = sorted(places, key=lambda place: place.celsius)
    return warm.celsius - cold.celsius >= GAP_K and warm.low_c - cold.high_c >= MARGIN_K


def draft_regions_above(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """Two boxes and the highest temperature in each."""
    task: Task = "above_region"
    if not desk.can_read(shown, task):
        return
    found = [one for nth in range(_TRIES) if (one := find_region(shown, desk, task, "max", nth))]
    pair = next(
        ((one, other) for one in found for other in found if other[1] - one[1] >= GAP_K),
        None,
    )
    if pair is None:
        desk.leave_out(shown, task, NO_REGION)
        return
    marked = [
        (frame(shown, region), celsius, {"region": tell_region(region), "celsius": round(celsius, 3)})
        for region, celsius in pair
    ]
    yield from _word(shown, desk, task, marked)


def _word(
    shown: Showing, desk: Desk, task: Task, marked: Sequence[tuple[Mark, float, Mapping[str, object]]]
) -> Iterator[Drafted]:
    limit = math.floor(sum(celsius for _, celsius, _ in marked)) / 2
    for which, (mark, celsius, truth) in zip("ab", marked, strict=True):
        asked = Asked(
            task, "yes_no", "yes" if celsius > limit else "no", slots={"limit": f"{limit:g}"},
            marks=(mark,), which=f"-{which}", strict=True, truth={**truth, "limit_c": limit},
        )  # fmt: skip
        yield desk.word(shown, asked)
