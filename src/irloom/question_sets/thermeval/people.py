"""T3: how many people are in a picture."""

from collections.abc import Iterator

from irloom.question_sets.builder import Drafted
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.thermeval.drafting import draft_one
from irloom.question_sets.thermeval.labels import read_rows
from irloom.question_sets.thermeval.modality import find_photograph
from irloom.question_sets.thermeval.settings import ThermevalSettings
from irloom.sources.location import Finder, require_folder

_QUESTION = "How many people does this picture show? If there is nobody, the answer is 0."


def draft_people(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """One question a row; files of labels, FLIR and LLVIP, are tasks of their own, as published."""
    finder = Finder(settings.photographs, require_folder(settings.photographs))
    for name, row in read_rows("T3", ("image_path", "count"), settings, ledger):
        count = row["count"].strip()
        if not count.isascii() or not count.isdecimal():
            ledger.remark("counts that are no whole number", f"{name}: {count!r}")
        elif (found := find_photograph(finder, row["image_path"], ledger)) is not None:
            task = f"T3-people-{name.split('-')[1].lower()}"
            yield draft_one(name, task, "number", found, _QUESTION, str(int(count)), phrasing="people")
