"""Family: one rectangle, square, rhombus, parallelogram, trapezoid or regular polygon with given measures."""

import math
import re
from dataclasses import dataclass, field

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
from irloom.backends.offline.figures.statement import Statement

_KIND = r"(?P<kind>rectangle|square|rhombus|parallelogram|(?:isosceles|right)?[- ]?trapez(?:oid|ium))"
_COUNTS = {
    "pentagon": 5,
    "hexagon": 6,
    "heptagon": 7,
    "octagon": 8,
    "nonagon": 9,
    "decagon": 10,
    "dodecagon": 12,
}
_FOREIGN = (
    r"circles?|semicircles?|triangles?|inscribed|circumscribed|prism|pyramid|box|cone|cylinder|garden|"
    r"path|fence|"
    r"fold\w*|cut|charges?|loop|coil|field|resistors?|rotat\w+|square root|squares|rectangles|perfect square|"
    r"midpoints?|points?|similar|walls?|window|beam|mass|matrix|slope|vectors?|vertices|units|maximum|"
    r"minimum|"
    r"function|shaded|area of \d|perimeter of \d|dimensions|least squares|wave|well|perimeter is|"
    r"area is|tiles?"
)
_CORNERS = "ABCD"


@dataclass(slots=True)
class _Given:
    """The corners' names, and what is known: sides by their number from the lower one, angles by corner."""

    names: str | None
    sides: dict[int, Quantity] = field(default_factory=dict)
    angles: dict[int, Quantity] = field(default_factory=dict)
    height: Quantity | None = None


def draw_polygon(statement: Statement) -> Figure | None:
    """A polygon whose measures determine it."""
    regular = statement.find(rf"\bregular\s+({'|'.join(_COUNTS)})")
    kind = statement.find(
        rf"\b{_KIND}\b(?!-|\s+(?:wave|root|matrix|base|meters?|metres?|feet|inch\w*|cm|units?))"
    )
    if regular is None and kind is None:
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than a polygon is spoken of: {found[0]!r}")
    if regular is not None:
        return _draw_regular(statement, regular[1].lower())
    assert kind is not None
    name = kind["kind"].lower().replace("trapezium", "trapezoid")
    given = _read(statement)
    shape = _SHAPES[name.split()[-1]](statement, given, name)
    _add_diagonals(statement, shape, given)
    return _finish(name, given, shape)


def _finish(name: str, given: _Given, shape: Shape) -> Figure:
    shape.names = [*(given.names or ""), *(one for one in shape.names if one not in (given.names or ""))]
    title = f"A {name} {given.names or ''}".strip()
    elements = [title, *(f"A length is labelled {text}" for *_, text in shape.lengths)]
    elements += [f"An angle is labelled {text}" for *_, text in shape.angles]
    elements += [f"A dashed line from {one} to {other}" for one, other in shape.inner]
    return Figure(
        tuple(elements),
        shape.labels,
        ("The figure fills the canvas",),
        shape.write(title),
        (EQUAL, GIVEN_ONLY),
    )


def _read(statement: Statement) -> _Given:
    named = re.search(rf"(?i:{_KIND})\s+(?P<names>[A-Z]{{4}})\b", statement.text)
    given = _Given(named["names"] if named else None)
    names = given.names or ""
    if names:
        for found in statement.take_all(rf"\b(?P<pair>(?-i:[A-Z]{{2}})){IS}{measure('value')}"):
            pair = sorted(names.find(one) for one in found["pair"])
            if -1 in pair or pair in ([0, 2], [1, 3]):
                raise Unsupported(f"the line {found['pair']} is no side")
            given.sides[3 if pair == [0, 3] else pair[0]] = read_quantity(found["value"])
        for found in statement.take_all(
            rf"angle\s+(?P<name>(?-i:[A-Z]{{3}}|[A-Z]))\b{IS}{quantity('angle', 'value')}"
        ):
            corner = found["name"][len(found["name"]) // 2]
            if corner not in names:
                raise Unsupported(f"the angle {found['name']} is none of the figure")
            given.angles[names.index(corner)] = read_quantity(found["value"])
    return given


def _draw_rectangle(statement: Statement, given: _Given, kind: str) -> Shape:
    patterns = (
        rf"{measure('a')}\s*(?:by|×|x)\s*{measure('b')}",
        rf"length{IS}{measure('a')}[^.?]*?width{IS}{measure('b')}",
        rf"width{IS}{measure('b')}[^.?]*?length{IS}{measure('a')}",
        rf"{measure('a')}\s+long\s+and\s+{measure('b')}\s+wide",
        rf"sides{IS}{measure('a')}\s+and\s+{measure('b')}",
    )
    if not given.sides and (found := _take_first(statement, patterns)):
        given.sides[0], given.sides[1] = share_unit([read_quantity(found[key]) for key in "ab"])
    low, right = given.sides.get(0, given.sides.get(2)), given.sides.get(1, given.sides.get(3))
    if low is None or right is None:
        raise Unsupported("the sides of the rectangle are not given")
    return _build(given, [(0, 0), (low.base, 0), (low.base, right.base), (0, right.base)], right_at=(1,))


def _draw_square(statement: Statement, given: _Given, kind: str) -> Shape:
    pattern = rf"sides?{IS}{measure('a')}|{measure('b')}\s+(?:on a side|sides)"
    if not given.sides and (found := statement.take(pattern)):
        given.sides[0] = read_quantity(found["a"] or found["b"])
    if len(given.sides) != 1:
        raise Unsupported("the side of the square is not given")
    side = next(iter(given.sides.values())).base
    return _build(given, [(0, 0), (side, 0), (side, side), (0, side)], right_at=(1,))


def _draw_slanted(statement: Statement, given: _Given, kind: str) -> Shape:
    """A parallelogram or rhombus: two sides that meet, and an angle."""
    if kind == "rhombus" and (
        found := statement.take(rf"diagonals{IS}{measure('a')}\s+and\s+{measure('b')}")
    ):
        wide, high = share_unit([read_quantity(found[key]) for key in "ab"])
        return _build_rhombus(given, wide, high)
    if not given.sides and (
        found := statement.take(rf"(?:adjacent )?sides{IS}{measure('a')}\s+and\s+{measure('b')}")
    ):
        given.sides[0], given.sides[1] = share_unit([read_quantity(found[key]) for key in "ab"])
    if not given.sides and kind == "rhombus" and (found := statement.take(rf"sides?{IS}{measure('a')}")):
        given.sides[0] = read_quantity(found["a"])
    if not given.angles and (found := statement.take(rf"angle[^.?\d]*?{quantity('angle', 'value')}")):
        given.angles[0] = read_quantity(found["value"])
    low, side = given.sides.get(0, given.sides.get(2)), given.sides.get(1, given.sides.get(3))
    if kind == "rhombus":
        low = side = low or side
    if low is None or side is None or len(given.angles) != 1:
        raise Unsupported(f"two sides and an angle of the {kind} are not given")
    corner, angle = next(iter(given.angles.items()))
    turn = math.radians(angle.value if corner % 2 == 0 else 180 - angle.value)
    dx, dy = side.base * math.cos(turn), side.base * math.sin(turn)
    return _build(given, [(0, 0), (low.base, 0), (low.base + dx, dy), (dx, dy)])


def _build_rhombus(given: _Given, wide: Quantity, high: Quantity) -> Shape:
    x, y = wide.base / 2, high.base / 2
    shape = _build(given, [(-x, 0), (0, -y), (x, 0), (0, y)])
    a, b, c, d = shape.points
    shape.inner = [(a, c), (b, d)]
    shape.points["middle"] = (0, 0)
    shape.lengths = [(a, "middle", wide.label), ("middle", d, high.label)]
    return shape


def _draw_trapezoid(statement: Statement, given: _Given, kind: str) -> Shape:
    bases = rf"(?:bases|parallel sides){IS}{measure('a')}\s+and\s+{measure('b')}"
    if found := statement.take(bases):
        long, short = sorted(
            share_unit([read_quantity(found[key]) for key in "ab"]), key=lambda one: -one.value
        )
        given.sides |= {0: long, 2: short}
    if found := statement.take(rf"height{IS}{measure('value')}"):
        given.height = read_quantity(found["value"])
    elif found := statement.take(rf"(?:legs|equal sides|non-?parallel sides){IS}{measure('value')}"):
        given.sides[1] = read_quantity(found["value"])
    if 0 not in given.sides or 2 not in given.sides:
        raise Unsupported("the parallel sides of the trapezoid are not given")
    low, top = given.sides[0].base, given.sides[2].base
    if not kind.startswith(("isosceles", "right")):
        raise Unsupported(
            "the trapezoid is neither isosceles nor right-angled, so its shape is not determined"
        )
    shift = (low - top) / 2 if kind.startswith("isosceles") else 0.0
    leg = given.sides.get(1, given.sides.get(3))
    slope = abs(shift if shift else low - top)
    if given.height is None and (leg is None or leg.base <= slope):
        raise Unsupported("the height of the trapezoid is not determined")
    high = given.height.base if given.height else math.sqrt((leg.base if leg else 0) ** 2 - slope**2)
    shape = _build(
        given,
        [(0, 0), (low, 0), (shift + top, high), (shift, high)],
        (0,) if kind.startswith("right") else (),
    )
    if given.height:
        _add_height(shape, given.height.label, shift, high, kind)
    return shape


def _add_height(shape: Shape, label: str, shift: float, high: float, kind: str) -> None:
    names = list(shape.points)
    if kind.startswith("right"):
        shape.lengths.append((names[3], names[0], label))
        return
    shape.points["foot"] = (shift, 0.0)
    shape.inner.append((names[3], "foot"))
    shape.lengths.append((names[3], "foot", label))
    shape.right_angles.append(("foot", names[3], names[1]))


def _build(given: _Given, places: list[Point], right_at: tuple[int, ...] = ()) -> Shape:
    names = given.names or _CORNERS
    _check_units(given)
    shape = Shape(dict(zip(names, places, strict=True)), [(names[n], names[(n + 1) % 4]) for n in range(4)])
    shape.lengths = [(names[n], names[(n + 1) % 4], value.label) for n, value in sorted(given.sides.items())]
    shape.angles = [
        (names[n], names[(n + 1) % 4], names[n - 1], value.label)
        for n, value in given.angles.items()
        if value.value != 90
    ]
    shape.right_angles = [(names[n], names[(n + 1) % 4], names[n - 1]) for n in right_at]
    return shape


def _check_units(given: _Given) -> None:
    values = [*given.sides.values(), *([given.height] if given.height else [])]
    if len({value.unit == "" for value in values}) > 1:
        raise Unsupported("some lengths have a unit and some have none")


def _add_diagonals(statement: Statement, shape: Shape, given: _Given) -> None:
    names = given.names or ""
    for found in re.finditer(r"\bdiagonals?\s+([A-Z]{2})\b(?:\s+and\s+([A-Z]{2})\b)?", statement.text):
        for line in filter(None, found.groups()):
            if set(line) not in ({*names[::2]}, {*names[1::2]}):
                raise Unsupported(f"the diagonal {line} is none of the figure")
            shape.inner.append((line[0], line[1]))
    if re.search(r"diagonals(?:(?!diagonals)[^.?])*?(?:intersect|meet|cross)", statement.text):
        raise Unsupported("where the diagonals meet is not drawn")


def _draw_regular(statement: Statement, name: str) -> Figure:
    count = _COUNTS[name]
    named = re.search(rf"(?i:{name})\s+([A-Z]{{{count}}})\b", statement.text)
    found = statement.take(rf"sides?{IS}{measure('value')}")
    if found is None:
        raise Unsupported(f"the side of the {name} is not given")
    side = read_quantity(found["value"])
    radius = side.base / (2 * math.sin(math.pi / count))
    turns = [2 * math.pi * (n - 0.5) / count - math.pi / 2 for n in range(count)]
    names = named[1] if named else "ABCDEFGHIJKL"[:count]
    points = {
        one: (radius * math.cos(turn), radius * math.sin(turn))
        for one, turn in zip(names, turns, strict=True)
    }
    shape = Shape(points, [(names[n], names[(n + 1) % count]) for n in range(count)])
    shape.lengths = [(names[0], names[1], side.label)]
    given = _Given(named[1] if named else None)
    return _finish(f"regular {name}", given, shape)


def _take_first(statement: Statement, patterns: tuple[str, ...]) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := statement.take(pattern))), None)


_SHAPES = {
    "rectangle": _draw_rectangle,
    "square": _draw_square,
    "rhombus": _draw_slanted,
    "parallelogram": _draw_slanted,
    "trapezoid": _draw_trapezoid,
}
