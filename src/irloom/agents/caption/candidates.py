"""Lists the candidates for a caption and chooses one."""

from collections.abc import Sequence
from typing import Literal

from irloom.lexicon import Lexicon
from irloom.records import Candidate, Category, Origin


def list_candidates(
    texts: Sequence[str],
    original: str,
    scores: Sequence[float] | None,
    rules: Sequence[str],
    lexicon: Lexicon,
) -> tuple[Candidate, ...]:
    """The rewrites in their order and the original last, each with its score and the words a rule forbids."""
    forbidden = _list_forbidden(rules, lexicon)
    everything: list[tuple[str, Origin]] = [(text, "filtered") for text in texts]
    everything.append((original, "original"))
    return tuple(
        Candidate(
            text=text,
            origin=origin,
            score=None if scores is None else scores[index],
            breaks=tuple(hit.word for hit in lexicon.find(text, forbidden)) if forbidden else (),
        )
        for index, (text, origin) in enumerate(everything)
    )


def is_clean(text: str, rules: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a text has no word that the rules forbid, as far as the lexicon knows them."""
    forbidden = _list_forbidden(rules, lexicon)
    return not (forbidden and lexicon.find(text, forbidden))


def _list_forbidden(rules: Sequence[str], lexicon: Lexicon) -> frozenset[Category]:
    return frozenset[Category]().union(*(lexicon.named_by(rule) for rule in rules))


def choose(
    candidates: Sequence[Candidate], original: Literal["only_if_clean", "allow"], scoring: bool
) -> Candidate:
    """The candidate with the highest score, the earlier one on a tie; without scoring the first.

    With `only_if_clean` an original that breaks a standing rule cannot win while a rewrite exists; a
    "rewrite" that gives the original back word for word is the original.
    """
    originals = {candidate.text for candidate in candidates if candidate.origin == "original"}
    allowed = [
        candidate
        for candidate in candidates
        if candidate.text not in originals or original == "allow" or not candidate.breaks
    ] or list(candidates)
    if not scoring:
        return allowed[0]
    return max(allowed, key=lambda candidate: candidate.score if candidate.score is not None else 0.0)
