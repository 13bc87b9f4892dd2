"""The small files that decide rows: which of them a run uses, and what it keeps of them.

A run keeps their texts, so that it goes on with what it began with although irloom brings another file by
now. A file that the user names comes before what is kept, since a change of it has to be noticed.
"""

import hashlib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from irloom.engine.damage import damaged
from irloom.inside import is_digest

PROMPT = "prompt."
"""How the names of prompts begin."""


def digest_text(text: str | bytes) -> str:
    """First 16 hex digits of the sha256."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]


class Texts:
    """The texts of a run, by the names that its fingerprint gives their digests."""

    def __init__(self, kept: Mapping[str, Path] | None = None) -> None:
        """Begin with the files that an earlier start of the run kept."""
        self._kept = dict(kept or {})
        self.used: dict[str, bytes] = {}

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each text that is used."""
        return {name: digest_text(content) for name, content in self.used.items()}

    @property
    def kept_prompts(self) -> dict[str, str]:
        """The prompts that the run kept, by name."""
        names = (name for name in self._kept if name.startswith(PROMPT))
        return {name.removeprefix(PROMPT): _read_text(self._kept[name]) for name in names}

    def choose(self, name: str, path: Path | None, embedded: Traversable) -> Path | None:
        """The file to read: the user's, else the one that was kept; None for the embedded one.

        A user's file that is missing and was not kept is chosen all the same, for its reader to refuse.
        """
        chosen = path if path is not None and path.is_file() else self._kept.get(name, path)
        if chosen is None:
            self.used[name] = embedded.read_bytes()
        elif chosen.is_file():
            self.used[name] = chosen.read_bytes()
        return chosen

    def use_prompts(self, prompts: Mapping[str, str]) -> None:
        """Note the prompts that are used, by name."""
        self.used |= {f"{PROMPT}{name}": text.encode() for name, text in prompts.items()}


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise damaged(path, f"it is no UTF-8 text any more ({error.reason})") from error


def find_kept(root: Path, fingerprint: Mapping[str, Any], only_whole: bool = False) -> dict[str, Path]:
    """The texts that a run kept, by the names in its fingerprint; runs of before kept prompts alone.

    `only_whole` leaves out those that are not as they were kept: what they came from may be the same still.
    """
    digests = _list_digests(fingerprint)
    paths = {name: locate_kept(root, name, digest) for name, digest in digests.items()}
    return {
        name: path
        for name, path in paths.items()
        if path.is_file() and (not only_whole or is_kept(path, digests[name]))
    }


def locate_prompts(root: Path, fingerprint: Mapping[str, Any]) -> list[Path]:
    """Where the prompts lie that a run uses, whether they are there or not."""
    digests = _list_digests(fingerprint)
    return [locate_kept(root, name, digests[name]) for name in digests if name.startswith(PROMPT)]


def _list_digests(fingerprint: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix("digest."): str(digest)
        for name, digest in fingerprint.items()
        if name.startswith("digest.") and is_digest(str(digest))  # others would name files elsewhere
    }


def is_kept(path: Path, digest: str) -> bool:
    """Whether a text lies there as it was kept."""
    return path.is_file() and digest_text(path.read_bytes()) == digest


def locate_kept(root: Path, name: str, digest: str) -> Path:
    """Where a run keeps a text."""
    if name.startswith(PROMPT):
        return root / "prompts" / f"{digest}.md"
    return root / "files" / f"{digest}.txt"
