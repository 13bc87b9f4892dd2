"""How warm one point is, told by coordinates or by a ring, and what the bar says at its ends."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from irloom.question_sets.builder import Drafted
from irloom.question_sets.thermometry.desk import WITHIN_K, Asked, Desk, ring, tell_place, write
from irloom.question_sets.thermometry.looks import Showing
from irloom.question_sets.thermometry.places import Place
from irloom.question_sets.thermometry.settings import Task
from irloom.shots import Mark

WRITTEN_WITHIN_K = 0.1
"""What is written at the bar has to be read, not estimated."""
NO_PLACE = "no place is even enough"


def draft_coordinates(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """The place is told in pixels of the picture as it is shown, its bar included."""
    if (place := _choose(shown, desk, "point_coordinates")) is not None:
        (x, y), (width, height) = shown.locate(place), shown.size
        slots = {"x": int(x), "y": int(y), "width": width, "height": height}
        yield desk.word(shown, _ask("point_coordinates", place, slots=slots))


def draft_marker(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """The place is ringed."""
    if (place := _choose(shown, desk, "point_marker")) is not None:
        yield desk.word(shown, _ask("point_marker", place, marks=(ring(shown, place),)))


def draft_bar_ends(shown: Showing, desk: Desk) -> Iterator[Drafted]:
    """The least and the highest temperature that is written at the bar."""
    low, *_, high = shown.rendered.ticks_c
    ends: tuple[tuple[Task, float], ...] = (("bar_max", high), ("bar_min", low))
    for task, celsius in ends:
        yield desk.word(shown, Asked(task, "temperature", write(celsius), within=WRITTEN_WITHIN_K))


def _choose(shown: Showing, desk: Desk, task: Task) -> Place | None:
    if not desk.can_read(shown, task):
        return None
    found = shown.frame.even.choose(1, lambda places: True, desk.seed, *desk.key(shown, task))
    if found is None:
        desk.leave_out(shown, task, NO_PLACE)
        return None
    return found[0]


def _ask(
    task: Task, place: Place, slots: Mapping[str, object] = MappingProxyType({}), marks: tuple[Mark, ...] = ()
) -> Asked:
    truth = {"place": tell_place(place)}
    return Asked(task, "temperature", write(place.celsius), slots, marks, within=WITHIN_K, truth=truth)
