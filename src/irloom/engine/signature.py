"""Knows a run that this user made: by a digest of what it decides, keyed by a secret of this user's."""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import platformdirs

VARIABLE = "IRLOOM_STATE"
_NAME = "secret"
_BYTES = 32


def choose_state() -> Path:
    """The folder of what irloom remembers for this user: the variable's, else the system's."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else platformdirs.user_state_path("irloom")


def sign(settings: Mapping[str, Any]) -> str | None:
    """The keyed digest of some settings; None where no secret can be kept, so that nothing will be known.

    The first one makes the secret.
    """
    secret = _read_secret() or _make_secret()
    return _digest(secret, settings) if secret else None


def is_signed(settings: Mapping[str, Any], signature: object) -> bool:
    """Whether this user gave the signature to just these settings."""
    secret = _read_secret()
    if secret is None or not isinstance(signature, str) or not signature.isascii():
        return False
    return hmac.compare_digest(_digest(secret, settings), signature)


def _digest(secret: bytes, settings: Mapping[str, Any]) -> str:
    text = orjson.dumps(dict(settings), option=orjson.OPT_SORT_KEYS)
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def _read_secret() -> bytes | None:
    """The secret; None where there is none, or where others could have read or put it there."""
    try:
        descriptor = os.open(choose_state() / _NAME, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(_BYTES + 1)
        is_ours = _is_private(os.fstat(file.fileno()))
    return content if len(content) == _BYTES and is_ours else None


def _is_private(found: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):  # Windows guards the folder by its own lists
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _make_secret() -> bytes | None:
    """Make the secret, whole before it has its name; of two processes at once the later one's counts."""
    folder = choose_state()
    temporary = folder / f".{_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        _name_it(temporary, folder / _NAME)
    except OSError:
        return None
    return _read_secret()


def _name_it(temporary: Path, path: Path) -> None:
    """Give the secret its name, unless another process just made one; one that is not ours gives way."""
    try:
        os.link(temporary, path)
        temporary.unlink()
    except OSError:  # it exists, or this file system has no links
        if _read_secret() is None:
            temporary.replace(path)
        else:
            temporary.unlink()
