"""Judges instruction data by lexicon and by count, and mines filter rules from rejections."""

from collections.abc import Mapping
from typing import get_args

from irloom.lexicon import Lexicon
from irloom.records import Category, Verdict
from irloom.scene.layout import read_boxes, say_count
from irloom.scene.nouns import stated_counts

_TOLD: Mapping[Category, str] = {
    "colour": "Colour information is not visible in the infrared image",
    "material": "Material information is not visible in the infrared image",
    "text": "Text information is not visible in the infrared image",
    "transparency": "Transparency information is not visible in the infrared image",
    "lighting": "Lighting information is not visible in the infrared image",
    "uncertain": "Uncertain wording says nothing definite about the infrared image",
}
_RULES: Mapping[Category, str] = {
    "colour": "Delete all colour-related words.",
    "material": "Delete all material-related words.",
    "text": "Delete all text-related words.",
    "transparency": "Delete all transparency-related words.",
    "lighting": "Delete all lighting-related words.",
    "uncertain": "Delete all uncertain words.",
    "contradiction": "Delete all counts that disagree with the objects.",
}
_MOST_WORDS = 3


def judge(instruction: str, lexicon: Lexicon) -> Verdict:
    """Reject what infrared cannot show: the category of the first such word, and its words."""
    hits = lexicon.find(instruction)
    if not hits:
        return Verdict(verdict="accept")
    category = hits[0].category
    words = dict.fromkeys(hit.word.strip().lower() for hit in hits if hit.category == category)
    named = ", ".join(f"'{word}'" for word in list(words)[:_MOST_WORDS])
    reason = f"{_TOLD.get(category, f'The {category} is not visible in the infrared image')}: {named}."
    return Verdict(verdict="reject", category=category, reason=reason)


def judge_grounded(instruction: str, boxes: str, lexicon: Lexicon) -> Verdict:
    """Judge as `judge` does, and reject a count that disagrees with the boxes too."""
    verdict = judge(instruction, lexicon)
    if verdict.verdict == "reject":
        return verdict
    disagreement = find_disagreement(instruction, read_boxes(boxes).counts())
    if disagreement is None:
        return verdict
    return Verdict(verdict="reject", category="contradiction", reason=disagreement)


def find_disagreement(text: str, counts: Mapping[str, int | None]) -> str | None:
    """Find a stated count that the boxes contradict, as a reason; labels without a box are not judged."""
    for stated in stated_counts(text, counts.keys()):
        count = counts.get(stated.label)
        if count is not None and not stated.agrees(count):
            shown = say_count(stated.label, count)
            return f"A number contradicts the infrared image: it shows {shown}, not {stated.said}."
    return None


def mine(reason: str, category: str, lexicon: Lexicon) -> str:
    """Word the filter rule that a rejection teaches, by its category, or by what the reason names."""
    known = [name for name in get_args(Category) if name == category]
    named = known if known and known[0] in _RULES else sorted(lexicon.named_by(reason))
    for name in named:
        if name in _RULES:
            return _RULES[name]
    return f"Delete whatever this objection is about: {reason.strip().rstrip('.') or 'none given'}."
