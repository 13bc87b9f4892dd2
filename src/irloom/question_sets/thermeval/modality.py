"""T1 and T2: whether a picture is thermal or shows visible light, as it is and under colour maps."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from irloom.engine.images import encode_png
from irloom.errors import SourceError
from irloom.question_sets.builder import Drafted, Picture
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.pictures import name_shown
from irloom.question_sets.thermeval.drafting import draft_one
from irloom.question_sets.thermeval.labels import read_rows
from irloom.question_sets.thermeval.settings import ThermevalSettings
from irloom.sources.location import Finder, require_folder
from irloom.thermal.palettes import build_table
from irloom.thermal.picture_settings import PaletteName

CHOICES = {"thermal": "thermal", "rgb": "visible light"}
"""Options by the published labels."""
MAPS: tuple[PaletteName, ...] = ("gray", "magma", "viridis", "spring", "summer")
"""As published, by Matplotlib's tables; OpenCV's of the same names differ by a little."""
_QUESTION = "Was this picture taken by a thermal camera or by one for visible light?"
_MAX_PIXELS = 100_000_000


def draft_modality(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """T1: one question a row."""
    finder = Finder(settings.photographs, require_folder(settings.photographs))
    for name, row in read_rows("T1", ("image_path", "ground_truth"), settings, ledger):
        found = find_photograph(finder, row["image_path"], ledger)
        if found is not None and (answer := _read_answer(row["ground_truth"], name, ledger)):
            yield _draft(name, "T1-modality", found, answer)


def draft_maps(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """T2: one question a row and colour map."""
    finder = Finder(settings.photographs, require_folder(settings.photographs))
    for name, row in read_rows("T2", ("image_path", "ground_truth"), settings, ledger):
        path = _find(finder, row["image_path"], ledger)
        answer = _read_answer(row["ground_truth"], name, ledger)
        for palette in MAPS if path is not None and answer else ():
            assert path is not None
            image = f"{_name_stem(row['image_path'])}-{palette}.png", partial(paint, path, palette)
            yield _draft(f"{name}-{palette}", "T2-colour-maps", image, answer)


def _draft(name: str, task: str, image: tuple[str, Picture], answer: str) -> Drafted:
    choices = tuple(CHOICES.values())
    sequence = image[0].rpartition("-")[0] if task.startswith("T2") else image[0]
    return draft_one(name, task, "choice", image, _QUESTION, answer, choices=choices, sequence=sequence)


def paint(path: Path, palette: PaletteName) -> bytes:
    """The brightness of a picture in a colour map, as a PNG. Raises SourceError."""
    from PIL import Image

    from irloom.backends.images import load_rgb

    grey = np.asarray(Image.fromarray(load_rgb(path, _MAX_PIXELS)).convert("L"))
    return encode_png(build_table(palette)[grey])


def find_photograph(finder: Finder, name: str, ledger: Ledger) -> tuple[str, Picture] | None:
    """A picture's name in the set with its file; None, and counted, where it is missing or broken."""
    if (path := _find(finder, name, ledger)) is None:
        return None
    try:
        return name_shown(_name_stem(name), path), path
    except SourceError:
        ledger.remark("images that cannot be read", name)
        return None


def _find(finder: Finder, name: str, ledger: Ledger) -> Path | None:
    try:
        return finder.find(name).path
    except SourceError:
        ledger.remark("labels of images that are not there", name)
        return None


def _name_stem(name: str) -> str:
    """The published path as a name without an ending, inside the set whatever it says."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    # The old ending stays in the name: two files of one stem are two pictures.
    return "/".join(("photographs", *parts)).replace(".", "_")


def _read_answer(label: str, name: str, ledger: Ledger) -> str:
    answer = CHOICES.get(label.strip().lower(), "")
    if not answer:
        ledger.remark("labels that are neither Thermal nor RGB", f"{name}: {label!r}")
    return answer
