"""Makes questions of drafts: groups, parts, balance and letters, which only the whole set decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from irloom.question_sets.balance import deal_letters, drop_surplus
from irloom.question_sets.builder import BuildSettings
from irloom.question_sets.groups import name_groups
from irloom.question_sets.parts import draw_parts
from irloom.question_sets.record import Draft, Part, Question


@dataclass(frozen=True, slots=True)
class Settled:
    """The questions of a set, and how many of each task went for the balance of yes and no."""

    questions: list[Question]
    dropped: Counter[str]


def settle(drafts: Sequence[Draft], images: Path, settings: BuildSettings) -> Settled:
    """Group, part, balance and letter the drafts; the order stays. Raises UserError for a broken image."""
    groups = name_groups(drafts, images)
    parts: dict[str, Part] = dict.fromkeys(groups, "test")
    if not settings.test_only:
        parts = draw_parts(drafts, groups, settings.seed)
    group_of = {draft.id: group for draft, group in zip(drafts, groups, strict=True)}
    gone = drop_surplus([(one, parts[group_of[one.id]]) for one in drafts], settings.seed)
    kept = [(one, parts[group_of[one.id]]) for one in drafts if one.id not in gone]
    options = deal_letters(kept, settings.seed)
    questions = [_finish(one, part, group_of[one.id], options.get(one.id, {})) for one, part in kept]
    return Settled(questions, Counter(one.task for one in drafts if one.id in gone))


def _finish(draft: Draft, part: Part, group: str, options: dict[str, str]) -> Question:
    right = {text: letter for letter, text in options.items()}.get(draft.answer, draft.answer)
    said = {name: getattr(draft, name) for name in Draft.model_fields if name not in _OPEN}
    return Question(**said, part=part, group=group, options=options, answer=right)


_OPEN = frozenset({"sequence", "choices", "evened", "answer"})
"""What a draft says otherwise than a question."""
