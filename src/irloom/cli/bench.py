"""`irloom bench NAME`: scores a run or a data set as its paper does."""

import argparse
from functools import partial
from importlib import import_module

from irloom.cli.lazy import add_lazily

VERB = "bench"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    from irloom.pipelines.registry import load_flows

    names = parser.add_subparsers(required=True, metavar="NAME")
    for command in (command for flow in load_flows()[0] for command in flow.commands):
        if command.verb == VERB:
            fill = partial(_add_command, command.module)
            add_lazily(names, command.name, fill, help=command.help, description=command.help)


def _add_command(module: str, parser: argparse.ArgumentParser) -> None:
    command = import_module(module)
    parser.description = command.DESCRIPTION
    command.add_arguments(parser)
    parser.set_defaults(main=command.main)
