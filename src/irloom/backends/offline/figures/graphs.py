"""Family: graphs of functions, lines and conics that are given by their equations."""

import re
from collections.abc import Sequence

from irloom.backends.offline.figures.conics import Conic, find_conic
from irloom.backends.offline.figures.equations import (
    Curve,
    Marked,
    as_constant,
    read_curves,
    take_domain,
    take_points,
)
from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.graph_script import (
    FRAME,
    LEGEND,
    POINTS,
    VERTICALS,
    write_conics,
    write_functions,
)
from irloom.backends.offline.figures.quantities import quantity, read_quantity
from irloom.backends.offline.figures.regions import Region, find_region
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement
from irloom.backends.offline.figures.windows import choose_window

_CUE = re.compile(
    r"\b(graph|curve|parabola|ellipse|circle|hyperbola|line|function|region|area|tangent|intersect\w*|bound\w*|"
    r"enclosed|axis|vertex|asymptote|intercept|slope|roots?|zeros|maximum|minimum|modell?ed|equation|average)",
    re.IGNORECASE,
)
_FOREIGN = (
    r"differential|dy/dx|surface|sphere|cylinder|paraboloid|cone|plane|vector|matrix|parametric|polar|"
    r"complex|"
    r"sequence|series|lim|limit|random|density|probability|block|spring|string|waves?|sequence|"
    r"piecewise|inverse|"
    r"inequalit\w+|integers?|shift\w*|translat\w+|reflect\w*|transform\w*|perpendicular|rectangle|triangle|"
    r"ladder|radians|fourier|digits?|numbers?|mod"
)
_SYMBOLS = re.compile(r"[∫∪∩∈′{}]|\b[xyf]'|\bz\b|[≤≥<>]|\\")
_EQUATION = re.compile(r"\b(?:y|x|[A-Za-z]\([xt]\))\s*=|\d\s*[xy]\b|=\s*[-\d]")
_BOUNDS = re.compile(r"(?<!\S)\S+\s*[≤<]\s*[xt]\s*[≤<]\s*\S+")


def draw_graphs(statement: Statement) -> Figure | None:
    """Curves by their equations in one coordinate system."""
    text = statement.text
    if not _CUE.search(text) or not _EQUATION.search(text) or statement.mentions(_FOREIGN):
        return None
    domain = take_domain(statement)
    if _SYMBOLS.search(_BOUNDS.sub(" ", statement.text)):
        return None
    curves = read_curves(statement)
    if not any(curve.kind != "vertical" for curve in curves):
        return None
    return _draw(statement, curves, take_points(statement), domain)


def _take_notes(statement: Statement) -> list[str]:
    """Durations, which a graph has no place for."""
    return [read_quantity(found["v"]).label for found in statement.take_all(quantity("time", "v"))]


def _draw(
    statement: Statement,
    curves: Sequence[Curve],
    points: Sequence[Marked],
    domain: tuple[float, float] | None,
) -> Figure:
    functions = [curve for curve in curves if curve.kind == "function"]
    if len({curve.variable for curve in functions}) > 1:
        raise Unsupported("functions of different variables")
    conics = {curve: find_conic(curve.expression) for curve in curves if curve.kind == "implicit"}
    window = choose_window(curves, list(conics.values()), points, domain)
    window = _make_square(window) if conics else window
    region = find_region(statement, curves, (window[0], window[1]))
    notes = _take_notes(statement)
    variable = functions[0].variable if functions else "x"
    given: dict[str, object] = {
        "window": list(window),
        "names": _name_axes(statement, functions, variable),
        "points": [(point.x, point.y, point.label) for point in points],
        "verticals": [(as_constant(one.expression), one.label) for one in curves if one.kind == "vertical"],
    }
    parts = [FRAME]
    if region:
        given |= {"shaded": [region.start, region.end], "region": region.name}
        parts.append(region.write(variable))
    parts += [write_functions(functions, variable)] if functions else []
    parts += [write_conics(conics)] if conics else []
    script = write_script(
        "Curves in a coordinate system", given, *parts, VERTICALS, POINTS, LEGEND, notes=notes
    )
    labels = [*(curve.label for curve in curves), *(point.label for point in points), *notes]
    labels += [region.name] if region and region.name else []
    elements = _describe(curves, conics, points, region)
    return Figure(elements, tuple(labels), _lay_out(window), script, (GIVEN_ONLY,))


def _name_axes(statement: Statement, functions: Sequence[Curve], variable: str) -> list[str]:
    """With their units, where the text gives these in parentheses."""
    name = functions[0].name if len({curve.name for curve in functions}) == 1 else "y"
    units = {one[1]: one[2] for one in re.finditer(r"\b([A-Za-z]) \(in (\w+)\)", statement.text)}
    return [f"{one} ({units[one[0]]})" if one[0] in units else one for one in (variable, name)]


def _describe(
    curves: Sequence[Curve], conics: dict[Curve, Conic], points: Sequence[Marked], region: Region | None
) -> tuple[str, ...]:
    elements = ["A coordinate system with labelled axes"]
    for curve in curves:
        kind = conics[curve].kind if curve in conics else "graph" if curve.kind == "function" else "line"
        role = ", about which the region turns" if curve.revolved else ""
        elements.append(f"The {kind} {curve.label}{role}")
    elements += [f"The point {point.label}" for point in points]
    elements += (
        [" ".join(["The enclosed region", region.name, "is shaded"]).replace("  ", " ")] if region else []
    )
    return tuple(elements)


def _lay_out(window: Sequence[float]) -> tuple[str, ...]:
    x1, x2, y1, y2 = window
    return (f"Horizontally from {x1:g} to {x2:g}, vertically from {y1:g} to {y2:g}",)


def _make_square(window: Sequence[float]) -> tuple[float, float, float, float]:
    """The smallest square around a window, since conics are drawn with equal scales."""
    x1, x2, y1, y2 = window
    half = max(x2 - x1, y2 - y1) / 2
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return x - half, x + half, y - half, y + half
