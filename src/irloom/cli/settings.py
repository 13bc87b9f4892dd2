"""Joins profile, configuration file and options into the configuration of a flow: the later one wins."""

import argparse
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from irloom.cli.options import profiles, read_options
from irloom.config import RunConfig, explain, merge_settings
from irloom.errors import ConfigError
from irloom.options import locate_files, locate_scorer
from irloom.settings import Settings, asks_by_name_alone, list_options
from irloom.toml_files import parse_toml

Config = TypeVar("Config", bound=RunConfig)
Plain = TypeVar("Plain", bound=Settings)


def resolve_config(flow: type[Config], arguments: argparse.Namespace) -> Config:
    """The configuration that profile, file and options add up to; ConfigError names each mistake."""
    file = _read_file(Path(arguments.config), flow) if arguments.config else {}
    settings = merge_settings(_read_settings(arguments.profile, file, flow), read_options(arguments))
    _require(flow, settings)
    _check_chat(settings.get("chat"), asks_by_name_alone(flow))
    return _build(flow, settings)


def resolve_backends(flow: type[Config], arguments: argparse.Namespace) -> Config:
    """The backends alone, where nothing is said of what to read; ConfigError names each mistake."""
    file = _read_file(Path(arguments.config), flow) if arguments.config else {}
    settings = merge_settings(_read_settings(arguments.profile, file, flow), read_options(arguments))
    _check_chat(settings.get("chat"), asks_by_name_alone(flow))
    needed = dict.fromkeys(flow.list_needed(settings), ".")
    return _build(flow, {**needed, **settings})


def read_changes(flow: type[RunConfig], arguments: argparse.Namespace) -> dict[str, Any]:
    """What `resume` is given on top of the run's configuration: a file, and options that win over it."""
    file = _read_file(Path(arguments.config), flow) if arguments.config else {}
    return merge_settings(file, read_options(arguments))


def resolve_settings(model: type[Plain], arguments: argparse.Namespace) -> Plain:
    """Settings of no run, by a file and by options that win over it; ConfigError names each mistake."""
    file = _read_file(Path(arguments.config), model) if arguments.config else {}
    settings = merge_settings(file, read_options(arguments))
    _require(model, settings)
    return _build(model, settings)


def _build(flow: type[Plain], settings: Mapping[str, Any]) -> Plain:
    try:
        return flow.model_validate(settings)
    except ValidationError as error:
        raise explain(error) from error


def _read_settings(profile: str | None, file: Mapping[str, Any], flow: type[RunConfig]) -> dict[str, Any]:
    """What a profile says, and over it what a file says, which may name the profile."""
    name = profile or file.get("profile", "offline")
    return {**merge_settings(_read_profile(name, flow), file), "profile": name}


def _read_profile(name: object, flow: type[RunConfig]) -> dict[str, Any]:
    """What a profile says to a flow: what all share, and over it the table that has the flow's name."""
    if name not in profiles():
        raise ConfigError(
            f"profile {name!r}: there is none of that name; use one of {', '.join(profiles())}."
        )
    said = tomllib.loads(files("irloom.data").joinpath("profiles", f"{name}.toml").read_text("utf-8"))
    own = said.pop(flow.model_fields["flow"].default, {})  # also where a setting has the name of the flow
    return merge_settings({key: value for key, value in said.items() if key in flow.model_fields}, own)


def _read_file(path: Path, flow: type[Settings]) -> dict[str, Any]:
    """Settings of a TOML file; relative paths in it are relative to the file."""
    try:
        settings = parse_toml(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"--config {path}: {error}") from error
    for name, field in flow.model_fields.items():
        value = settings.get(name)
        if isinstance(value, str) and _holds_path(field.annotation):
            settings[name] = str((path.parent / Path(value).expanduser()).absolute())
        elif isinstance(value, dict) and name not in RunConfig.model_fields:
            settings[name] |= locate_files(value, path.parent)
            tables = {key: one for key, one in value.items() if isinstance(one, dict)}
            settings[name] |= {key: one | locate_files(one, path.parent) for key, one in tables.items()}
    return merge_settings(settings, _locate_scorers(settings, path.parent))


def _locate_scorers(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Files that chat models name which are embedders."""
    chats = {
        name: settings[name] for name in ("chat", "roles", "models") if isinstance(settings.get(name), dict)
    }
    found: dict[str, Any] = {}
    for name, table in chats.items():
        seats = {seat: value for seat, value in table.items() if isinstance(value, dict)}
        found[name] = (
            locate_scorer(table, folder)
            if name == "chat"
            else {seat: locate_scorer(value, folder) for seat, value in seats.items()}
        )
    return found


def _holds_path(annotation: Any) -> bool:
    return Path in (annotation, *getattr(annotation, "__args__", ()))


def _require(flow: type[Settings], settings: Mapping[str, Any]) -> None:
    """Refuse a run that is not told what to read, by the options that say it."""
    flags = {one.path: one.flag for one in list_options(flow)}
    missing = [flags.get((name,), name) for name in flow.list_needed(settings) if not settings.get(name)]
    if missing:
        raise ConfigError(f"{' and '.join(missing)} missing: say what to read.")


def _check_chat(chat: object, by_name: bool) -> None:
    if not isinstance(chat, Mapping):
        raise ConfigError(f"chat: {chat!r} is no table; write [chat] and, below it, kind = …")
    if chat.get("kind") == "openai" and not chat.get("model") and not by_name:
        raise ConfigError("--model missing: name the chat model of the endpoint.")
    if chat.get("kind") in {"rules", "baseline"} and (chat.get("model") or chat.get("base_url")):
        raise ConfigError("--model and --base-url are for an endpoint: add --profile openai.")
