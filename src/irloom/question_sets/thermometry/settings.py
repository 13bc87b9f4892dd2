"""What the builder of temperature questions is asked."""

from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from irloom.question_sets.builder import BuildSettings
from irloom.settings import DIGESTED, GUARDED, HOW, HOW_MUCH, WHAT_TO_READ, HasOptions, Option
from irloom.thermal.settings import HOW_TO_READ, ThermalSettings

Task = Literal[
    "point_coordinates",
    "point_marker",
    "region_max",
    "region_min",
    "region_mean",
    "hottest_place",
    "hottest_quarter",
    "warmer",
    "ranking",
    "difference",
    "above_point",
    "above_region",
    "bar_max",
    "bar_min",
    "anomaly_present",
    "anomaly_framed",
    "anomaly_quarter",
    "anomaly_max",
    "anomaly_contrast",
]
TASKS: tuple[Task, ...] = get_args(Task)


class ReadingSettings(ThermalSettings):
    """How temperatures are read; a set does not name the program that a user may need for it."""

    converter: Annotated[
        tuple[str, ...],
        GUARDED,
        DIGESTED,
        Option(HOW_TO_READ, metavar="COMMAND", flag="thermal-converter", form="words"),
    ] = ()
    """Your program for JPEG files that irloom cannot read, such as DJI's, with {source} and {out}."""


class ThermometrySettings(BuildSettings):
    """Where radiometric files lie, what else is known of them, and how many questions are made."""

    root: Annotated[Path, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")]
    """Folder of files with a temperature a pixel, those in its folders included."""
    annotations: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="FILE")] = None
    """COCO file with boxes or outlines in pixels of the thermal pictures, by names relative to --root."""
    masks: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Folder of PNG masks of what is damaged or odd, named like the files; what is not 0 belongs to it."""
    mask_name: Annotated[str, Option(HOW, metavar="WORD")] = Field(default="anomaly", min_length=1)
    """What questions call that which the masks show, such as `crack`."""
    tasks: Annotated[tuple[Task, ...], Option(HOW, metavar="LIST", form="list")] = TASKS
    """Which tasks; all that the files allow where left out."""
    per_file: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=2, ge=1, le=100)
    """How often each task is asked of a file, each time at other places and in another rendering."""
    thermal: Annotated[ReadingSettings, HasOptions()] = Field(default_factory=ReadingSettings)
    """How temperatures are read where files do not say it, or say it wrongly."""

    @model_validator(mode="after")
    def check_effect(self) -> Self:
        """Refuse a word for masks that are not there."""
        if self.masks is None and self.mask_name != "anomaly":
            raise ValueError("--mask-name says what masks show: give --masks DIR as well")
        return self
