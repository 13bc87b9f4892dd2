"""Whether a name that somebody else wrote stays in the folder that it is meant for."""

from pathlib import PurePosixPath, PureWindowsPath


def is_inside(name: str) -> bool:
    """Whether a relative path of a row or corpus stays in its folder, on every system."""
    path = PurePosixPath(name.replace("\\", "/"))
    return (
        not path.is_absolute()
        and ".." not in path.parts
        and not PureWindowsPath(name).drive
        and "\0" not in name
    )
