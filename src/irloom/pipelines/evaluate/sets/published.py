"""What was published of the sets that these questions follow, for orientation."""

import tomllib
from importlib.resources import files

from irloom.views.terminal import align


def read_published(flow: str) -> list[tuple[str, list[list[str]]]]:
    """The published tables of a flow, each with its note; none where nothing was published."""
    text = files("irloom.data").joinpath("sets_published.toml").read_text("utf-8")
    tables = tomllib.loads(text).get(flow, [])
    return [(one["note"], [one["head"], *one["rows"]]) for one in tables]


def tell_published(flow: str) -> list[str]:
    """The same as text."""
    return [f"{note}\n{align(rows)}" for note, rows in read_published(flow)]
