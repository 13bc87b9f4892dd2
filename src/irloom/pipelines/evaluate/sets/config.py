"""What a run on a question set is asked to do."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import field_validator, model_validator

from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.question_sets.about import IMAGES
from irloom.question_sets.met import read_digests
from irloom.question_sets.record import Part
from irloom.settings import DIGESTED, HOW_MUCH, WHAT_TO_READ, WHO_WORKS, Option


class SetConfig(EvaluationConfig):
    """Settings of all flows that ask a question set."""

    data: Annotated[Path, DIGESTED, Option(WHAT_TO_READ, metavar="SET", on_resume="where --data lies now")]
    """A question set, as `irloom build` makes it."""
    part: Annotated[Literal["test", "train", "all"], Option(HOW_MUCH, choices=("test", "train", "all"))] = (
        "test"
    )
    """Which part is asked; scores on the train part are those of what a model may have learned."""
    trained_on: Annotated[tuple[str, ...], Option(WHO_WORKS, metavar="LIST", form="list")] = ()
    """Digests of parts that the model was trained on, or export.json of what it was trained on."""
    # A set holds its images, and they are shown as they are.
    images: Annotated[Path | None, DIGESTED] = None
    rgb: Annotated[Path | None, DIGESTED] = None

    @model_validator(mode="before")
    @classmethod
    def take_images_of_set(cls, settings: Any) -> Any:
        """Look for the images in the set, wherever it lies now."""
        if not isinstance(settings, dict) or not isinstance(data := settings.get("data"), str | Path):
            return settings
        if settings.get("rgb") is not None:
            raise ValueError("rgb is no setting of a question set: leave it out")
        return {**settings, "images": Path(data) / IMAGES}

    @field_validator("trained_on")
    @classmethod
    def read_files(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        """Keep the digests alone, so that a file may go once the run has begun."""
        return read_digests(named)

    @property
    def asked_part(self) -> Part | None:
        """The part that is asked; None for all."""
        return None if self.part == "all" else self.part
