"""`irloom build NAME`: builds a set of questions, and says what guessing gives on it."""

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.cli.lazy import add_lazily
from irloom.errors import EXIT_DONE, EXIT_SOME_FAILED
from irloom.views.terminal import align, say, show

if TYPE_CHECKING:
    from irloom.question_sets.about import SetAbout


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    from irloom.question_sets.registry import list_builders

    builders, problems = list_builders()
    for problem in problems:
        say(f"irloom: {problem}")
    names = parser.add_subparsers(required=True, metavar="NAME")
    for builder in builders:
        fill = partial(_add_builder, builder)
        add_lazily(names, builder.name, fill, help=builder.help, description=builder.description)


def _add_builder(builder: Any, parser: argparse.ArgumentParser) -> None:
    from irloom.cli.options import add_table

    parser.add_argument("--out", metavar="SET", required=True, help="new folder, or a set to be built anew")
    parser.add_argument("--config", metavar="FILE", help="TOML file with any setting; options win over it")
    add_table(parser, builder.config)
    parser.set_defaults(main=main, builder=builder)


def main(arguments: argparse.Namespace) -> int:
    """Build, and tell what came out; 1 where the words of a task tell its answers."""
    from irloom.cli.settings import resolve_settings
    from irloom.question_sets.writer import write_set

    out, builder = Path(arguments.out), arguments.builder
    about = write_set(out, builder, resolve_settings(builder.config, arguments))
    show("\n\n".join(describe(out, about)))
    for name in about.leaking:
        say(f"irloom: {name} leaks: its words tell its answers. The set says so, and {out / 'README.md'}.")
    return EXIT_SOME_FAILED if about.leaking else EXIT_DONE


def describe(out: Path, about: "SetAbout") -> list[str]:
    """What is told of a set that was built."""
    from irloom.question_sets.card import tabulate_guesses, tabulate_leaks, tabulate_tasks, tell_remarks

    total = sum(one.train + one.test for one in about.tasks.values())
    tables = (tabulate_tasks(about), tabulate_guesses(about), tabulate_leaks(about))
    remarks = "\n".join(tell_remarks(about))
    return [
        f"{total:,} questions about {len(about.images):,} images are in {out}.",
        *(align([list(row) for row in table]) for table in tables if table),
        *([remarks] if remarks else []),
        _suggest(out, about),
    ]


def _suggest(out: Path, about: "SetAbout") -> str:
    if any(one.test for one in about.tasks.values()):
        return f"To go on: irloom run {about.flow} --data {out} --out RUN"
    return (
        "No question is in the test part, because too few groups of images are there to be divided: build it "
        "with --test-only to measure models, or export the train part to tune one."
    )
