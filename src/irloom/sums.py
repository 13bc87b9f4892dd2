"""The sum of a file in a cache, which lies beside it: what does not fit is made anew."""

import hashlib
import os
from pathlib import Path


def sum_path(path: Path) -> Path:
    """Where the sum of a file lies."""
    return path.with_name(f"{path.name}.sum")


def write_sum(path: Path) -> None:
    """Put the sum of a file beside it, on disk."""
    temporary = path.with_name(f"{path.name}.sum.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="ascii") as file:
            file.write(_digest(path))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(sum_path(path))
    finally:
        temporary.unlink(missing_ok=True)


def fits_sum(path: Path) -> bool:
    """Whether a file is as it was when its sum was written; False where either is not there."""
    try:
        return sum_path(path).read_text("ascii") == _digest(path)
    except (OSError, UnicodeDecodeError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
