"""Where the weights of a model lie on this machine, and which weights they are."""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from irloom.backends.quiet import hush_libraries
from irloom.errors import ConfigError

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_NOT_DECISIVE = (".md", ".png", ".jpg", ".gif")
"""What a model's folder holds for people to look at."""


def digest_weights(path: Path) -> str:
    """Name what a file or a folder of weights holds.

    The commit where it lies in the hub's cache, else the first 16 hex digits of a sha256 over the
    contents, and in a folder the names, of all files that are not hidden and not for people to
    look at. Raises ConfigError where nothing can be read.
    """
    commit = find_commit(path)
    if commit is not None and path.exists():
        return commit
    files = _list_files(path)
    if not files:
        raise ConfigError(f"{path} holds no weights: name the file or the folder that the model lies in")
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.relative_to(path)}\0{_digest_file(file)}\n".encode())
    return whole.hexdigest()[:16]


def find_commit(path: Path) -> str | None:
    """The commit of a path inside the hub's cache, whose snapshots are named by it."""
    snapshots = (one.name for one in (path, *path.parents) if one.parent.name == "snapshots")
    return next((name for name in snapshots if _COMMIT.fullmatch(name)), None)


def find_snapshot(name: str, revision: str | None = None, files: Sequence[str] | None = None) -> Path | None:
    """The folder of a model: a folder by this name, or the hub's cached copy; None where neither is here.

    `files` are the patterns of those that are needed. Nothing is fetched.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if not _REPOSITORY.fullmatch(name):
        return None
    from huggingface_hub import snapshot_download

    patterns = None if files is None else list(files)
    try:
        found = snapshot_download(name, revision=revision, allow_patterns=patterns, local_files_only=True)
    except (FileNotFoundError, ValueError):  # not here, not wholly here, or a name that the hub would refuse
        return None
    return Path(found)


def fetch_snapshot(
    name: str,
    revision: str | None = None,
    files: Sequence[str] | None = None,
    notify: Callable[[str], None] = lambda _: None,
) -> Path:
    """The folder of a model, whole: what the hub's cache lacks is fetched, which `notify` is told.

    Raises ConfigError where there is no such folder and the hub does not give it.
    """
    found = find_snapshot(name, revision, files)
    if found is not None and found == Path(name).expanduser():
        return found
    if not _REPOSITORY.fullmatch(name):
        raise ConfigError(f"model = {name!r} is neither a folder nor the name of a model on the hub")
    from huggingface_hub import snapshot_download

    if found is None:
        notify(f"Fetching {name} from the hub, once.")
    patterns = None if files is None else list(files)
    try:
        with hush_libraries():
            return Path(snapshot_download(name, revision=revision, allow_patterns=patterns))
    except Exception as error:  # of the network, the hub, its client and the disk
        raise ConfigError(
            f"{name} (revision {revision or 'main'}) cannot be fetched from the hub "
            f"({summarise(error)}): check the name and the network, accept the model's terms, or copy "
            "its files here and give the folder"
        ) from error


def summarise(error: BaseException, most: int = 300) -> str:
    """The kind of an error and the beginning of what it says, on one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:most]}{'…' if len(text) > most else ''}"


def _list_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = [
        file
        for file in path.rglob("*")
        if file.is_file()
        and file.suffix.lower() not in _NOT_DECISIVE
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    return sorted(found)


def _digest_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror or error}): check it") from error
