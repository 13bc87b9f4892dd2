"""The options of a configuration: made from its fields, read back as settings.

Values are handed on as text, so that one message tells a wrong value wherever it came from.
"""

import argparse
import shlex
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import ValidationError

from irloom.config import RunConfig, explain
from irloom.errors import ConfigError
from irloom.settings import HOW, HOW_MUCH, WHAT_TO_READ, WHO_WORKS, Listed, Settings, list_options

Table = TypeVar("Table", bound=Settings)
_GROUPS = (WHAT_TO_READ, WHO_WORKS, HOW_MUCH, HOW)
_DEST = "set:"
"""How the names begin under which argparse keeps the values of settings."""


def add_settings(parser: argparse.ArgumentParser, config: type[RunConfig]) -> None:
    """Declare every option of a flow, in the groups of its help; its own before those of all flows."""
    own = [one for one in list_options(config) if one.path[0] not in RunConfig.model_fields]
    shared = [one for one in list_options(config) if one.path[0] in RunConfig.model_fields]
    titles = dict.fromkeys([*_GROUPS, *(one.option.group for one in own)])
    groups = {title: parser.add_argument_group(title) for title in titles}
    add_profile(groups[WHO_WORKS])
    for one in (*own, *shared):
        _add(groups[one.option.group], one, one.option.help or _describe(one))


def add_changeable_settings(parser: argparse.ArgumentParser, configs: Iterable[type[RunConfig]]) -> None:
    """Declare what may be set anew when a run of any of these flows goes on."""
    seen: set[str] = set()
    for one in (one for config in configs for one in list_options(config)):
        if one.option.on_resume is not None and one.flag not in seen:
            seen.add(one.flag)
            _add(parser, one, one.option.on_resume or one.field.description or "")


def add_backends(parser: argparse._ActionsContainer) -> None:
    """Declare what names the backends: the profile, a file, the chat model."""
    add_profile(parser)
    for one in list_options(RunConfig):
        if one.option.group == WHO_WORKS:
            _add(parser, one, one.field.description or "")


def add_table(parser: argparse.ArgumentParser, table: type[Settings]) -> None:
    """Declare every option of one table of settings, for a verb that has no configuration around it."""
    found = list(list_options(table))
    groups = {one.option.group: parser.add_argument_group(one.option.group) for one in found}
    for one in found:
        _add(groups[one.option.group], one, one.option.help or _describe(one))


def read_table(arguments: argparse.Namespace, table: type[Table]) -> Table:
    """The table that options add up to. Raises ConfigError, a line for each mistake."""
    given = read_options(arguments)
    try:
        return table.model_validate({name: given[name] for name in table.model_fields if name in given})
    except ValidationError as error:
        raise explain(error) from error


def add_profile(parser: argparse._ActionsContainer) -> None:
    """Declare where settings come from beside the options."""
    parser.add_argument("--profile", choices=profiles(), help="which backends (default: offline)")
    parser.add_argument("--config", metavar="FILE", help="TOML file with any setting; options win over it")


def read_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that options were given for, in their tables."""
    settings: dict[str, Any] = {}
    for name, value in vars(arguments).items():
        if name.startswith(_DEST) and value is not None:
            *tables, last = name.removeprefix(_DEST).split(".")
            place = settings
            for table in tables:
                place = place.setdefault(table, {})
            place[last] = value
    return settings


def profiles() -> list[str]:
    """Names of the embedded profiles."""
    folder = files("irloom.data").joinpath("profiles")
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def _add(group: argparse._ActionsContainer, one: Listed, said: str) -> None:
    keywords: dict[str, Any] = {
        "dest": _DEST + ".".join(one.path),
        "default": None,
        "help": _lower(said).replace("%", "%%"),
    }
    if one.is_switch:
        value = one.option.sets if one.option.sets is not None else not one.switches_off
        group.add_argument(one.flag, action="store_const", const=value, **keywords)
        return
    if one.option.choices:
        keywords["choices"] = one.option.choices
    elif one.option.form == "pairs":
        keywords |= {"action": _Pairs, "metavar": one.option.metavar}
    else:
        keywords |= {"type": _READERS[one.option.form], "metavar": one.option.metavar}
    group.add_argument(one.flag, **keywords)


def _describe(one: Listed) -> str:
    """The docstring of a setting, with its default where that is a number."""
    said, default = one.field.description or "", one.field.default
    is_number = isinstance(default, int | float) and not isinstance(default, bool)
    return f"{said.removesuffix('.')} (default {default})" if is_number else said


class _Pairs(argparse.Action):
    """Collects `KEY=VALUE`, given any number of times."""

    def __call__(
        self, parser: object, namespace: argparse.Namespace, values: Any, option: Any = None
    ) -> None:
        key, is_pair, value = str(values).partition("=")
        if not is_pair:
            raise ConfigError(f"{option} {values}: give it as {self.metavar}")
        setattr(namespace, self.dest, {**(getattr(namespace, self.dest) or {}), key: value})


def split_list(text: str) -> list[str]:
    """The parts of a list, each once; none for `none`."""
    parts = (part.strip() for part in text.split(","))
    return [] if text == "none" else list(dict.fromkeys(parts))


def split_words(text: str) -> list[str]:
    """The words of a command, as a shell splits them; none is a mistake."""
    if not any(words := shlex.split(text)):
        raise argparse.ArgumentTypeError("it holds no word: give a command, or leave the option out")
    return words


_READERS: dict[str, Callable[[str], Any]] = {"value": str, "list": split_list, "words": split_words}


def _lower(text: str) -> str:
    """A docstring as help: its first line without the full stop, beginning small unless with a name."""
    line = " ".join(text.split("\n\n")[0].split()).removesuffix(".")
    return line if line[:2].isupper() else line[:1].lower() + line[1:]
