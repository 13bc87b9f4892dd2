"""T6, regions, and T7: the temperature of a part of a person, the latter at several distances."""

from collections.abc import Iterator

import numpy as np

from irloom.question_sets.builder import Drafted
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.thermeval.drafting import draft_temperature
from irloom.question_sets.thermeval.heat import first_sentence
from irloom.question_sets.thermeval.labels import Row, read_rows
from irloom.question_sets.thermeval.settings import ThermevalSettings
from irloom.question_sets.thermeval.thermograms import Matrix, Thermograms, try_to_find

_PART = "How warm is the {part} of the person? The person stands {distance} from the camera."
_ROUNDING_K = 0.1


def draft_regions(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """T6: the published question up to the form of its answer."""
    found = Thermograms(settings.tiffs)
    for name, row in read_rows(
        "T6", ("tiff_file", "prompt", "ground_truth"), settings, ledger, only="region"
    ):
        question = first_sentence(row["prompt"])
        if not question:
            ledger.remark("labels without a question", name)
        elif one := _find(name, row, found, ledger):
            matrix, celsius = one
            tiff = (row["tiff_file"], matrix)
            yield draft_temperature(name, "T6-region", found, tiff, question, celsius)


def draft_distances(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """T7: parts of one person, with the distance that the label says."""
    found = Thermograms(settings.tiffs)
    columns = ("tiff_file", "distance", "category", "ground_truth")
    for name, row in read_rows("T7", columns, settings, ledger):
        distance = row["distance"].strip().replace("ft", " feet")
        if one := _find(name, row, found, ledger):
            matrix, celsius = one
            question = _PART.format(part=row["category"].strip().lower(), distance=distance)
            tiff, about = (row["tiff_file"], matrix), {"distance": row["distance"], "part": row["category"]}
            yield draft_temperature(name, "T7-distance", found, tiff, question, celsius, truth=about)


def _find(name: str, row: Row, found: Thermograms, ledger: Ledger) -> tuple[Matrix, float] | None:
    """The temperatures of a row's file, and its label; None, and counted, where they do not fit."""
    try:
        celsius = float(row["ground_truth"])
    except ValueError:
        ledger.remark("temperatures that are no numbers", f"{name}: {row['ground_truth']!r}")
        return None
    if (matrix := try_to_find(found, row["tiff_file"], ledger.remark)) is None:
        return None
    low, high = float(np.nanmin(matrix)), float(np.nanmax(matrix))
    if not low - _ROUNDING_K <= celsius <= high + _ROUNDING_K:
        told = f"{name}: {celsius:g} °C, and {low:.1f} to {high:.1f} °C in the file"
        ledger.remark("labels outside of the temperatures in their file", told)
        return None
    return matrix, celsius
