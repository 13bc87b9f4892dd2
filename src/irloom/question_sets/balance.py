"""Keeps what answers look like from telling them: letters are dealt evenly, and yes is as frequent as no."""

from collections import defaultdict
from collections.abc import Sequence

from irloom.question_sets.draws import draw, shuffle
from irloom.question_sets.record import LETTERS, Draft, Part

Placed = tuple[Draft, Part]


def drop_surplus(placed: Sequence[Placed], seed: int) -> set[str]:
    """The ids of questions that go so that a task has as many with yes as with no in each part.

    Where drafts name what they share (`evened`), that holds of each of these.
    A strict group goes or stays as a whole: one that has as many of both stays.
    """
    gone: set[str] = set()
    units: dict[tuple[str, Part, str], dict[str, list[Draft]]] = defaultdict(lambda: defaultdict(list))
    for draft, part in placed:
        if draft.kind == "yes_no":
            units[draft.task, part, draft.evened][draft.strict_group or f"/{draft.id}"].append(draft)
    for (task, part, evened), groups in units.items():
        gone |= _drop_from(groups, seed, task, part, evened)
    return gone


def _drop_from(groups: dict[str, list[Draft]], seed: int, *where: str) -> set[str]:
    gone: set[str] = set()
    leans = {name: sum(1 if one.answer == "yes" else -1 for one in some) for name, some in groups.items()}
    surplus = sum(leans.values())
    for name in sorted(groups, key=lambda one: draw(seed, "surplus", *where, one)):
        lean = leans[name]
        if lean * surplus > 0 and abs(lean) <= abs(surplus):
            gone |= {one.id for one in groups[name]}
            surplus -= lean
    return gone


def deal_letters(placed: Sequence[Placed], seed: int) -> dict[str, dict[str, str]]:
    """The options of each question by letter: every letter is right equally often in a task of a part."""
    decks: dict[tuple[str, Part, int], list[Draft]] = defaultdict(list)
    for draft, part in placed:
        if draft.choices:
            decks[draft.task, part, len(draft.choices)].append(draft)
    dealt: dict[str, dict[str, str]] = {}
    for (task, part, count), deck in decks.items():
        # Which letter comes first is drawn as well: with few questions A would be right more often.
        first = draw(seed, "first letter", task, part) % count
        ordered = sorted(deck, key=lambda one: draw(seed, "letter", one.id))
        for place, one in enumerate(ordered):
            dealt[one.id] = _lay_out(one, (place + first) % count, seed)
    return dealt


def _lay_out(draft: Draft, right: int, seed: int) -> dict[str, str]:
    others = [text for text in sorted(draft.choices) if text != draft.answer]
    texts = shuffle(others, seed, "choices", draft.id)
    texts.insert(right, draft.answer)
    return dict(zip(LETTERS, texts, strict=False))
