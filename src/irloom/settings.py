"""What a setting says of itself: whether it can change a row, and how the command line takes it.

A setting decides rows unless its field carries `ChangesNoRow` or `Digested`, so that a new one which
nobody marked makes a resume under another value be refused, never pass in silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from irloom.records import Row


class Settings(Row):
    """Base of what a configuration holds whose options take their help from the fields' docstrings."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    @classmethod
    def list_needed(cls, settings: Mapping[str, Any]) -> list[str]:
        """The settings without which nothing can be read, beside what is set already."""
        return [name for name, field in cls.model_fields.items() if field.is_required()]


@dataclass(frozen=True, slots=True)
class ChangesNoRow:
    """Marks a setting that changes when or where something is made, not what."""


@dataclass(frozen=True, slots=True)
class Digested:
    """Marks a path: what it names decides rows, and is digested where it is read."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """Marks a setting that a run directory may not decide for whoever opens it."""

    only: tuple[Any, ...] = ()
    """The values that need somebody's word; all but the default where there is none."""

    def concerns(self, value: Any, default: Any) -> bool:
        """Whether this value has to come from the user."""
        return value in self.only if self.only else value != default


@dataclass(frozen=True, slots=True)
class NamesModels:
    """Marks a setting that names chat models: one, or several."""


@dataclass(frozen=True, slots=True)
class Option:
    """Marks a setting that has an option of its own on the command line.

    The help of the option is the field's docstring, or `help` where it says more than the setting.
    """

    group: str
    """Heading under which the help lists it."""
    metavar: str | None = None
    flag: str | None = None
    """Spelling without dashes, where it is not the field's name."""
    help: str | None = None
    form: Literal["value", "list", "pairs", "words"] = "value"
    """One text; parts between commas; `KEY=VALUE`, any number of times; words as a shell splits them."""
    choices: tuple[str, ...] = ()
    sets: str | None = None
    """The value that the option stands for; it then takes none. Switches have theirs from the default."""
    on_resume: str | None = None
    """Help of the option on `irloom resume`, which has none where this is left out."""


@dataclass(frozen=True, slots=True)
class HasOptions:
    """Marks a table whose settings have options too."""


NO_ROW = ChangesNoRow()
GUARDED = Guarded()
DIGESTED = Digested()
NAMES_MODELS = NamesModels()

WHAT_TO_READ = "what to read"
WHO_WORKS = "who does the work"
HOW_MUCH = "how much"
HOW = "how"

FollowLinks = Annotated[
    bool,
    NO_ROW,
    GUARDED,
    Option(WHAT_TO_READ, on_resume="copy also images that are links to files outside of their folder"),
]
"""What a link leads to is not known from the folder: only its user says that it may get into a run."""


def list_named_models(model: type[BaseModel], values: Mapping[str, Any]) -> list[str]:
    """The models that settings name beside `[chat]` and `[roles]`, each once; values may be unchecked."""
    marked = [
        values.get(name) for name, field in model.model_fields.items() if NAMES_MODELS in field.metadata
    ]
    named = [one for value in marked for one in ([value] if isinstance(value, str) else value or ())]
    return list(dict.fromkeys(one for one in named if isinstance(one, str) and one))


def asks_by_name_alone(model: type[BaseModel]) -> bool:
    """Whether runs ask only the models that settings name, so that an endpoint needs none of its own."""
    marked = any(NAMES_MODELS in field.metadata for field in model.model_fields.values())
    return marked and not getattr(model, "agents", ())


@dataclass(frozen=True, slots=True)
class Listed:
    """An option with the setting that it sets."""

    path: tuple[str, ...]
    """Names of the tables and of the setting."""
    option: Option
    field: FieldInfo

    @property
    def flag(self) -> str:
        """Its spelling, dashes included."""
        name = self.option.flag or self.path[-1].replace("_", "-")
        return f"--no-{name}" if self.switches_off and self.option.flag is None else f"--{name}"

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value."""
        return self.option.sets is not None or self.field.annotation is bool

    @property
    def switches_off(self) -> bool:
        """Whether it is the switch of something that is on."""
        return self.field.annotation is bool and self.field.default is True


def list_options(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[Listed]:
    """The options of a configuration, in the order of its fields."""
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Option):
                yield Listed((*above, name), mark, field)
            elif isinstance(mark, HasOptions):
                for table in list_tables(field.annotation):
                    yield from list_options(table, (*above, name))


def list_guarded(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The guarded settings of a configuration that need the user's word, by the names that lead to them."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            found = getattr(value, name)
            for mark in field.metadata:
                if isinstance(mark, Guarded) and mark.concerns(found, field.get_default()):
                    yield (*path, name), found
            yield from list_guarded(found, (*path, name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from list_guarded(part, (*path, str(key)))


def list_tables(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field may hold, whatever the unions and marks around them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, Annotated):
        for part in get_args(annotation):
            yield from list_tables(part)


def list_decisive(settings: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting that decides rows, by its dotted name, as JSON has it."""
    values = settings.model_dump(mode="json")
    for name, field in type(settings).model_fields.items():
        # What a model leaves out of its dump while it is unset is no part, as in runs from before it.
        if name in values and not any(isinstance(mark, ChangesNoRow | Digested) for mark in field.metadata):
            yield from _flatten(getattr(settings, name), values[name], f"{prefix}{name}")


def list_unset(settings: BaseModel, prefix: str = "") -> Iterator[str]:
    """The dotted names of settings that have their default, those of tables included."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from list_unset(value, f"{prefix}{name}.")
        elif value == field.default:
            yield f"{prefix}{name}"


def _flatten(value: Any, dumped: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        yield from list_decisive(value, f"{name}.")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flatten(part, dumped[key], f"{name}.{key}")
    else:
        yield name, dumped
