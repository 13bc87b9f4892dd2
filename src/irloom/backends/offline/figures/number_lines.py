"""Family: intervals on a number line."""

import re

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import NUMBER
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"functions?|curve|integral|continuous|derivative|confidence|time interval|graph of|equation|"
    r"vectors?|points? \(|"
    r"matrix|ordered|coordinates|plane|polynomial|root|converge\w*|series|sequence|class interval|"
    r"frequency|partition"
)
_NUM = rf"-?\s*(?:{NUMBER}|∞)"
_INTERVAL = rf"(?P<open>[\[(])\s*(?P<low>{_NUM})\s*,\s*(?P<high>\+?{_NUM})\s*(?P<close>[\])])"
_NAMED = (
    rf"(?:\b(?P<name>[A-Z])\s*(?:=|∈|(?:is|be)\s+(?:uniformly\s+)?(?:distributed|chosen|uniform|selected)[^.,;\d]*?"
    rf"(?:over|on|in|from)(?: the interval)?)\s*)?{_INTERVAL}"
)
_MOST = 4
_DRAW = """\
fig, ax = plt.subplots(figsize=(6, 4))
ax.axis("off")
finite = sorted({end for _, low, high, *_ in intervals for end in (low, high) if np.isfinite(end)})
room = 0.35 * (finite[-1] - finite[0] or 1)
left, right = finite[0] - room, finite[-1] + room
ax.annotate("", (right, 0), (left, 0), arrowprops={"arrowstyle": "<->", "linewidth": 1.5})
for end in finite:
    ax.plot([end, end], [-0.08, 0.08], color="black", linewidth=1.5)
    ax.text(end, -0.2, f"{end:g}", ha="center", va="top", fontsize=12)
colors = ["tab:blue", "tab:red", "tab:green", "tab:purple"]
for row, (label, low, high, low_in, high_in) in enumerate(intervals):
    y, color = 0.45 + 0.6 * row, colors[row]
    start, end = max(low, left), min(high, right)
    ax.plot([start, end], [y, y], color=color, linewidth=3)
    for place, belongs in ((low, low_in), (high, high_in)):
        if np.isfinite(place):
            ax.plot(place, y, "o", color=color, markerfacecolor=color if belongs else "white", markersize=9)
        else:
            ax.plot(start if place < 0 else end, y, "<" if place < 0 else ">", color=color, markersize=9)
    ax.text((start + end) / 2, y + 0.12, label, ha="center", va="bottom", fontsize=12)
ax.set_xlim(left, right)
ax.set_ylim(-0.6, 0.6 + 0.6 * len(intervals))
"""


def draw_number_line(statement: Statement) -> Figure | None:
    """Up to four intervals, with ends that belong to them or do not."""
    if not statement.find(_INTERVAL) or not statement.mentions(
        r"intervals?|number line|uniformly distributed|uniform\w* (?:on|over)|sets?"
    ):
        return None
    if statement.mentions(_FOREIGN):
        return None
    found = statement.take_all(_NAMED)
    if not 1 <= len(found) <= _MOST:
        raise Unsupported(f"{len(found)} intervals, where at most {_MOST} are drawn")
    intervals = [_read(match) for match in found]
    if all(low == float("-inf") and high == float("inf") for _, low, high, *_ in intervals):
        raise Unsupported("an interval without ends")
    notes = _take_notes(statement)
    script = write_script("Intervals on a number line", {"intervals": intervals}, _DRAW, notes=notes)
    labels = tuple(label for label, *_ in intervals)
    elements = (
        "A number line",
        *(f"The interval {label}, with its ends filled where they belong to it" for label in labels),
    )
    return Figure(
        (*elements, *notes),
        (*labels, *notes),
        ("One row an interval, above the line",),
        script,
        (GIVEN_ONLY,),
    )


def _read(found: re.Match[str]) -> tuple[str, float, float, bool, bool]:
    low, high = (found[key].replace(" ", "").replace(",", "").replace("∞", "inf") for key in ("low", "high"))
    text = f"{found['open']}{found['low'].strip()}, {found['high'].strip()}{found['close']}"
    if float(low) >= float(high):
        raise Unsupported(f"{text} is no interval")
    sign = "=" if "=" in found[0].split(found["open"])[0] else "∈"
    label = f"{found['name']} {sign} {text}" if found["name"] else text
    return label, float(low), float(high), found["open"] == "[", found["close"] == "]"


def _take_notes(statement: Statement) -> list[str]:
    notes = []
    if found := statement.take(rf"line(?: segment)? of length\s+(?P<n>{NUMBER})"):
        notes.append(f"line of length {found['n']}")
    if found := statement.take(
        rf"distance between (?:the )?(?:two )?points is (?P<how>greater|less|more) than\s+(?P<n>{NUMBER})"
    ):
        notes.append(f"distance {'<' if found['how'] == 'less' else '>'} {found['n']}")
    return notes
