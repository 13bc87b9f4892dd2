"""What a run of a detector is asked to do."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from irloom.agents.detecting import DetectorAnswer, Spectrum
from irloom.options import BaselineOptions, ChatOptions
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.detect.forms import FORM_NAMES, FormName, is_align_run
from irloom.settings import DIGESTED, HOW, WHAT_TO_READ, HasOptions, Option


class DetectConfig(EvaluationConfig):
    """Everything that decides what a detector's run makes."""

    flow: Literal["detect"] = "detect"
    agents: ClassVar[tuple[str, ...]] = ("answerer",)
    chat: Annotated[ChatOptions, HasOptions()] = Field(default_factory=lambda: BaselineOptions(rule="random"))
    data: Annotated[
        Path, DIGESTED, Option(WHAT_TO_READ, metavar="FILE|RUN", on_resume="where --data lies now")
    ]
    """Labelled sentences: a file or folder in a published form, or a run of `irloom run align`."""
    images: Annotated[
        Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR", on_resume="where the images lie now")
    ] = None
    """Folder of the images; a run of `irloom run align` holds its own."""
    form: Annotated[FormName, Option(WHAT_TO_READ, choices=FORM_NAMES)] = "auto"
    """Form of --data; `auto` recognises it."""
    answer: Annotated[
        DetectorAnswer,
        Option(HOW, choices=("number", "probability"), help="a number from 0 to 100, or how likely is yes"),
    ] = "number"
    """How a chat model scores; the probability needs an endpoint that gives log-probabilities."""
    spectrum: Annotated[Spectrum, Option(HOW, choices=("visible", "infrared"))] = "visible"
    """What the images were taken in, which the detector is told."""
    localise: Annotated[bool, Option(HOW)] = False
    """Ask for the wrong words of each sentence too."""
    # A score is read by rule alone, and the images are shown as they are.
    checker: str | None = None
    rgb: Annotated[Path | None, DIGESTED] = None

    @model_validator(mode="before")
    @classmethod
    def take_images_of_run(cls, settings: Any) -> Any:
        """Look for the images of a run in the run, where nothing else is said."""
        if not isinstance(settings, dict) or settings.get("images") is not None:
            return settings
        data = settings.get("data")
        is_run = isinstance(data, str | Path) and is_align_run(Path(data))
        return {**settings, "images": data} if is_run else settings

    @model_validator(mode="after")
    def validate_detector(self) -> Self:
        """Refuse who cannot score a sentence, and what would be ignored."""
        options = self.chat_for("answerer")
        if isinstance(options, BaselineOptions) and options.rule != "random":
            raise ValueError(
                f"a baseline with rule = {options.rule!r} chooses among options, and a sentence has none: "
                'set rule = "random", or name a model'
            )
        if self.localise and options.kind != "openai":
            raise ValueError(
                f"--localise asks a chat model, and kind = {options.kind!r} is none: leave it out"
            )
        if self.checker is not None or self.rgb is not None:
            name = "checker" if self.checker is not None else "rgb"
            raise ValueError(f"{name} is no setting of a detector's run: leave it out")
        return self
