"""Which sentences a detector doubts, and what is said of them."""

from collections.abc import Sequence

from irloom.records import SentenceScore


def find_doubted(scores: Sequence[SentenceScore], above: float) -> list[SentenceScore]:
    """The sentences below the threshold; one that just reaches it is kept, one without a score not asked."""
    return [one for one in scores if one.score is not None and one.score < above]


def tell_doubts(doubted: Sequence[SentenceScore], above: float) -> str:
    """Why they are not kept, in words that a writer can follow: each sentence with its score."""
    return " ".join(
        f"The picture does not bear out “{one.sentence}” (score {one.score:.4g}, below {above:.4g})."
        for one in doubted
    )
