"""Reads generated English by itself and compares what it states with annotations.

Shares no code with the writer: plurals, numbers, sentence forms and geometry are its own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "relation", "place"]
Annotation = tuple[str, float, float, float, float, bool]
"""Label, x1, y1, x2, y2 in 0..1, and whether it is a crowd region."""

_NUMBER = {
    word: value
    for value, word in enumerate(
        [
            *[
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
            ],
            *[
                "twelve",
                "thirteen",
                "fourteen",
                "fifteen",
                "sixteen",
                "seventeen",
                "eighteen",
                "nineteen",
                "twenty",
            ],
        ]
    )
}
_IRREGULAR = {
    "person": ["people", "persons"],
    "mouse": ["mice"],
    "knife": ["knives"],
    "sheep": ["sheep"],
    "tv": ["tvs"],
    "scissors": ["pairs of scissors", "scissors"],
    "skis": ["pairs of skis", "skis"],
    "broccoli": ["pieces of broccoli", "broccoli"],
}
_SINGLE = {
    "scissors": ["pair of scissors"],
    "skis": ["pair of skis"],
    "broccoli": ["piece of broccoli"],
}
_SLACK = 0.002


@dataclass(frozen=True)
class Statement:
    """Something that a text states and annotations can tell."""

    kind: Kind
    text: str
    true: bool


def check(text: str, annotations: Sequence[Annotation]) -> list[Statement]:
    """Find every statement of a count, a relation or a place, and say whether it is true."""
    return [*_counts(text, annotations), *_relations(text, annotations), *_places(text, annotations)]


def _counts(text: str, annotations: Sequence[Annotation]) -> Iterator[Statement]:
    """Judge "three dogs", "one dog" and "several people"; "one of the dogs" is no count."""
    real = Counter(label for label, *_ in annotations)
    crowded = {label for label, *_, crowd in annotations if crowd}
    labels = _forms(annotations)
    words = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    if not words:
        return
    numbers = "|".join(_NUMBER)
    pattern = re.compile(
        rf"\b(?P<n>several|{numbers}|\d+) (?P<noun>{words})(?![\w-]| paper\b)", re.IGNORECASE
    )
    for match in pattern.finditer(text):
        label, plural = labels[match["noun"].lower()]
        said = match["n"].lower()
        if said == "several":
            yield Statement("count", match[0], label in crowded or real[label] > 2)
            continue
        number = _NUMBER[said] if said in _NUMBER else int(said)
        grammatical = (number != 1) == plural or label == "sheep"
        yield Statement("count", match[0], label not in crowded and real[label] == number and grammatical)


def _relations(text: str, annotations: Sequence[Annotation]) -> Iterator[Statement]:
    """Judge "the cat is to the left of the bench", "one of the dogs is above another dog" and the like."""
    labels = _forms(annotations)
    words = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    if not words:
        return
    verb = r"is to the left of|is to the right of|is above|is below|overlaps"
    noun = rf"(?:the|one of the) (?:{words})"
    pattern = re.compile(
        rf"\b(?P<a>{noun}) (?P<verb>{verb}) (?P<b>{noun}|the other|another (?:{words}))(?![\w-])",
        re.IGNORECASE,
    )
    for match in pattern.finditer(text):
        first, _ = labels[re.sub(r"(?i)^(?:one of )?the ", "", match["a"]).lower()]
        bare = re.sub(r"(?i)^(?:(?:one of )?the|another) ", "", match["b"]).lower()
        second = first if match["b"].lower() == "the other" else labels[bare][0]
        unique = all(
            sum(label == name for label, *_ in annotations) == 1
            for name, words_said in ((first, match["a"]), (second, match["b"]))
            if words_said.lower().startswith("the ") and words_said.lower() != "the other"
        )
        yield Statement(
            "relation", match[0], unique and _holds(first, match["verb"].lower(), second, annotations)
        )


def _places(text: str, annotations: Sequence[Annotation]) -> Iterator[Statement]:
    """Judge "the cat is in the upper left part of the image" for a label that occurs once."""
    labels = _forms(annotations)
    pattern = re.compile(
        r"\bthe (?P<noun>[\w ]+?) is (?:in the (?P<part>[a-z ]+?) part|on the (?P<side>left|right) side"
        r"|near the (?P<middle>centre)|across (?P<most>most)) of the image",
        re.IGNORECASE,
    )
    for match in pattern.finditer(text):
        if match["noun"].lower() not in labels:
            continue
        label = labels[match["noun"].lower()][0]
        boxes = [box for box in annotations if box[0] == label]
        fits = len(boxes) == 1 and _is_placed(boxes[0], match.groupdict())
        yield Statement("place", match[0], fits)


def _is_placed(box: Annotation, said: dict[str, str | None]) -> bool:
    _, x1, y1, x2, y2, _ = box
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if said["most"]:
        return (x2 - x1) * (y2 - y1) > 0.5
    words = f"{said['part'] or ''} {said['side'] or ''}".split()
    holds = {"left": x < 0.4, "right": x > 0.6, "upper": y < 0.4, "lower": y > 0.6}
    if said["middle"]:
        return abs(x - 0.5) < 0.2 and abs(y - 0.5) < 0.2
    return bool(words) and all(holds[word] for word in words)


def _holds(first: str, verb: str, second: str, annotations: Sequence[Annotation]) -> bool:
    """Whether some two different boxes of these labels lie so."""
    return any(
        _pair_holds(a, verb, b)
        for i, a in enumerate(annotations)
        for j, b in enumerate(annotations)
        if i != j and a[0] == first and b[0] == second
    )


def _pair_holds(a: Annotation, verb: str, b: Annotation) -> bool:
    _, ax1, ay1, ax2, ay2, _ = a
    _, bx1, by1, bx2, by2, _ = b
    if verb == "overlaps":
        return min(ax2, bx2) > max(ax1, bx1) and min(ay2, by2) > max(ay1, by1)
    if verb in {"is to the right of", "is below"}:
        return _pair_holds(b, {"is to the right of": "is to the left of", "is below": "is above"}[verb], a)
    low, high = ((ax1, ax2), (bx1, bx2)) if verb == "is to the left of" else ((ay1, ay2), (by1, by2))
    centres_differ = (high[0] + high[1]) / 2 - (low[0] + low[1]) / 2 > 0.04
    return centres_differ and low[0] <= high[0] + _SLACK and low[1] <= high[1] + _SLACK


def _forms(annotations: Sequence[Annotation]) -> dict[str, tuple[str, bool]]:
    """Map every spoken form of the annotated labels to its label and whether it is a plural."""
    forms: dict[str, tuple[str, bool]] = {}
    for label in {box[0] for box in annotations}:
        for single in _SINGLE.get(label, [label]):
            forms[single.lower()] = (label, False)
        for plural in _IRREGULAR.get(label) or [_regular(label)]:
            forms[plural.lower()] = (label, True)
    return forms


def _regular(label: str) -> str:
    if label.endswith(("ch", "sh", "s", "x", "z")):
        return f"{label}es"
    if label.endswith("y") and label[-2] not in "aeiou":
        return f"{label[:-1]}ies"
    return f"{label}s"
