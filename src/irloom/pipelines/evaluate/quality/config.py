"""What a run that rates pictures is asked to do."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import field_validator, model_validator

from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.settings import DIGESTED, HOW, WHAT_TO_READ, Option
from irloom.sources.sets.registry import NAMES

RatingAnswer = Literal["word", "probability"]


class QualityConfig(EvaluationConfig):
    """Everything that decides what a run makes."""

    flow: Literal["quality"] = "quality"
    agents: ClassVar[tuple[str, ...]] = ("answerer",)
    data: Annotated[Path, DIGESTED, Option(WHAT_TO_READ, metavar="DIR", on_resume="where --data lies now")]
    """Folder of the set whose pictures are rated, as it is published."""
    form: Annotated[str, Option(WHAT_TO_READ, metavar="NAME", choices=NAMES)]
    """Which set it is, by the name that `irloom build template` gives it."""
    answer: Annotated[
        RatingAnswer,
        Option(
            HOW, choices=("word", "probability"), help="the word of the reply, or how likely each word is"
        ),
    ] = "word"
    """How a rating is read; probabilities need an endpoint that gives log-probabilities."""
    # The pictures lie in the set, are shown as they are, and a word is read by rule alone.
    images: Annotated[Path | None, DIGESTED] = None
    rgb: Annotated[Path | None, DIGESTED] = None
    checker: str | None = None

    @model_validator(mode="before")
    @classmethod
    def take_images_of_set(cls, settings: Any) -> Any:
        """Look for the pictures in the set, wherever it lies now."""
        return (
            {**settings, "images": settings["data"]}
            if isinstance(settings, dict) and "data" in settings
            else settings
        )

    @field_validator("form")
    @classmethod
    def require_known_set(cls, name: str) -> str:
        """Refuse a set that no reader knows."""
        if name not in NAMES:
            raise ValueError(f"--form {name!r} is no set that irloom reads; there are {', '.join(NAMES)}")
        return name

    @model_validator(mode="after")
    def validate_answerer(self) -> Self:
        """Refuse who cannot rate a picture."""
        if (kind := self.chat_for("answerer").kind) != "openai":
            raise ValueError(
                f"a model rates pictures, and kind = {kind!r} is none: name one "
                "(--profile openai --model NAME)"
            )
        return self

    @model_validator(mode="after")
    def refuse_what_would_be_ignored(self) -> Self:
        """A word is read by rule alone, and the pictures are shown as they are."""
        if self.checker is not None or self.rgb is not None:
            name = "checker" if self.checker is not None else "rgb"
            raise ValueError(f"{name} is no setting of a run that rates pictures: leave it out")
        return self
