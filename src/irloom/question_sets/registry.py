"""Which builders of question sets there are: the built-in ones, and those that other packages bring."""

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from irloom.errors import ConfigError
from irloom.question_sets.builder import INTERFACE, Builder

GROUP = "irloom.builders"
"""Group of entry points, each of which leads to a `Builder` of its name."""
_BUILT_IN = {
    "template": "irloom.question_sets.template",
    "thermeval": "irloom.question_sets.thermeval",
    "thermometry": "irloom.question_sets.thermometry",
}
"""Modules that hold a `builder`."""


def list_builders() -> tuple[list[Builder[Any]], list[str]]:
    """Every builder that can be used, and a message for each that cannot."""
    builders: list[Builder[Any]] = [import_module(module).builder for module in _BUILT_IN.values()]
    problems: list[str] = []
    for entry in _find_brought():
        try:
            builders.append(_load(entry, [one.name for one in builders]))
        except ConfigError as error:
            problems.append(str(error))
    return builders, problems


def _find_brought() -> Iterator[EntryPoint]:
    yield from sorted(entry_points(group=GROUP), key=lambda one: one.name)


def _load(entry: EntryPoint, taken: list[str]) -> Builder[Any]:
    package = entry.dist.name if entry.dist is not None else entry.module
    where = f"the builder {entry.name!r} of the package {package}"
    try:
        builder = entry.load()
    except Exception as error:  # whatever somebody else's module raises when it is imported
        raise ConfigError(f"{where} cannot be imported: {type(error).__name__}: {error}") from error
    if not isinstance(builder, Builder):
        raise ConfigError(
            f"{where} is no irloom.question_sets.builder.Builder, but {type(builder).__name__}."
        )
    if builder.interface != INTERFACE or builder.name != entry.name:
        raise ConfigError(
            f"{where} was written for interface {builder.interface} (as {builder.name!r}), and irloom has "
            f"interface {INTERFACE}: install a version of {package} for this irloom."
        )
    if builder.name in taken:
        raise ConfigError(f"{where} has a name that is taken: it is left out.")
    return builder
