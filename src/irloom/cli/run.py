"""`irloom run infrared`: starts a run."""

import argparse
from pathlib import Path

from irloom.cli.options import add_run_options
from irloom.cli.settings import resolve_config


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the verb."""
    parser = verbs.add_parser("run", help="start a run")
    flows = parser.add_subparsers(required=True, metavar="FLOW")
    infrared = flows.add_parser(
        "infrared",
        help="infrared images, image-text pairs and instruction data from COCO",
        description="Turn visible images, captions and boxes into infrared data. Interrupt it when you like: "
        "`irloom resume` goes on without paying twice.",
    )
    infrared.add_argument("--out", dest="run", metavar="RUN", required=True, help="new folder for the run")
    infrared.add_argument("--quiet", action="store_true", help="no progress, only the closing summary")
    infrared.add_argument(
        "--dry-run",
        type=int,
        nargs="?",
        const=3,
        metavar="N",
        help="run N samples (3) and estimate the whole",
    )
    add_run_options(infrared)
    infrared.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Create the run directory and carry on from nothing."""
    config = resolve_config(arguments)
    from irloom.cli.carrying import carry_on_visibly
    from irloom.cli.progress import indexing_reporter
    from irloom.cli.stopping import Stopper
    from irloom.pipelines.running import ResumeOptions, create_run

    # run.json keeps no credentials, so an address that holds some is handed on beside it.
    address = {"chat": {"base_url": config.chat.base_url}} if config.chat.kind == "openai" else {}
    if arguments.dry_run is not None:
        from irloom.cli.dry_run import dry_run

        return dry_run(config.with_absolute_paths(), arguments.dry_run, ResumeOptions(settings=address))
    out = Path(arguments.run)
    with Stopper():
        create_run(out, config.with_absolute_paths(), indexing_reporter(arguments.quiet))
    return carry_on_visibly(out, ResumeOptions(settings=address), arguments.quiet)
