"""The pictures that a run made, and whether they still are those that were committed."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from irloom.engine.images import hash_file
from irloom.engine.log import LOG, iterate_commits
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.reader import read_spans
from irloom.engine.spans import Span, Vouched
from irloom.engine.turns import files_of
from irloom.errors import UserError
from irloom.inside import is_inside


class Pictures:
    """The hashes that a run has recorded of its pictures; each file is looked at once."""

    def __init__(self, root: Path, found: Mapping[str, str] = MappingProxyType({})) -> None:
        """Read the log, if there is one; for commits of before it told hashes, their transcripts too.

        `found` are sha256 of pictures, by name, that were looked at already.
        """
        self._root = root
        self._hashes = dict[str, str]()
        self._found = dict(found)
        vouched = Vouched()
        for event in iterate_commits(root) if (root / LOG).is_file() else ():
            span = vouched.take(event).get("transcripts")
            if event["event"] == "commit":
                self._hashes |= find_hashes(root, event, span)

    def object_to(self, name: str, content: bytes | None = None) -> str:
        """What is wrong with a picture (or with what was read of it); empty where nothing is.

        `name` is relative to the run. A picture of which nothing is recorded is believed, if it is there.
        """
        if content is not None:
            found = hashlib.sha256(content).hexdigest()
        else:
            found = self._found.get(name) or hash_file(self._root / name)
            self._found[name] = found
        return object_to(found, self._hashes.get(name))


def require_pictures(root: Path, names: Iterable[str]) -> None:
    """Refuse to ship pictures of a run that are missing, changed, or not inside it at all; UserError."""
    refuse_odd_files(root, pictures=True)
    pictures = Pictures(root)
    for name in names:
        why = pictures.object_to(name) if is_inside(name) else "leads out of the run"
        if why:
            raise UserError(f"{root / name} {why}, and belongs into the export: put the original back.")


def object_to(found: str, recorded: str | None) -> str:
    """What is wrong with a picture of one hash, where another was recorded; empty where nothing is."""
    if not found:
        return "is missing"
    return "" if recorded in {None, found} else "is not the picture that was committed"


def find_hashes(root: Path, commit: Mapping[str, Any], span: Span | None) -> dict[str, str]:
    """The sha256 of each picture of a sample, by path in the run."""
    files = commit.get("files")
    if files is not None or span is None or span.start == span.end:
        return dict(files or {})
    turns = (turn for row in read_spans(root, [span]) for turn in row["turns"])
    return {name: digest for turn in turns for name, digest in files_of(turn).items()}
