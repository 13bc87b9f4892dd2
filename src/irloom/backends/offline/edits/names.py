"""Names an object so that nobody can take another of the same label for it."""

from collections.abc import Callable, Sequence

from irloom.scene.layout import Thing, precedes

_LARGER = 1.5
"""How many times larger a box must be than another to be called so."""
_PAIR = (("the {} on the left", "the {} on the right"), ("the upper {}", "the lower {}"))
_SEVERAL = (("the leftmost {}", "the rightmost {}"), ("the topmost {}", "the lowest {}"))
_SIZES = (("the larger {}", "the smaller {}"), ("the largest {}", "the smallest {}"))
_ORDINALS = ("", "second", "third")


def find_name(thing: Thing, things: Sequence[Thing]) -> str | None:
    """A phrase with `{}` for the noun, such as `the {} on the left`, or None where nothing tells it apart.

    A group has no name, and leaves none to others of its label, since its members are unknown.
    """
    others = [other for other in things if other.label == thing.label and other is not thing]
    if thing.group or any(other.group for other in others):
        return None
    if not others:
        return "the {}"
    pair = len(others) == 1
    across, upright = _PAIR if pair else _SEVERAL
    ways: tuple[tuple[Callable[[Thing, Thing], bool], tuple[str, str]], ...] = (
        (_is_left_of, across),
        (_is_larger, _SIZES[0] if pair else _SIZES[1]),
        (_is_above, upright),
    )
    for comes_before, (first, last) in ways:
        if all(comes_before(thing, other) for other in others):
            return first
        if all(comes_before(other, thing) for other in others):
            return last
    return _count_from_a_side(thing, others)


def _count_from_a_side(thing: Thing, others: Sequence[Thing]) -> str | None:
    """Its place in a row, where every other one stands clearly on one side of it."""
    left = sum(_is_left_of(other, thing) for other in others)
    right = sum(_is_left_of(thing, other) for other in others)
    if left + right < len(others):
        return None
    if left == right == 1:
        return "the {} in the middle"
    side, before = ("left", left) if left <= right else ("right", right)
    return f"the {_ORDINALS[before]} {{}} from the {side}" if before < len(_ORDINALS) else None


def _is_left_of(first: Thing, second: Thing) -> bool:
    return precedes(first, second, 0)


def _is_above(first: Thing, second: Thing) -> bool:
    return precedes(first, second, 1)


def _is_larger(first: Thing, second: Thing) -> bool:
    return first.area >= _LARGER * second.area
