"""What guessing without the picture scores on a task: rules that any score has to be seen beside.

Priors are learned from the train part; where that has too few questions, from the asked ones themselves,
which makes the guess better than anybody's could be: its name says so.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from irloom.question_sets.about import Guess
from irloom.question_sets.record import Question
from irloom.records import Row

BODY_C = 37.0
"""°C: the number that models say of people, whatever the picture shows."""
CROWD = 11.0
"""The number of people that one published model said of every picture (ThermEval, arXiv 2602.14989)."""
LEAST_LEARNED = 20
"""Questions of a task in the train part, below which nothing is learned from them."""
OF_THE_ASKED = " (of the asked)"
"""Ends the name of a rule that was learned from the asked questions themselves."""
_LEARNED = frozenset({"majority letter", "majority", "median", "prior over classes"})
_TOLERANCE = 1e-9
"""Of sums of decimal numbers in binary."""


class Guessed(Row):
    """How one guess fares on one question."""

    right: float
    """The share of tries in which it is right, 0..1: ties are drawn."""
    error: float | None = None
    """How far off it is, where the answer is a number."""


Rule = Callable[[Question], Guessed]


def guess_each(learned: Sequence[Question], asked: Sequence[Question]) -> dict[str, list[Guessed]]:
    """Every rule on every question of one task, by the rule's name; rules follow from the kind."""
    if not asked:
        return {}
    can_learn = len(learned) >= LEAST_LEARNED
    rules = _list_rules(learned if can_learn else asked, asked)
    mark = "" if can_learn else OF_THE_ASKED
    return {
        f"{name}{mark if name in _LEARNED else ''}": [rule(question) for question in asked]
        for name, rule in rules.items()
    }


def sum_up(guessed: Sequence[Guessed]) -> Guess:
    """The score of a rule over some questions."""
    errors = [one.error for one in guessed if one.error is not None]
    return Guess(
        accuracy=round(sum(one.right for one in guessed) / len(guessed), 6),
        mae=round(sum(errors) / len(errors), 6) if errors else None,
    )


def is_near(said: float, question: Question) -> bool:
    """Whether a number counts as the right answer."""
    return abs(said - float(question.answer)) <= question.within + _TOLERANCE


def _list_rules(learned: Sequence[Question], asked: Sequence[Question]) -> Mapping[str, Rule]:
    kind = asked[0].kind
    answers = Counter(question.answer for question in learned)
    most = min(answers, key=lambda one: (-answers[one], one))
    match kind:
        case "choice":
            return {
                "chance": lambda question: Guessed(right=1 / len(question.options)),
                "majority letter": _say(most),
                "longest option": _choose(lambda question, text: len(text)),
                "prior over classes": _choose(_learn_classes(learned)),
            }
        case "yes_no":
            return {"chance": lambda question: Guessed(right=0.5), "majority": _say(most)}
        case "number" | "temperature" | "difference":
            numbers = {"majority": float(most), "median": median(float(one.answer) for one in learned)}
            if kind == "number":
                numbers["always 11"] = CROWD
            if kind == "temperature":
                numbers["37 °C"] = BODY_C
            rules = {name: _say_number(number) for name, number in numbers.items()}
            if kind == "number" and all("label" in question.truth for question in (*learned, *asked)):
                rules["prior over classes"] = _learn_numbers(learned, numbers["majority"])
            if kind == "temperature" and all("scale" in question.truth for question in asked):
                rules["middle of the scale"] = _say_middle
            return rules


def _say(answer: str) -> Rule:
    return lambda question: Guessed(right=float(question.answer == answer))


def _say_number(number: float) -> Rule:
    return lambda question: _compare(number, question)


def _learn_numbers(learned: Sequence[Question], usual: float) -> Rule:
    """The number that was most often right of what is counted, in the same set."""
    numbers: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for question in learned:
        numbers[_name_class(question)][question.answer] += 1
    most = {name: min(seen, key=lambda one: (-seen[one], one)) for name, seen in numbers.items()}
    return lambda question: _compare(float(most.get(_name_class(question), usual)), question)


def _name_class(question: Question) -> tuple[str, str]:
    return question.source.partition("/")[0], str(question.truth["label"])


def _say_middle(question: Question) -> Guessed:
    low, high = question.truth["scale"]
    return _compare((low + high) / 2, question)


def _compare(number: float, question: Question) -> Guessed:
    error = abs(number - float(question.answer))
    return Guessed(right=float(is_near(number, question)), error=round(error, 6))


def _choose(weigh: Callable[[Question, str], float]) -> Rule:
    """The option that weighs most; ties are drawn."""

    def guess(question: Question) -> Guessed:
        weights = {letter: weigh(question, text) for letter, text in question.options.items()}
        best = [letter for letter, weight in weights.items() if weight == max(weights.values())]
        return Guessed(right=(question.answer in best) / len(best))

    return guess


def _learn_classes(learned: Sequence[Question]) -> Callable[[Question, str], float]:
    """How often a text was right where it stood among the options; one never seen is as likely as any."""
    shown, right = Counter[str](), Counter[str]()
    for question in learned:
        shown.update(question.options.values())
        right[question.options[question.answer]] += 1
    mean = sum(right.values()) / max(1, sum(shown.values()))
    return lambda question, text: (right[text] + mean) / (shown[text] + 1)
