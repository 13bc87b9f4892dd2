"""What the rule engine asks and answers is varied and balanced: measured over scenes that are drawn here."""

import random
import re
from collections import Counter
from functools import cache

from irloom.records import TASKS
from offline.test_checker import LABELS, draw_layout, write_turns

SCENES = 60
_DENIES = re.compile(
    r"^(?:No\b|None\b|Nothing|There are no|That is not so)|\. (?:There is no|No [a-z ]+ can be seen)"
)
_HEAT = re.compile(r"(?i)\b(?:warm|cool|hot|heat|temperature)")
_NOUN = "|".join(sorted((re.escape(label) for label in (*LABELS, "people", "TV")), key=len, reverse=True))
_THING = re.compile(
    rf"(?i)\b(?:(?:a|an|the|one|two|three|four|five|six|seven|eight|many|several) )?"
    rf"(?:(?:leftmost|rightmost|upper|lower) )?(?:(?:pairs?|pieces?) of )?(?:{_NOUN})(?:e?s)?"
    r"(?: on the (?:left|right)(?! side))?"
)


@cache
def read_all() -> tuple[tuple[str, str], ...]:
    """Questions and answers of all tasks over all scenes."""
    dice = random.Random("balance")
    turns = []
    for number in range(SCENES):
        boxes = draw_layout(dice)
        warm = [(*box[:5], dice.choice((5.0, 19.5, 20.0, 24.0, 40.0))) for box in boxes]
        for task in TASKS:
            turns += write_turns(task, boxes, warm, number)
    return tuple(turns)


def test_most_questions_are_asked_once() -> None:
    asked = [question for question, _ in read_all()]
    assert len(set(asked)) > 0.8 * len(asked)


def test_an_answer_in_five_denies() -> None:
    denials = [answer for _, answer in read_all() if _DENIES.search(answer)]
    assert 0.15 < len(denials) / len(read_all()) < 0.25


def test_a_question_in_five_is_about_heat() -> None:
    thermal = [question for question, _ in read_all() if _HEAT.search(question)]
    assert 0.15 < len(thermal) / len(read_all()) < 0.25


def test_no_form_of_sentence_fills_one_answer_in_twenty() -> None:
    forms: Counter[str] = Counter()
    for _, answer in read_all():
        sentences = re.split(r"(?<=[.!?]) ", answer.replace("A scene with some things.", "").strip())
        forms.update({_THING.sub("X", sentence).lower() for sentence in sentences if sentence})
    (form, number), *_ = forms.most_common()
    assert number <= 0.05 * len(read_all()), form
