"""Objects in VOC XML, with the liberties that published sets take."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from irloom.errors import SourceError
from irloom.sources.numbers import read_number, read_side
from irloom.sources.sets.entry import Marks
from irloom.sources.sets.xml_tree import read_xml

_SIDES = ("xmin", "ymin", "xmax", "ymax")
_CORNERS = tuple(f"{axis}{number}" for number in range(1, 5) for axis in "xy")


def read_voc(data: bytes, marks: Marks, rename: Callable[[str], str | None] = lambda label: label) -> None:
    """Take size and objects of a file; `rename` mends a label, and gives None for one that says nothing.

    Raises SourceError for what is no such XML.
    """
    root = read_xml(data)
    if root.tag != "annotation":  # else whatever XML lies there would say that nothing is in the picture
        raise SourceError(f"its root is <{root.tag[:40]}>, and that of VOC is <annotation>")
    marks.size = _read_size(root)
    for one in root.iter("object"):
        label = (one.findtext("name") or "").strip()
        name = rename(label) if label else None
        corners = _read_corners(one, marks)
        if corners is None:
            marks.lose("box_invalid", f"an object {label!r} without numbers for its corners")
        elif name is None:
            marks.notes["label_missing"] += 1
            marks.take(None, corners)
        else:
            marks.take(name, corners, polygons=[polygon] if (polygon := _read_polygon(one)) else ())


def _read_size(root: Element) -> tuple[int, int] | None:
    size = root.find("size")
    if size is None:
        return None
    width, height = read_side(size.findtext("width")), read_side(size.findtext("height"))
    return (width, height) if width and height else None


def _read_corners(one: Element, marks: Marks) -> list[float] | None:
    """`x, y, width, height` of an object, from its box or else around its outline."""
    found = one.find("bndbox")
    if found is not None:
        sides = [read_number(found.findtext(name)) for name in _SIDES]
        if None in sides:
            return None
        x1, y1, x2, y2 = (side for side in sides if side is not None)
        if x2 < x1 or y2 < y1:
            marks.notes["corners_swapped"] += 1
        return [min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)]
    polygon = _read_polygon(one)
    if polygon is None:
        return None
    xs, ys = polygon[0::2], polygon[1::2]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def _read_polygon(one: Element) -> list[float] | None:
    """The outline of an object as `x, y, x, y …`, be it under `polygon` or under `point`."""
    for place in ("polygon", "point"):
        found = one.find(place)
        if found is not None:
            numbers = [read_number(found.findtext(name)) for name in _CORNERS]
            if None not in numbers:
                return [number for number in numbers if number is not None]
    return None
