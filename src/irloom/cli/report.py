"""`irloom report RUN`: one HTML file that shows a run."""

import argparse
from pathlib import Path

from irloom.errors import EXIT_DONE
from irloom.views.terminal import show


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.description = (
        "One HTML file with plots, some samples and the data card. It holds its pictures, and "
        "opens without a network. A run in progress is shown as far as it is committed."
    )
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--out", metavar="FILE", help="default: report.html in RUN")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Write the report."""
    from irloom.report.page import write_report

    root = Path(arguments.run)
    out = Path(arguments.out) if arguments.out else root / "report.html"
    samples = write_report(root, out)
    show(f"{samples:,} samples are in {out}: open it in a browser.")
    return EXIT_DONE
