"""What a run is asked to do: closed pydantic models, read from TOML and the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, ValidationError, field_validator

from irloom.errors import ConfigError
from irloom.options import KINDS, ChatOptions, RulesOptions
from irloom.protocols import Usage
from irloom.records import Agent, Row, Seat


class Price(Row):
    """What a model's tokens cost, in US dollars a million."""

    prompt_usd: float = Field(ge=0)
    completion_usd: float = Field(ge=0)

    def cost(self, usage: Usage) -> float:
        """Dollars for what a reply used."""
        cost = usage.prompt_tokens * self.prompt_usd + usage.completion_tokens * self.completion_usd
        return round(cost / 1_000_000, 9)

    def worst(self, usage: Usage) -> float:
        """Dollars for the most that a request can use."""
        return self.cost(usage)


class Budget(Row):
    """How much a run may spend over all its resumes; it stops, resumably, before it would pass one."""

    requests: int | None = Field(default=None, ge=1)
    tokens: int | None = Field(default=None, ge=1)
    cost_usd: float | None = Field(default=None, gt=0)


class RunConfig(Row):
    """What a run of any flow is asked to do."""

    flow: str
    profile: str = "offline"
    prompts: Path | None = None
    """A folder of prompt files that replace the embedded ones of the same name."""
    seed: int = Field(default=0, ge=0, lt=2**63)

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
    """Samples in flight."""

    chat: ChatOptions = Field(default_factory=RulesOptions)
    roles: dict[Agent, ChatOptions] = Field(default_factory=dict)
    """Another chat model for one agent, such as a stronger judge."""

    agents: ClassVar[tuple[Agent, ...]] = ()
    """Those of this flow, which alone can have a role."""

    @field_validator("roles")
    @classmethod
    def validate_roles(cls, roles: dict[Agent, ChatOptions]) -> dict[Agent, ChatOptions]:
        """Refuse a role of another flow: nobody would ask it."""
        if strangers := sorted(set(roles) - set(cls.agents)):
            raise ValueError(f"this flow has no agent {strangers[0]!r}; it has {', '.join(cls.agents)}")
        return roles

    def chat_for(self, seat: Seat) -> ChatOptions:
        """The chat model's options for one agent."""
        return self.chat if seat == "scorer" else self.roles.get(seat, self.chat)

    def share_of(self, task: str) -> float:
        """Share of samples that get a task, 0..1."""
        return 1.0

    def name_circumstances(self) -> dict[str, object]:
        """What decides rows beside the settings themselves, for the fingerprint."""
        return {}

    def with_absolute_paths(self) -> Self:
        """The same with its paths made absolute, so that the run can be resumed from anywhere."""
        return self.changed_by({name: value.absolute() for name, value in self if isinstance(value, Path)})

    def changed_by(self, settings: Mapping[str, Any]) -> Self:
        """The same with some settings in place of its own; ConfigError where they do not fit."""
        try:
            return type(self).model_validate(merge_settings(self.model_dump(), settings))
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
