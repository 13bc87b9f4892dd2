"""Lists the candidates for a caption and chooses one."""

from collections.abc import Sequence
from typing import Literal

from irloom.lexicon import Lexicon
from irloom.records import Candidate, Category, Origin

Written = tuple[str, Origin]
"""A text, and who wrote it."""


def list_candidates(
    written: Sequence[Written], scores: Sequence[float] | None, rules: Sequence[str], lexicon: Lexicon
) -> tuple[Candidate, ...]:
    """What was written, in its order, each with its score and the words that a rule forbids."""
    return tuple(
        Candidate(
            text=text,
            origin=origin,
            score=None if scores is None else scores[index],
            breaks=find_breaks(text, rules, lexicon),
        )
        for index, (text, origin) in enumerate(written)
    )


def find_breaks(text: str, rules: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The words of a text that the rules forbid, as far as the lexicon knows them."""
    forbidden = list_forbidden(rules, lexicon)
    return tuple(hit.word for hit in lexicon.find(text, forbidden)) if forbidden else ()


def is_clean(text: str, rules: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a text has no word that the rules forbid, as far as the lexicon knows them."""
    return not find_breaks(text, rules, lexicon)


def covers_all(rules: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the lexicon knows what every rule forbids, so that nobody else need look for it."""
    return all(lexicon.named_by(rule) for rule in rules)


def list_forbidden(rules: Sequence[str], lexicon: Lexicon) -> frozenset[Category]:
    """The categories that some rules name."""
    return frozenset[Category]().union(*(lexicon.named_by(rule) for rule in rules))


def rank(
    candidates: Sequence[Candidate], original: Literal["only_if_clean", "allow"], scoring: bool
) -> list[Candidate]:
    """The candidates that may win, the highest score first, the earlier one on a tie; without scoring as is.

    With `only_if_clean` one that breaks a standing rule never wins, so that there may be none.
    """
    allowed = [one for one in candidates if original == "allow" or not one.breaks]
    if not scoring:
        return allowed
    return sorted(allowed, key=lambda candidate: -(candidate.score or 0.0))
