"""AUROC that was published of detectors, for orientation."""

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files

from irloom.records import Row

_DATE = re.compile(r"-20\d\d-?\d\d-?\d\d$")


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
    wanted, tables = {fold_name(name) for name in names}, read_published()
    fitting = [table for table in tables if wanted & {fold_name(column) for column in table.columns}]
    return fitting or tables[:1]


def fold_name(name: str) -> str:
    """What is compared of a model or set: `openai/gpt-4o-2024-08-06` and `GPT-4o` are one."""
    undated = _DATE.sub("", name.rpartition("/")[2])
    return "".join(letter for letter in undated.casefold() if letter.isalnum())
