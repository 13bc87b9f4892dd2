"""What every evaluation is asked to do; a benchmark adds its own settings."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from irloom.config import RunConfig
from irloom.options import BaselineOptions, ChatOptions, ClassicOptions, ImageEditorOptions, OpenAIOptions
from irloom.settings import (
    DIGESTED,
    HOW,
    HOW_MUCH,
    NAMES_MODELS,
    NO_ROW,
    WHAT_TO_READ,
    WHO_WORKS,
    FollowLinks,
    HasOptions,
    Option,
)

PUBLISHED_TOKENS = 1024
"""The longest reply of IF-Bench's own runner (bench_evaluate.py)."""
ROOMY_TOKENS = 8192
"""Room for a model that thinks before it answers."""


class EvaluationConfig(RunConfig):
    """Settings of an evaluation of one model."""

    agents: ClassVar[tuple[str, ...]] = ("answerer", "checker")
    chat: Annotated[ChatOptions, HasOptions()] = Field(default_factory=BaselineOptions)
    data: Annotated[Path, DIGESTED, Option(WHAT_TO_READ, metavar="FILE", on_resume="where --data lies now")]
    """File with the questions."""
    images: Annotated[
        Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR", on_resume="where the images lie now")
    ] = None
    """Folder of the infrared images."""
    rgb: Annotated[
        Path | None,
        DIGESTED,
        Option(WHAT_TO_READ, metavar="DIR|RUN", on_resume="where the visible-light images lie now"),
    ] = None
    """Visible-light images: a folder with the same names, or another run that made them."""
    follow_links: FollowLinks = False
    """Show also images that are links to files outside of their folder; a copy gets into the run."""
    accepted: Annotated[
        int | None, NO_ROW, Option(HOW_MUCH, metavar="N", on_resume="stop when N questions are scored")
    ] = Field(default=None, ge=1)
    """Stop when N questions are scored."""
    checker: Annotated[str | None, Option(WHO_WORKS, metavar="NAME"), NAMES_MODELS] = None
    """Model of the same endpoint that says which letter a reply means where no rule can."""
    max_side: Annotated[int | None, Option(HOW_MUCH, metavar="N")] = Field(default=None, ge=32, le=8192)
    """Longest side of the pictures that are shown, in pixels; as they are where left out."""
    reply_tokens: Annotated[int | None, Option(HOW_MUCH, metavar="N")] = Field(default=None, ge=1)
    """Longest reply, thoughts included; 1,024 as published with `--decoding model`, 8,192 with `greedy`."""
    decoding: Annotated[
        Literal["model", "greedy"] | None,
        Option(HOW, choices=("model", "greedy"), help="as the endpoint likes, or at temperature 0"),
    ] = None
    """As the endpoint does by itself, or at temperature 0; what the protocol says where left out."""
    visible_seed: int = Field(default=123, ge=0, lt=2**63)
    """Seed of every translation into visible light; the default is that of GenViP."""
    editor: ImageEditorOptions = Field(default_factory=ClassicOptions)
    """Translates into visible light where --rgb is not given; the embedded one cannot."""

    def chat_for(self, seat: str) -> ChatOptions:
        """The chat model's options; --checker names another model of the same endpoint."""
        options = super().chat_for(seat)
        if seat != "checker" or seat in self.roles or self.checker is None:
            return options
        assert isinstance(options, OpenAIOptions)
        return options.model_copy(update={"model": self.checker})

    def name_circumstances(self) -> dict[str, object]:
        """Whether visible-light images are given: those of an editor are others."""
        return {"given_visible": self.rgb is not None}

    @property
    def has_checker(self) -> bool:
        """Whether a model reads what rules cannot."""
        return self.checker is not None or "checker" in self.roles

    @property
    def is_greedy(self) -> bool:
        """Whether the temperature is 0."""
        return self.decoding != "model"

    @property
    def longest_reply(self) -> int:
        """Of an answer, in tokens."""
        return self.reply_tokens or (ROOMY_TOKENS if self.is_greedy else PUBLISHED_TOKENS)

    @model_validator(mode="after")
    def validate_checker(self) -> Self:
        """Refuse a checker without an endpoint."""
        if self.checker is not None and "checker" not in self.roles and self.chat.kind != "openai":
            raise ValueError(
                "--checker names a model of the endpoint, and there is none: set [roles.checker]"
            )
        return self

    @model_validator(mode="after")
    def validate_answerer(self) -> Self:
        """Refuse the rule engine, which answers irloom's own prompts alone."""
        if self.chat_for("answerer").kind == "rules":
            raise ValueError(
                'the rule engine answers no questions: name a model, or set kind = "baseline" under [chat]'
            )
        return self
