"""Brings images of one size together, since only those share a batch."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from irloom.errors import SampleError

Job = TypeVar("Job")
Loaded = TypeVar("Loaded")
Done = TypeVar("Done")


def run_by_size(
    jobs: Sequence[Job],
    load: Callable[[Job], Loaded],
    size_of: Callable[[Loaded], Hashable],
    work: Callable[[Sequence[Loaded]], Sequence[Done]],
    most: int,
) -> list[Done | SampleError]:
    """One result a job, in order; `work` gets up to `most` of one size at once.

    A SampleError that `load` raises is the result of its own job. A full group is worked on before
    more is loaded.
    """
    results: dict[int, Done | SampleError] = {}
    groups: dict[Hashable, dict[int, Loaded]] = {}

    def work_on(group: dict[int, Loaded]) -> None:
        results.update(zip(group, work(list(group.values())), strict=True))

    for index, job in enumerate(jobs):
        try:
            loaded = load(job)
        except SampleError as error:
            results[index] = error
            continue
        size = size_of(loaded)
        group = groups.setdefault(size, {})
        group[index] = loaded
        if len(group) == most:
            work_on(groups.pop(size))
    for group in groups.values():
        work_on(group)
    return [results[index] for index in range(len(jobs))]
