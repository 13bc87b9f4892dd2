"""AUROC that was published of detectors, for orientation."""

import tomllib
from collections.abc import Iterable
from importlib.resources import files

from irloom.records import Row


class PublishedRow(Row):
    """One detector, in per cent."""

    detector: str
    values: tuple[float, ...]
    """By column; none where the mean alone was printed."""
    mean: float | None = None


class PublishedTable(Row):
    """One printed table."""

    name: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]


def read_published() -> list[PublishedTable]:
    """All tables that irloom knows."""
    text = files("irloom.data").joinpath("alignbench_published.toml").read_text("utf-8")
    return [PublishedTable.model_validate(table) for table in tomllib.loads(text)["table"]]


def choose_published(names: Iterable[str]) -> list[PublishedTable]:
    """The tables with a column of one of these groups or sets; the first table where there is none."""
    wanted, tables = {_fold(name) for name in names}, read_published()
    fitting = [table for table in tables if wanted & {_fold(column) for column in table.columns}]
    return fitting or tables[:1]


def _fold(name: str) -> str:
    """Letters and digits alone: `GPT-4o` and `gpt4o` are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
