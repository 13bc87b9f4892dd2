"""Reads generated English by itself and compares what it states with annotations.

Shares no code with the writer: plurals, numbers, sentence forms and geometry are its own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "relation", "place", "denial", "heat"]
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
_SLACK = 0.012
"""Prompts tell whole per cent, which move an edge by half a one at most, and both edges of a pair by one."""
_TINY = 0.001


@dataclass(frozen=True)
class Statement:
    """Something that a text states and annotations can tell."""

    kind: Kind
    text: str
    true: bool


Warm = tuple[str, float, float, float, float, float]
"""Label, x1, y1, x2, y2 in 0..1, and degrees Celsius."""


def check(
    text: str, annotations: Sequence[Annotation], known: Sequence[str] = (), warm: Sequence[Warm] = ()
) -> list[Statement]:
    """Find every statement of a count, a relation, a place, an absence or heat, and say whether it is true.

    `known` are the labels of the whole file, which a text may call absent; `warm` are the objects as painted.
    """
    seen = [box for box in annotations if (box[3] - box[1]) * (box[4] - box[2]) >= _TINY]
    return [
        *_counts(text, seen),
        *_relations(text, seen),
        *_places(text, seen),
        *_denials(text, annotations, known),
        *_heat(text, seen, warm),
    ]


def _counts(text: str, annotations: Sequence[Annotation]) -> Iterator[Statement]:
    """Judge "three dogs", "several people" and "many cars"; "one of the dogs", "how many" are no counts."""
    real = Counter(label for label, *_ in annotations)
    crowded = {label for label, *_, crowd in annotations if crowd}
    labels = _forms(annotations)
    words = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    if not words:
        return
    numbers = "|".join(_NUMBER)
    pattern = re.compile(
        rf"\b(?P<n>several|many|{numbers}|\d+) (?P<noun>{words})(?![\w-]| paper\b)", re.IGNORECASE
    )
    for match in pattern.finditer(text):
        label, plural = labels[match["noun"].lower()]
        said = match["n"].lower()
        if said == "several":
            yield Statement("count", match[0], label in crowded or real[label] > 2)
            continue
        if said == "many":
            asked = re.search(r"(?i)\bhow $", text[: match.start()])
            if not asked:
                yield Statement("count", match[0], label not in crowded and real[label] > 8)
            continue
        number = _NUMBER[said] if said in _NUMBER else int(said)
        grammatical = (number != 1) == plural or label == "sheep"
        yield Statement("count", match[0], label not in crowded and real[label] == number and grammatical)


def _relations(text: str, annotations: Sequence[Annotation]) -> Iterator[Statement]:
    """Judge "the cat is to the left of the leftmost bench" and the like."""
    name = _name_pattern(annotations)
    verb = r"to the left of|to the right of|above|below"
    pattern = re.compile(
        rf"\b(?P<a>{name})(?:,| is| lies|)(?: further)? (?P<verb>{verb}) (?P<b>{name})(?![\w-])",
        re.IGNORECASE,
    )
    for match in pattern.finditer(text if name else ""):
        if _is_asked(text, match.start()):
            continue
        pair = _find(match["a"], annotations), _find(match["b"], annotations)
        true = (
            pair[0] is not None
            and pair[1] is not None
            and _pair_holds(pair[0], match["verb"].lower(), pair[1])
        )
        yield Statement("relation", match[0], true)


def _places(text: str, annotations: Sequence[Annotation]) -> Iterator[Statement]:
    """Judge "the cat is in the upper left part of the image"."""
    name = _name_pattern(annotations)
    pattern = re.compile(
        rf"\b(?P<noun>{name})(?: is| shows| can be found| has its place|)"
        r" (?:in the (?P<part>[a-z ]+?) part|on the (?P<side>left|right) side"
        r"|near the (?P<middle>centre)|across (?P<most>most)) of the image",
        re.IGNORECASE,
    )
    for match in pattern.finditer(text if name else ""):
        box = _find(match["noun"], annotations)
        yield Statement("place", match[0], box is not None and _is_placed(box, match.groupdict()))


def _denials(text: str, annotations: Sequence[Annotation], known: Sequence[str]) -> Iterator[Statement]:
    """Judge "no dog can be seen", "nothing in the picture is a dog" and other ways to deny."""
    labels = _forms([(label, 0.0, 0.0, 1.0, 1.0, False) for label in known])
    noun = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    forms = (
        rf"\b(?:there (?:is|are)|has|holds) no (?P<noun>{noun})(?![\w-])",
        rf"\b(?:nothing in the picture is|does not include|none of what is in view is|do not find)"
        rf" an? (?P<noun>{noun})\b",
        rf"\b(?P<noun>{noun}) are not part of",
        rf"\bno (?P<noun>{noun}) (?:can be seen|appears?)\b",
        rf"\ban? (?P<noun>{noun}) is nowhere in view",
    )
    there = {box[0] for box in annotations}
    for form in forms if noun else ():
        for match in re.finditer(form, text, re.IGNORECASE):
            yield Statement("denial", match[0], labels[match["noun"].lower()][0] not in there)


def _heat(text: str, annotations: Sequence[Annotation], warm: Sequence[Warm]) -> Iterator[Statement]:
    """Judge "the dog is warmer than the bench", "the dog is the hottest object", by temperatures."""
    name = _name_pattern(annotations)
    if not name or not warm:
        return
    degrees = {box[:5]: box[5] for box in warm}
    pair = re.compile(
        rf"\b(?P<a>{name}) (?:is (?P<more>warmer|cooler)|gives off (?P<heat>more|less) heat)"
        rf" than (?P<b>{name})",
        re.IGNORECASE,
    )
    for match in pair.finditer(text):
        if _is_asked(text, match.start()):
            continue
        a, b = _find(match["a"], annotations), _find(match["b"], annotations)
        sign = 1 if (match["more"] or match["heat"]).lower() in {"warmer", "more"} else -1
        true = a is not None and b is not None and sign * (_degrees(a, degrees) - _degrees(b, degrees)) > 1
        yield Statement("heat", match[0], true)
    for match in re.finditer(rf"\b(?P<a>{name}) is the (?P<end>hottest|coolest) object", text, re.IGNORECASE):
        a = _find(match["a"], annotations)
        ends = {"hottest": max(degrees.values()), "coolest": min(degrees.values())}
        yield Statement(
            "heat", match[0], a is not None and _degrees(a, degrees) == ends[match["end"].lower()]
        )


def _degrees(box: Annotation, degrees: dict[tuple[str, float, float, float, float], float]) -> float:
    """What was painted where this box is: rows hold other roundings of the same edges."""
    alike = [one for one in degrees if one[0] == box[0]]
    return degrees[
        min(alike, key=lambda one: sum(abs(a - b) for a, b in zip(one[1:], box[1:5], strict=True)))
    ]


def _is_asked(text: str, start: int) -> bool:
    """Whether a place in the text stands in a question."""
    end = re.search(r"[.!?]", text[start:])
    return end is not None and end[0] == "?"


def _name_pattern(annotations: Sequence[Annotation]) -> str:
    """Finds "the dog", "the leftmost dog", "the upper dog" and "the dog on the left"; empty without boxes."""
    singles = [form for form, (_, plural) in _forms(annotations).items() if not plural or form == "sheep"]
    words = "|".join(map(re.escape, sorted(singles, key=len, reverse=True)))
    return (
        rf"the (?:(?:leftmost|rightmost|upper|lower) )?(?:{words})(?: on the (?:left|right)(?! side))?"
        * bool(words)
    )


def _find(name: str, annotations: Sequence[Annotation]) -> Annotation | None:
    """The box that a name singles out; None where it singles out none, or more than one."""
    match = re.fullmatch(
        r"(?i)the (?:(?P<end>leftmost|rightmost|upper|lower) )?(?P<noun>.+?)"
        r"(?: on the (?P<side>left|right))?",
        name,
    )
    assert match is not None
    label = _forms(annotations)[match["noun"].lower()][0]
    boxes = [box for box in annotations if box[0] == label]
    word = (match["end"] or match["side"] or "").lower()
    if any(box[5] for box in boxes) or (not word and len(boxes) != 1):
        return None
    axis = 1 if word in {"upper", "lower"} else 0
    ordered = sorted(boxes, key=lambda box: box[2] + box[4] if axis else box[1] + box[3])
    return ordered[-1] if word in {"rightmost", "right", "lower"} else ordered[0]


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


def _pair_holds(a: Annotation, verb: str, b: Annotation) -> bool:
    _, ax1, ay1, ax2, ay2, _ = a
    _, bx1, by1, bx2, by2, _ = b
    opposite = {"to the right of": "to the left of", "below": "above"}
    if verb in opposite:
        return _pair_holds(b, opposite[verb], a)
    low, high = ((ax1, ax2), (bx1, bx2)) if verb == "to the left of" else ((ay1, ay2), (by1, by2))
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
