"""Finds committed samples for which something else is to be done now, since a change was accepted."""

from collections.abc import Callable
from typing import Protocol

from irloom.engine.commits import CommitLog
from irloom.engine.log import iterate_commits
from irloom.engine.session import Unit


class Source(Protocol):
    """Where samples come from."""

    def get(self, sample_id: str) -> Unit | None:
        """One sample by its id."""
        ...


def list_outdated(log: CommitLog, source: Source, plan: Callable[[Unit], str]) -> list[str]:
    """Samples that were committed before the last accepted change, and whose plan is another one now.

    One whose commit tells no plan, as older versions wrote it, counts as outdated: what was answered is
    kept. Samples that are owed are left out, and those that the source no longer has.
    """
    found = []
    for sample, before in _read_plans(log).items():
        unit = source.get(sample) if sample not in log.state.open else None
        if unit is not None and unit.fault is None and plan(unit) != before:
            found.append(sample)
    return found


def _read_plans(log: CommitLog) -> dict[str, str | None]:
    """The plans of samples that were last committed before the last accepted change."""
    last: dict[str, str | None] = {}
    before_change: dict[str, str | None] = {}
    for event in iterate_commits(log.root):
        if event["event"] == "accept_changes":
            before_change = dict(last)
        elif event["event"] == "commit":
            last[event["sample"]] = event.get("plan")
            before_change.pop(event["sample"], None)
    return before_change
