"""What the builder of ThermEval's questions is asked."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from irloom.question_sets.builder import BuildSettings
from irloom.settings import DIGESTED, HOW, HOW_MUCH, WHAT_TO_READ, Option

Kind = Literal["T1", "T2", "T3", "T4", "T5", "T6", "T7"]
KINDS: tuple[Kind, ...] = ("T1", "T2", "T3", "T4", "T5", "T6", "T7")


class ThermevalSettings(BuildSettings):
    """Where labels and images lie, and how many questions are made."""

    root: Annotated[Path, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")]
    """The published repository, or another folder with its `Labels`."""
    tiff: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of the TIFF files of ThermEval-D; `Dataset/ThermEval-D` in --root where left out."""
    images: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder that the paths of FLIR and LLVIP images in the labels are relative to; --root where left out."""
    kinds: Annotated[tuple[Kind, ...], Option(HOW, metavar="LIST", form="list")] = KINDS
    """Which of the seven kinds: T1,T2,T3,T4,T5,T6,T7."""
    most: Annotated[int | None, Option(HOW_MUCH, metavar="N")] = Field(default=None, ge=1)
    """At most so many rows of each file of labels, drawn by the seed."""
    test_only: Annotated[
        bool, Option(HOW, help="split two to one, though the published set is for tests")
    ] = True
    """All questions are in the test part, as published."""

    @property
    def tiffs(self) -> Path:
        """Where the TIFF files are looked for."""
        return self.tiff or self.root / "Dataset" / "ThermEval-D"

    @property
    def photographs(self) -> Path:
        """Where FLIR and LLVIP images are looked for."""
        return self.images or self.root
