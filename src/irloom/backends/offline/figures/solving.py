"""Calculates the sides and angles of a triangle from those that are given."""

import math
from collections.abc import Mapping

from irloom.backends.offline.figures.figure import Unsupported
from irloom.backends.offline.figures.quantities import Quantity


def solve_triangle(
    given_sides: Mapping[int, Quantity], given_angles: Mapping[int, Quantity], right: int | None
) -> tuple[list[float], list[float]]:
    """Sides and angles (radians) by corner; a side has the number of the corner across.

    Raises Unsupported where the given ones do not determine the triangle, or contradict each other.
    """
    units = {value.unit for value in given_sides.values()}
    if len(units - {""}) > 1:
        raise Unsupported("sides in different units")
    sides = {place: value.value for place, value in given_sides.items()}
    angles = {place: math.radians(value.value) for place, value in given_angles.items()}
    if right is not None:
        angles[right] = math.pi / 2
    for _ in range(3):
        _add_angle(angles)
        _add_by_cosines(sides, angles)
        _add_by_sines(sides, angles, right)
    if len(sides) < 3 or len(angles) < 3:
        raise Unsupported("the given measures do not determine the triangle")
    found = [sides[place] for place in range(3)], [angles[place] for place in range(3)]
    _check(*found)
    return found


def _add_angle(angles: dict[int, float]) -> None:
    if len(angles) == 2:
        rest = next(place for place in range(3) if place not in angles)
        angles[rest] = math.pi - sum(angles.values())


def _add_by_cosines(sides: dict[int, float], angles: dict[int, float]) -> None:
    for place in range(3):
        one, other = sides.get((place + 1) % 3), sides.get((place + 2) % 3)
        if one is None or other is None:
            continue
        if place in angles and place not in sides:
            sides[place] = math.sqrt(one * one + other * other - 2 * one * other * math.cos(angles[place]))
        elif place in sides and place not in angles:
            cosine = (one * one + other * other - sides[place] ** 2) / (2 * one * other)
            if abs(cosine) >= 1:
                raise Unsupported("no triangle has these sides")
            angles[place] = math.acos(cosine)


def _add_by_sines(sides: dict[int, float], angles: dict[int, float], right: int | None) -> None:
    pairs = [place for place in range(3) if place in sides and place in angles]
    if not pairs:
        return
    ratio = sides[pairs[0]] / math.sin(angles[pairs[0]])
    for place in range(3):
        if place in angles and place not in sides:
            sides[place] = ratio * math.sin(angles[place])
        elif place in sides and place not in angles and right is not None:
            if sides[place] >= ratio:
                raise Unsupported("no right triangle has these sides")
            angles[place] = math.asin(sides[place] / ratio)


def _check(sides: list[float], angles: list[float]) -> None:
    if min(angles) <= 0 or abs(sum(angles) - math.pi) > 0.02:
        raise Unsupported("the given measures contradict each other")
    ratios = [side / math.sin(angle) for side, angle in zip(sides, angles, strict=True)]
    if max(ratios) > 1.02 * min(ratios):
        raise Unsupported("the given measures contradict each other")
    if min(angles) < math.radians(4):
        raise Unsupported("the triangle is too thin to be labelled")
