"""Objections to an instruction that need no model: each finds one kind of fault, or nothing."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from irloom.agents.replies import find_break
from irloom.forbidden import object_to_words
from irloom.lexicon import Lexicon
from irloom.records import Box, Category, Instruction, Verdict
from irloom.scene.agreement import find_counted, find_disagreement, find_disputed, find_misplaced
from irloom.scene.heat import Shows, find_heat
from irloom.scene.layout import Layout, as_thing, is_visible
from irloom.scene.nouns import mentioned, plural
from irloom.scene.statements import list_claims, split_sentences
from irloom.scene.support import find_denied, find_unsupported

COPIED = 0.3
"""Share of the 5-grams of one question with its answer that may come from an example of the prompt."""
_GRAM, _LEAST_COPIED = 5, 6
_MOST_TIMES = 2
"""How often a sentence may stand in an instruction."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBERS = re.compile(
    r"[\[(] ?\d+(?:\.\d+)?%?(?: ?, ?\d+(?:\.\d+)?%?){1,3} ?[\])]|\b0?\.\d{2,}\b"
    r"|\b\d+(?:\.\d+)? ?(?:%|per ?cent\b)|\b[xy][12]\b|\bcoordinates?\b",
    re.IGNORECASE,
)
_INPUT = re.compile(
    r"\b(?:(?:bounding )?box(?:es)?|annotat(?:ed|ions?)"
    r"|(?:the|these|those|this|given|provided|each|both|all|other) (?:\w+ )?(?:captions?|sentences?))\b",
    re.IGNORECASE,
)
"""The input as it is spoken of; a request for "a caption" or "a few sentences" speaks of none."""
_MEASURE = re.compile(
    r"\b\d+(?:[.,]\d+)? ?(?:°|(?:degrees?|celsius|fahrenheit|kelvin|(?:centi|milli|kilo)?met(?:er|re)s?"
    r"|[cmk]?m|inch(?:es)?|foot|feet|yards?|miles?|kilos?|kilograms?|kg|grams?|pounds?|mph|km/h|litres?|liters?)\b)",
    re.IGNORECASE,
)
"""A number with a unit: nobody measured anything but what captions and measured facts tell."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an instruction is held against."""

    captions: tuple[str, ...]
    boxes: tuple[Box, ...]
    heat: tuple[str, ...]
    rules: tuple[str, ...]
    examples: tuple[str, ...]
    """Texts in the prompt that are not to be repeated: its examples, and what was wrong before."""
    annotated: frozenset[str]
    """Labels that have a box in some image of the source."""
    longest: int
    """Characters at which a bound cuts an answer."""
    shows: Shows = "heat"
    """What the picture can bear out."""

    def layout(self) -> Layout:
        """The boxes as they are spoken of."""
        return Layout(tuple(as_thing(box) for box in self.boxes if is_visible(box)))

    def labels(self) -> frozenset[str]:
        """What captions or boxes say to be there."""
        boxed = {one.label for one in self.boxes}
        return mentioned(" ".join(self.captions), self.annotated | boxed) | boxed


def list_objections(instruction: Instruction, evidence: Evidence, lexicon: Lexicon) -> list[Verdict]:
    """Object to whatever a check finds, the gravest first; empty where nothing is found."""
    text = instruction.as_text()
    found = (
        object_to_break(instruction, evidence.longest),
        object_to_copy(instruction, evidence.examples, (*evidence.captions, *evidence.heat)),
        object_to_repetition(instruction),
        object_to_input(text, evidence),
        object_to_measures(text, (*evidence.captions, *evidence.heat)),
        object_to_warmth(text, evidence),
        object_to_rules(text, evidence, lexicon),
        object_to_absent(text, evidence),
        object_to_denial(text, evidence),
        object_to_layout(text, evidence),
    )
    return [one for one in found if one is not None]


def object_to_break(instruction: Instruction, longest: int) -> Verdict | None:
    """Object to an answer that goes round in a loop, or that a bound cut."""
    problems = (find_break(turn.answer, longest) for turn in instruction.turns)
    problem = next((one for one in problems if one is not None), None)
    return None if problem is None else _reject("other", f"An answer does not end: {problem}.")


def object_to_copy(instruction: Instruction, examples: Sequence[str], known: Sequence[str]) -> Verdict | None:
    """Object where a question with its answer comes from an example; what is known of the scene is none."""
    shown = {gram for example in examples for gram in list_grams(example)}
    shown -= {gram for sentence in known for gram in list_grams(sentence)}
    for turn in instruction.turns:
        written = [*list_grams(turn.question), *list_grams(turn.answer)]
        copied = [gram for gram in written if gram in shown]
        if len(copied) >= max(_LEAST_COPIED, COPIED * len(written)):
            said = " ".join(copied[0])
            return _reject("other", f"It repeats the example instead of telling of this image: “{said} …”.")
    return None


def list_grams(text: str) -> list[tuple[str, ...]]:
    """Every run of five words of a text, in small letters."""
    words = [word.lower() for word in _WORD.findall(text)]
    return [tuple(words[start : start + _GRAM]) for start in range(len(words) - _GRAM + 1)]


def object_to_repetition(instruction: Instruction) -> Verdict | None:
    """Object to a question, or a sentence of an answer, that stands there again and again."""
    sentences = Counter(
        sentence.lower() for turn in instruction.turns for sentence in split_sentences(turn.answer)
    )
    often = [one for one, times in sentences.items() if times > _MOST_TIMES and len(list_grams(one)) > 0]
    questions = Counter(turn.question.strip().lower() for turn in instruction.turns)
    often += [one for one, times in questions.items() if times > _MOST_TIMES]
    return _reject("other", f"It says the same again and again: “{often[0]}”") if often else None


def object_to_input(text: str, evidence: Evidence) -> Verdict | None:
    """Object to coordinates, and to boxes and sentences as the writer got them.

    A box that captions or labels speak of is a thing in the picture.
    """
    known = " ".join([*evidence.captions, *(box.label for box in evidence.boxes)]).lower()
    found = [
        one.group() for one in _INPUT.finditer(text) if one.group().lower().removesuffix("es") not in known
    ]
    numbers = [one.group() for one in _NUMBERS.finditer(text) if one.group().lower() not in known]
    if not found and not numbers:
        return None
    named = ", ".join(f"“{word}”" for word in list(dict.fromkeys([*found, *numbers]))[:3])
    return _reject("other", f"It speaks of what the scene was told by, and not of the scene: {named}.")


def object_to_measures(text: str, known_texts: Sequence[str]) -> Verdict | None:
    """Object to numbers with units, unless a caption or what was measured tells them."""
    known = " ".join(known_texts).lower()
    found = [one.group() for one in _MEASURE.finditer(text) if one.group().lower() not in known]
    return _reject("uncertain", f"Nobody measured this: “{found[0]}”.") if found else None


def object_to_warmth(text: str, evidence: Evidence) -> Verdict | None:
    """Object to statements of heat about a picture of which nothing is known to be warm.

    A label may stand, such as "hot dog", and its words by themselves may not. So may what captions say that
    came with the image.
    """
    if evidence.shows == "heat":
        return None
    labels = {*(box.label for box in evidence.boxes), *evidence.annotated}
    told = {word.lower() for caption in evidence.captions for word in find_heat(caption, labels)}
    found = [
        word.lower()
        for claim in list_claims(text)
        for word in find_heat(claim, labels)
        if word.lower() not in told
    ]
    return _reject("uncertain", f"The picture does not show this: “{found[0]}”.") if found else None


def object_to_rules(text: str, evidence: Evidence, lexicon: Lexicon) -> Verdict | None:
    """Object to words that a standing rule forbids."""
    forbidden = frozenset(category for rule in evidence.rules for category in lexicon.named_by(rule))
    if not forbidden:
        return None
    return object_to_words(text, lexicon, forbidden, evidence.heat, evidence.labels())


def object_to_absent(text: str, evidence: Evidence) -> Verdict | None:
    """Object to things that the source annotates and that neither captions nor boxes have here."""
    invented = find_unsupported(text, evidence.labels(), evidence.annotated)
    return _reject("contradiction", f"Nothing shows that there is {_list(invented)}.") if invented else None


def object_to_denial(text: str, evidence: Evidence) -> Verdict | None:
    """Object to what is said not to be there although it is."""
    denied = find_denied(text, evidence.labels())
    return _reject("contradiction", f"It denies what the scene has: {_list(denied)}.") if denied else None


def object_to_layout(text: str, evidence: Evidence) -> Verdict | None:
    """Object to counts and places that the boxes contradict, and to counts of which captions tell others."""
    layout = evidence.layout()
    counts = layout.counts()
    disputed = find_disputed(evidence.captions, counts)
    for claim in list_claims(text):
        if named := find_counted(claim, disputed):
            return _reject(
                "contradiction", f"The number is not certain and is left out: of “{plural(named)}”."
            )
        reason = find_disagreement(claim, counts) or find_misplaced(claim, layout)
        if reason is not None:
            return _reject("contradiction", reason)
    return None


def _list(labels: Collection[str]) -> str:
    return ", ".join(f"any of “{plural(label)}”" for label in sorted(labels))


def _reject(category: Category, reason: str) -> Verdict:
    return Verdict(verdict="reject", category=category, reason=reason)
