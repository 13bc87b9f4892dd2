"""The words of the questions, from the data file: several phrasings a task, with places for what is asked."""

import string
from collections.abc import Mapping
from importlib.resources import files

from irloom.question_sets.draws import pick
from irloom.question_sets.thermometry.settings import TASKS, Task
from irloom.toml_files import parse_toml

_PLACES: Mapping[Task, frozenset[str]] = {
    "point_coordinates": frozenset({"x", "y", "width", "height"}),
    **dict.fromkeys(("region_max", "region_min", "region_mean"), frozenset({"region"})),
    **dict.fromkeys(("hottest_place", "ranking"), frozenset({"labels"})),
    "difference": frozenset({"first", "second"}),
    **dict.fromkeys(("above_point", "above_region"), frozenset({"limit"})),
    **dict.fromkeys(
        ("anomaly_present", "anomaly_framed", "anomaly_quarter", "anomaly_max", "anomaly_contrast"),
        frozenset({"thing"}),
    ),
}
"""What the words of a task have a place for; nothing where it is not listed."""


class Phrasings:
    """All tasks with their phrasings by name."""

    def __init__(self, tasks: Mapping[str, Mapping[str, str]]) -> None:
        """Raises ValueError where a task is missing or its words have no place for what is asked."""
        if tasks.keys() != set(TASKS):
            raise ValueError(f"tasks that are missing, or of no use: {sorted(tasks.keys() ^ set(TASKS))}")
        for task in TASKS:
            for name, words in tasks[task].items():
                if (found := _list_places(words)) != (wanted := _PLACES.get(task, frozenset())):
                    raise ValueError(
                        f"{task}.{name} has places for {sorted(found)}, and needs those for {sorted(wanted)}"
                    )
        self._tasks = tasks

    def choose(self, task: Task, seed: int, unit: str) -> tuple[str, str]:
        """Name and words of the phrasing of one question."""
        name = pick(sorted(self._tasks[task]), seed, "phrasing", unit)
        return name, self._tasks[task][name]


def read_phrasings() -> Phrasings:
    """Those that irloom brings."""
    return Phrasings(parse_toml(files("irloom.data").joinpath("thermometry_phrasings.toml").read_bytes()))


def _list_places(words: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(words) if name is not None)
