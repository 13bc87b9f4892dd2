"""Answers questions by their words alone: bags of words with linear models of scikit-learn."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from irloom.question_sets.record import Question

_WORD = re.compile(r"\w+")
_CLASSES = 60
"""Different numbers up to which each is a class of its own; more are only fitted as numbers."""


def answer_by_words(learned: Sequence[Question], asked: Sequence[Question]) -> list[list[str]]:
    """The answers to questions of one task by each model of its kind, which has learned others of the task.

    A line shrinks temperatures towards their mean, past what a question allows: where they are few, one that
    takes each as a class is asked as well.
    """
    kind, are_few = asked[0].kind, len({one.answer for one in learned}) <= _CLASSES
    if kind == "choice":
        return [_choose(learned, asked)]
    if kind == "yes_no" or (kind == "number" and are_few):
        return [_classify(learned, asked)]
    return [_fit(learned, asked), *([_classify(learned, asked)] if are_few else [])]


def _choose(learned: Sequence[Question], asked: Sequence[Question]) -> list[str]:
    """The option that looks most like a right one, among words of its own and of the question."""
    right = [letter == one.answer for one in learned for letter in one.options]
    model = _make_classifier().fit(_read_options(learned), right)
    scores = iter(model.decision_function(_read_options(asked)).tolist())
    told = ({letter: next(scores) for letter in one.options} for one in asked)
    return [max(one, key=one.__getitem__) for one in told]


def _classify(learned: Sequence[Question], asked: Sequence[Question]) -> list[str]:
    model = _make_classifier().fit(_read_all(learned), [one.answer for one in learned])
    return [str(answer) for answer in model.predict(_read_all(asked))]


def _fit(learned: Sequence[Question], asked: Sequence[Question]) -> list[str]:
    """Numbers, as a line through bags of words."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(CountVectorizer(analyzer=_keep), Ridge(solver="lsqr"))
    model.fit(_read_all(learned), [float(one.answer) for one in learned])
    return [f"{number:.3f}" for number in model.predict(_read_all(asked))]


def _make_classifier() -> Any:
    """A linear one; no randomness, so that a set built twice says the same."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(CountVectorizer(analyzer=_keep), LogisticRegression(C=1.0, max_iter=300))


def _keep(bag: list[str]) -> list[str]:
    """Bags come as lists of words already."""
    return bag


def _read_options(questions: Sequence[Question]) -> list[list[str]]:
    return [list(_read_option(one, letter)) for one in questions for letter in one.options]


def _read_all(questions: Sequence[Question]) -> list[list[str]]:
    return [_split(one.question) for one in questions]


def _read_option(question: Question, letter: str) -> Iterator[str]:
    """Words of an option, each beside the words of its question, and how long it is among the others."""
    words, asked = _split(question.options[letter]), set(_split(question.question))
    yield from words
    yield from (f"{word} {other}" for word in words for other in sorted(asked))
    yield from (f"repeats {word in asked}" for word in words)
    lengths = sorted(len(text) for text in question.options.values())
    yield f"length {lengths.index(len(question.options[letter]))}"
    yield from (f"not {word}" for word in sorted(_list_rivals(question, letter)))


def _list_rivals(question: Question, letter: str) -> set[str]:
    return {word for other, text in question.options.items() if other != letter for word in _split(text)}


def _split(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
