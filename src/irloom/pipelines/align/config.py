"""What a run that makes labelled sentences about pictures is asked to do."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from irloom.options import OpenAIOptions, locate_files
from irloom.painter_options import PainterOptions, ServedPainterOptions
from irloom.pipelines.annotations import AnnotationSettings
from irloom.settings import (
    DIGESTED,
    HOW,
    NAMES_MODELS,
    WHAT_TO_READ,
    WHO_WORKS,
    Option,
    list_named_models,
)

MADE = "made"
"""The group of sentences that irloom makes of annotations."""
_NAMES = Option(WHO_WORKS, metavar="LIST", form="list")


class AlignConfig(AnnotationSettings):
    """Everything that decides what such a run makes."""

    agents: ClassVar[tuple[str, ...]] = ()
    flow: Literal["align"] = "align"

    texts: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="FILE")] = None
    """Texts that pictures are drawn from: JSON Lines {id, text}, or plain lines."""
    claims: Annotated[Path | None, DIGESTED] = None
    """How made sentences are worded (TOML); the embedded file if left out."""

    captioners: Annotated[tuple[str, ...], _NAMES, NAMES_MODELS] = ()
    """Models that describe the images; without any, sentences are made of the annotations."""
    painted_by: Annotated[
        tuple[str, ...], Option(WHO_WORKS, metavar="LIST", flag="painters", form="list")
    ] = ()
    """Models that draw a picture from each text."""
    judges: Annotated[tuple[str, ...], _NAMES, NAMES_MODELS] = ()
    """Models that label every sentence; without any, captions and texts stay unlabelled."""
    painters: dict[str, PainterOptions] = Field(default_factory=dict)
    """Painters by a name of your own; others are models of the endpoint."""

    judge_own: Annotated[bool, Option(HOW)] = False
    """Have a model judge the captions that it wrote itself, too."""

    @model_validator(mode="before")
    @classmethod
    def name_model_of_endpoint(cls, settings: Any) -> Any:
        """Let an endpoint need no model of its own: only those that are named are asked."""
        chat = settings.get("chat") if isinstance(settings, dict) else None
        if not isinstance(chat, dict) or chat.get("kind") != "openai" or chat.get("model"):
            return settings
        named = [*list_named_models(cls, settings), *(settings.get("painted_by") or ())]
        if not named:
            raise ValueError(
                "an endpoint is given, and nobody who is to work: name --captioners, --judges or --painters, "
                "or leave the endpoint out"
            )
        return {**settings, "chat": {**chat, "model": named[0]}}

    @field_validator("captioners", "painted_by", "judges")
    @classmethod
    def normalize_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Take each name once."""
        return tuple(dict.fromkeys(name for name in names if name))

    @model_validator(mode="after")
    def validate_parts(self) -> Self:
        """Refuse a run in which somebody has nothing to do, or in which two could not be told apart."""
        if bool(self.texts) != bool(self.painted_by):
            raise ValueError("--texts and --painters belong together: give both, or neither")
        if self.texts and self.licences:
            raise ValueError("--licence is about photographs, and texts have none: run --texts without it")
        if self.captioners and self.images is None:
            raise ValueError("--captioners need --images: name the folder of what they describe")
        tasks = [name_task(one) for one in (*self.captioners, *self.painted_by)]
        if MADE in tasks:
            raise ValueError(
                f"a captioner or painter cannot be called {MADE!r}, as the sentences are that irloom "
                "makes: give it another name, under [models] or [painters]"
            )
        if twice := sorted({one for one in tasks if tasks.count(one) > 1}):
            raise ValueError(
                f"two captioners or painters would both be called {twice[0]!r} in rows: "
                "give one of them another name, under [models] or [painters]"
            )
        return self

    @model_validator(mode="after")
    def validate_sight(self) -> Self:
        """Refuse describers and judges that are blind."""
        for name in (*self.captioners, *self.judges):
            if name in self.models and self.models[name].kind != "openai":
                raise ValueError(f"the model {name!r} is a rule engine, and cannot see: name a chat model")
        return self

    def choose_judges(self, group: str) -> tuple[str, ...]:
        """Who judges the texts of a captioner or painter."""
        if self.judge_own or group not in self.captioners:
            return self.judges
        return tuple(judge for judge in self.judges if not self._is_same(judge, group))

    def find_painter(self, name: str) -> PainterOptions:
        """The table `[painters.NAME]`, else the model of this name at the endpoint; ConfigError for none."""
        if name in self.painters:
            return self.painters[name]
        chat = self.find_model(name)
        assert isinstance(chat, OpenAIOptions)
        shared = {one: getattr(chat, one) for one in ServedPainterOptions.SHARED}
        return ServedPainterOptions(model=name, **shared)

    def with_absolute_paths(self) -> Self:
        """Return a copy with absolute paths, those of painters' models included."""
        tables = {name: locate_files(one.model_dump(), Path()) for name, one in self.painters.items()}
        return super().with_absolute_paths().changed_by({"painters": tables} if tables else {})

    def _is_same(self, one: str, other: str) -> bool:
        """Whether two names stand for one model, wherever it is served."""
        return one == other or _name_model(self, one) == _name_model(self, other)


def _name_model(config: AlignConfig, name: str) -> str:
    return str(getattr(config.find_model(name), "model", name))


def name_task(group: str) -> str:
    """A captioner or painter as a task of its samples; summaries cut such names at a full stop."""
    return group.replace(".", "_")
