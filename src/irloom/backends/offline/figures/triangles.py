"""Family: one triangle with given sides and angles, and lines in it that the problem names."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import (
    IS,
    Quantity,
    measure,
    quantity,
    read_quantity,
    share_unit,
)
from irloom.backends.offline.figures.shapes import Point, Shape
from irloom.backends.offline.figures.solving import solve_triangle
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"circles?|circumcircle|incircle|inscribed|circumscribed|similar|congruent|parallel|triangles|squares?|"
    r"rectangle|prism|pyramid|tetrahedron|cone|ladder|shadow|tower|pole|tree|kite|vectors?|rotat\w+|"
    r"reflect\w*|"
    r"forces?|charges?|blocks?|game|matrix|pascal's|inequality|trapezoid|parallelogram|ratio|perimeter of|"
    r"extended|produced|outside|point [PQXY]|points|lens|wave|folded|bermuda|trisect\w*|such that|third side"
)
_PLACES = "ABC"


@dataclass(slots=True)
class _Known:
    """What is given of a triangle whose corners are counted 0, 1, 2; a side has its far corner's number."""

    names: str | None
    sides: dict[int, Quantity]
    angles: dict[int, Quantity]
    right: int | None = None


def draw_triangle(statement: Statement) -> Figure | None:
    """A triangle whose measures determine it."""
    if not statement.mentions("triangle") or statement.mentions(r"triangle with (?:vertices|points|corners)"):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than a triangle is spoken of: {found[0]!r}")
    known = _read(statement)
    sides, angles = solve_triangle(known.sides, known.angles, known.right)
    shape = _build(known, sides, angles)
    extra = _add_lines(statement, shape, known)
    name = f"triangle {known.names}" if known.names else "triangle"
    elements = [f"A {'right ' if known.right is not None else ''}{name}"]
    elements += [f"A side is labelled {text}" for *_, text in shape.lengths]
    elements += [f"An angle is labelled {text}" for *_, text in shape.angles]
    if known.right is not None:
        elements.append("The right angle is marked")
    script = shape.write(f"A {name}")
    return Figure(
        (*elements, *extra), shape.labels, ("The triangle fills the canvas",), script, (EQUAL, GIVEN_ONLY)
    )


def _read(statement: Statement) -> _Known:
    named = statement.find(r"triangle\s+((?-i:[A-Z]{3}))\b") or statement.find(r"angle\s+((?-i:[A-Z]{3}))\b")
    known = _Known(named[1] if named else None, {}, {})
    if known.names and len(set(known.names)) != 3:
        raise Unsupported("the triangle's corners are not told apart")
    if known.names:
        _read_named(statement, known)
    _read_right(statement, known)
    _read_unnamed(statement, known)
    return known


def _read_named(statement: Statement, known: _Known) -> None:
    """`AB = 5`, `angle B = 40°`, `angle ABC = 40°`."""
    names = known.names or ""
    for found in statement.take_all(rf"\b(?P<pair>(?-i:[A-Z]{{2}})){IS}{measure('value')}"):
        if not set(found["pair"]) <= set(names):
            raise Unsupported(f"the line {found['pair']} is no side of the triangle")
        far = next(place for place, name in enumerate(names) if name not in found["pair"])
        _note(known.sides, far, read_quantity(found["value"]))
    for found in statement.take_all(
        rf"(?:angle\s+)?\b(?P<name>(?-i:[A-Z]{{3}}|[A-Z]))\b{IS}{quantity('angle', 'value')}"
    ):
        corner = found["name"][len(found["name"]) // 2]
        if not set(found["name"]) <= set(names):
            raise Unsupported(f"the angle {found['name']} is none of the triangle")
        _note(known.angles, names.index(corner), read_quantity(found["value"]))
    for found in statement.take_all(rf"(?<![\w'])(?P<side>(?-i:[a-z]))\s*=\s*{measure('value')}"):
        if found["side"].upper() not in names:
            raise Unsupported(f"{found['side']} is no side of the triangle")
        _note(known.sides, names.index(found["side"].upper()), read_quantity(found["value"]))


def _read_right(statement: Statement, known: _Known) -> None:
    names = known.names or ""
    at = statement.find(
        r"right[- ]angled?\s+(?:at|is at|triangle at)\s+(?:vertex\s+)?((?-i:[A-Z]))\b|"
        r"right angle (?:is )?at (?:vertex )?((?-i:[A-Z]))\b|angle ((?-i:[A-Z]))\b is (?:a |the )?right"
    )
    ninety = [place for place, angle in known.angles.items() if angle.value == 90]
    if at:
        corner = at[1] or at[2] or at[3]
        if corner not in names:
            raise Unsupported("the corner with the right angle is none of the triangle")
        known.right = names.index(corner)
    elif ninety:
        known.right = ninety[0]
    elif statement.mentions(r"right(?:[- ]angled?)? triangle"):
        known.right = _choose_right(known)
    if known.right is not None:
        known.angles.pop(known.right, None)


def _choose_right(known: _Known) -> int:
    """Unnamed right triangles have it in the last corner; of named ones it must be said."""
    if known.names:
        raise Unsupported("which corner has the right angle is not said")
    return 2


def _read_unnamed(statement: Statement, known: _Known) -> None:
    if known.right is not None:
        _read_legs(statement, known)
    if found := statement.take(rf"equilateral triangle[^.?]*?\bsides?{IS}{measure('value')}"):
        known.sides.update(dict.fromkeys((0, 1, 2), read_quantity(found["value"])))
    elif statement.mentions("equilateral"):
        if len(known.sides) != 1:
            raise Unsupported("the side of the equilateral triangle is not given")
        side = next(iter(known.sides.values()))
        known.sides.update(dict.fromkeys({0, 1, 2} - known.sides.keys(), side))
    if statement.mentions("isosceles"):
        _read_isosceles(statement, known)
    three = (
        rf"sides?(?:\s+of a triangle)?{IS}{measure('a')}\s*,\s*{measure('b')}"
        rf"\s*,?\s*(?:and\s+)?{measure('c')}"
    )
    if found := statement.take(three):
        values = share_unit([read_quantity(found[key]) for key in "abc"])
        for place, value in enumerate(values):
            _note(known.sides, place, value)
    two = (
        rf"sides?{IS}{measure('a')}\s*and\s+{measure('b')}"
        rf"[^.?]*?(?:included|between)[^.?]*?angle[^.?]*?{quantity('angle', 'angle')}"
    )
    if not known.sides and (found := statement.take(two)):
        first, second = share_unit([read_quantity(found[key]) for key in "ab"])
        known.sides.update({0: first, 1: second})
        known.angles[2] = read_quantity(found["angle"])


def _read_legs(statement: Statement, known: _Known) -> None:
    assert known.right is not None
    others = [place for place in range(3) if place != known.right]
    if found := statement.take(rf"legs?{IS}{measure('a')}\s*and\s+{measure('b')}"):
        for place, value in zip(others, share_unit([read_quantity(found[key]) for key in "ab"]), strict=True):
            _note(known.sides, place, value)
    elif found := statement.take(rf"(?:one|a) leg{IS}{measure('a')}"):
        _note(known.sides, others[0], read_quantity(found["a"]))
    if found := statement.take(rf"hypotenuse(?: (?-i:[A-Z]{{2}}))?{IS}{measure('c')}"):
        _note(known.sides, known.right, read_quantity(found["c"]))
    if not known.angles and (
        found := statement.take(rf"(?:an|one|acute) (?:acute )?angle{IS}{quantity('angle', 'v')}")
    ):
        known.angles[others[0]] = read_quantity(found["v"])


def _read_isosceles(statement: Statement, known: _Known) -> None:
    """The base lies between the first two corners."""
    if known.names:
        equal = statement.find(r"\b([A-Z])([A-Z])\s*=\s*([A-Z])([A-Z])\b")
        if equal is None:
            raise Unsupported("which sides of the isosceles triangle are equal is not said")
        far = [
            next(n for n, one in enumerate(known.names) if one not in pair)
            for pair in (equal[1] + equal[2], equal[3] + equal[4])
        ]
        given = [known.sides[place] for place in far if place in known.sides]
        if given:
            known.sides.update(dict.fromkeys(far, given[0]))
        return
    if found := statement.take(rf"base{IS}{measure('value')}"):
        _note(known.sides, 2, read_quantity(found["value"]))
    if found := statement.take(rf"(?:equal sides|legs|congruent sides){IS}{measure('value')}"):
        known.sides.update(dict.fromkeys((0, 1), read_quantity(found["value"])))
    if found := statement.take(rf"(?:vertex|apex) angle{IS}{quantity('angle', 'value')}"):
        known.angles[2] = read_quantity(found["value"])
    if found := statement.take(rf"base angles?{IS}{quantity('angle', 'value')}"):
        known.angles.update(dict.fromkeys((0, 1), read_quantity(found["value"])))


def _note(known: dict[int, Quantity], place: int, value: Quantity) -> None:
    if place in known and known[place] != value:
        raise Unsupported("a measure of the triangle is given twice")
    known[place] = value


def _build(known: _Known, sides: list[float], angles: list[float]) -> Shape:
    """The side between the first two corners lies below; a right angle stands at the lower right."""
    names = known.names or _PLACES
    order = [0, 1, 2] if known.right is None else [(known.right + 1) % 3, known.right, (known.right + 2) % 3]
    first, second, third = order
    places: dict[str, Point] = {
        names[first]: (0.0, 0.0),
        names[second]: (sides[third], 0.0),
        names[third]: (sides[second] * math.cos(angles[first]), sides[second] * math.sin(angles[first])),
    }
    shape = Shape(places, [(names[a], names[b]) for a, b in ((0, 1), (1, 2), (2, 0))])
    shape.names = list(known.names or "")
    for place, value in known.sides.items():
        one, other = names[(place + 1) % 3], names[(place + 2) % 3]
        shape.lengths.append((one, other, value.label))
    for place, value in known.angles.items():
        shape.angles.append((names[place], names[(place + 1) % 3], names[(place + 2) % 3], value.label))
    if known.right is not None:
        corner = known.right
        shape.right_angles.append((names[corner], names[(corner + 1) % 3], names[(corner + 2) % 3]))
    return shape


def _add_lines(statement: Statement, shape: Shape, known: _Known) -> tuple[str, ...]:
    """Altitudes, medians and bisectors that are named by both their ends."""
    elements = []
    kinds = r"(?P<kind>altitude|height|median|(?:angle )?bisector)"
    before = re.finditer(rf"\b{kinds}\s+(?:from\s+[A-Z]\s+)?(?P<line>[A-Z]{{2}})\b", statement.text)
    after = re.finditer(rf"\b(?P<line>[A-Z]{{2}})\s+is\s+(?:the|an?)\s+{kinds}\b", statement.text)
    for found in [*before, *after]:
        line, kind = found["line"], found["kind"]
        if not known.names or line[0] not in known.names or line[1] in known.names:
            raise Unsupported(f"the {kind} {line} is not understood")
        corner = line[0]
        one, other = (name for name in known.names if name != corner)
        shape.points[line[1]] = _find_foot(kind, shape.points, corner, one, other)
        shape.inner.append((corner, line[1]))
        shape.names.append(line[1])
        if kind in ("altitude", "height"):
            shape.right_angles.append((line[1], corner, one))
        elements.append(f"The {kind} {line}")
    unnamed = statement.find(
        r"\b(altitude|median|bisector|midpoint|midsegment|centroid|orthocenter|incenter)s?\b"
    )
    if (
        unnamed
        and not elements
        and not statement.find(r"(?:find|calculate|determine|what is)[^.?]*\b(?:altitude|median)")
    ):
        raise Unsupported(f"a line in the triangle that is not named by its ends: {unnamed[0]!r}")
    return tuple(elements)


def _find_foot(kind: str, points: Mapping[str, Point], corner: str, one: str, other: str) -> Point:
    (ax, ay), (bx, by), (cx, cy) = points[corner], points[one], points[other]
    share = 0.5
    if kind in ("altitude", "height"):
        share = ((ax - bx) * (cx - bx) + (ay - by) * (cy - by)) / ((cx - bx) ** 2 + (cy - by) ** 2)
        if not 0.03 < share < 0.97:
            raise Unsupported("the altitude meets no side, or a corner")
    elif kind != "median":
        near, far = math.dist((ax, ay), (bx, by)), math.dist((ax, ay), (cx, cy))
        share = near / (near + far)
    return bx + share * (cx - bx), by + share * (cy - by)
