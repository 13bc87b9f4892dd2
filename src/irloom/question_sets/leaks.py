"""Asks whether the words of a task tell its answers: a classifier that reads words alone, never the picture.

It learns on the train part and answers the test part. Where it beats the best blind guess by more than five
points, and the interval of that gain lies above 0, a model may learn the answers without looking.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from irloom.metrics.clusters import Clusters
from irloom.question_sets.about import Leak
from irloom.question_sets.guesses import LEAST_LEARNED, Guessed, is_near, sum_up
from irloom.question_sets.record import Question
from irloom.question_sets.words import answer_by_words

LEAST_QUESTIONS = 100
"""Of a test part, below which nothing can be told; nor can it where they are all of one group, or where the
train part has too few to learn from."""
GAIN = 0.05
_DIGITS = 6


def find_leak(
    learned: Sequence[Question],
    asked: Sequence[Question],
    guessed: Mapping[str, Sequence[Guessed]],
    seed: int = 0,
) -> Leak:
    """Whether words tell the answers of one task; `guessed` are the blind guesses on the asked questions."""
    is_small = len(asked) < LEAST_QUESTIONS or len(learned) < LEAST_LEARNED
    if is_small or len({question.answer for question in learned}) < 2:
        return Leak(verdict="too few to tell", questions=len(asked))
    best = max(guessed, key=lambda name: sum_up(guessed[name]).accuracy)
    by_guess = np.array([one.right for one in guessed[best]])
    marked = [np.array(_mark(said, asked)) for said in answer_by_words(learned, asked)]
    by_words = max(marked, key=np.mean)
    found = Clusters([one.group for one in asked], seed=seed).estimate(by_words - by_guess)
    if found is None or found.low is None or found.high is None:
        return Leak(verdict="too few to tell", questions=len(asked))
    return Leak(
        verdict="leaks" if found.value > GAIN and found.low > 0 else "clean",
        questions=len(asked),
        accuracy=round(float(by_words.mean()), _DIGITS),
        best=best,
        gain=round(found.value, _DIGITS),
        low=round(found.low, _DIGITS),
        high=round(found.high, _DIGITS),
    )


def _mark(said: Sequence[str], asked: Sequence[Question]) -> list[float]:
    return [float(_is_right(one, question)) for one, question in zip(said, asked, strict=True)]


def _is_right(said: str, question: Question) -> bool:
    if question.kind in {"choice", "yes_no"}:
        return said == question.answer
    return is_near(float(said), question)
