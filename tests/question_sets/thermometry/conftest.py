"""A set of questions from made files, built once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from irloom.question_sets.reader import open_set
from irloom.question_sets.record import Question
from irloom.question_sets.thermometry import builder
from irloom.question_sets.thermometry.settings import ThermometrySettings
from irloom.question_sets.writer import write_set
from support.thermometry import write_files, write_masks


@dataclass(frozen=True)
class Made:
    """Files with what is known of them, and the set."""

    root: Path
    masks: Path
    known: dict[str, NDArray[np.float64]]
    out: Path
    questions: list[Question]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Twelve files with masks; no test may change them."""
    folder = tmp_path_factory.mktemp("thermometry")
    root, masks, out = folder / "files", folder / "masks", folder / "set"
    known = write_files(root, 12)
    write_masks(masks, known)
    write_set(out, builder, ThermometrySettings(root=root, masks=masks, mask_name="hot cell"))
    return Made(root, masks, known, out, list(open_set(out).iterate()))
