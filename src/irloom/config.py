"""What a run is asked to do: one closed pydantic model, read from TOML and the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from irloom.errors import ConfigError
from irloom.options import (
    KINDS,
    ChatOptions,
    GroundingOptions,
    RadiometricOptions,
    RulesOptions,
    ScorerOptions,
    TranslatorOptions,
    VqaOptions,
    locate_files,
)
from irloom.records import TASKS, Agent, Row, Seat, Task


class Price(Row):
    """What a model's tokens cost, in US dollars a million."""

    prompt_usd: float = Field(ge=0)
    completion_usd: float = Field(ge=0)


class Budget(Row):
    """How much a run may spend over all its resumes; it stops, resumably, before it would pass one."""

    requests: int | None = Field(default=None, ge=1)
    tokens: int | None = Field(default=None, ge=1)
    cost_usd: float | None = Field(default=None, gt=0)


class Backends(Row):
    """Who does the work."""

    chat: ChatOptions = Field(default_factory=RulesOptions)
    roles: dict[Agent, ChatOptions] = Field(default_factory=dict)
    """Another chat model for one agent, such as a stronger judge."""
    translator: TranslatorOptions = Field(default_factory=RadiometricOptions)
    scorer: ScorerOptions = Field(default_factory=GroundingOptions)

    def chat_for(self, seat: Seat) -> ChatOptions:
        """The chat model's options for one agent, or for the scorer `vqa`."""
        if seat == "scorer":
            return (isinstance(self.scorer, VqaOptions) and self.scorer.chat) or self.chat
        return self.roles.get(seat, self.chat)


class RunConfig(Backends):
    """Everything that decides what an infrared run makes."""

    flow: Literal["infrared"] = "infrared"
    profile: str = "offline"
    images: Path
    captions: Path
    instances: Path | None = None
    infrared: Path | None = None
    """A folder of infrared images that exist already, found by the visible image's stem."""
    rules: Path | None = None
    """Starting rules: a text file with one rule a line, or another run's `rules.jsonl`."""
    prompts: Path | None = None
    """A folder of prompt files that replace the embedded ones of the same name."""
    lexicon: Path | None = None
    """A TOML file in the form of `data/lexicon.toml`; the embedded one if left out."""
    seed: int = Field(default=0, ge=0, lt=2**63)

    tasks: tuple[Task, ...] = TASKS
    shares: dict[Task, float] = Field(default_factory=dict)
    """Share of samples that get each task, 0..1, drawn by the sample's id; 1 where left out."""
    candidates: int = Field(default=5, ge=1, le=32)
    temperature: float = Field(default=0.8, ge=0, le=2)
    """Temperature of the caption filter."""
    original: Literal["only_if_clean", "allow"] = "only_if_clean"
    one_request: bool = False
    """Filter all captions of an image in one structured request."""
    max_rounds: int = Field(default=3, ge=1, le=20)
    max_rules: int = Field(default=40, ge=1)
    judge_sees: tuple[Literal["captions", "image"], ...] = ()
    """What the judge gets beside the instruction: captions and boxes, or the infrared image."""

    translation: bool = True
    filtering: bool = True
    scoring: bool = True
    debate: bool = True
    mining: bool = True

    limit: int | None = Field(default=None, ge=1)
    accepted: int | None = Field(default=None, ge=1)
    """Stop when so many instructions are accepted."""
    max_failures: float | None = Field(default=0.5, gt=0)
    """Stop when more samples failed: a share of those done if below 1 (once 50 are), else a number."""
    budget: Budget = Field(default_factory=Budget)
    prices: dict[str, Price] = Field(default_factory=dict)
    """Prices by model name, before those of the maintained price list."""
    reuse: Path | None = None
    """An older run whose paid calls are taken where they would be asked again in the same words."""
    concurrency: int = Field(default=4, ge=1, le=4096)
    """Samples in flight; 1 is the paper's strictly sequential order."""

    @field_validator("tasks", "judge_sees")
    @classmethod
    def normalize_lists(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Take each name once."""
        return tuple(dict.fromkeys(names))

    @field_validator("shares")
    @classmethod
    def validate_shares(cls, shares: dict[Task, float]) -> dict[Task, float]:
        """Keep every share inside 0..1."""
        for task, share in shares.items():
            if not 0 <= share <= 1:
                raise ValueError(f"the share of {task!r} is {share}; give a number from 0 to 1")
        return shares

    @model_validator(mode="after")
    def validate_switches(self) -> "RunConfig":
        """Refuse switches that contradict each other."""
        if self.infrared is not None and not self.translation:
            raise ValueError("--infrared and --no-translation exclude each other: give one of them")
        if "image" in self.judge_sees and self.chat_for("debate").kind == "rules":
            raise ValueError(
                "the rule engine cannot see: `judge_sees = image` needs a chat model as the judge"
            )
        if self.scorer.kind == "vqa" and self.chat_for("scorer").kind == "rules":
            raise ValueError("the rule engine cannot see: `scorer.kind = vqa` needs a chat model, or its own")
        return self

    def with_absolute_paths(self) -> "RunConfig":
        """The same with its paths made absolute, so that the run can be resumed from anywhere."""
        paths: dict[str, Any] = {name: value.absolute() for name, value in self if isinstance(value, Path)}
        for name in ("translator", "scorer"):
            paths[name] = locate_files(getattr(self, name).model_dump(), Path())
        return self.changed_by(paths)

    def changed_by(self, settings: Mapping[str, Any]) -> "RunConfig":
        """The same with some settings in place of its own; ConfigError where they do not fit."""
        try:
            return RunConfig.model_validate(merge_settings(self.model_dump(), settings))
        except ValidationError as error:
            raise explain(error) from error


def merge_settings(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of `above` over those of `below`; a backend of another kind replaces the whole table."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        if (
            isinstance(value, Mapping)
            and isinstance(old, Mapping)
            and value.get("kind") in (None, old.get("kind"))
        ):
            merged[name] = merge_settings(old, value)
        else:
            merged[name] = value
    return merged


def explain(error: Exception) -> ConfigError:
    """Turn pydantic's report into one line a mistake."""
    if not isinstance(error, ValidationError):
        return ConfigError(str(error))
    lines = [
        _explain_one(item["loc"], item["type"], item["msg"], item.get("input"))
        for item in error.errors()
        # It follows from a mistake in another setting, which has a line of its own.
        if item["type"] != "default_factory_not_called"
    ]
    return ConfigError("The configuration does not fit.\n  " + "\n  ".join(lines))


def _without_kinds(where: tuple[int | str, ...]) -> list[int | str]:
    """Where a mistake is, as a file says it: pydantic puts the `kind` of a backend behind its table."""
    return [*where[:1], *(part for part in where[1:] if part not in KINDS)]


def _explain_one(where: tuple[int | str, ...], kind: str, message: str, value: object) -> str:
    name = ".".join(str(part) for part in _without_kinds(where) if part != "[key]")
    if kind == "extra_forbidden":
        return f"{name}: there is no such setting"
    if kind == "missing":
        return f"{name}: it is not set, and there is no value to fall back to; give it in --config"
    if kind == "value_error":
        return f"{name}: {message}".removeprefix(": ").replace("Value error, ", "")
    return f"{name} = {value!r}: {message[0].lower()}{message[1:]}"
