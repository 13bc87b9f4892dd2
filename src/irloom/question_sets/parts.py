"""Draws which groups of images are for training and which for the test: two to one in every task."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from irloom.question_sets.draws import draw
from irloom.question_sets.record import PARTS, Draft, Part, Question

SHARES: Mapping[Part, float] = {"train": 2 / 3, "test": 1 / 3}
"""As published: 2:1."""
_LEAST_TEST, _MOST_TEST = 1 / 6, 1 / 2
"""Shares of a task's questions beyond which the parts are far from that."""


def draw_parts(drafts: Sequence[Draft], groups: Sequence[str], seed: int) -> dict[str, Part]:
    """The part of each group. Large groups are placed first, each where its tasks lack most.

    Of equal wants the train part comes first, since it has more room. The seed orders groups of one size, so
    that the order of the files decides nothing.
    """
    tasks: dict[str, Counter[str]] = defaultdict(Counter)
    for draft, group in zip(drafts, groups, strict=True):
        tasks[group][draft.task] += 1
    whole = sum(tasks.values(), Counter[str]())
    wanted = {part: {task: whole[task] * SHARES[part] for task in whole} for part in PARTS}
    placed: dict[Part, Counter[str]] = {part: Counter() for part in PARTS}
    parts: dict[str, Part] = {}
    for group in sorted(tasks, key=lambda name: (-tasks[name].total(), draw(seed, "part", name))):
        part = max(PARTS, key=lambda one: _measure_lack(tasks[group], placed[one], wanted[one]))
        placed[part] += tasks[group]
        parts[group] = part
    return parts


def tell_uneven(questions: Iterable[Question]) -> Iterator[str]:
    """A sentence for each task that has no question in a part, or far from two to one."""
    counts: dict[str, Counter[Part]] = defaultdict(Counter)
    for one in questions:
        counts[one.task][one.part] += 1
    for task, found in counts.items():
        if not _LEAST_TEST <= found["test"] / found.total() <= _MOST_TEST:
            yield (
                f"{found['test']:,} of {found.total():,} questions of {task} are in the test part, where a "
                "third is meant: its images are of few groups, or of one that is large."
            )


def _measure_lack(group: Counter[str], placed: Counter[str], wanted: Mapping[str, float]) -> float:
    """How much a part still lacks of the tasks of a group, as shares of what it is to have."""
    return sum(count * (1 - placed[task] / wanted[task]) for task, count in group.items())
