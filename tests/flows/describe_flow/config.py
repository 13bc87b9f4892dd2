"""What a run of this flow is asked to do."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from irloom.config import RunConfig
from irloom.settings import DIGESTED, HOW, HOW_MUCH, WHAT_TO_READ, Option


class DescribeConfig(RunConfig):
    """Everything that decides what a run makes."""

    agents: ClassVar[tuple[str, ...]] = ("writer",)
    flow: Literal["describe"] = "describe"
    images: Annotated[Path, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")]
    """Folder of the images."""
    forbidden: Annotated[tuple[str, ...], Option(HOW, metavar="LIST", form="list")] = ("colour",)
    """Words that no description may hold."""
    max_rounds: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=2, ge=1)
    """How often a description is written."""
