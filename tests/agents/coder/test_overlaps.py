"""Boxes that cover each other are found as by looking at every pair, at a bounded cost."""

import random
from itertools import combinations

from irloom.agents.coder.overlaps import COVERED, MOST_PAIRS, find_overlaps
from irloom.drawings import Extent


def make_boxes(seed: int) -> list[Extent]:
    """Boxes of all kinds: some meet, some touch, some are turned inside out or stand twice."""
    chance = random.Random(seed)
    boxes: list[Extent] = []
    for _ in range(30):
        x, y = round(chance.random(), 1), round(chance.random(), 1)
        boxes.append((x, y, x + chance.uniform(-0.02, 0.2), y + chance.uniform(-0.02, 0.1)))
    return [*boxes, *boxes[:3]]


def share_covered(one: Extent, other: Extent) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def test_the_sweep_finds_what_a_look_at_every_pair_finds() -> None:
    for seed in range(50):
        boxes = make_boxes(seed)
        pairs = combinations(range(len(boxes)), 2)
        expected = [(one, other) for one, other in pairs if share_covered(boxes[one], boxes[other]) > COVERED]
        assert expected
        assert find_overlaps(boxes) == expected


def test_the_search_ends_at_its_bound() -> None:
    assert len(find_overlaps([(0.1, 0.1, 0.3, 0.2)] * 500)) == MOST_PAIRS
    assert find_overlaps([]) == find_overlaps([(0, 0, 1, 1)]) == []
