"""Options that the commands of several flows have, such as those of bootstrap intervals."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FEWEST = 100
"""Resamples that a 95 % interval is drawn from."""


def positive(text: str) -> int:
    """A whole number from 1 on."""
    return _read(text, least=1)


def resamples(text: str) -> int:
    """A number of resamples of which percentiles mean something."""
    number = positive(text)
    if number < FEWEST:
        raise argparse.ArgumentTypeError(f"{number} are too few for an interval: draw {FEWEST} or more")
    return number


def natural(text: str) -> int:
    """A whole number from 0 on."""
    return _read(text, least=0)


class EachOnce(argparse.Action):
    """Takes names of folders, each folder once: beside itself a run would be compared with itself."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, *_: object
    ) -> None:
        """Keep the names; a usage error for two of one folder."""
        names: Sequence[str] = values
        folders = [Path(name).resolve() for name in names]
        for place, name in enumerate(names):
            if folders[place] in folders[:place]:
                parser.error(f"{name} is named twice: name each run once")
        setattr(namespace, self.dest, names)


def page_file(text: str) -> Path:
    """A file that a page is written to."""
    return _read_path(text, ".html", ".htm")


def picture_file(text: str) -> Path:
    """A file that a plot is drawn into."""
    return _read_path(text, ".png", ".svg", ".pdf")


def add_interval_options(parser: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    """How many resamples intervals are drawn from, and by which seed."""
    parser.add_argument(
        "--resamples",
        type=resamples,
        default=1000,
        metavar="N",
        help=f"of the intervals, {FEWEST} or more (default 1000)",
    )
    parser.add_argument("--seed", type=natural, default=0, metavar="N", help="of the intervals (default 0)")


def _read_path(text: str, *suffixes: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in suffixes:
        raise argparse.ArgumentTypeError(f"{text}: name a file that ends in {' or '.join(suffixes)}")
    return path


def _read(text: str, least: int) -> int:
    number = int(text)
    if number < least:
        raise ValueError(text)
    return number
