"""Family: one circle with its radius or diameter, and a chord, sector, inscribed angle or tangent."""

import math
import re

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import IS, Quantity, measure, quantity, read_quantity
from irloom.backends.offline.figures.shapes import Point, Shape
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"circles|semicircles?|triangle|square|rectangle|polygon|hexagon|sphere|cylinder|cone|orbit\w*|"
    r"wheel|track|"
    r"charges?|wire|loop|coil|current|field|disk|disc|equation|"
    r"points? \(|secants?|tangents|chords|cyclic|quadrilateral|"
    r"circular (?:path|orbit|loop|motion|track|plate)|area of \d|circumference (?:of|is) \d|mass|"
    r"speed|velocity|"
    r"revolutions?|rotat\w+|concentric|arcs|parallel|trees?|venn|graph|unit circle|shaded|segment"
)


def draw_circle(statement: Statement) -> Figure | None:
    """A circle whose measures determine what is drawn in it."""
    if not statement.mentions("circle"):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b|\bx\^2"):
        raise Unsupported(f"more than a circle is spoken of: {found[0]!r}")
    radius, label, whole = _take_size(statement)
    named = re.search(r"(?:[Cc]ent(?:er|re)(?:d at)?(?: point)?|[Cc]ircle)\s+([A-Z])\b", statement.text)
    center = named[1] if named else "O"
    shape = Shape({center: (0.0, 0.0)}, [], circles=[((0.0, 0.0), radius.base)])
    shape.names = [center] if named else []
    elements = [f"A circle{f' with centre {center}' if named else ''}"]
    parts = (_add_tangent, _add_chord, _add_sector, _add_inscribed)
    elements += [text for part in parts for text in part(statement, shape, center, radius)]
    _add_radius(shape, center, radius.base, label, whole)
    elements.append(f"Its {'diameter' if whole else 'radius'} is labelled {label}")
    script = shape.write("A circle")
    return Figure(
        tuple(elements), shape.labels, ("The circle fills the canvas",), script, (EQUAL, GIVEN_ONLY)
    )


def _take_size(statement: Statement) -> tuple[Quantity, str, bool]:
    """The radius, what is written at it, and whether the diameter is given instead."""
    if found := statement.take(
        rf"radius(?: (?-i:[A-Z]{{2}})|\s+of (?:a|the) circle)?{IS}(?:[rR]\s*=\s*)?{measure('value')}"
    ):
        value = read_quantity(found["value"])
        return value, value.label, False
    if found := statement.take(
        rf"diameter(?: (?-i:[A-Z]{{2}})|\s+of (?:a|the) circle)?{IS}(?:[dD]\s*=\s*)?{measure('value')}"
    ):
        value = read_quantity(found["value"])
        return Quantity(f"{value.value / 2:g}", value.unit), value.label, True
    raise Unsupported("neither the radius nor the diameter of the circle is given")


def _add_radius(shape: Shape, center: str, radius: float, label: str, whole: bool) -> None:
    """The radius goes where nothing else is: to the left, above an inscribed angle's arms."""
    inscribed = any(corner != center for corner, *_ in shape.angles)
    turn = math.radians(165 if inscribed else 215)
    shape.points["rim"] = (radius * math.cos(turn), radius * math.sin(turn))
    start = center
    if whole:
        shape.points["other rim"] = (-shape.points["rim"][0], -shape.points["rim"][1])
        start = "other rim"
    shape.inner.append((start, "rim"))
    shape.lengths.append((center, "rim", label))


def _add_chord(statement: Statement, shape: Shape, center: str, radius: Quantity) -> list[str]:
    """A chord by its length, or by its distance from the centre."""
    if not statement.mentions("chord"):
        return []
    length = statement.take(
        rf"(?:chord(?: (?-i:[A-Z]{{2}}))?|\b(?:has|with)(?: a)? length){IS}{measure('value')}"
        r"(?!\s*(?:away )?from)"
    )
    distance = statement.take(rf"{measure('value')}\s+(?:away\s+)?from the cent(?:er|re)")
    if not distance:
        distance = statement.take(rf"distance[^.?]*?cent(?:er|re)[^.?\d]*?(?:is|of)\s+{measure('value')}")
    if bool(length) == bool(distance):
        raise Unsupported("a chord is determined by either its length or its distance")
    found = length or distance
    assert found is not None
    value = read_quantity(found["value"])
    half = value.base / 2 if length else math.sqrt(max(radius.base**2 - value.base**2, 0))
    if not 0 < half < radius.base:
        raise Unsupported("the chord does not fit into the circle")
    high = math.sqrt(radius.base**2 - half**2)
    one, other = _name_chord(statement)
    shape.points |= {one: (-half, high), other: (half, high)}
    shape.sides.append((one, other))
    shape.names += [name for name in (one, other) if len(name) == 1]
    if length:
        shape.lengths.append((one, other, value.label))
        return [f"A chord labelled {value.label}"]
    shape.points["foot"] = (0.0, high)
    shape.inner.append(("foot", center))
    shape.lengths.append(("foot", center, value.label))
    shape.right_angles.append(("foot", center, other))
    return [f"A chord whose distance from the centre is labelled {value.label}"]


def _name_chord(statement: Statement) -> tuple[str, str]:
    named = re.search(r"chord\s+([A-Z])([A-Z])\b", statement.text)
    return (named[1], named[2]) if named else ("chord start", "chord end")


def _add_sector(statement: Statement, shape: Shape, center: str, radius: Quantity) -> list[str]:
    found = statement.take(rf"central angle(?: (?-i:[A-Z]{{3}}))?{IS}{quantity('angle', 'value')}")
    if not found and statement.mentions("sector"):
        found = statement.take(rf"angle(?: (?-i:[A-Z]{{3}}))?{IS}{quantity('angle', 'value')}")
    if not found:
        return []
    angle = read_quantity(found["value"])
    if not 8 <= angle.value < 180 or statement.mentions("chord|tangent"):
        raise Unsupported("a central angle together with more than the circle")
    named = re.search(rf"angle ([A-Z]){center}([A-Z])\b", statement.text)
    one, other = (named[1], named[2]) if named else ("first rim", "second rim")
    start = math.radians(20)
    for name, turn in ((one, start), (other, start + math.radians(angle.value))):
        shape.points[name] = (radius.base * math.cos(turn), radius.base * math.sin(turn))
        shape.sides.append((center, name))
    shape.names += [one, other] if named else []
    shape.angles.append((center, one, other, angle.label))
    return [f"A central angle labelled {angle.label}"]


def _add_inscribed(statement: Statement, shape: Shape, center: str, radius: Quantity) -> list[str]:
    pattern = rf"inscribed angle(?: (?P<name>(?-i:[A-Z]{{3}})))?{IS}{quantity('angle', 'value')}"
    if not (found := statement.take(pattern)):
        return []
    if statement.mentions("chord|tangent|sector"):
        raise Unsupported("an inscribed angle together with more than the circle")
    angle = read_quantity(found["value"])
    if not 15 <= angle.value <= 80:
        raise Unsupported("the inscribed angle leaves no room for its text")
    names = found["name"] or "ABC"
    places = _inscribe(radius.base, math.radians(angle.value))
    shape.points |= dict(zip(names, places, strict=True))
    shape.sides += [(names[1], names[0]), (names[1], names[2])]
    shape.names += list(names) if found["name"] else []
    shape.angles.append((names[1], names[0], names[2], angle.label))
    return [f"An inscribed angle labelled {angle.label}"]


def _inscribe(radius: float, angle: float) -> list[Point]:
    """A corner at the top, and the ends of an arc of twice the angle at the bottom."""
    ends = [-math.pi / 2 - angle, -math.pi / 2 + angle]
    turns = [ends[0], math.pi / 2, ends[1]]
    return [(radius * math.cos(turn), radius * math.sin(turn)) for turn in turns]


def _add_tangent(statement: Statement, shape: Shape, center: str, radius: Quantity) -> list[str]:
    """The tangent from a point at a given distance from the centre, or of a given length."""
    if not statement.mentions("tangent"):
        return []
    far = statement.take(rf"{measure('value')}\s+(?:away\s+)?from (?:the cent(?:er|re)|{center}\b)")
    length = statement.take(rf"tangent[^.?\d]*?(?:length|=|is)\s*(?:of\s+)?{measure('value')}")
    if bool(far) == bool(length):
        raise Unsupported("a tangent is determined by either its length or the distance of its point")
    found = far or length
    assert found is not None
    value, r = read_quantity(found["value"]), radius.base
    distance = value.base if far else math.hypot(value.base, r)
    if distance <= r:
        raise Unsupported("the point of the tangent lies in the circle")
    touch = math.acos(r / distance)
    named = re.search(r"[Pp]oint ([A-Z])\b", statement.text)
    point = named[1] if named and named[1] != center else "outside"
    shape.points |= {point: (distance, 0.0), "touch": (r * math.cos(touch), r * math.sin(touch))}
    shape.sides.append((point, "touch"))
    shape.inner.append((center, "touch"))
    shape.right_angles.append(("touch", center, point))
    shape.names += [point] if len(point) == 1 else []
    if far:
        shape.inner.append((center, point))
    shape.lengths.append((point, center if far else "touch", value.label))
    return [
        f"A tangent from a point outside; {'the distance' if far else 'its length'} is labelled {value.label}"
    ]
