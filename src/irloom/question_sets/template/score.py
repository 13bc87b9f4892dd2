"""Scores sets as candidates for a benchmark: D = 0.4 Q + 0.6 N (Infrared-LLaVA, equation 1).

Q is the mean quality of a hundred pictures, from 1 (bad) to 5 (excellent), and N how many kinds of object
are annotated. The paper does not say how the two are brought to one scale. As printed, N decides nearly
alone; so both are also brought to 0..1 between the least and the most of the sets that are compared.
"""

from collections.abc import Mapping, Sequence

from irloom.records import Row

QUALITY_SHARE = 0.4
KINDS_SHARE = 0.6


class SetScore(Row):
    """One set among those that are compared."""

    name: str
    quality: float
    """Q, from 1 to 5."""
    pictures: int
    """How many pictures Q is the mean of."""
    kinds: int
    """N."""
    printed: float
    """D on the scales of Q and N as they are."""
    printed_rank: int
    scaled: float | None
    """D of Q and N in 0..1 over the sets; None where all sets have the same Q or the same N."""
    scaled_rank: int | None


def score_sets(
    qualities: Mapping[str, float], pictures: Mapping[str, int], kinds: Mapping[str, int]
) -> tuple[SetScore, ...]:
    """Score all sets with a quality, the best as printed first; sets that are equal share a rank."""
    names = sorted(qualities)
    printed = [_weigh(qualities[name], kinds[name]) for name in names]
    scaled = _scale_all([qualities[name] for name in names], [kinds[name] for name in names])
    ranks = _rank(printed)
    scaled_ranks = None if scaled is None else _rank(scaled)
    scores = [
        SetScore(
            name=name,
            quality=qualities[name],
            pictures=pictures[name],
            kinds=kinds[name],
            printed=printed[place],
            printed_rank=ranks[place],
            scaled=None if scaled is None else scaled[place],
            scaled_rank=None if scaled_ranks is None else scaled_ranks[place],
        )
        for place, name in enumerate(names)
    ]
    return tuple(sorted(scores, key=lambda score: (score.printed_rank, score.name)))


def say_score(score: SetScore, scores: Sequence[SetScore]) -> str:
    """A score in a sentence, on both scales; `scores` are those of all sets."""
    scaled = (
        f"{_tell_equal(scores)}, so there is no scale from 0 to 1"
        if score.scaled is None
        else f"on a scale from 0 to 1 {score.scaled:.3f}, rank {score.scaled_rank}"
    )
    return (
        f"Dataset score of {score.name}: D = 0.4 · {score.quality:.3f} + 0.6 · {score.kinds} = "
        f"{score.printed:.3f}, rank {score.printed_rank} as printed; {scaled}."
    )


def _tell_equal(scores: Sequence[SetScore]) -> str:
    """Why the least and the most of Q or N are one."""
    if len(scores) == 1:
        return "no other set is scored"
    values = {"Q": len({one.quality for one in scores}), "N": len({one.kinds for one in scores})}
    return f"all sets have the same {' and the same '.join(one for one in values if values[one] == 1)}"


def _weigh(quality: float, kinds: float) -> float:
    return QUALITY_SHARE * quality + KINDS_SHARE * kinds


def _scale_all(qualities: Sequence[float], kinds: Sequence[float]) -> list[float] | None:
    if len({*qualities}) < 2 or len({*kinds}) < 2:
        return None
    pairs = zip(_scale(qualities), _scale(kinds), strict=True)
    return [_weigh(quality, number) for quality, number in pairs]


def _scale(numbers: Sequence[float]) -> list[float]:
    least, most = min(numbers), max(numbers)
    return [(number - least) / (most - least) for number in numbers]


def _rank(scores: Sequence[float]) -> list[int]:
    return [1 + sum(other > score for other in scores) for score in scores]
