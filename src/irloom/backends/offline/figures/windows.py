"""Chooses the part of the plane that a graph shows: roots, extrema, crossings and given points are in it."""

import itertools
from collections.abc import Sequence

import numpy as np

from irloom.backends.offline.figures.conics import Conic
from irloom.backends.offline.figures.equations import Curve, Marked, as_constant, sample
from irloom.backends.offline.figures.figure import Unsupported

Window = tuple[float, float, float, float]

_SEARCHED = ((-30.0, 30.0), (-300.0, 300.0), (-3000.0, 3000.0))
"""Where roots, extrema and crossings are looked for, as long as there are none."""
_WIDEST = 20_000.0
_MOST = 12
"""More roots and extrema than this are a wave's."""
_STEEP = 25.0
"""A function that exceeds its usual size by this factor has a pole."""


def choose_window(
    curves: Sequence[Curve],
    conics: Sequence[Conic],
    points: Sequence[Marked],
    domain: tuple[float, float] | None,
) -> Window:
    """`x1, x2, y1, y2`, rounded to readable numbers."""
    functions = [curve for curve in curves if curve.kind == "function"]
    lines = [
        place for curve in curves if curve.kind == "vertical" if (place := as_constant(curve.expression))
    ]
    fixed = [*lines, *(point.x for point in points), *(x for conic in conics for x in conic.xs)]
    low, high = domain if domain else _choose_span(functions, fixed)
    if not low < high or high - low > _WIDEST or not np.isfinite([low, high]).all():
        raise Unsupported(f"a graph from {low:g} to {high:g}")
    xs = np.linspace(low, high, 2001)
    round_ones = [conic for conic in conics if conic.kind != "line"]
    shaping = [] if round_ones else functions  # a steep line must not make a circle small
    heights = [_reach(sample(curve.expression, curve.variable, xs)) for curve in shaping]
    heights += [(point.y, point.y) for point in points]
    heights += [(min(conic.ys), max(conic.ys)) for conic in conics] + [(0.0, 0.0)]
    bottom, top = min(low for low, _ in heights), max(high for _, high in heights)
    if top - bottom < 1e-9:
        bottom, top = bottom - 1, top + 1
    pad = 0.08 * (top - bottom)
    return _round(low), _round(high), _round(bottom - pad), _round(top + pad)


def find_crossings(one: Curve, other: Curve, span: tuple[float, float]) -> list[float]:
    """Where two functions are equal."""
    xs = _spread(*span)
    with np.errstate(all="ignore"):
        gap = sample(one.expression, one.variable, xs) - sample(other.expression, other.variable, xs)
    return _find_zeros(xs, gap)


def find_period(curves: Sequence[Curve]) -> float | None:
    """The longest period of the sines and cosines in some functions; None where there are none."""
    periods = []
    for curve in curves:
        for call in curve.expression.list_calls():
            if call.name in ("sin", "cos", "tan"):
                start, end = sample(call.parts[0], curve.variable, np.array([0.0, 1.0]))
                periods.append(2 * np.pi / abs(end - start) if end != start else None)
    known = [period for period in periods if period and np.isfinite(period)]
    return max(known, default=None)


def _choose_span(functions: Sequence[Curve], fixed: Sequence[float]) -> tuple[float, float]:
    places = list(fixed)
    period = find_period(functions)
    if period:
        begin = 0.0 if functions[0].variable == "t" else -period
        places += [begin, period if begin else 2 * period]
        return min(places), max(places)
    for curve in functions:
        found = _find_features(curve)
        places += found if len(found) <= _MOST else []
    for one, other in itertools.combinations(functions, 2):
        places += next((found for span in _SEARCHED if (found := find_crossings(one, other, span))), [])
    if not places:
        steep = any(call.name == "exp" for curve in functions for call in curve.expression.list_calls())
        return (-3.0, 3.0) if steep or _has_power(functions) else (-5.0, 5.0)
    low, high = min([*places, 0.0]), max([*places, 0.0])
    pad = max(0.3 * (high - low), 1.0)
    start = 0.0 if functions and functions[0].variable == "t" and low >= 0 else low - pad
    return start, high + pad


def _has_power(functions: Sequence[Curve]) -> bool:
    """Whether the variable is in an exponent."""
    pending = [curve.expression for curve in functions]
    while pending:
        one = pending.pop()
        if one.kind == "^" and one.parts[1].names:
            return True
        pending += one.parts
    return False


def _find_features(curve: Curve) -> list[float]:
    """Roots and turning points; of a horizontal line none."""
    xs = _spread(*_SEARCHED[0])
    values = sample(curve.expression, curve.variable, xs)
    finite = values[np.isfinite(values)]
    if not finite.size or np.ptp(finite) < 1e-9:
        return []
    with np.errstate(all="ignore"):
        slopes = np.gradient(values, xs)
    return _find_zeros(xs, values) + _find_zeros(xs, slopes) + _find_poles(xs, values)


def _find_zeros(xs: np.ndarray, values: np.ndarray) -> list[float]:
    """Where values pass through zero, without poles."""
    with np.errstate(all="ignore"):
        usual = np.median(np.abs(values[np.isfinite(values)])) if np.isfinite(values).any() else 0.0
        near = np.abs(values[:-1]) + np.abs(values[1:]) < 2 * usual + 1e-9
        crossing = np.isfinite(values[:-1]) & np.isfinite(values[1:]) & near
        crossing &= (values[:-1] == 0) | (values[:-1] * values[1:] < 0)
    return [_interpolate(xs, values, int(place)) for place in np.flatnonzero(crossing)]


def _interpolate(xs: np.ndarray, values: np.ndarray, place: int) -> float:
    """Where the straight line between two neighbours is zero."""
    if values[place] == 0:
        return float(xs[place])
    share = values[place] / (values[place] - values[place + 1])
    return float(np.round(xs[place] + share * (xs[place + 1] - xs[place]), 6))


def _spread(low: float, high: float) -> np.ndarray:
    """Places between two numbers, the whole ones among them: many functions begin or end at such."""
    whole = np.arange(np.ceil(low), np.floor(high) + 1) if high - low < _WIDEST else np.empty(0)
    return np.union1d(np.linspace(low, high, 6001), whole)


def _find_poles(xs: np.ndarray, values: np.ndarray) -> list[float]:
    """Where a function leaps from one side of zero to the other, or is not defined at a single place."""
    finite = np.abs(values[np.isfinite(values)])
    if not finite.size:
        return []
    with np.errstate(all="ignore"):
        large = np.minimum(np.abs(values[:-1]), np.abs(values[1:])) > _STEEP * np.median(finite)
        leap = large & (values[:-1] * values[1:] < 0)
    alone = ~np.isfinite(values[1:-1]) & np.isfinite(values[:-2]) & np.isfinite(values[2:])
    return [float(x) for x in [*xs[:-1][leap], *xs[1:-1][alone]]]


def _reach(values: np.ndarray) -> tuple[float, float]:
    """From the lowest to the highest value, poles left out."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise Unsupported("a function that has no values where it is looked at")
    usual = float(np.median(np.abs(finite - np.median(finite))))
    if usual > 0 and float(np.abs(finite - np.median(finite)).max()) > _STEEP * usual:
        low, high = np.percentile(finite, [8, 92])
        return float(low), float(high)
    return float(finite.min()), float(finite.max())


def _round(value: float) -> float:
    return float(f"{value:.3g}")
