"""The options of `irloom run imgcoder`, in the groups that its help shows."""

import argparse

from irloom.cli.options import add_backends, add_bounds

FIGURE_SWITCHES = {
    "judging": "no marks in five dimensions",
    "quizzing": "no inverse validation by quizzes",
    "adapting": "leave the problem's text as it is",
}
UNSAFE = "--i-accept-running-model-code-unsandboxed"


def add_figure_options(parser: argparse.ArgumentParser) -> None:
    """Declare every option."""
    source = parser.add_argument_group("what to read")
    source.add_argument("--problems", metavar="FILE", help="problems: a JSON list, or an object a line")
    source.add_argument("--prompts", metavar="DIR", help="prompt files that replace the embedded ones")
    source.add_argument("--reuse", metavar="RUN", help="older run whose paid calls are taken where equal")
    add_backends(parser.add_argument_group("who does the work"))
    _add_amounts(parser.add_argument_group("how much"))
    _add_ways(parser.add_argument_group("how"))
    _add_sandbox(parser.add_argument_group("where scripts run"))


def _add_amounts(group: argparse._ArgumentGroup) -> None:
    """How much."""
    group.add_argument("--limit", type=int, metavar="N", help="only the first N problems")
    group.add_argument("--accepted", type=int, metavar="N", help="stop when N figures are accepted")
    add_bounds(group)
    group.add_argument("--concurrency", type=int, metavar="N", help="problems in flight")
    group.add_argument("--max-repairs", type=int, metavar="N", help="repairs of a script (default 3)")
    group.add_argument("--blind-trials", type=int, metavar="N", help="blind trials of a quiz (default 4)")
    group.add_argument("--min-score", type=int, metavar="N", help="least mark a dimension (default 1)")
    group.add_argument("--seed", type=int, metavar="N", help="seed of everything random (default 0)")


def _add_ways(group: argparse._ArgumentGroup) -> None:
    """How, and what is left out."""
    group.add_argument(
        "--one-call",
        action="store_true",
        default=None,
        help="plan and script in one request (the paper)",
    )
    for name, instead in FIGURE_SWITCHES.items():
        group.add_argument(f"--no-{name}", dest=name, action="store_false", default=None, help=instead)


def _add_sandbox(group: argparse._ArgumentGroup) -> None:
    """Where scripts run."""
    group.add_argument(
        "--sandbox",
        choices=("strict", "standard", "container"),
        help="level (default: the best here)",
    )
    group.add_argument("--sandbox-container", metavar="COMMAND", help="the command that starts a container")
    group.add_argument(UNSAFE, dest="unsafe", action="store_true", help="run scripts with all your rights")
