"""Orders the options of quizzes so that, over a data set, each letter is right as often as any other."""

import hashlib

from irloom.figures import LETTERS, Quiz


def balance_letters(problem: str, quizzes: tuple[Quiz, ...]) -> tuple[Quiz, ...]:
    """Quizzes of one problem whose right letters go round, from a start that its id decides.

    Half of SciGenBench's right answers stand under C; a model that always says C must not profit.
    """
    start = hashlib.sha256(problem.encode()).digest()[0]
    return tuple(_move_right(quiz, start + number) for number, quiz in enumerate(quizzes))


def _move_right(quiz: Quiz, wanted: int) -> Quiz:
    right = quiz.options[quiz.correct_option]
    others = [text for letter, text in sorted(quiz.options.items()) if letter != quiz.correct_option]
    place = wanted % len(quiz.options)
    texts = [*others[:place], right, *others[place:]]
    return quiz.model_copy(
        update={"options": dict(zip(LETTERS, texts, strict=False)), "correct_option": LETTERS[place]}
    )
