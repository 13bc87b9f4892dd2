"""A detector that reads sentences about layout and holds them against boxes, of which a share may be hidden.

It knows nothing of how the sentences were made: it looks for nouns, numbers and words of place, size and
direction, wherever they stand, and judges by the middles and areas of boxes.
"""

import random
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from irloom.records import Box, Sample
from irloom.scene.nouns import NUMBERS, find_mentions

UNSURE = 50.0
_LEFT, _RIGHT = r"\bleft(?:wards)?\b", r"\bright(?:wards)?\b"
_UP, _DOWN = r"\b(?:above|upwards|over)\b", r"\b(?:below|downwards|under|beneath)\b"
_NUMBER = re.compile(rf"(?i)\b({'|'.join(NUMBERS[2:])})\b")
Holds = Callable[[Box, Box], bool]

_PAIRS: Sequence[tuple[str, Holds]] = (
    (r"\boverlap", lambda one, two: _shared(one, two) > 0),
    (r"\bapart\b", lambda one, two: _shared(one, two) <= 0),
    (r"\b(?:larger|bigger)\b", lambda one, two: _area(one) > _area(two)),
    (r"\bsmaller\b", lambda one, two: _area(one) < _area(two)),
    (_LEFT, lambda one, two: one.x1 + one.x2 < two.x1 + two.x2),
    (_RIGHT, lambda one, two: one.x1 + one.x2 > two.x1 + two.x2),
    (_UP, lambda one, two: one.y1 + one.y2 < two.y1 + two.y2),
    (_DOWN, lambda one, two: one.y1 + one.y2 > two.y1 + two.y2),
)
_SIDES: Sequence[tuple[str, Callable[[Box], bool]]] = (
    (_LEFT, lambda box: box.x1 + box.x2 < 1),
    (_RIGHT, lambda box: box.x1 + box.x2 > 1),
    (r"\btop\b", lambda box: box.y1 + box.y2 < 1),
    (r"\bbottom\b", lambda box: box.y1 + box.y2 > 1),
)


@dataclass(frozen=True)
class BoxDetector:
    """Scores sentences from 0 to 100 by boxes, of which it does not see a share `hidden`."""

    labels: Collection[str]
    hidden: float = 0.0
    seed: int = 0

    def score(self, sample: Sample, sentence: str) -> float:
        """How sure it is that a sentence is right; `UNSURE` where the boxes that it sees say nothing."""
        boxes = self._look(sample)
        named = _name_labels(sentence, self.labels)
        if number := _NUMBER.search(sentence):
            return self._count(boxes, named[:1], NUMBERS.index(number[1].lower()))
        if len(named) >= 2:
            return self._relate(boxes, named[0], named[1], sentence)
        return self._place(boxes, named[:1], sentence)

    def _look(self, sample: Sample) -> list[Box]:
        draw = random.Random(f"{self.seed}/{sample.id}")
        chances = [draw.random() for _ in sample.boxes]
        return [box for box, chance in zip(sample.boxes, chances, strict=True) if chance >= self.hidden]

    def _count(self, boxes: Sequence[Box], named: Sequence[str], number: int) -> float:
        seen = sum(box.label in named for box in boxes)
        if not boxes or seen == 0:
            return UNSURE
        return 100.0 if seen == number else 10.0 * abs(seen - number) / (1 + abs(seen - number))

    def _relate(self, boxes: Sequence[Box], first: str, second: str, sentence: str) -> float:
        mine, other = ([box for box in boxes if box.label == label] for label in (first, second))
        if not (mine and other):
            return UNSURE
        # "From the car, the dog …" and "compared with the car, the dog …": the second one is told of.
        if re.match(r"(?i)(?:looking |the way |to get )?(?:from|compared)\b", sentence):
            mine, other = other, mine
        for words, holds in _PAIRS:
            if re.search(words, sentence):
                return 100.0 if holds(mine[0], other[0]) else 0.0
        return UNSURE

    def _place(self, boxes: Sequence[Box], named: Sequence[str], sentence: str) -> float:
        found = [box for box in boxes if box.label in named]
        if not found:
            return UNSURE if not boxes else 20.0
        for words, holds in _SIDES:
            if re.search(words, sentence):
                return 100.0 if any(holds(box) for box in found) else 0.0
        return 100.0


@dataclass(frozen=True)
class Guesser:
    """Scores sentences by chance."""

    seed: int = 0

    def score(self, sample: Sample, sentence: str) -> float:
        return random.Random(f"{self.seed}/{sample.id}/{sentence}").uniform(0, 100)


def _name_labels(sentence: str, labels: Collection[str]) -> list[str]:
    """The labels that a sentence names, in its order."""
    return list(dict.fromkeys(one.label for one in find_mentions(sentence, labels) if one.label in labels))


def _area(box: Box) -> float:
    return (box.x2 - box.x1) * (box.y2 - box.y1)


def _shared(one: Box, two: Box) -> float:
    """Area that two boxes share; 0 or less for none."""
    across, down = min(one.x2, two.x2) - max(one.x1, two.x1), min(one.y2, two.y2) - max(one.y1, two.y1)
    return across * down if across > 0 and down > 0 else 0.0
