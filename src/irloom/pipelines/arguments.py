"""Options that the commands of several flows have, such as those of bootstrap intervals."""

import argparse


def positive(text: str) -> int:
    """A whole number from 1 on."""
    return _read(text, least=1)


def natural(text: str) -> int:
    """A whole number from 0 on."""
    return _read(text, least=0)


def add_interval_options(parser: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    """How many resamples intervals are drawn from, and by which seed."""
    parser.add_argument(
        "--resamples", type=positive, default=1000, metavar="N", help="of the intervals (default 1000)"
    )
    parser.add_argument("--seed", type=natural, default=0, metavar="N", help="of the intervals (default 0)")


def _read(text: str, least: int) -> int:
    number = int(text)
    if number < least:
        raise ValueError(text)
    return number
