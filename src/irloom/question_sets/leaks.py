"""Asks whether the words of a task tell its answers: a classifier that reads words alone, never the picture.

It learns on the train part and answers the test part. Where it beats the best blind guess by more than five
points, and the interval of that gain lies above 0, a model may learn the answers without looking.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from irloom.question_sets.about import Leak
from irloom.question_sets.guesses import Guessed, is_near, sum_up
from irloom.question_sets.record import Question
from irloom.question_sets.words import answer_by_words

LEAST_QUESTIONS = 100
"""Of a test part, below which nothing can be told."""
GAIN = 0.05
_RESAMPLES = 1000
_INTERVAL = (2.5, 97.5)
_DIGITS = 6

Shares = NDArray[np.float64]


def find_leak(
    learned: Sequence[Question],
    asked: Sequence[Question],
    guessed: Mapping[str, Sequence[Guessed]],
    seed: int = 0,
) -> Leak:
    """Whether words tell the answers of one task; `guessed` are the blind guesses on the asked questions."""
    if len(asked) < LEAST_QUESTIONS or len({question.answer for question in learned}) < 2:
        return Leak(verdict="too few to tell", questions=len(asked))
    best = max(guessed, key=lambda name: sum_up(guessed[name]).accuracy)
    by_guess = np.array([one.right for one in guessed[best]])
    by_words = np.array(_mark(answer_by_words(learned, asked), asked))
    low, high = _draw_interval(by_words - by_guess, [one.group for one in asked], seed)
    gain = float((by_words - by_guess).mean())
    return Leak(
        verdict="leaks" if gain > GAIN and low > 0 else "clean",
        questions=len(asked),
        accuracy=round(float(by_words.mean()), _DIGITS),
        best=best,
        gain=round(gain, _DIGITS),
        low=round(low, _DIGITS),
        high=round(high, _DIGITS),
    )


def _mark(said: Sequence[str], asked: Sequence[Question]) -> list[float]:
    return [float(_is_right(one, question)) for one, question in zip(said, asked, strict=True)]


def _is_right(said: str, question: Question) -> bool:
    if question.kind in {"choice", "yes_no"}:
        return said == question.answer
    return is_near(float(said), question)


def _draw_interval(gains: Shares, groups: Sequence[str], seed: int) -> tuple[float, float]:
    """Where the mean lies with 95 %: a bootstrap over groups, whose questions depend on each other."""
    places = np.unique(np.array(groups), return_inverse=True)[1]
    sums, counts = np.bincount(places, weights=gains), np.bincount(places)
    random = np.random.default_rng(seed)
    drawn = random.integers(0, len(sums), size=(_RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, _INTERVAL)
    return float(low), float(high)
