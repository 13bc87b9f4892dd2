"""Pins models by what they are: a name on the hub by its commit, files by the digest of their content.

A branch of the hub moves, and a file is replaced under its name; a run that is resumed must notice.
"""

import re
from pathlib import Path
from typing import TypeVar

from irloom.backends.weights import digest_weights, find_commit, find_snapshot, summarise
from irloom.errors import ConfigError
from irloom.options import (
    ImageEditorOptions,
    OpenClipOptions,
    ScorerOptions,
    SimilarityScorerOptions,
    TranslatorOptions,
)
from irloom.painter_options import PipelinePainterOptions
from irloom.records import Row

Options = TypeVar("Options", bound=Row)

_COMMIT = re.compile(r"[0-9a-f]{40}")
_DESCRIPTIONS = ("model_index.json", "config.json")
"""Small files, of which every model has one: enough to know which commit is here."""
_SOURCES = ("checkpoint", "model", "lora")


def pin_revision(options: Options) -> Options:
    """The same with a commit in place of the branch of a model on the hub.

    Raises ConfigError where the model is not here and the hub does not tell.
    """
    if "revision" not in type(options).model_fields:
        return options
    name, revision = getattr(options, "model", ""), getattr(options, "revision", None)
    if Path(name).exists() or (revision and _COMMIT.fullmatch(revision)):
        return options
    return options.model_copy(update={"revision": _find_commit(name, revision)})


def digest_files(
    options: TranslatorOptions
    | ScorerOptions
    | SimilarityScorerOptions
    | ImageEditorOptions
    | PipelinePainterOptions,
) -> str | None:
    """A digest of the files that the options name; None where they name none.

    A tag of open_clip stands for a file on the hub, which is fetched now if it is not here.
    """
    if isinstance(options, OpenClipOptions):
        from irloom.backends.scorers.open_clip import locate_weights

        return digest_weights(locate_weights(options))
    paths = [Path(value) for name in _SOURCES if (value := getattr(options, name, None))]
    found = [digest_weights(path) for path in paths if path.exists()]
    return "-".join(found) or None


def _find_commit(name: str, revision: str | None) -> str:
    for description in _DESCRIPTIONS:
        folder = find_snapshot(name, revision, [description])
        commit = find_commit(folder) if folder is not None and (folder / description).exists() else None
        if commit is not None:
            return commit
    from huggingface_hub import HfApi

    try:
        sha = HfApi().model_info(name, revision=revision, timeout=30).sha
    except Exception as error:  # of the network, the hub and its client
        raise ConfigError(
            f"model = {name!r} is no folder, and the hub cannot be asked for it ({summarise(error)}): "
            "check the name and the network, or give a folder"
        ) from error
    if not sha:
        raise ConfigError(f"model = {name!r}: the hub names no commit of it; give a folder, or `revision`")
    return sha
