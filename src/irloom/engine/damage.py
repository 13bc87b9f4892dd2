"""Tells of a file that is not as irloom left it, in the same words whoever reads it.

Readers go on up to the last line that holds. Then the damage is raised, unless somebody listens: the
verbs that show or export do, and say it after what they have read.
"""

import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from irloom.errors import DamageError

Heard = dict[str, bool]
"""What was told, each once; whether rows may be missing for it."""

_listening: list[Heard] = []
_lock = threading.Lock()
_FOLDERS = frozenset({"journal", "images", "prompts", "files"})
"""Those of a run that have files in them."""


def damaged(path: Path, what: str) -> DamageError:
    """The message about a file that was changed, cut or taken away."""
    root = path.parent.parent if path.parent.name in _FOLDERS else path.parent
    return DamageError(
        f"{path} was changed after irloom wrote it: {what}. Put the original back; or go on with what is "
        f"whole: irloom resume {shlex.quote(str(root))} --drop-damaged"
    )


def tell(damage: DamageError) -> None:
    """Leave the damage to who listens; raise it where nobody does."""
    with _lock:
        if not _listening:
            raise damage
        _listening[-1][str(damage)] = True


def mention(said: str) -> None:
    """Leave something to who listens that keeps nobody from reading on."""
    with _lock:
        if _listening:
            _listening[-1].setdefault(said, False)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear of damage while readers go up to it."""
    heard: Heard = {}
    with _lock:
        _listening.append(heard)
    try:
        yield heard
    finally:
        with _lock:
            _listening.pop()
