"""Joins profile, configuration file and options into the configuration of a flow: the later one wins."""

import argparse
import shlex
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from irloom.cli.figure_options import FIGURE_SWITCHES
from irloom.cli.options import SWITCHES, profiles
from irloom.config import RunConfig, explain, merge_settings
from irloom.errors import ConfigError
from irloom.flows import CirConfig, ImgcoderConfig, InfraredConfig
from irloom.options import locate_files

Config = TypeVar("Config", bound=RunConfig)

_PATHS = ("images", "captions", "instances", "infrared", "problems", "rules", "prompts", "lexicon", "reuse")
_PLAIN = (
    *(name for name in _PATHS if name != "problems"),
    "limit",
    "concurrency",
    "accepted",
    "seed",
    "max_rounds",
    "max_rules",
    "candidates",
    "original",
)


_FIGURE_PLAIN = (
    "problems",
    "prompts",
    "reuse",
    "limit",
    "concurrency",
    "accepted",
    "seed",
    "max_repairs",
    "blind_trials",
    "min_score",
    "one_call",
)


_CIR_PLAIN = (
    "images",
    "captions",
    "instances",
    "prompts",
    "reuse",
    "limit",
    "concurrency",
    "accepted",
    "seed",
    "families",
    "variants",
    "max_rounds",
    "judging",
    "with_references",
)


def resolve_config(arguments: argparse.Namespace) -> InfraredConfig:
    """The configuration that profile, file and options add up to; ConfigError names each mistake."""
    settings = merge_settings(
        _read_settings(arguments.profile, arguments.config, InfraredConfig), _read_options(arguments)
    )
    _require(settings)
    return _build(InfraredConfig, settings)


def resolve_figures(arguments: argparse.Namespace) -> ImgcoderConfig:
    """The configuration of an ImgCoder run; ConfigError names each mistake."""
    settings = _read_settings(arguments.profile, arguments.config, ImgcoderConfig)
    names = (*_FIGURE_PLAIN, *FIGURE_SWITCHES)
    settings |= {name: value for name in names if (value := getattr(arguments, name)) is not None}
    settings = merge_settings(settings, _read_bounds(arguments) | _read_chat(arguments))
    settings["sandbox"] = {**settings.get("sandbox", {}), **_read_sandbox(arguments)}
    if not settings.get("problems"):
        raise ConfigError("--problems missing: say which problems to draw.")
    _check_chat(settings.get("chat"))
    return _build(ImgcoderConfig, settings)


def resolve_cir(arguments: argparse.Namespace) -> CirConfig:
    """The configuration of a CIR run; ConfigError names each mistake."""
    settings = _read_settings(arguments.profile, arguments.config, CirConfig)
    settings |= {name: value for name in _CIR_PLAIN if (value := getattr(arguments, name)) is not None}
    for name in ("subcategories", "forms"):
        if (listed := getattr(arguments, name)) is not None:
            settings[name] = _split(listed)
    quotas = dict(_read_quota(text) for text in arguments.quota or ())
    settings = merge_settings(settings, _read_bounds(arguments) | _read_chat(arguments))
    settings = merge_settings(settings, {"quotas": quotas} if quotas else {})
    if not settings.get("images"):
        raise ConfigError("--images missing: say which images to edit.")
    _check_chat(settings.get("chat"))
    return _build(CirConfig, settings)


def _read_quota(text: str) -> tuple[str, int]:
    subcategory, _, number = text.partition("=")
    try:
        return subcategory, int(number)
    except ValueError:
        raise ConfigError(f"--quota {text}: give it as color=300") from None


def _read_sandbox(arguments: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if arguments.unsafe:
        found["level"] = "off"
    elif arguments.sandbox is not None:
        found["level"] = arguments.sandbox
    if arguments.sandbox_container is not None:
        found["container"] = shlex.split(arguments.sandbox_container)
    return found


def resolve_backends(arguments: argparse.Namespace) -> InfraredConfig:
    """The backends alone, where nothing is said about images; ConfigError names each mistake."""
    settings = merge_settings(
        _read_settings(arguments.profile, arguments.config, InfraredConfig), _read_chat(arguments)
    )
    _check_chat(settings.get("chat"))
    return _build(InfraredConfig, {**settings, "images": ".", "captions": "."})


def _build(flow: type[Config], settings: Mapping[str, Any]) -> Config:
    try:
        return flow.model_validate(settings)
    except ValidationError as error:
        raise explain(error) from error


def _read_settings(profile: str | None, config: str | None, flow: type[RunConfig]) -> dict[str, Any]:
    """What a profile says, and over it what a file says, which may name the profile."""
    file = _read_file(Path(config)) if config else {}
    name = profile or file.get("profile", "offline")
    return {**merge_settings(_read_profile(name, flow), file), "profile": name}


def read_changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """What `resume` is given on top of the run's configuration: a file, and options that win over it."""
    options: dict[str, Any] = {
        name: value
        for name in ("limit", "accepted", "concurrency", "images", "captions", "instances", "infrared")
        if (value := getattr(arguments, name)) is not None
    }
    options |= _read_bounds(arguments) | _read_chat(arguments)
    return merge_settings(_read_file(Path(arguments.config)) if arguments.config else {}, options)


def _read_profile(name: object, flow: type[RunConfig]) -> dict[str, Any]:
    """What a profile says to a flow: what all share, and over it the table that has the flow's name."""
    if name not in profiles():
        raise ConfigError(
            f"profile {name!r}: there is none of that name; use one of {', '.join(profiles())}."
        )
    said = tomllib.loads(files("irloom.data").joinpath("profiles", f"{name}.toml").read_text("utf-8"))
    own = said.get(flow.model_fields["flow"].default, {})
    return merge_settings({key: value for key, value in said.items() if key in flow.model_fields}, own)


def _read_file(path: Path) -> dict[str, Any]:
    """Settings of a TOML file; relative paths in it are relative to the file."""
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"--config {path}: {error}") from error
    for name in _PATHS:
        if isinstance(settings.get(name), str):
            settings[name] = str((path.parent / Path(settings[name]).expanduser()).absolute())
    for name in ("translator", "scorer", "editor", "embedder"):
        if isinstance(settings.get(name), dict):
            settings[name] |= locate_files(settings[name], path.parent)
    return settings


def _read_options(arguments: argparse.Namespace) -> dict[str, Any]:
    names = (*_PLAIN, *SWITCHES, "one_request")
    settings = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if arguments.tasks is not None:
        settings["tasks"] = [] if arguments.tasks == "none" else _split(arguments.tasks)
    if arguments.judge_sees is not None:
        settings["judge_sees"] = _split(arguments.judge_sees)
    if arguments.share:
        settings["shares"] = dict(_read_share(share) for share in arguments.share)
    return settings | _read_bounds(arguments) | _read_chat(arguments)


def _read_chat(arguments: argparse.Namespace) -> dict[str, Any]:
    """What is said of the chat model."""
    chat = {"model": arguments.model, "base_url": arguments.base_url}
    said = {name: value for name, value in chat.items() if value is not None}
    return {"chat": said} if said else {}


def _read_bounds(arguments: argparse.Namespace) -> dict[str, Any]:
    names = {"requests": "max_requests", "tokens": "max_tokens", "cost_usd": "max_cost"}
    caps = {
        name: value for name, option in names.items() if (value := getattr(arguments, option)) is not None
    }
    bounds: dict[str, Any] = {"budget": caps} if caps else {}
    if arguments.max_failures is not None:
        bounds["max_failures"] = arguments.max_failures
    return bounds


def _split(text: str) -> list[str]:
    """The parts of a list, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(",")))


def _read_share(text: str) -> tuple[str, float]:
    task, _, part = text.partition("=")
    try:
        return task, float(part)
    except ValueError:
        raise ConfigError(f"--share {text}: give it as task=0.1") from None


def _require(settings: Mapping[str, Any]) -> None:
    missing = [f"--{name}" for name in ("images", "captions") if not settings.get(name)]
    if missing:
        raise ConfigError(f"{' and '.join(missing)} missing: say which images and captions to read.")
    _check_chat(settings.get("chat"))


def _check_chat(chat: object) -> None:
    if not isinstance(chat, Mapping):
        raise ConfigError(f"chat: {chat!r} is no table; write [chat] and, below it, kind = …")
    if chat.get("kind") == "openai" and not chat.get("model"):
        raise ConfigError("--model missing: name the chat model of the endpoint.")
    if chat.get("kind") == "rules" and (chat.get("model") or chat.get("base_url")):
        raise ConfigError("--model and --base-url are for an endpoint: add --profile openai.")
