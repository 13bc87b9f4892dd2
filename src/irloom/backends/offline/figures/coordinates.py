"""Family: points, segments, polygons and circles that are given by coordinates."""

from collections.abc import Sequence

from irloom.backends.offline.figures.equations import Marked, take_points
from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import NUMBER
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"function|curve|vectors?|translat\w+|rotat\w+|reflect\w*|dilat\w+|transform\w*|sphere|plane|"
    r"charges?|field|"
    r"force|density|random|probability|parabola|ellipse|hyperbola|integral of|path|regression|table|"
    r"data|interval|domain|ordered|game|matrix|inequalit\w+|polar|complex"
)
_SHAPES = {
    3: r"triangle", 4: r"quadrilateral|rectangle|square|parallelogram|rhombus|trapezoid|kite", 5: "pentagon",
    2: r"(?:line )?segment|line|distance|midpoint|endpoints|diameter|perpendicular bisector",
}  # fmt: skip
_BODY = """\
fig, ax = plt.subplots(figsize=(6, 6))
ax.set_aspect("equal")
ax.axhline(0, color="black", linewidth=1)
ax.axvline(0, color="black", linewidth=1)
ax.grid(color="0.9")
ax.set_xlabel("x")
ax.set_ylabel("y")
xs, ys, labels = zip(*points)
"""
_OUTLINE = """\
if closed:
    ax.fill(xs, ys, facecolor="0.93", edgecolor="black", linewidth=1.8)
else:
    ax.plot(xs, ys, color="black", linewidth=1.8)
"""
_CIRCLE = """\
ax.add_patch(plt.Circle((xs[0], ys[0]), radius, fill=False, linewidth=1.8))
ax.plot([xs[0], xs[0] + radius], [ys[0], ys[0]], color="black", linestyle="--")
ax.text(xs[0] + radius / 2, ys[0] + 0.03 * radius, radius_label, ha="center", va="bottom")
"""
_POINTS = """\
center = sum(xs) / len(xs), sum(ys) / len(ys)
for px, py, label in points:
    ax.plot(px, py, "ko", markersize=5)
    right, up = px >= center[0], py >= center[1]
    ax.annotate(
        label,
        (px, py),
        xytext=(6 if right else -6, 6 if up else -6),
        textcoords="offset points",
        ha="left" if right else "right",
        va="bottom" if up else "top",
    )
ax.set_xlim(window[0], window[1])
ax.set_ylim(window[2], window[3])
"""


def draw_coordinates(statement: Statement) -> Figure | None:
    """A polygon, segment or circle in a coordinate system."""
    pair = r"\(\s*[-+]?[\d.]+\s*,\s*[-+]?[\d.]+\s*\)"
    if not statement.find(pair) or statement.find(
        r"[A-Za-z)\d]\s*=\s*[-+\d(√]*[a-z\d]*\^|\([^()]*,[^()]*,[^()]*\)"
    ):
        return None
    if statement.mentions(_FOREIGN) or statement.find(r"\b[xy]\s*=|=\s*[xy]\b|\d[xy]\b"):
        return None
    points = take_points(statement)
    radius = statement.take(rf"radius(?: is| of| =)?\s*(?:[rR]\s*=\s*)?(?P<r>{NUMBER})")
    if radius is not None:
        if len(points) != 1 or not statement.mentions("circle"):
            raise Unsupported("a circle with more than its centre")
        return _draw_circle(points[0], radius["r"])
    shape = next((found for count, words in _SHAPES.items() if count == len(points)
                  if (found := statement.find(rf"\b(?:{words})\b"))), None)  # fmt: skip
    if shape is None or statement.mentions("circle"):
        raise Unsupported("how the given points belong together is not understood")
    return _draw_polygon(shape[0].lower(), points)


def _draw_polygon(shape: str, points: Sequence[Marked]) -> Figure:
    if len({(point.x, point.y) for point in points}) != len(points):
        raise Unsupported("two of the points are at one place")
    closed = len(points) > 2
    xs, ys = [point.x for point in points], [point.y for point in points]
    kind = shape if closed else "line segment"
    script = write_script(
        f"A {kind} by coordinates",
        {
            "points": [(point.x, point.y, point.label) for point in points],
            "closed": closed,
            "window": _frame(xs, ys),
        },
        _BODY,
        _OUTLINE,
        _POINTS,
    )
    labels = tuple(point.label for point in points)
    elements = (
        "A coordinate system with labelled axes",
        f"A {kind}",
        *(f"The point {one} is marked" for one in labels),
    )
    return Figure(elements, labels, ("Equal scales on both axes",), script, (GIVEN_ONLY,))


def _draw_circle(center: Marked, radius: str) -> Figure:
    r = float(radius)
    window = _frame([center.x - r, center.x + r], [center.y - r, center.y + r])
    label = f"r = {radius}"
    script = write_script(
        "A circle by its centre and radius",
        {
            "points": [(center.x, center.y, center.label)],
            "radius": r,
            "radius_label": label,
            "window": window,
        },
        _BODY,
        _CIRCLE,
        _POINTS.replace("xytext=(6 if right else -6, 6 if up else -6)", "xytext=(0, -8)")
        .replace('ha="left" if right else "right"', 'ha="center"')
        .replace('va="bottom" if up else "top"', 'va="top"')
        .replace("    right, up = px >= center[0], py >= center[1]\n", "")
        .replace("center = sum(xs) / len(xs), sum(ys) / len(ys)\n", ""),
    )
    elements = (
        "A coordinate system",
        f"A circle with its centre at {center.label}",
        f"Its radius is labelled {label}",
    )
    return Figure(elements, (center.label, label), ("Equal scales on both axes",), script, (GIVEN_ONLY,))


def _frame(xs: Sequence[float], ys: Sequence[float]) -> list[float]:
    """A square window around the points, with the origin in it unless it is far away."""
    size = max(max(xs) - min(xs), max(ys) - min(ys), 1.0)
    xs, ys = _reach_zero(xs, size), _reach_zero(ys, size)
    half = 0.66 * max(max(xs) - min(xs), max(ys) - min(ys))
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return [round(value, 3) for value in (x - half, x + half, y - half, y + half)]


def _reach_zero(values: Sequence[float], size: float) -> list[float]:
    far = min(abs(value) for value in values) > 3 * size
    return [*values] if far else [*values, 0.0]
