"""`irloom resume RUN`: goes on where a run stopped, however it stopped."""

import argparse
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from irloom.config import RunConfig


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.description = "Finish what was begun (answered calls are replayed, not paid again), then the rest."
    from irloom.cli.options import add_changeable_settings
    from irloom.pipelines.registry import load_flows

    parser.add_argument("run", metavar="RUN", help="the folder that --out named")
    parser.add_argument("--config", metavar="FILE", help="TOML file with settings in place of the run's own")
    add_changeable_settings(parser, (flow.config for flow in load_flows()[0]))
    parser.add_argument(
        "--retry-failed", action="store_true", help="try failed samples again; good calls are kept"
    )
    parser.add_argument(
        "--stage", metavar="STAGE", action="append", help="only samples that failed here, such as judge"
    )
    parser.add_argument(
        "--refresh",
        action="store_true",
        help="do samples again that were filtered before a rule was mined; only what differs is paid",
    )
    parser.add_argument(
        "--accept-changes", action="store_true", help="go on although inputs or settings changed"
    )
    parser.add_argument(
        "--drop-damaged",
        action="store_true",
        help="go on without what is damaged or missing (kept in RUN/damaged); what can be is rebuilt",
    )
    parser.add_argument("--take-over", action="store_true", help="take the run from a host that is gone")
    parser.add_argument("--quiet", action="store_true", help="no progress, only the closing summary")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Carry on."""
    from irloom.cli.foreground import carry_on_visibly
    from irloom.cli.settings import read_changes
    from irloom.engine.directory import RunDirectory
    from irloom.pipelines.conditions import ResumeOptions
    from irloom.pipelines.registry import find_flow
    from irloom.pipelines.run import old_run

    out = Path(arguments.run)
    flow = find_flow(RunDirectory.open(out).flow)
    options = ResumeOptions(
        settings=read_changes(flow.config, arguments),
        retry=tuple(arguments.stage or ()) if arguments.retry_failed or arguments.stage else None,
        refresh=arguments.refresh,
        accept_changes=arguments.accept_changes,
        take_over=arguments.take_over,
        drop_damaged=arguments.drop_damaged,
    )
    arguments.again = _repeat(flow.config, arguments)
    return carry_on_visibly(out, partial(old_run, out, options), arguments.quiet, arguments.again)


def _repeat(kind: "type[RunConfig]", arguments: argparse.Namespace) -> list[str]:
    """What the next resume has to be given again, since a run keeps none of it."""
    from irloom.cli.options import read_options
    from irloom.pipelines.guarding import repeat_given

    file = [f"--config {shlex.quote(arguments.config)}"] if arguments.config else []
    return [*file, *repeat_given(kind, read_options(arguments))]
