"""`irloom run FLOW`: starts a run."""

import argparse
from collections.abc import Callable
from pathlib import Path

from irloom.cli.cir_options import add_cir_options
from irloom.cli.figure_options import add_figure_options
from irloom.cli.options import add_run_options
from irloom.cli.settings import resolve_cir, resolve_config, resolve_figures
from irloom.flows import AnyConfig

Resolve = Callable[[argparse.Namespace], AnyConfig]


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
    _add_common(infrared, resolve_config)
    add_run_options(infrared)
    cir = flows.add_parser(
        "cir",
        help="composed image retrieval: edited images with queries and hard negatives",
        description="Edit photographs in the 15 ways of EDIR, verify each edit, phrase it as a query, and "
        "write the data set with its hard negatives. `irloom resume` goes on without paying twice.",
    )
    _add_common(cir, resolve_cir)
    add_cir_options(cir)
    imgcoder = flows.add_parser(
        "imgcoder",
        help="scientific figures by code: drawn in a sandbox, checked, judged and quizzed",
        description="Draw a figure for each scientific problem: understand, plan, write Matplotlib code, run "
        "it in a sandbox, mend it, judge it. `irloom resume` goes on without paying twice.",
    )
    _add_common(imgcoder, resolve_figures)
    add_figure_options(imgcoder)


def _add_common(parser: argparse.ArgumentParser, resolve: Resolve) -> None:
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
    parser.set_defaults(main=main, resolve=resolve)


def main(arguments: argparse.Namespace) -> int:
    """Create the run directory and carry on from nothing."""
    config: AnyConfig = arguments.resolve(arguments)
    from irloom.cli.foreground import carry_on_visibly
    from irloom.cli.progress import indexing_reporter
    from irloom.cli.signals import Stopper
    from irloom.pipelines.run import ResumeOptions, create_run

    # run.json keeps no credentials, so an address that holds some is handed on beside it.
    address = {"chat": {"base_url": config.chat.base_url}} if config.chat.kind == "openai" else {}
    if arguments.dry_run is not None:
        from irloom.cli.dry_run import dry_run

        return dry_run(config.with_absolute_paths(), arguments.dry_run, ResumeOptions(settings=address))
    out = Path(arguments.run)
    with Stopper():
        create_run(out, config.with_absolute_paths(), indexing_reporter(arguments.quiet))
    return carry_on_visibly(out, ResumeOptions(settings=address), arguments.quiet)
