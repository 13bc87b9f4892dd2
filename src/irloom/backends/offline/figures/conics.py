"""Finds where a curve of second order lies, from its equation."""

from dataclasses import dataclass

import numpy as np

from irloom.backends.offline.figures.expressions import Expression
from irloom.backends.offline.figures.figure import Unsupported

_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Conic:
    """What kind of curve it is, and points that a picture of it must reach."""

    kind: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]


def find_conic(zero: Expression) -> Conic:
    """The curve on which an expression in x and y is zero. Raises Unsupported where it is no conic."""
    a, b, c, d, e, f = _fit(zero)
    scale = max(abs(value) for value in (a, b, c, d, e))
    if scale < _CLOSE:
        raise Unsupported("the equation holds everywhere or nowhere")
    if max(abs(a), abs(b), abs(c)) < _CLOSE * scale:
        return _find_line(d, e, f)
    matrix = np.array([[a, b / 2], [b / 2, c]])
    determinant = float(np.linalg.det(matrix))
    if abs(determinant) < _CLOSE * scale * scale:
        return _find_parabola(a, b, c, d, e, f)
    center = np.linalg.solve(2 * matrix, [-d, -e])
    height = -float(f + (d * center[0] + e * center[1]) / 2)
    values = np.linalg.eigvalsh(matrix)
    if abs(height) < _CLOSE * scale:
        raise Unsupported("the equation is of a pair of lines or of a single point")
    if determinant > 0:
        if height / values[0] < 0:
            raise Unsupported("no point fulfils the equation")
        spans = np.sqrt(np.diag(np.linalg.inv(matrix)) * height)
        kind = "circle" if abs(values[0] - values[1]) < _CLOSE * scale else "ellipse"
    else:
        reach = 2.5 * np.sqrt(np.max(np.abs(height / values)))
        spans, kind = np.array([reach, reach]), "hyperbola"
    return _around(kind, center, spans)


def _around(kind: str, center: np.ndarray, spans: np.ndarray) -> Conic:
    (x, y), (wide, high) = center, spans
    return Conic(kind, (float(x - wide), float(x + wide)), (float(y - high), float(y + high)))


def _find_line(d: float, e: float, f: float) -> Conic:
    xs = (0.0, -f / d) if abs(d) > _CLOSE else (0.0,)
    ys = (0.0, -f / e) if abs(e) > _CLOSE else (0.0,)
    return Conic("line", xs, ys)


def _find_parabola(a: float, b: float, c: float, d: float, e: float, f: float) -> Conic:
    """Only those along an axis: their vertex, and how far they open at the distance of the focus."""
    if abs(b) > _CLOSE:
        raise Unsupported("a parabola that lies at a slant")
    if abs(a) > abs(c):
        middle, slope = -d / (2 * a), e
        if abs(slope) < _CLOSE:
            raise Unsupported("the equation is of parallel lines")
        tip, reach = -(f - d * d / (4 * a)) / slope, abs(slope / a) / 2
        return Conic(
            "parabola", (middle - 2 * reach, middle + 2 * reach), (tip, tip - 4 * a * reach**2 / slope)
        )
    turned = _find_parabola(c, b, a, e, d, f)
    return Conic("parabola", turned.ys, turned.xs)


def _fit(zero: Expression) -> tuple[float, float, float, float, float, float]:
    """The coefficients of x², xy, y², x, y and 1, checked where they were not fitted."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0.5, 3, 12), rng.uniform(0.5, 3, 12)
    terms = np.stack([x * x, x * y, y * y, x, y, np.ones_like(x)], axis=1)
    values = zero.evaluate({"x": x, "y": y})
    if not np.isfinite(values).all():
        raise Unsupported("a curve that is neither a function of x nor a conic")
    found, *_ = np.linalg.lstsq(terms, values, rcond=None)
    if np.abs(terms @ found - values).max() > _CLOSE * max(1.0, float(np.abs(values).max())):
        raise Unsupported("a curve that is neither a function of x nor a conic")
    a, b, c, d, e, f = (float(value) for value in np.where(np.abs(found) < 1e-9, 0, found))
    return a, b, c, d, e, f
