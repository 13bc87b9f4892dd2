"""Which filled examples an instruction's prompt shows: one or two, drawn by the sample."""

import re
from random import Random

from irloom.prompts import Prompts
from irloom.records import BoxNumbers, Task

_MOST = 2
_NUMBERS = re.compile(r"(?<=: \[)\d+(?:, \d+){3}(?=\])")


def choose_examples(prompts: Prompts, task: Task, sample: str, seed: int) -> tuple[str, ...]:
    """The texts of the examples that a sample's prompt shows, the same in every round."""
    names = prompts.list_in(f"task/examples/{task}")
    dice = Random(f"examples/{seed}/{sample}/{task}")
    return tuple(
        prompts.text_of(name) for name in dice.sample(names, min(len(names), dice.randint(1, _MOST)))
    )


def write_examples(texts: tuple[str, ...], numbers: BoxNumbers) -> str:
    """Examples as the prompt shows them, with their boxes in the numbers of the run; files hold per cent."""
    text = "\n\n".join(texts) or "none"
    return text if numbers == "percent" else _NUMBERS.sub(_as_fractions, text)


def _as_fractions(match: re.Match[str]) -> str:
    return ", ".join(f"{int(edge) / 100:.3f}" for edge in match[0].split(", "))
