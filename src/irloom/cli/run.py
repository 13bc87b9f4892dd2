"""`irloom run FLOW`: starts a run."""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from irloom.cli.lazy import LazyParser, add_lazily
from irloom.errors import ConfigError


def add_options(parser: LazyParser) -> None:
    """Declare what the verb takes; where a flow is named, no other is imported."""
    from irloom.pipelines.registry import list_flows, load_flows
    from irloom.views.terminal import say

    known = tuple(list_flows())
    named = parser.words[:1]
    flows, problems = load_flows(named if set(named) & set(known) else known)
    for problem in problems:
        say(f"irloom: {problem}")
    names = parser.add_subparsers(required=True, metavar="FLOW")
    for flow in flows:
        add_lazily(names, flow.name, partial(_add_flow, flow), help=flow.help, description=flow.description)


def _add_flow(flow: Any, parser: argparse.ArgumentParser) -> None:
    from irloom.cli.options import add_settings

    parser.add_argument("--out", dest="run", metavar="RUN", required=True, help="new folder for the run")
    parser.add_argument("--quiet", action="store_true", help="no progress, only the closing summary")
    parser.add_argument(
        "--dry-run",
        type=int,
        nargs="?",
        const=3,
        metavar="N",
        help="run N samples (3) and estimate the whole",
    )
    add_settings(parser, flow.config)
    parser.set_defaults(main=main, flow=flow)


def main(arguments: argparse.Namespace) -> int:
    """Create the run directory and carry on from nothing."""
    from irloom.cli.foreground import carry_on_visibly
    from irloom.cli.settings import resolve_config
    from irloom.pipelines.guarding import repeat_settings
    from irloom.pipelines.run import new_run

    config = resolve_config(arguments.flow.config, arguments).with_absolute_paths()
    if arguments.dry_run is not None:
        if arguments.dry_run < 1:
            raise ConfigError(f"--dry-run {arguments.dry_run}: give a number of samples from 1 on.")
        from irloom.cli.dry_run import dry_run

        return dry_run(config, arguments.dry_run)
    out = Path(arguments.run)
    arguments.again = repeat_settings(config)
    return carry_on_visibly(out, partial(new_run, out, config), arguments.quiet, arguments.again)
