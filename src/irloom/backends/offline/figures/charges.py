"""Family: point charges, and a charged ball, at given places of a plane."""

import math
import re
from dataclasses import dataclass, field
from itertools import combinations

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import SIGNED, quantity, read_number, read_quantity
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"rod|ring|plate|line charge|cylinder|sheet|capacitor|dipole|magnetic|current|velocity|electrons?|"
    r"protons?|cube|square|triangle|mass|surface charge density|accelerat\w+|released|moves?|moving"
)
_CHARGE = rf"(?P<sign>[-+−])?\s*{quantity('charge', 'q')}"
_PLACE = rf"\(\s*(?P<x>{SIGNED})\s*,\s*(?P<y>{SIGNED})\s*(?:,\s*(?P<z>{SIGNED})\s*)?\)\s*(?P<unit>cm|mm|m)?"
_NAME = r"(?:(?P<name>[A-Z]_?\d?)\s*=\s*)?"
_NEAREST = 0.6
"""Of the largest coordinate: how near two places with their texts may be."""
_DRAW = """\
fig, ax = plt.subplots(figsize=(6, 6))
ax.set_aspect("equal")
ax.axhline(0, color="0.5", linewidth=1)
ax.axvline(0, color="0.5", linewidth=1)
ax.set_xlabel(f"x ({unit})" if unit else "x")
ax.set_ylabel(f"y ({unit})" if unit else "y")
white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
size = max(max(abs(x), abs(y)) for x, y, *_ in places)
for x, y, radius, color, label in places:
    if radius:
        ax.add_patch(plt.Circle((x, y), radius, fill=False, color=color, linewidth=2))
        ax.plot([x, x + radius], [y, y], color="black", linewidth=1, linestyle="--")
    ax.plot(x, y, "o", color=color, markersize=4 if radius else 9)
    ax.text(x, y - radius - 0.07 * size, label, ha="center", va="top", fontsize=10, bbox=white)
if ball_label:
    ax.text(ball[0], ball[1] + ball[2] + 0.04 * size, ball_label, ha="center", va="bottom", fontsize=10)
ax.set_xlim(-1.6 * size, 1.6 * size)
ax.set_ylim(-1.6 * size, 1.6 * size)
"""


@dataclass(slots=True)
class _Plane:
    """What is drawn, and every text in it."""

    places: list[tuple[float, float, float, str, str]] = field(default_factory=list)
    """Each with its coordinates, radius, colour and text."""
    labels: list[str] = field(default_factory=list)
    unit: str = ""
    ball: list[float] = field(default_factory=list)
    ball_label: str = ""


def draw_charges(statement: Statement) -> Figure | None:
    """Charges at coordinates, and the point at which something is asked for."""
    if not statement.mentions("charges?") or not statement.find(_PLACE):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than point charges and a ball is spoken of: {found[0]!r}")
    plane = _Plane()
    _add_ball(statement, plane)
    for found in statement.take_all(rf"charge[^.()\d]*?{_CHARGE}[^.()]*?\bat\s+{_NAME}{_PLACE}"):
        _add(plane, found, _read_charge(found))
    if not plane.places:
        raise Unsupported("which charge is where is not understood")
    asked = rf"(?:at|point|location|position)\s+(?:the (?:point|location)\s+)?{_NAME}{_PLACE}"
    for found in statement.take_all(asked):
        _add(plane, found, "")
    _check_distances(plane)
    given = {"places": plane.places, "unit": plane.unit, "ball": plane.ball, "ball_label": plane.ball_label}
    script = write_script("Charges in a plane", given, _DRAW)
    labels = tuple(dict.fromkeys(plane.labels))
    elements = ("A coordinate system", *(f"{one} is written" for one in labels))
    return Figure(elements, labels, ("Equal scales on both axes",), script, (EQUAL, GIVEN_ONLY))


def _check_distances(plane: _Plane) -> None:
    size = max(max(abs(x), abs(y)) for x, y, *_ in plane.places)
    near = min((math.dist(one[:2], two[:2]) for one, two in combinations(plane.places, 2)), default=size)
    if near < _NEAREST * size:
        raise Unsupported("two places are too close for their texts")


def _add_ball(statement: Statement, plane: _Plane) -> None:
    """A charged ball by its radius and the place of its centre."""
    ball = statement.take(
        rf"(?:ball|sphere|shell)\b[^.]*?radius(?: R)?\s*(?:=|of)?\s*{quantity('length', 'r')}"
        rf"[^.]*?charge of {_CHARGE}"
    )
    if ball is None:
        return
    center = statement.take(rf"(?:cent(?:er|re))[^.]*?\bat\s+{_NAME}{_PLACE}")
    if center is None:
        raise Unsupported("where the ball is is not said")
    radius, charge = read_quantity(ball["r"]), _read_charge(ball)
    x, y, label, plane.unit = _read_place(center)
    plane.ball = [x, y, radius.value]
    plane.ball_label = f"R = {radius.label}\n{charge}"
    plane.places.append((x, y, radius.value, _color(charge), label))
    plane.labels += [label, f"R = {radius.label}", charge]


def _add(plane: _Plane, found: re.Match[str], charge: str) -> None:
    x, y, label, unit = _read_place(found)
    plane.unit = plane.unit or unit
    text, color = (f"{label}\n{charge}", _color(charge)) if charge else (label, "black")
    plane.places.append((x, y, 0, color, text))
    plane.labels += [label, charge] if charge else [label]


def _read_charge(found: re.Match[str]) -> str:
    sign = "-" if found["sign"] in ("-", "−") else found["sign"] or ""
    return f"{sign}{read_quantity(found['q']).label}"


def _read_place(found: re.Match[str]) -> tuple[float, float, str, str]:
    if found["z"] is not None and read_number(found["z"]) != 0:
        raise Unsupported("a place outside the plane")
    inner = ", ".join(found[key].strip() for key in "xyz" if found[key] is not None)
    unit = found["unit"] or ""
    name = f"{found['name']} = " if found["name"] else ""
    shown = re.sub(r"([A-Z])_?(\d)", r"$\1_\2$", name)
    return read_number(found["x"]), read_number(found["y"]), f"{shown}({inner}) {unit}".strip(), unit


def _color(charge: str) -> str:
    return "tab:blue" if charge.startswith("-") else "tab:red"
