"""Finds the region that curves enclose, where they enclose exactly one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from irloom.backends.offline.figures.equations import Curve, as_constant, sample
from irloom.backends.offline.figures.expressions import Expression
from irloom.backends.offline.figures.graph_script import write_values
from irloom.backends.offline.figures.statement import Statement
from irloom.backends.offline.figures.windows import find_crossings

_AXIS = Curve("function", "", Expression("number", "0"))
_SHADE = """\
def lower({variable}):
    return {lower}


def upper({variable}):
    return {upper}


inside = np.linspace(shaded[0], shaded[1], 201)
ax.fill_between(inside, lower(inside), upper(inside), color="0.85")
if region:
    middle = (shaded[0] + shaded[1]) / 2
    ax.text(middle, (lower(middle) + upper(middle)) / 2, region, ha="center", va="center", fontsize=13)
"""


@dataclass(frozen=True, slots=True)
class Region:
    """What lies between two curves from one place to another."""

    start: float
    end: float
    lower: Curve
    upper: Curve
    name: str

    def write(self, variable: str) -> str:
        """The part of a script that shades it."""
        codes = {"lower": write_values(self.lower, variable), "upper": write_values(self.upper, variable)}
        text = _SHADE.replace("{variable}", variable)
        return text.replace("{lower}", codes["lower"]).replace("{upper}", codes["upper"])


def find_region(statement: Statement, curves: Sequence[Curve], span: tuple[float, float]) -> Region | None:
    """The region between two curves, or a curve and the x-axis; None where that is not the whole of it."""
    if not statement.mentions("region|area") or not statement.mentions(r"enclosed|bounded|between|under"):
        return None
    borders = [curve for curve in curves if curve.kind == "function" and not curve.revolved]
    if len(borders) == 1 and statement.mentions("x-axis|under"):
        borders.append(_AXIS)
    if len(borders) != 2:
        return None
    ends = _find_ends(statement, curves, find_crossings(borders[0], borders[1], span))
    if len(ends) != 2:
        return None
    variable = borders[0].variable
    middle = np.array([(ends[0] + ends[1]) / 2])
    first, second = (sample(one.expression, variable, middle)[0] for one in borders)
    lower, upper = borders if first < second else borders[::-1]
    named = re.search(r"\b(?:[Ll]et|[Rr]egion)\s+([A-Z])\b", statement.text)
    return Region(ends[0], ends[1], lower, upper, named[1] if named else "")


def _find_ends(statement: Statement, curves: Sequence[Curve], crossings: Sequence[float]) -> list[float]:
    """Where it begins and ends: at the lines that are named, else where the curves cross."""
    lines = [as_constant(one.expression) for one in curves if one.kind == "vertical" and not one.revolved]
    if statement.mentions("y-axis") and not statement.find(r"(?:about|around) the y-axis"):
        lines.append(0.0)
    if statement.mentions("first quadrant"):
        crossings = [place for place in crossings if place >= -1e-9]
    known = sorted({round(place, 9) for place in lines if place is not None})
    return known if len(known) == 2 else sorted({*known, *crossings})
