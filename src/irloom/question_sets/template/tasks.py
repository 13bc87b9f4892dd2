"""The tasks as data files declare them: irloom's own six, and what a user adds."""

import string
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator

from irloom.errors import ConfigError
from irloom.records import Row
from irloom.toml_files import parse_toml

Form = Literal["relation", "count", "recognition", "scene", "absence"]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Words for a label."""
SLOTS: Mapping[Form, frozenset[str]] = {
    "relation": frozenset({"first", "relation", "second"}),
    "count": frozenset({"things"}),
    "recognition": frozenset(),
    "scene": frozenset(),
    "absence": frozenset(),
}
"""What the words of each form must have a place for."""


class Task(Row):
    """One task: where its questions come from, and in which words they are asked."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    form: Form
    sets: tuple[str, ...] = Field(min_length=1)
    phrasings: Mapping[str, str] = Field(min_length=1)
    labels: tuple[str, ...] = ()
    """Asked about alone; empty for all of a set."""
    more_options: tuple[str, ...] = ()
    scene_key: str = "place"
    per_sequence: int | None = Field(default=None, ge=1)
    least_area: float = Field(default=0.0, ge=0, lt=1)
    """Share of the image."""
    margin: float = Field(default=0.1, gt=0, lt=1)
    """Between the middles of two objects, as a share of the image's width or height."""
    gap: float = Field(default=0.01, ge=0, lt=1)
    """Between the edges of two objects, likewise."""
    published: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def validate_slots(self) -> Self:
        """Refuse words that lack what is asked about, or have a place for what is not known."""
        wanted = SLOTS[self.form]
        for name, text in self.phrasings.items():
            if (found := _list_slots(text)) != wanted:
                raise ValueError(
                    f"the phrasing {name!r} of {self.name!r} has the slots {_list(found)}, and a question of "
                    f"the form {self.form!r} needs {_list(wanted)}"
                )
        return self

    @field_validator("more_options")
    @classmethod
    def refuse_doubles(cls, options: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse an option that is there twice."""
        if len(set(options)) < len(options):
            raise ValueError(f"an option stands there twice: {', '.join(options)}")
        return options

    def asks_about(self, label: str) -> bool:
        """Whether a label is one of those that the task is about."""
        return not self.labels or label in self.labels


class Shared(Row):
    """What holds for the labels of all tasks."""

    vague: tuple[str, ...] = ()
    akin: tuple[tuple[str, ...], ...] = ()


class TaskBook(Row):
    """All tasks, with how their labels are said and which of them can mean one object."""

    tasks: tuple[Task, ...] = ()
    names: Mapping[str, Said] = Field(default_factory=dict)
    shared: Shared = Field(default_factory=Shared)

    @model_validator(mode="after")
    def refuse_namesakes(self) -> Self:
        """Refuse two tasks of one name."""
        names = [task.name for task in self.tasks]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two tasks are called {twice[0]!r}: rename one")
        return self

    def say(self, label: str) -> str:
        """The words for a label."""
        return " ".join(self.names.get(label, label.replace("_", " ")).split())

    def is_vague(self, label: str) -> bool:
        """Whether a label names no kind of thing."""
        return label in self.shared.vague

    def are_akin(self, one: str, other: str) -> bool:
        """Whether one object can bear both labels, as two names of the same thing do."""
        return self.say(one).casefold() == self.say(other).casefold() or other in self._akin.get(
            one, frozenset()
        )

    @cached_property
    def _akin(self) -> Mapping[str, frozenset[str]]:
        labels = {label for group in self.shared.akin for label in group}
        return {
            label: frozenset().union(*(group for group in self.shared.akin if label in group))
            for label in labels
        }


def read_tasks(path: Path | None = None) -> TaskBook:
    """Irloom's own tasks, with those of a file added, or put in place of the ones they share a name with.

    Raises ConfigError for a file that cannot be read or says what is no task.
    """
    own = TaskBook.model_validate(parse_toml(_read_own()))
    return own if path is None else _merge(own, _read_file(path))


def _merge(own: TaskBook, added: TaskBook) -> TaskBook:
    tasks = {task.name: task for task in (*own.tasks, *added.tasks)}
    shared = Shared(
        vague=(*own.shared.vague, *added.shared.vague), akin=(*own.shared.akin, *added.shared.akin)
    )
    return TaskBook(tasks=tuple(tasks.values()), names={**own.names, **added.names}, shared=shared)


def _read_own() -> bytes:
    return files("irloom.data").joinpath("template_tasks.toml").read_bytes()


def _read_file(path: Path) -> TaskBook:
    try:
        return TaskBook.model_validate(parse_toml(path.read_bytes()))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"--tasks {path}: {place or 'the file'}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"--tasks {path} cannot be read: {error}") from error


def _list_slots(text: str) -> frozenset[str]:
    """What stands in braces, with how it is to be laid out; a lone brace is a ValueError of its own."""
    parsed = string.Formatter().parse(text)
    return frozenset(
        f"{name}{f'!{turned}' if turned else ''}{f':{layout}' if layout else ''}"
        for _, name, layout, turned in parsed
        if name is not None
    )


def _list(slots: frozenset[str]) -> str:
    return ", ".join(f"{{{slot}}}" for slot in sorted(slots)) or "none"
