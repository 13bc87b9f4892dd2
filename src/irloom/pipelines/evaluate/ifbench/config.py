"""What an IF-Bench run is asked to do."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.settings import HOW, HOW_MUCH, Option

Variant = Literal["normal", "prior", "pair", "prior+pair", "translated", "blind"]
"""What a model gets beside the question; `prior+pair` is GenViP, `blind` no picture at all."""
Language = Literal["en", "cn"]
ReadingName = Literal["first-character", "token"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
LANGUAGES: tuple[Language, ...] = get_args(Language)

PUBLISHED_LAYOUT = 2
"""Raised when the published layout is laid out otherwise, so that no run mixes two of them."""
_PROTOCOLS: dict[str, dict[str, str]] = {
    "replica": {"prompt": "published", "decoding": "model", "reading": "first-character"},
    "fixed": {"prompt": "clean", "decoding": "greedy", "reading": "token"},
}


class IfbenchConfig(EvaluationConfig):
    """Everything that decides what an IF-Bench run makes."""

    flow: Literal["ifbench"] = "ifbench"
    variants: Annotated[tuple[Variant, ...], Option(HOW, metavar="LIST", form="list")] = ("normal",)
    """What is asked: normal,prior,pair,prior+pair,translated,blind; GenViP is prior+pair."""
    languages: Annotated[tuple[Language, ...], Option(HOW, metavar="LIST", form="list")] = LANGUAGES
    """Languages of the questions: en,cn."""
    rotations: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=4, ge=1, le=4)
    """How many orders of the options are asked; with 4 each letter is right once."""
    protocol: Annotated[
        Literal["fixed", "replica"],
        Option(HOW, choices=("fixed", "replica"), help="how to ask and read: soundly, or as was published"),
    ] = "fixed"
    """A named set of prompt, decoding and reading, each of which can be set by itself."""
    prompt: Annotated[
        Literal["published", "clean"] | None,
        Option(HOW, choices=("published", "clean"), help="how question and options are laid out"),
    ] = None
    """Options as a printed dictionary, or a line each; what the protocol says where left out."""
    reading: Annotated[
        ReadingName | None,
        Option(HOW, choices=("first-character", "token"), help="which way to read replies counts"),
    ] = None
    """Both ways are kept; what the protocol says where left out."""

    @model_validator(mode="before")
    @classmethod
    def apply_protocol(cls, settings: Any) -> Any:
        """Fill in what the protocol says and nothing else does."""
        if not isinstance(settings, dict):
            return settings
        said = _PROTOCOLS.get(settings.get("protocol") or "fixed", {})
        given = {name: value for name, value in settings.items() if value is not None or name not in said}
        return {**said, **given}

    @field_validator("variants", "languages")
    @classmethod
    def normalize_lists(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Take each name once, in one order; there must be one."""
        if not names:
            raise ValueError("the list is empty: name at least one")
        return tuple(name for name in (*VARIANTS, *LANGUAGES) if name in names)

    def name_circumstances(self) -> dict[str, object]:
        """Also which form of the published layout is meant: the first had other stops behind Chinese."""
        layout = {"published_layout": PUBLISHED_LAYOUT} if self.prompt == "published" else {}
        return {**super().name_circumstances(), **layout}

    @property
    def shown(self) -> ReadingName:
        """The way to read replies that counts."""
        return self.reading or "token"
