"""Sums a run up from its commit lines and its rule book, without reading rows or transcripts."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from irloom.engine.log import iterate_commits
from irloom.engine.reasons import Reasons, tell_reason
from irloom.engine.rows import iterate_committed
from irloom.errors import RunDirError


@dataclass(slots=True)
class Summary:
    """Counts of a run, each sample by its last commit; usage over all attempts."""

    samples: int = 0
    open: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """What the flow counts: every whole number of its own on a commit line, such as `pairs`.

    Each is an attribute too: `summary.pairs`.
    """
    dropped: dict[str, Counter[str]] = field(default_factory=dict)
    """Why tasks came to nothing, by kind of task, where the flow says so."""
    outcomes: Counter[str] = field(default_factory=Counter)
    tasks: dict[str, Counter[str]] = field(default_factory=dict)
    """Outcomes by kind of task: all edits of a subcategory (`color.1`, `color.2`) count as `color`."""
    rounds: Counter[int] = field(default_factory=Counter)
    """How many accepted tasks needed so many rounds."""
    categories: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    """Where failed samples failed first."""
    reasons: Reasons = field(default_factory=Reasons)
    notes: Counter[str] = field(default_factory=Counter)
    usage: Counter[str] = field(default_factory=Counter)
    spent: dict[str, Counter[str]] = field(default_factory=dict)
    """Usage by agent; empty for a run that began before commits told it."""
    failed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Commits of failed samples, which may be tried again, and of those to `keep`."""
    under: Counter[int] = field(default_factory=Counter)
    """How many samples that did not fail saw each version of the rules."""
    version: int = 0
    """Of the rules now."""
    changed: int = 0
    """The version under which other rules began to stand."""

    def __getattr__(self, name: str) -> int:
        """A count of the flow's; 0 for what it never counted."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.counts[name]

    @property
    def stale(self) -> int:
        """How many samples were done under rules of which others stand now."""
        return sum(count for version, count in self.under.items() if version < self.changed)

    def turn_page(self, changes: bool) -> None:
        """The rule book has a new version, under which other rules stand or not."""
        self.version += 1
        self.changed = self.version if changes else self.changed

    def take(self, event: Mapping[str, Any], keep: Collection[str] = ()) -> None:
        """Add a commit in place of the sample's earlier one, if it was tried again.

        That must have failed, or be one of those that were kept: what is to be done again is known before.
        """
        if mined := event.get("rules_mined"):
            self.turn_page(any(line["origin"] == "mined" for line in mined))
        if (earlier := self.failed.pop(event["sample"], None)) is not None:
            self.count(earlier, -1)
        self.count(event)
        self.usage.update(event["usage"])
        for agent, usage in event.get("spent", {}).items():
            self.spent.setdefault(agent, Counter()).update(usage)
        if event["outcome"] == "failed" or event["sample"] in keep:
            kept = {key: value for key, value in event.items() if key in _COUNTED or type(value) is int}
            self.failed[event["sample"]] = kept

    def count(self, event: Mapping[str, Any], sign: int = 1) -> None:
        """Add a commit, or take an earlier attempt's back."""
        self.samples += sign
        for name, value in event.items():
            if type(value) is int and name not in _OWN:
                self.counts[name] += sign * value
        self.outcomes[event["outcome"]] += sign
        if event["outcome"] != "failed":
            self.under[event.get("rules", 0)] += sign
        for task, outcome in event["tasks"].items():
            self.tasks.setdefault(kind_of(task), Counter())[outcome] += sign
            if outcome == "accepted":
                self.rounds[event.get("rounds", {}).get(task, 0)] += sign
        for counter, name in ((self.categories, "categories"), (self.notes, "notes")):
            for key, value in event.get(name, {}).items():
                counter[key] += sign * value
        for subcategory, reasons in event.get("dropped", {}).items():
            counter = self.dropped.setdefault(subcategory, Counter())
            for reason, value in reasons.items():
                counter[reason] += sign * value
        for fault in event.get("faults", [])[:1]:
            self.stages[fault["stage"]] += sign
            self.reasons.add(tell_reason(fault), sign)


def kind_of(task: str) -> str:
    """What tasks of a sample have in common that differ by their number, such as `color.3`."""
    return task.partition(".")[0]


def last_commits(root: Path) -> dict[str, dict[str, Any]]:
    """The last commit of each sample, in the order of first commits, with the rules of all its attempts."""
    if not (root / "commits.jsonl").is_file():
        raise RunDirError(f"{root} holds no run (there is no commits.jsonl).")
    commits: dict[str, dict[str, Any]] = {}
    for event in iterate_commits(root):
        if event["event"] == "commit":
            before = commits.get(event["sample"], {}).get("rules_mined", [])
            commits[event["sample"]] = {**event, "rules_mined": [*before, *event.get("rules_mined", [])]}
    return commits


def summarise(root: Path, keep: Collection[str] = ()) -> Summary:
    """Sum up a run that may be in progress; commits of samples to `keep` can be replaced afterwards."""
    if not (root / "commits.jsonl").is_file():
        raise RunDirError(f"{root} holds no run (there is no commits.jsonl).")
    refreshed = {
        event["sample"]
        for event in iterate_commits(root)
        if event["event"] == "admit" and event.get("refresh")
    }
    summary, kept = Summary(), {*keep, *refreshed}
    opened: set[str] = set()
    for event in iterate_commits(root):
        if event["event"] == "admit":
            opened.add(event["sample"])
        elif event["event"] == "commit":
            opened.discard(event["sample"])
            summary.take(event, kept)
        elif event["event"] == "retire":
            summary.turn_page(changes=True)
        elif event["event"] == "drop_damaged":
            summary.usage.update(event["usage"])
    summary.open = len(opened)
    return summary


_OWN = frozenset({"attempt", "rules"})
"""Whole numbers of every commit line, which add up to nothing."""
_COUNTED = frozenset({"outcome", "tasks", "rounds", "categories", "notes", "faults", "dropped"})


@dataclass(frozen=True, slots=True)
class RuleStory:
    """A rule, where it came from and how it fared."""

    rule: str
    origin: str
    since: int
    sample: str | None
    task: str | None
    reason: str | None
    fired: int
    retired: bool


def tell_rules(root: Path) -> list[RuleStory]:
    """The rules of a run in order of their coming; `fired` counts later commits' rejections that mined it."""
    first: dict[str, Mapping[str, Any]] = {}
    fired: Counter[str] = Counter()
    retired: set[str] = set()
    for _, line in iterate_committed(root, "rules"):
        if line["origin"] == "merged":
            fired[line["rule"]] += line["version"] > first[line["rule"]]["version"]
        elif line["origin"] == "retired":
            retired.add(line["rule"])
        else:
            first.setdefault(line["rule"], line)
    return [
        RuleStory(
            rule,
            line["origin"],
            line["version"],
            line.get("sample"),
            line.get("task"),
            line.get("reason"),
            fired[rule],
            rule in retired,
        )
        for rule, line in first.items()
    ]
