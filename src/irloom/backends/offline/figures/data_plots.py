"""Family: histograms of given classes, box plots of five given numbers, scatter plots of given pairs."""

import re
from itertools import pairwise

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import IS, NUMBER, SIGNED, read_number
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement

_FIVE = {
    "minimum": r"minimum|min|smallest value|lowest value",
    "first quartile": r"first quartile|lower quartile|Q_?1",
    "median": r"median|Q_?2",
    "third quartile": r"third quartile|upper quartile|Q_?3",
    "maximum": r"maximum|max|largest value|highest value",
}
_LIST = rf"(?P<list>{SIGNED}(?:\s*,\s*(?:and\s+)?{SIGNED}){{3,}})"
_MOST = 12
_HISTOGRAM = """\
fig, ax = plt.subplots(figsize=(6, 6))
for (low, high), count, label in zip(classes, counts, labels):
    ax.bar(low, count, width=high - low, align="edge", color="tab:blue", edgecolor="black")
    ax.text((low + high) / 2, count, label, ha="center", va="bottom", fontsize=11)
ax.set_xticks(sorted({edge for one in classes for edge in one}))
ax.set_ylabel("frequency")
ax.set_ylim(0, 1.12 * max(counts))
"""
_BOX = """\
fig, ax = plt.subplots(figsize=(6, 4))
low, first, middle, third, high = numbers
ax.add_patch(plt.Rectangle((first, 0.7), third - first, 0.6, facecolor="lightblue", edgecolor="black"))
ax.plot([middle, middle], [0.7, 1.3], color="black", linewidth=2.5)
for start, end in ((low, first), (third, high)):
    ax.plot([start, end], [1, 1], color="black")
for end in (low, high):
    ax.plot([end, end], [0.85, 1.15], color="black")
for number, (value, label) in enumerate(zip(numbers, labels)):
    height, side = (1.45, "bottom") if number % 2 == 0 else (0.55, "top")
    ax.text(value, height, label, ha="center", va=side, fontsize=11)
ax.set_ylim(0, 2)
ax.set_yticks([])
ax.spines[["left", "top", "right"]].set_visible(False)
ax.margins(x=0.1)
"""
_SCATTER = """\
fig, ax = plt.subplots(figsize=(6, 6))
for number, (x, y, label) in enumerate(points):
    ax.plot(x, y, "o", color="tab:blue")
    ax.annotate(label, (x, y), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=10)
ax.set_xlabel("x")
ax.set_ylabel("y")
ax.grid(color="0.9")
ax.margins(0.15)
"""


def draw_data_plot(statement: Statement) -> Figure | None:
    """A histogram, a box plot or a scatter plot."""
    if statement.mentions(r"histogram|class intervals?|frequency (?:table|distribution)|grouped data"):
        return _draw_histogram(statement)
    if statement.mentions(r"box[- ](?:and[- ]whiskers? )?(?:plot|diagram)|boxplot|five[- ]number summary"):
        return _draw_box(statement)
    if statement.mentions(
        r"scatter ?(?:plot|diagram|graph)?s?|regression|line of best fit|correlation|least squares"
    ):
        return _draw_scatter(statement)
    return None


def _draw_histogram(statement: Statement) -> Figure | None:
    pattern = (
        rf"(?P<low>{NUMBER})\s*(?:-|to|≤ ?x ?<)\s*(?P<high>{NUMBER})\s*(?::|=|\(|has|with|,)?\s*"
        r"(?P<count>\d+)\)?(?=\s*(?:[,;.]|and\b|$))"
    )
    found = statement.take_all(pattern)
    if len(found) < 3:
        raise Unsupported("the classes and their frequencies are not listed")
    classes = [(read_number(one["low"]), read_number(one["high"])) for one in found]
    if any(one[1] > two[0] for one, two in pairwise(classes)) or any(low >= high for low, high in classes):
        raise Unsupported("the classes are not in order")
    if len({high - low for low, high in classes}) > 1:
        raise Unsupported("classes of different widths, of which the heights would be densities")
    counts = [int(one["count"]) for one in found]
    labels = [str(count) for count in counts]
    script = write_script("A histogram", {"classes": classes, "counts": counts, "labels": labels}, _HISTOGRAM)
    elements = ("A histogram", *(f"{one['low']} to {one['high']}: {one['count']}" for one in found))
    return Figure(elements, tuple(labels), ("Heights are frequencies",), script, (GIVEN_ONLY,))


def _draw_box(statement: Statement) -> Figure | None:
    labels = []
    for words in _FIVE.values():
        found = statement.take(rf"(?:{words})(?: value)?{IS}(?P<v>{SIGNED})")
        if found is None:
            raise Unsupported("minimum, quartiles, median and maximum are not all given")
        labels.append(" ".join(found["v"].split()))
    numbers = [read_number(label) for label in labels]
    if sorted(numbers) != numbers:
        raise Unsupported("the five numbers are not in order")
    script = write_script("A box plot", {"numbers": numbers, "labels": labels}, _BOX)
    elements = (
        "A box plot",
        *(f"The {name} is labelled {label}" for name, label in zip(_FIVE, labels, strict=True)),
    )
    return Figure(elements, tuple(labels), ("To scale along one axis",), script, (GIVEN_ONLY,))


def _draw_scatter(statement: Statement) -> Figure | None:
    pairs = [
        (one["x"], one["y"])
        for one in statement.take_all(rf"\(\s*(?P<x>{SIGNED})\s*,\s*(?P<y>{SIGNED})\s*\)")
    ]
    if not pairs:
        xs = statement.take(rf"\bx\s*(?:=|:|values?|are|is)*\s*{_LIST}")
        ys = statement.take(rf"\by\s*(?:=|:|values?|are|is)*\s*{_LIST}")
        if xs is None or ys is None:
            raise Unsupported("the pairs of values are not listed")
        split = [re.findall(SIGNED, one["list"]) for one in (xs, ys)]
        if len(split[0]) != len(split[1]):
            raise Unsupported("there are not as many values of y as of x")
        pairs = list(zip(*split, strict=True))
    if not 3 <= len(pairs) <= _MOST:
        raise Unsupported(f"{len(pairs)} pairs, where 3 to {_MOST} are drawn")
    if len(set(pairs)) != len(pairs):
        raise Unsupported("a pair of values is there twice")
    points = [(read_number(x), read_number(y), f"({x.strip()}, {y.strip()})") for x, y in pairs]
    script = write_script("A scatter plot", {"points": points}, _SCATTER)
    labels = tuple(label for *_, label in points)
    elements = ("A scatter plot with axes x and y", *(f"A point at {label}" for label in labels))
    return Figure(elements, labels, ("Linear axes around all points",), script, (GIVEN_ONLY,))
