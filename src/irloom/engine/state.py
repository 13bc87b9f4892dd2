"""What a commit log adds up to: which samples are owed, which are done, where the data files end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from irloom.engine.done import Committed, Done
from irloom.engine.reasons import Reasons, tell_reason
from irloom.protocols import Usage

_KEPT = frozenset({"accepted", "unjudged"})


@dataclass(slots=True)
class Admission:
    """A sample that was begun under a version of the rules."""

    sample: str
    attempt: int
    rules: int
    refresh: bool = False
    """Done again because the rules have changed since, not because it failed."""


@dataclass(slots=True)
class LogState:
    """The log as it stands: who is owed, who is done, where the files end."""

    open: dict[str, Admission] = field(default_factory=dict)
    done: Done = field(default_factory=Done)
    ends: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    """Tasks."""
    accepted_samples: int = 0
    usage: Usage = field(default_factory=Usage)
    failures: Reasons = field(default_factory=Reasons)

    def take(self, event: Mapping[str, Any]) -> None:
        """Apply one line of the log."""
        if "ends" in event:
            self.ends = {name.removesuffix(".jsonl"): size for name, size in event["ends"].items()}
            self.sums = {name.removesuffix(".jsonl"): value for name, value in event["sums"].items()}
        if event["event"] == "admit":
            self.open[event["sample"]] = Admission(
                event["sample"], event["attempt"], event["rules"], event.get("refresh", False)
            )
        elif event["event"] == "commit":
            self._take_commit(event)
        elif event["event"] == "drop_damaged":
            self.usage += Usage.model_validate(event["usage"])

    def _take_commit(self, event: Mapping[str, Any]) -> None:
        self.open.pop(event["sample"], None)
        faults = event.get("faults", ())
        stages = tuple(fault["stage"] for fault in faults)
        why = tell_reason(faults[0]) if faults else ""
        earlier = self.done.get(event["sample"])
        if earlier is not None and earlier.why:
            self.failures.add(earlier.why, -1)
        if why:
            self.failures.add(why)
        accepted = count_accepted(event)
        self.accepted += accepted - (earlier.accepted if earlier else 0)
        self.accepted_samples += (event["outcome"] in _KEPT) - (
            earlier is not None and earlier.outcome in _KEPT
        )
        self.usage += Usage.model_validate(event["usage"])
        self.done[event["sample"]] = Committed(
            event["attempt"], event["outcome"], stages, event["rules"], accepted, why
        )


def count_accepted(event: Mapping[str, Any]) -> int:
    """How many instructions a commit added; without a judge, written ones count."""
    return sum(outcome in _KEPT for outcome in event["tasks"].values())
