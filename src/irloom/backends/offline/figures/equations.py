"""Finds the equations of a text in one or two variables, and the points and intervals beside them."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from irloom.backends.offline.figures.expressions import Expression, parse_expression
from irloom.backends.offline.figures.figure import Unsupported
from irloom.backends.offline.figures.quantities import SIGNED, read_number
from irloom.backends.offline.figures.statement import Statement

CurveKind = Literal["function", "vertical", "implicit"]

_NAMED = re.compile(r"(?<![A-Za-z'])(?P<name>[A-Za-z])\s*\(\s*(?P<variable>[a-z])\s*\)\s*$")
_ENDS = re.compile(
    r"\s*(?:[.,;:?!)\]]|$)|\s+(?:[A-Za-z]{2,}|a)\b|\s*(?:\((?=[A-Za-z]))|\s+(?=[A-Za-z]\s*\(|y\s*=)"
)
_BOUND = r"(?P<{0}>-?\s*(?:\d+(?:\.\d+)?\s*\*?\s*)?(?:π|pi)(?:\s*/\s*\d+)?|[-+]?\d+(?:\.\d+)?)"
_LOW, _HIGH = _BOUND.format("low"), _BOUND.format("high")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Curve:
    """One equation, as it is drawn."""

    kind: CurveKind
    label: str
    expression: Expression
    """Of a function its value, of a vertical line its place, else what is zero on the curve."""
    variable: str = "x"
    name: str = "y"
    revolved: bool = False
    """A line about which something turns."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A point of the text."""

    label: str
    x: float
    y: float


def read_curves(statement: Statement) -> tuple[Curve, ...]:
    """Every equation, in order. Raises Unsupported where one is not understood."""
    curves: list[Curve] = []
    position = 0
    while (found := re.search(r"(?<![<>≤≥=])=(?!=)", statement.text[position:])) is not None:
        sign = position + found.start()
        curve, start, end = _read_equation(statement.text, sign, position)
        statement.take_span(start, end)
        curves.append(curve)
        position = end
    names = [curve.name for curve in curves if curve.kind == "function" and curve.name != "y"]
    if len(names) != len(set(names)):
        raise Unsupported(f"{names[0]} stands for more than one function")
    return tuple(curves)


def take_domain(statement: Statement) -> tuple[float, float] | None:
    """The interval on which the curves are wanted."""
    patterns = (
        rf"{_LOW}\s*[≤<]\s*[xt]\s*[≤<]\s*{_HIGH}",
        rf"(?:interval|domain|range)\s*(?:of\s+)?[\[(]\s*{_LOW}\s*,\s*{_HIGH}\s*[\])]",
        rf"(?:on|over|in)\s*\[\s*{_LOW}\s*,\s*{_HIGH}\s*\]",
        rf"[xt]\s*∈\s*[\[(]\s*{_LOW}\s*,\s*{_HIGH}\s*[\])]",
        rf"(?:for|with|as)\s+[xt]\s+(?:from|between)\s+{_LOW}\s+(?:to|and)\s+{_HIGH}",
    )
    for pattern in patterns:
        if found := statement.take(pattern):
            return read_bound(found["low"]), read_bound(found["high"])
    return None


def take_points(statement: Statement) -> tuple[Marked, ...]:
    """Every pair of numbers in parentheses, with the letter in front of it."""
    pair = rf"(?P<name>\b[A-Z](?:_\d)?(?:\s*=)?\s*)?\(\s*(?P<x>{SIGNED})\s*,\s*(?P<y>{SIGNED})\s*\)"
    return tuple(_mark(found) for found in statement.take_all(pair))


def read_bound(text: str) -> float:
    """A number, or a multiple of π."""
    parsed = parse_expression(text.replace("- ", "-"), frozenset())
    assert parsed is not None, text
    return float(parsed[0].evaluate({}))


def as_constant(expression: Expression) -> float | None:
    """Its value, where no variable is in it."""
    return None if expression.names else float(expression.evaluate({}))


def _mark(found: re.Match[str]) -> Marked:
    name = (found["name"] or "").replace("=", "").strip()
    x, y = (" ".join(found[key].split()) for key in "xy")
    return Marked(f"{name}({x}, {y})", read_number(x), read_number(y))


def _read_equation(text: str, sign: int, after: int) -> tuple[Curve, int, int]:
    shown = text[max(after, sign - 20) : sign + 25].strip()
    named = _NAMED.search(text, after, sign)
    variable = named["variable"] if named else "x"
    names = frozenset({variable}) if named else frozenset({"x", "y"})
    right = parse_expression(text[sign + 1 :], names)
    left = None if named else _read_left(text, sign, after)
    if right is None or (left is None and named is None):
        raise Unsupported(f"an equation that is not understood: {shown!r}")
    end = sign + 1 + right[1]
    if not _ENDS.match(text, end):
        raise Unsupported(f"an equation that goes on as no formula does: {shown!r}")
    if named:
        label = f"${named['name']}({variable}) = {right[0].write_math()}$"
        curve = Curve("function", label, right[0], variable, f"{named['name']}({variable})")
        return curve, named.start(), end
    assert left is not None
    turned = re.search(r"(?:about|around)\s+(?:the\s+)?(?:line\s+)?$", text[: left[1]]) is not None
    return _classify(left[0], right[0], turned), left[1], end


def _read_left(text: str, sign: int, after: int) -> tuple[Expression, int] | None:
    """The longest formula that ends at the sign."""
    for start in range(max(after, sign - _LONGEST), sign):
        if (start and (text[start - 1].isalnum() or text[start - 1] in "^.)'_")) or text[start].isspace():
            continue
        parsed = parse_expression(text[start:sign], frozenset({"x", "y"}))
        if parsed is not None and not text[start + parsed[1] : sign].strip():
            return parsed[0], start
    return None


def _classify(left: Expression, right: Expression, turned: bool) -> Curve:
    label = f"${left.write_math()} = {right.write_math()}$"
    if left.kind == "variable" and left.name == "y" and "y" not in right.names:
        return Curve("function", label, right, revolved=turned)
    if left.kind == "variable" and left.name == "x" and not right.names:
        return Curve("vertical", label, right, revolved=turned)
    both = left.names | right.names
    if both != {"x", "y"}:
        raise Unsupported(f"{label.strip('$')} is an equation to solve, not one of a curve")
    zero = Expression("-", parts=(left, right))
    return Curve("implicit", label, zero)


def sample(expression: Expression, variable: str, places: np.ndarray) -> np.ndarray:
    """The values of a function at some places."""
    return np.broadcast_to(expression.evaluate({variable: places}), places.shape).copy()
