"""What an export is asked for: its form, which rows, how they are split, and which duplicates go."""

import math
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from irloom.errors import UserError
from irloom.records import Outcome, Row

Form = Literal["llava", "sharegpt", "messages", "parquet"]
Duplicates = Literal["exact", "near"]

_TOLERANCE = 1e-6


class ExportOptions(Row):
    """Which rows are written, and how."""

    form: Form
    data: str = "instructions"
    image_key: Literal["image", "thermal"] = "image"
    absolute: bool = False
    """Absolute image paths, else relative to the run."""
    copy_images: bool = False
    """Put the images beside the JSON, into a folder that needs nothing else."""
    outcomes: tuple[Outcome, ...] = ()
    """Of a row's task; of a pair, those of its sample. All, if left out, but for rows that nobody judged."""
    unjudged: bool = False
    """Also rows that nobody judged, which `outcomes` may ask for as well."""
    licences: tuple[str, ...] = ()
    """Of the photograph, as `irloom.sources.licences` names them; any, if left out."""
    min_score: float | None = None
    """The least score of a pair's chosen caption."""
    tasks: tuple[str, ...] = ()
    marked: bool = False
    """Only samples that were marked in the inspector."""
    samples: frozenset[str] | None = None
    splits: Mapping[str, float] = Field(default_factory=dict)
    """Shares that add up to 1; one file or split `train` with everything, if left out."""
    seed: int = 0
    drop_duplicates: Duplicates | None = None

    @property
    def makes_folder(self) -> bool:
        """Whether the export is a folder, not one file."""
        return bool(self.splits) or self.copy_images or self.form in {"sharegpt", "parquet"}

    def name_split(self, split: str) -> str:
        """What a split is called in file names: `datasets` knows `validation` only by its full name."""
        return "validation" if self.form == "parquet" and split == "val" else split

    @model_validator(mode="after")
    def validate_together(self) -> Self:
        """Refuse what does not go together, and would else be without effect."""
        for wrong, message in (
            (
                self.image_key == "thermal" and self.form != "llava",
                "--image-key thermal is for --format llava",
            ),
            (
                self.absolute and self.form == "parquet",
                "--absolute is not for --format parquet: it holds images",
            ),
            (
                self.absolute and self.image_key == "thermal",
                "--absolute is not for --image-key thermal, whose form has base names",
            ),
            (
                self.absolute and self.copy_images,
                "--absolute is not for --copy-images: paths lead to the copies",
            ),
            (
                self.copy_images and self.form == "parquet",
                "--copy-images is not for --format parquet: it holds images",
            ),
            (
                self.form == "parquet" and {"val", "validation"} <= self.splits.keys(),
                "--split: val is called validation in --format parquet; name one of the two",
            ),
            (self.min_score is not None and self.data != "pairs", "--min-score is for --data pairs"),
            (
                self.min_score is not None and not math.isfinite(self.min_score),
                f"--min-score {self.min_score}: a number is needed",
            ),
            (self.tasks and self.data == "pairs", "--task is for --data instructions"),
        ):
            if wrong:
                raise UserError(f"{message}.")
        _check_splits(self.splits)
        return self


def _check_splits(splits: Mapping[str, float]) -> None:
    for name, share in splits.items():
        if not (name.isascii() and name.isidentifier()):
            raise UserError(f"--split {name!r} is no name of a split: use letters, digits and `_`.")
        if not 0 < share <= 1:
            raise UserError(f"--split {name}={share:g}: a share lies between 0 and 1.")
    if splits and abs(sum(splits.values()) - 1) > _TOLERANCE:
        raise UserError(f"--split: the shares add up to {sum(splits.values()):g}, and not to 1.")
