"""What the index holds of a sample beside its texts and pictures: labels to filter by, and how it fared."""

from collections.abc import Mapping
from typing import Any

from irloom.engine.summary import kind_of
from irloom.views.blocks import Rows, View

Line = Mapping[str, Any]

FACETS: Mapping[str, str] = {
    "outcome": "Outcome",
    "task": "Tasks",
    "category": "Objections",
    "stage": "Failed at",
    "rule": "Rules mined",
    "rounds": "Rounds",
}
"""Name in addresses, and heading; a flow may have more."""


ENDINGS = frozenset({"outcome", "task"})
"""Facets whose values name outcomes."""


def list_labels(event: Line, rows: Rows, view: View) -> set[tuple[str, str]]:
    """Facets of a sample with their values, from its commit line and, where its flow says so, its rows."""
    rounds = max(event.get("rounds", {}).values(), default=0)
    found = {("outcome", event["outcome"])}
    if view.has_tasks:
        found |= {("task", f"{kind_of(task)} {outcome}") for task, outcome in event["tasks"].items()}
    found |= {("category", name) for name, count in event.get("categories", {}).items() if count}
    found |= {("stage", fault["stage"]) for fault in event.get("faults", [])}
    found |= {("rule", mined["rule"]) for mined in event.get("rules_mined", [])}
    found |= {("rounds", str(rounds))} if rounds else set()
    found |= {(name, value) for name, facet in view.found.items() for value in facet.values(rows)}
    own = view.facets.items()
    return found | {(name, value) for name, (key, _) in own for value in _list_values(event.get(key))}


def _list_values(said: Any) -> list[str]:
    """The values of a facet of a flow's own: one, or several, or those that were counted."""
    if isinstance(said, Mapping):
        return [str(name) for name, count in said.items() if count]
    return [str(one) for one in (said if isinstance(said, list) else [said]) if one]


def summarise_verdicts(event: Line, rows: Rows, view: View) -> dict[str, str]:
    """How each task ended, and what was objected to; equal for samples that fared alike."""
    rounds = event.get("rounds", {})
    found = {
        task: f"{outcome} in round {rounds[task]}" if rounds.get(task, 1) > 1 else outcome
        for task, outcome in sorted(event["tasks"].items())
    } | dict(view.verdicts(rows))
    objections = sorted(f"{name} {count}" for name, count in event.get("categories", {}).items() if count)
    return found | ({"objections": ", ".join(objections)} if objections else {})
