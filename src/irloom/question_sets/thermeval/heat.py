"""T5: which of two is hotter or colder, and which parts of one person are the warmest."""

import ast
import re
from collections.abc import Iterator
from itertools import permutations

from irloom.question_sets.builder import Drafted
from irloom.question_sets.draws import shuffle
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.record import LETTERS
from irloom.question_sets.thermeval.drafting import draft_one, show_with_bar
from irloom.question_sets.thermeval.labels import read_rows
from irloom.question_sets.thermeval.settings import ThermevalSettings
from irloom.question_sets.thermeval.thermograms import Thermograms, try_to_find

_SIDES = ("left", "right")
_ORDER = "Which order of these parts of the body leads from the hottest to the coldest?"
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


def draft_two(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """The published question up to the form of its answer, with left and right to choose from."""
    found = Thermograms(settings.tiffs)
    columns = ("tiff_file", "prompt", "category", "ground_truth")
    for name, row in read_rows("T5", columns, settings, ledger, only="double"):
        file, answer = row["tiff_file"], row["ground_truth"].strip().lower()
        if not first_sentence(row["prompt"]):
            ledger.remark("labels without a question", name)
        elif answer not in _SIDES:
            ledger.remark("labels that are neither left nor right", f"{name}: {answer!r}")
        elif try_to_find(found, file, ledger.remark) is not None:
            yield draft_one(
                name, "T5-two", "choice", show_with_bar(found, file), first_sentence(row["prompt"]), answer,
                choices=_SIDES, phrasing=row["category"] or "two", sequence=file, source=f"thermeval/{file}",
            )  # fmt: skip


def draft_order(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """The published order among others of the same parts."""
    found = Thermograms(settings.tiffs)
    for name, row in read_rows("T5", ("tiff_file", "ground_truth"), settings, ledger, only="single"):
        file, parts = row["tiff_file"], _read_parts(row["ground_truth"])
        if parts is None:
            ledger.remark("orders that are no list of two or three parts", f"{name}: {row['ground_truth']!r}")
        elif try_to_find(found, file, ledger.remark) is not None:
            yield draft_one(
                name, "T5-order", "choice", show_with_bar(found, file), _ORDER, _write(parts),
                choices=_list_choices(parts, settings.seed, name), sequence=file, source=f"thermeval/{file}",
            )  # fmt: skip


def first_sentence(prompt: str) -> str:
    """What is asked, without the form in which the published runner wants its answer."""
    return _SENTENCE.split(" ".join(prompt.split()), maxsplit=1)[0]


def _read_parts(text: str) -> tuple[str, ...] | None:
    """The parts of a printed list, each once."""
    try:
        parts = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    is_list = isinstance(parts, list) and all(isinstance(one, str) and one.strip() for one in parts)
    return tuple(parts) if is_list and len(set(parts)) == len(parts) and 2 <= len(parts) <= 3 else None


def _list_choices(parts: tuple[str, ...], seed: int, name: str) -> tuple[str, ...]:
    others = [order for order in permutations(sorted(parts)) if order != parts]
    drawn = shuffle(others, seed, "orders", name)[: len(LETTERS) - 1]
    return tuple(map(_write, (parts, *drawn)))


def _write(parts: tuple[str, ...]) -> str:
    return ", ".join(part.lower() for part in parts)
