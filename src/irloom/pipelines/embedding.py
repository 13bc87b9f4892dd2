"""Options of commands that embed images and texts, and how far they are."""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.errors import ConfigError
from irloom.toml_files import parse_toml
from irloom.views.terminal import say

if TYPE_CHECKING:
    from irloom.options import VectorSource

KINDS = ("pixels", "open_clip", "served", "vectors")
_SETTINGS = {name: name for name in ("model", "pretrained", "base_url", "compose")} | {"file": "vectors"}
_SAY_EVERY_S = 5.0


def add_embedder_options(group: argparse._ArgumentGroup, kinds: Sequence[str], default: str) -> None:
    """Who embeds, by which model; `default` says what holds where nobody is named."""
    group.add_argument("--embedder", choices=kinds, help=f"default: {default}")
    group.add_argument("--model", metavar="NAME", help="model of open_clip, or of the endpoint")
    group.add_argument("--pretrained", metavar="TAG", help="weights of open_clip: a tag or a file")
    group.add_argument("--base-url", metavar="URL", help="embeddings endpoint of `served`")
    group.add_argument(
        "--config", metavar="FILE", help="TOML file with a table [embedder]; options win over it"
    )


def read_embedder(path: str) -> "VectorSource":
    """The embedder that a file is of: vectors, or a TOML file with a table [embedder]."""
    if path.endswith(".npz"):
        return _validate({"kind": "vectors", "file": path})
    table = _read_file(Path(path), "--compare")
    if "kind" not in table:
        raise ConfigError(
            f"--compare {path}: name an .npz file, or a TOML file with [embedder] and its kind."
        )
    return _validate(table)


def resolve_embedder(arguments: argparse.Namespace, defaults: Mapping[str, Any]) -> "VectorSource":
    """The options that defaults, file and command line add up to; ConfigError names each mistake."""
    from irloom.config import merge_settings

    given = {
        name: value
        for name, option in _SETTINGS.items()
        if (value := getattr(arguments, option, None)) is not None
    }
    kind = arguments.embedder or ("vectors" if given.get("file") else None)
    if kind is not None:
        given["kind"] = kind
    file = _read_file(Path(arguments.config)) if arguments.config else {}
    return _validate(merge_settings({"embedder": {**defaults, **file}}, {"embedder": given})["embedder"])


def _validate(settings: Mapping[str, Any]) -> "VectorSource":
    from pydantic import ValidationError

    from irloom.config import explain
    from irloom.options import BenchOptions

    _require(settings)
    try:
        return BenchOptions.model_validate({"embedder": settings}).embedder
    except ValidationError as error:
        raise explain(error) from error


def _require(settings: Mapping[str, Any]) -> None:
    if settings["kind"] == "served" and not settings.get("model"):
        raise ConfigError("--model missing: name the embedding model of the endpoint.")
    if settings["kind"] == "vectors" and not settings.get("file"):
        raise ConfigError("--vectors missing: name the .npz file.")


def _read_file(path: Path, option: str = "--config") -> dict[str, Any]:
    """The table [embedder] of a TOML file; relative paths in it are relative to the file."""
    from irloom.options import locate_files

    try:
        settings = parse_toml(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{option} {path}: {error}") from error
    table = settings.get("embedder", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{option} {path}: embedder = {table!r} is no table; write [embedder]")
    return table | locate_files(table, path.parent)


def report_now_and_then() -> Callable[[str, int, int], None]:
    """Says every few seconds how far the embedding is."""
    said = time.monotonic()

    def report(what: str, done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said > _SAY_EVERY_S:
            said = time.monotonic()
            say(f"embedding {what}: {done:,} of {total:,}")

    return report
