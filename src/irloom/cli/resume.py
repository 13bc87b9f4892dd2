"""`irloom resume RUN`: goes on where a run stopped, however it stopped."""

import argparse
from pathlib import Path
from typing import get_args

from irloom.cli.options import add_bounds
from irloom.records import Stage


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "resume",
        help="go on with a run",
        description="Finish what was begun (answered calls are replayed, not paid again), then the rest.",
    )
    parser.add_argument("run", metavar="RUN", help="the folder that --out named")
    parser.add_argument("--concurrency", type=int, metavar="N", help="samples in flight")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N samples of the source")
    parser.add_argument("--accepted", type=int, metavar="N", help="stop when N instructions are accepted")
    for name in ("images", "captions", "instances", "infrared"):
        parser.add_argument(f"--{name}", metavar="PATH", help=f"where the {name} lie now")
    add_bounds(parser)
    parser.add_argument("--config", metavar="FILE", help="TOML file with settings in place of the run's own")
    parser.add_argument("--model", metavar="NAME", help="another chat model (with --accept-changes)")
    parser.add_argument("--base-url", metavar="URL", help="the endpoint has moved here")
    parser.add_argument(
        "--retry-failed", action="store_true", help="try failed samples again; good calls are kept"
    )
    parser.add_argument(
        "--stage", choices=get_args(Stage), action="append", help="only samples that failed here"
    )
    parser.add_argument(
        "--accept-changes", action="store_true", help="go on although inputs or settings changed"
    )
    parser.add_argument("--take-over", action="store_true", help="take the run from a host that is gone")
    parser.add_argument("--quiet", action="store_true", help="no progress, only the closing summary")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Carry on."""
    from irloom.cli.foreground import carry_on_visibly
    from irloom.cli.settings import read_changes
    from irloom.pipelines.run import ResumeOptions

    retry = tuple(arguments.stage or ()) if arguments.retry_failed or arguments.stage else None
    options = ResumeOptions(
        settings=read_changes(arguments),
        retry=retry,
        accept_changes=arguments.accept_changes,
        take_over=arguments.take_over,
    )
    return carry_on_visibly(Path(arguments.run), options, arguments.quiet)
