"""What guessing scores on IF-Bench, without a model or an image: what every score has to be seen beside."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from irloom.backends.offline.baseline import find_longest
from irloom.pipelines.evaluate.ifbench.asks import rotate, rotate_letter
from irloom.pipelines.evaluate.ifbench.results import Asked, Results
from irloom.pipelines.evaluate.ifbench.scores import Table, score
from irloom.pipelines.evaluate.ifbench.source import LETTERS
from irloom.pipelines.evaluate.records import Item

LONGEST = "longest option"
MAJORITY = "majority letter"
Guess = Callable[[Mapping[str, str], str], float]
"""How likely a rule is right, by the options in their order and the right letter."""


def guess_longest(options: Mapping[str, str], right: str) -> float:
    """The longest option in characters; of several, any."""
    longest = find_longest(options)
    return 1 / len(longest) if right in longest else 0.0


def guess_letter(letter: str) -> Guess:
    """Always one letter."""
    return lambda options, right: float(right == letter)


def guess_beside(
    items: Sequence[Item], languages: Sequence[str], rotations: int, **how: int
) -> list[dict[str, Table]]:
    """What stands beside a run's scores, by name: a mapping for each language, and for their average."""
    found = guess_blindly(items, languages, rotations)
    longest, majority = score(found[0], **how), score(found[-1], **how)
    return [{LONGEST: one, MAJORITY: other} for one, other in zip(longest, majority, strict=True)]


def guess_blindly(items: Sequence[Item], languages: Sequence[str], rotations: int = 4) -> list[Results]:
    """The expected results of each rule: the longest option, each letter, the commonest right letter."""
    majority = _find_majority(items, rotations)
    rules: dict[str, Guess] = {
        LONGEST: guess_longest,
        **{f"always {letter}": guess_letter(letter) for letter in LETTERS},
        f"majority ({majority})": guess_letter(majority),
    }
    return [_guess(name, rule, items, languages, rotations) for name, rule in rules.items()]


def _find_majority(items: Sequence[Item], rotations: int) -> str:
    """The letter that is right most often in these rotations; of those that tie, in the first one."""
    first = Counter(item.answer for item in items)
    turned = Counter(rotate_letter(item.answer, turn) for item in items for turn in range(rotations))
    return max(LETTERS, key=lambda letter: (turned[letter], first[letter]))


def _guess(
    name: str, rule: Guess, items: Sequence[Item], languages: Sequence[str], rotations: int
) -> Results:
    return Results(
        name=name,
        model=name,
        reading="",
        rotations=rotations,
        dimensions={item.id: item.dimension for item in items},
        cells={
            ("blind", language): {item.id: _guess_one(rule, item, language, rotations) for item in items}
            for language in languages
        },
    )


def _guess_one(rule: Guess, item: Item, language: str, rotations: int) -> Asked:
    options = item.wordings[language].options
    return Asked([rule(rotate(options, turn), rotate_letter(item.answer, turn)) for turn in range(rotations)])
