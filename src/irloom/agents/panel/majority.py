"""What a panel's votes on a sentence come to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from irloom.alignment import ErrorType, Label, Span, Vote, find_spans


@dataclass(frozen=True, slots=True)
class Verdict:
    """The label of most votes; kind and words of the mistake where that is `incorrect`."""

    label: Label
    error_type: ErrorType | None = None
    spans: tuple[Span, ...] = ()


def decide(sentence: str, votes: Sequence[Vote]) -> Verdict:
    """Count the votes on a sentence; a tie, or no vote, is `unknown`.

    The kind of mistake is that of most who call it incorrect, in a tie the first judge's. The wrong words are
    those that at least half of them name; where no word is named so often, all that are named.
    """
    label = _find_most([vote.label for vote in votes])
    if label != "incorrect":
        return Verdict(label or "unknown")
    against = [vote for vote in votes if vote.label == "incorrect"]
    kinds = Counter(vote.error_type for vote in against if vote.error_type is not None)
    kind = kinds.most_common(1)[0][0] if kinds else None  # of equally many the one that came first
    return Verdict("incorrect", kind, _agree_on_words(sentence, against))


def _find_most(labels: Sequence[Label]) -> Label | None:
    ranked = Counter(labels).most_common(2)
    tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return ranked[0][0] if ranked and not tied else None


def _agree_on_words(sentence: str, against: Sequence[Vote]) -> tuple[Span, ...]:
    marks = [0] * len(sentence)
    naming = [vote for vote in against if vote.words]
    for vote in naming:
        for start, end in find_spans(sentence, vote.words)[0]:
            marks[start:end] = [mark + 1 for mark in marks[start:end]]
    agreed = [2 * mark >= len(naming) and mark > 0 for mark in marks]
    return _list_runs(sentence, agreed if any(agreed) else [mark > 0 for mark in marks])


def _list_runs(sentence: str, marked: Sequence[bool]) -> tuple[Span, ...]:
    """Where marked characters stand side by side, blanks at the ends left out."""
    runs: list[Span] = []
    for place, mark in enumerate(marked):
        if mark and runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        elif mark and not sentence[place].isspace():
            runs.append((place, place + 1))
    return tuple((start, start + len(sentence[start:end].rstrip())) for start, end in runs)
