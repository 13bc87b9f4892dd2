"""Follows a run along its commits: rounds, rules, tokens, failures. No row is read."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from irloom.engine.log import iterate_commits
from irloom.engine.reader import last_attempts
from irloom.engine.rows import iterate_committed
from irloom.engine.summary import kind_of
from irloom.records import Outcome

Ending = tuple[str, int]
"""How a task ended, and in which round."""
_POINTS = 400
"""Kept of a curve over 118,000 samples."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run had used when so many commits were made."""

    samples: int
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float


@dataclass(slots=True)
class Course:
    """What happened in a run, each sample by its last attempt; what was used, over all attempts."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    endings: dict[str, Counter[Ending]] = field(default_factory=lambda: defaultdict(Counter))
    """By kind of task."""
    rules: list[tuple[int, int]] = field(default_factory=list)
    """Standing rules after so many commits, where that changes."""
    spent: list[Spent] = field(default_factory=list)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By stage and error."""
    objections: Counter[str] = field(default_factory=Counter)
    last: str = ""
    """Time of the last commit."""


def follow(root: Path) -> Course:
    """Go along the commits of a run, in progress or not; RunDirError where there is none."""
    attempts = last_attempts(root)
    course = Course(rules=[(0, _count_first_rules(root))])
    step = max(1, len(attempts) // _POINTS)
    commits = 0
    usage: Counter[str] = Counter()
    for event in iterate_commits(root):
        if event["event"] == "retire":
            course.rules.append((commits, course.rules[-1][1] - 1))
        if event["event"] != "commit":
            continue
        commits += 1
        usage.update(event["usage"])
        course.last = event["time"]
        if new := sum(mined["origin"] == "mined" for mined in event.get("rules_mined", ())):
            course.rules.append((commits, course.rules[-1][1] + new))
        if commits % step == 0:
            course.spent.append(_spend(commits, usage))
        if event["attempt"] == attempts.get(event["sample"]):
            _count(course, event)
    if commits % step:
        course.spent.append(_spend(commits, usage))
    course.rules.append((commits, course.rules[-1][1]))
    return course


def _count(course: Course, event: Mapping[str, Any]) -> None:
    course.outcomes[event["sample"]] = event["outcome"]
    for task, outcome in event["tasks"].items():
        course.endings[kind_of(task)][outcome, event.get("rounds", {}).get(task, 0)] += 1
    for fault in event.get("faults", ()):
        course.failures[fault["stage"], fault["error"]] += 1
    for category, count in event.get("categories", {}).items():
        course.objections[category] += count


def _spend(commits: int, usage: Mapping[str, Any]) -> Spent:
    return Spent(
        commits,
        usage["requests"],
        usage["prompt_tokens"],
        usage["completion_tokens"],
        usage.get("cost_usd", 0.0),
    )


def _count_first_rules(root: Path) -> int:
    return sum(line["origin"] == "basic" for _, line in iterate_committed(root, "rules"))
