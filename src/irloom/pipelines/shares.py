"""What share of its tasks a run accepted, of how many, and what else is among them."""

from collections import Counter
from dataclasses import dataclass

from irloom.engine.summary import Summary


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at the head of a report."""

    value: str
    name: str
    note: str = ""


def tell_kept(summary: Summary) -> str:
    """The share of tasks that were accepted, or that nobody judged."""
    outcomes = [count for counter in summary.tasks.values() for count in counter.values()]
    kept = sum(counter["accepted"] + counter["unjudged"] for counter in summary.tasks.values())
    return (
        f"{kept / sum(outcomes):.0%} of {sum(outcomes):,} tasks kept"
        if sum(outcomes)
        else "none of tasks kept"
    )


def tell_accepted(summary: Summary) -> Figure | None:
    """The share of tasks that were accepted, how many of them at once, and what else is among all."""
    totals: Counter[str] = Counter()
    for counts in summary.tasks.values():
        totals.update(counts)
    accepted = totals["accepted"]
    if not accepted:
        return None
    notes = [f"{summary.rounds[1] / accepted:.0%} of {accepted:,} in the first round"]
    notes += [f"{totals[name]:,} {name}" for name in ("rejected", "failed", "unjudged") if totals[name]]
    return Figure(
        f"{accepted / totals.total():.0%}", f"of {totals.total():,} tasks accepted", ", ".join(notes)
    )
