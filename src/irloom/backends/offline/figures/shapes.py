"""Plane figures made of points, sides, angles and circles, and the script that draws them to scale."""

import math
from dataclasses import dataclass, field

from irloom.backends.offline.figures.figure import Unsupported
from irloom.backends.offline.figures.script import CANVAS, write_script

Point = tuple[float, float]
_SHORTEST = 0.14
"""Of the whole figure."""

_POLYGON = """\
center = np.mean(list(points.values()), axis=0)
reach = np.ptp(list(points.values()), axis=0).max() if not circles else 2 * max(r for _, r in circles)


def beside(start, end, text, away):
    \"\"\"Write a text at the middle of a line, on the side that lies away from a point.\"\"\"
    start, end = np.array(start), np.array(end)
    along = (end - start) / np.hypot(*(end - start))
    normal = np.array([-along[1], along[0]])
    if normal @ ((start + end) / 2 - away) < 0:
        normal = -normal
    gap = reach * (0.045 + 0.013 * len(text) * abs(normal[0]))
    ax.text(*((start + end) / 2 + gap * normal), text, ha="center", va="center", fontsize=12)
"""
_CIRCLES = """\
for middle, radius in circles:
    ax.add_patch(plt.Circle(middle, radius, fill=False, color="black", linewidth=1.5))
    ax.plot(*middle, "k.", markersize=4)
"""
_LINES = """\
for one, other in sides:
    ax.plot(*zip(points[one], points[other]), color="black", linewidth=1.8)
for one, other in inner:
    ax.plot(*zip(points[one], points[other]), color="black", linewidth=1.2, linestyle="--")
for one, other, text in lengths:
    # Outer sides are labelled outside, lines within on their right
    away = center if (one, other) in sides else np.array(points[one]) - reach
    beside(points[one], points[other], text, away)
"""
_NAMES = """\
for name in names:
    outward = np.array(points[name]) - center
    distance = np.hypot(*outward)
    outward = outward / distance if distance > 0.05 * reach else np.array([0.7, -0.7])
    ax.text(*(points[name] + 0.06 * reach * outward), name, ha="center", va="center", fontsize=13)
"""
_ANGLES = """\
for corner, one, other, text in angles:
    arms = [np.array(points[name]) - points[corner] for name in (one, other)]
    short = min(np.hypot(*arm) for arm in arms)
    first, second = sorted(np.degrees(np.arctan2(arm[1], arm[0])) for arm in arms)
    if second - first > 180:
        first, second = second, first + 360
    size = min(0.3 * short, 0.12 * reach)
    turn = np.radians(np.linspace(first, second, 40))
    x, y = points[corner]
    ax.plot(x + size * np.cos(turn), y + size * np.sin(turn), color="black", linewidth=1)
    crossed = any(corner in line for line in inner)  # a line within the angle would go through the text
    # A narrow angle has room for its text only farther out
    room = np.radians((second - first) / (4 if crossed else 2))
    far = max(size + 0.06 * reach, 0.055 * reach / np.sin(room))
    middle = np.radians(first + (0.28 if crossed else 0.5) * (second - first))
    place = x + far * np.cos(middle), y + far * np.sin(middle)
    ax.text(*place, text, ha="center", va="center", fontsize=12)
"""
_RIGHT = """\
for corner, one, other in right_angles:
    arms = [np.array(points[name]) - points[corner] for name in (one, other)]
    a, b = (0.05 * reach * arm / np.hypot(*arm) for arm in arms)
    ax.plot(*zip(points[corner] + a, points[corner] + a + b, points[corner] + b), color="black", linewidth=1)
"""
_MARGINS = """\
ax.margins(0.12)
"""


@dataclass(slots=True)
class Shape:
    """A plane figure; names of points stand for their places."""

    points: dict[str, Point]
    sides: list[tuple[str, str]]
    names: list[str] = field(default_factory=list)
    """Points whose names are written; the others are only needed for drawing."""
    inner: list[tuple[str, str]] = field(default_factory=list)
    lengths: list[tuple[str, str, str]] = field(default_factory=list)
    angles: list[tuple[str, str, str, str]] = field(default_factory=list)
    """The corner, a point on each arm, the text."""
    right_angles: list[tuple[str, str, str]] = field(default_factory=list)
    circles: list[tuple[Point, float]] = field(default_factory=list)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every text that is read in it."""
        texts = [*self.names, *(one[-1] for one in self.lengths), *(one[-1] for one in self.angles)]
        return tuple(dict.fromkeys(texts))

    def write(self, title: str, notes: tuple[str, ...] = ()) -> str:
        """The script. Raises Unsupported where a side is too short for the texts at it."""
        self._check_lengths()
        givens = {
            "points": self.points,
            "sides": self.sides,
            "inner": self.inner,
            "lengths": self.lengths,
            "angles": self.angles,
            "right_angles": self.right_angles,
            "names": self.names,
            "circles": self.circles,
        }
        parts = [CANVAS, _POLYGON, _CIRCLES, _LINES, _NAMES, _ANGLES, _RIGHT, _MARGINS]
        needed = [self.points, True, self.circles, True, self.names, self.angles, self.right_angles, True]
        return write_script(
            title, givens, *(part for part, need in zip(parts, needed, strict=True) if need), notes=notes
        )

    def _check_lengths(self) -> None:
        xs, ys = zip(*self.points.values(), strict=True)
        reach = max(max(xs) - min(xs), max(ys) - min(ys), *(2 * radius for _, radius in self.circles))
        sides = [math.dist(self.points[one], self.points[other]) for one, other in self.sides]
        if sides and min(sides) < _SHORTEST * reach:
            raise Unsupported("a side is too short for the texts at it")
