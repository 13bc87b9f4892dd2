"""T4: whether there is a colour bar, on which side it stands, and what it says. Made here, from any TIFF."""

from collections.abc import Iterator
from typing import get_args

from irloom.question_sets.builder import Drafted
from irloom.question_sets.draws import draw, pick
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.thermeval.drafting import draft_one, draft_temperature, show_with_bar
from irloom.question_sets.thermeval.settings import ThermevalSettings
from irloom.question_sets.thermeval.thermograms import Matrix, Thermograms, measure_scale, try_to_find
from irloom.thermal.picture_settings import Side

SIDES: tuple[Side, ...] = get_args(Side)
_IS_THERE = "Does a colour bar with temperatures stand beside this picture?"
_WHERE = "On which side of this picture does the colour bar stand?"
_ENDS = {
    "max": "What is the highest temperature at the colour bar?",
    "min": "What is the lowest temperature at the colour bar?",
}


def draft_bars(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """Four questions a file; of two files one has no bar where its presence is asked."""
    found = Thermograms(settings.tiffs)
    names = sorted(found.list_names(), key=lambda name: draw(settings.seed, "T4", name))[: settings.most]
    for place, name in enumerate(names):
        if (matrix := try_to_find(found, name, ledger.remark)) is not None:
            yield from _draft_all(name, matrix, found, settings.seed, place % 2 == 0)


def _draft_all(name: str, matrix: Matrix, found: Thermograms, seed: int, is_there: bool) -> Iterator[Drafted]:
    side = pick(SIDES, seed, "side", name)
    about = {"sequence": name, "source": f"thermeval/{name}"}
    image = show_with_bar(found, name, side if is_there else None)
    answer = "yes" if is_there else "no"
    yield draft_one(f"T4-present-{name}", "T4-bar-present", "yes_no", image, _IS_THERE, answer, **about)
    image = show_with_bar(found, name, side)
    yield draft_one(f"T4-side-{name}", "T4-bar-side", "choice", image, _WHERE, side, choices=SIDES, **about)
    low, high = measure_scale(matrix)
    for end, temperature in (("max", high), ("min", low)):
        task, question = f"T4-bar-{end}", _ENDS[end]
        yield draft_temperature(f"T4-{end}-{name}", task, found, (name, matrix), question, temperature)
