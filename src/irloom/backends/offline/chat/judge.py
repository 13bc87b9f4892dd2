"""Judges instruction data by lexicon and by count, and mines filter rules from rejections."""

from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from irloom.forbidden import object_to_words
from irloom.lexicon import Lexicon
from irloom.records import Category, Verdict
from irloom.scene.agreement import find_disagreement, find_misplaced
from irloom.scene.layout import read_boxes
from irloom.scene.statements import list_claims

_RULES: Mapping[Category, str] = {
    "colour": "Delete all colour-related words.",
    "material": "Delete all material-related words.",
    "text": "Delete all text-related words.",
    "transparency": "Delete all transparency-related words.",
    "lighting": "Delete all lighting-related words.",
    "glass": "Delete all words about what is behind glass or in a mirror.",
    "uncertain": "Delete all uncertain words.",
    "contradiction": "Delete all counts that disagree with the objects.",
}


def judge(
    instruction: str, lexicon: Lexicon, heat: Sequence[str] = (), things: Collection[str] = ()
) -> Verdict:
    """Reject what infrared cannot show: the category of the first such word, and its words."""
    found = object_to_words(instruction, lexicon, heat=heat, things=things)
    return found or Verdict(verdict="accept")


def judge_grounded(instruction: str, boxes: str, lexicon: Lexicon, heat: Sequence[str] = ()) -> Verdict:
    """Judge as `judge` does, and reject a count or a place that disagrees with the boxes too."""
    layout = read_boxes(boxes)
    verdict = judge(instruction, lexicon, heat, layout.counts().keys())
    if verdict.verdict == "reject":
        return verdict
    for claim in list_claims(instruction):
        reason = find_disagreement(claim, layout.counts()) or find_misplaced(claim, layout)
        if reason is not None:
            return Verdict(verdict="reject", category="contradiction", reason=reason)
    return verdict


def mine(reason: str, category: str, lexicon: Lexicon) -> str:
    """Word the filter rule that a rejection teaches, by its category, or by what the reason names."""
    known = [name for name in get_args(Category) if name == category]
    named = known if known and known[0] in _RULES else sorted(lexicon.named_by(reason))
    for name in named:
        if name in _RULES:
            return _RULES[name]
    return f"Delete whatever this objection is about: {reason.strip().rstrip('.') or 'none given'}."
