"""What a run is asked to do: closed pydantic models, read from TOML and the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationError, field_validator

from irloom.errors import ConfigError
from irloom.options import KINDS, ChatOptions, OpenAIOptions, RulesOptions, locate_files, locate_scorer
from irloom.protocols import Usage
from irloom.records import Row
from irloom.settings import DIGESTED, HOW_MUCH, NO_ROW, WHAT_TO_READ, HasOptions, Option, Settings


def _bound(metavar: str, flag: str | None = None) -> Option:
    """An option that bounds what a run may spend or lose, and may be set anew when it goes on."""
    return Option(HOW_MUCH, metavar=metavar, flag=flag, on_resume="")


_TABLES = frozenset({"chat", "budget"})
"""Tables of every flow, which name no file by themselves: a model of an endpoint is no folder."""


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


class Budget(Settings):
    """How much a run may spend over all its resumes; it stops, resumably, before it would pass one."""

    requests: Annotated[int | None, _bound("N", "max-requests")] = Field(default=None, ge=1)
    """Spending cap, over all resumes."""
    tokens: Annotated[int | None, _bound("N", "max-tokens")] = Field(default=None, ge=1)
    """Spending cap in tokens."""
    cost_usd: Annotated[float | None, _bound("USD", "max-cost")] = Field(default=None, gt=0)
    """Spending cap in US dollars."""


class RunConfig(Settings):
    """What a run of any flow is asked to do."""

    flow: str
    profile: Annotated[str, NO_ROW] = "offline"
    prompts: Annotated[Path | None, DIGESTED, Option(WHAT_TO_READ, metavar="DIR")] = None
    """Prompt files that replace the embedded ones of the same name."""
    reuse: Annotated[Path | None, NO_ROW, Option(WHAT_TO_READ, metavar="RUN")] = None
    """Older run whose paid calls are taken where they would be asked again in the same words."""

    chat: Annotated[ChatOptions, HasOptions()] = Field(default_factory=RulesOptions)
    roles: dict[str, ChatOptions] = Field(default_factory=dict)
    """Another chat model for one agent, such as a stronger judge."""
    models: dict[str, ChatOptions] = Field(default_factory=dict)
    """Chat models by a name of your own, for settings that name models; others are models of the endpoint."""

    limit: Annotated[
        int | None,
        NO_ROW,
        Option(HOW_MUCH, metavar="N", on_resume="only the first N samples of the source"),
    ] = Field(default=None, ge=1)
    """Only the first N samples."""
    accepted: Annotated[
        int | None, NO_ROW, Option(HOW_MUCH, metavar="N", on_resume="stop when N tasks are accepted")
    ] = Field(default=None, ge=1)
    """Stop when N tasks are accepted."""
    budget: Annotated[Budget, NO_ROW, HasOptions()] = Field(default_factory=Budget)
    max_failures: Annotated[float | None, NO_ROW, _bound("N")] = Field(default=0.5, gt=0)
    """Stop above N failed samples, or a share below 1 of those done (once 50 are)."""
    prices: Annotated[dict[str, Price], NO_ROW] = Field(default_factory=dict)
    """Prices by model name, before those of the maintained price list."""
    concurrency: Annotated[int, NO_ROW, Option(HOW_MUCH, metavar="N", on_resume="samples in flight")] = Field(
        default=4, ge=1, le=4096
    )
    """Samples in flight."""
    seed: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=0, ge=0, lt=2**63)
    """Seed of everything random."""

    agents: ClassVar[tuple[str, ...]] = ()
    """Those of this flow, which alone can have a role."""

    @field_validator("roles")
    @classmethod
    def validate_roles(cls, roles: dict[str, ChatOptions]) -> dict[str, ChatOptions]:
        """Refuse a role of another flow: nobody would ask it."""
        if strangers := sorted(set(roles) - set(cls.agents)):
            raise ValueError(f"this flow has no agent {strangers[0]!r}; it has {', '.join(cls.agents)}")
        return roles

    def chat_for(self, seat: str) -> ChatOptions:
        """The chat model's options for one agent; `captioner:NAME` is an agent that a named model plays."""
        agent, _, name = seat.partition(":")
        return self.find_model(name) if name else self.roles.get(agent, self.chat)

    def find_model(self, name: str) -> ChatOptions:
        """The table `[models.NAME]`, else the model of this name at the endpoint; ConfigError for neither."""
        if name in self.models:
            return self.models[name]
        if isinstance(self.chat, OpenAIOptions):
            return self.chat.model_copy(update={"model": name})
        raise ConfigError(
            f"there is no model {name!r}: name an endpoint for it (--profile, --base-url), or describe it "
            f"under [models.{name}] in --config."
        )

    def share_of(self, task: str) -> float:
        """Share of samples that get a task, 0..1."""
        return 1.0

    def name_circumstances(self) -> dict[str, object]:
        """What decides rows beside the settings themselves, for the fingerprint."""
        return {}

    def cut_to(self, samples: int) -> Self:
        """Return a copy for a pilot of a few samples, each of which gets all that any may get."""
        return self.model_copy(update={"limit": samples, "accepted": None, "max_failures": None})

    def with_absolute_paths(self) -> Self:
        """Return a copy with absolute paths, those of models included, that can be resumed from anywhere."""
        paths: dict[str, Any] = {name: value.absolute() for name, value in self if isinstance(value, Path)}
        tables = {name: value for name, value in self if isinstance(value, Row) and name not in _TABLES}
        paths |= {name: locate_files(table.model_dump(), Path()) for name, table in tables.items()}
        paths |= {"chat": locate_scorer(self.chat.model_dump(), Path())}
        for table in ("roles", "models"):
            seats: Mapping[str, Row] = getattr(self, table)
            paths[table] = {name: locate_scorer(seat.model_dump(), Path()) for name, seat in seats.items()}
        return self.changed_by(paths)

    def changed_by(self, settings: Mapping[str, Any]) -> Self:
        """Return a copy with some settings in place of its own; ConfigError where they do not fit."""
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
