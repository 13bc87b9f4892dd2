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


def resolve_embedder(arguments: argparse.Namespace, defaults: Mapping[str, Any]) -> "VectorSource":
    """The options that defaults, file and command line add up to; ConfigError names each mistake."""
    from pydantic import ValidationError

    from irloom.config import explain, merge_settings
    from irloom.options import BenchOptions

    given = {
        name: value
        for name, option in _SETTINGS.items()
        if (value := getattr(arguments, option, None)) is not None
    }
    kind = arguments.embedder or ("vectors" if given.get("file") else None)
    if kind is not None:
        given["kind"] = kind
    file = _read_file(Path(arguments.config)) if arguments.config else {}
    settings = merge_settings({"embedder": {**defaults, **file}}, {"embedder": given})
    _require(settings["embedder"])
    try:
        return BenchOptions.model_validate(settings).embedder
    except ValidationError as error:
        raise explain(error) from error


def _require(settings: Mapping[str, Any]) -> None:
    if settings["kind"] == "served" and not settings.get("model"):
        raise ConfigError("--model missing: name the embedding model of the endpoint.")
    if settings["kind"] == "vectors" and not settings.get("file"):
        raise ConfigError("--vectors missing: name the .npz file.")


def _read_file(path: Path) -> dict[str, Any]:
    """The table [embedder] of a TOML file; relative paths in it are relative to the file."""
    from irloom.options import locate_files

    try:
        settings = parse_toml(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"--config {path}: {error}") from error
    table = settings.get("embedder", {})
    if not isinstance(table, dict):
        raise ConfigError(f"--config {path}: embedder = {table!r} is no table; write [embedder]")
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
