"""What is said of an evaluation's asks: while it runs, when it has ended, and in its report."""

from collections.abc import Iterable, Mapping
from typing import Any

from irloom.engine.summary import Summary
from irloom.pipelines.evaluate.numbers import say_number
from irloom.pipelines.flow import Made, Means
from irloom.pipelines.shares import Figure

Line = Mapping[str, Any]


def tell_share(summary: Summary) -> str:
    """How many asks were scored so far, and which share of their replies nobody could read."""
    asked = summary.counts["asked"]
    return f"{asked:,} asks scored, {summary.counts['unread'] / max(asked, 1):.1%} unread"


def tell_made(tallied: Iterable[str], summary: Summary) -> list[Made]:
    """How many asks were scored, how many of their replies nobody could read, and what else is tallied."""
    asked = summary.counts["asked"]
    if not asked:
        return []
    unread, cut = summary.counts["unread"], summary.counts["cut"]
    remarks = [f"{unread:,} unread" if unread else "", f"{cut:,} cut" if cut else ""]
    remarks += [f"{summary.counts[name]:,} {name}" for name in tallied if summary.counts[name]]
    # A benchmark whose answers are neither right nor wrong counts none as right.
    right = f"{summary.counts['right'] / asked:.1%} right" if "right" in summary.counts else ""
    failed = summary.outcomes["failed"]
    remarks += [f"{say_number(failed)} with failed asks, which are not among them" if failed else ""]
    said = ", ".join(filter(None, [f"{asked:,} scored", right, *remarks]))
    return [Made("answers", said, "answers.jsonl")]


def tell_right(summary: Summary) -> Figure | None:
    """The share of right replies, of all asks alike: a benchmark's own score weighs them otherwise."""
    asked = summary.counts["asked"]
    if not asked or "right" not in summary.counts:
        return None
    unread = summary.counts["unread"]
    notes = [f"{unread:,} unread" if unread else "", tell_lacking(summary)]
    share = f"{summary.counts['right'] / asked:.1%}"
    return Figure(share, f"of {asked:,} replies right", ", ".join(filter(None, notes)))


def tell_lacking(summary: Summary) -> str:
    """What has no reply, and so is in no share of replies; empty where there is none."""
    failed = summary.outcomes["failed"]
    return f"replies of {say_number(failed)} failed: irloom bench counts them as wrong" if failed else ""


def _rate(row: Line, name: str) -> dict[str, float]:
    """Nothing for a reply that is neither right nor wrong."""
    return {} if row["correct"] is None else {str(row[name]): 100.0 * row["correct"]}


def _lack(summary: Summary) -> str:
    return f"{said}." if (said := tell_lacking(summary)) else ""


_NOTE = "Per cent of all replies alike; irloom bench tells the benchmark's own score, with intervals."
PLOTS = (
    Means(
        data="answers",
        title="Right replies by variant",
        note=_NOTE,
        read=lambda row: _rate(row, "variant"),
        lacking=_lack,
    ),
    Means(
        data="answers",
        title="Right replies by dimension",
        note=_NOTE,
        read=lambda row: _rate(row, "dimension"),
        lacking=_lack,
    ),
)
