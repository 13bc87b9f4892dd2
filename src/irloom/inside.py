"""Whether a name that somebody else wrote stays in the folder that it is meant for."""

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from irloom.errors import SourceError

FOLLOW = "--follow-links"
"""What lets pictures be copied that are links to files outside of their folder."""
_DIGEST = re.compile(r"[0-9a-f]{1,64}")


def is_digest(text: str) -> bool:
    """Whether a run may have kept a text under this name: hex digits, and no path."""
    return _DIGEST.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def is_inside(name: str) -> bool:
    """Whether a relative path of a row or corpus stays in its folder, on every system."""
    path = PurePosixPath(name.replace("\\", "/"))
    return (
        not path.is_absolute()
        and ".." not in path.parts
        and not PureWindowsPath(name).drive
        and "\0" not in name
    )


def refuse_outside(path: Path, folder: Path, follow_links: bool) -> None:
    """Raise SourceError where a file that is about to be copied lies elsewhere than in its folder."""
    if follow_links or path.resolve().is_relative_to(folder.resolve()):
        return
    raise SourceError(
        f"{path} is a link that leads out of {folder}: it is read, and copied into the run only where "
        f"{FOLLOW} says so"
    )
