"""`irloom bench ifbench RUN…`: IF-Bench's scores of runs, beside each other and beside guessing."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.arguments import EachOnce, add_interval_options, page_file, picture_file
from irloom.errors import EXIT_DONE, ConfigError
from irloom.views.terminal import align, show

if TYPE_CHECKING:
    from irloom.pipelines.evaluate.ifbench.results import Results
    from irloom.pipelines.evaluate.ifbench.scores import Table
    from irloom.pipelines.evaluate.ifbench.tables import Named
    from irloom.pipelines.evaluate.records import Item

DESCRIPTION = (
    "Scores of IF-Bench runs by dimension, language and variant, with intervals, differences and what blind "
    "guessing gives. With --blind no run and no image is needed."
)


_OF_A_RUN = ("scores", "gains", "guessed", "readings")
"""What is found of each run."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "runs", metavar="RUN", nargs="*", action=EachOnce, help="runs of `irloom run ifbench`"
    )
    parser.add_argument("--blind", metavar="FILE", help="what guessing scores on these questions")
    parser.add_argument(
        "--reading", choices=("first-character", "token"), help="another reading of the same replies"
    )
    add_interval_options(parser)
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
    parser.add_argument(
        "--plot", type=picture_file, metavar="FILE", help="write the scores by dimension as a picture"
    )
    parser.add_argument(
        "--report", type=page_file, metavar="FILE", help="write a page (.html) with questions and answers"
    )


def main(arguments: argparse.Namespace) -> int:
    """Score, compare, show."""
    if not arguments.runs and not arguments.blind:
        raise ConfigError("name a RUN, or a FILE of questions with --blind.")
    if not arguments.runs and (arguments.plot or arguments.report):
        raise ConfigError("--plot and --report show runs: name a RUN.")
    found = collect(arguments)
    if arguments.plot:
        from irloom.pipelines.evaluate.ifbench.plot import plot_scores

        plot_scores(found, arguments.plot)
    if arguments.report:
        from irloom.pipelines.evaluate.ifbench.page import write_page

        roots = [Path(run) for run in arguments.runs]
        write_page(arguments.report, roots, found, list_guesses(found))
    show(json.dumps(_as_json(found)) if arguments.json else describe(found))
    return EXIT_DONE


def collect(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything that is shown, by name."""
    from irloom.pipelines.evaluate.ifbench.blind import guess_beside, guess_blindly
    from irloom.pipelines.evaluate.ifbench.results import read_run
    from irloom.pipelines.evaluate.ifbench.scores import compare_runs, compare_variants, score
    from irloom.pipelines.evaluate.ifbench.source import list_all_of_the_above
    from irloom.pipelines.evaluate.naming import name_apart

    how = {"resamples": arguments.resamples, "seed": arguments.seed}
    roots = [Path(run) for run in arguments.runs]
    runs = [read_run(root, arguments.reading) for root in roots]
    for root, name, one in zip(roots, name_apart(roots), runs, strict=True):
        if not one.dimensions:
            raise ConfigError(f"{root}: no question is committed yet.")
        one.name = name
    asked = [_read_scored(root, one) for root, one in zip(arguments.runs, runs, strict=True)]
    guesses = guess_blindly(*_choose_items(arguments, runs, asked))
    return {
        "runs": runs,
        "scores": [score(one, **how) for one in runs],
        "gains": [compare_variants(one, **how) for one in runs],
        "against": compare_runs(runs, **how),
        "blind": {one.name: score(one, **how) for one in guesses},
        "guessed": [
            guess_beside(items, one.languages, one.rotations, **how)
            for items, one in zip(asked, runs, strict=True)
        ],
        "readings": [_score_readings(root) for root in arguments.runs],
        "broken": [len(list_all_of_the_above(items)) for items in asked],
        "rotations": guesses[0].rotations,
    }


def _score_readings(root: str) -> dict[str, list["Table"]]:
    """The scores of a run by every way to read its replies."""
    from irloom.pipelines.evaluate.ifbench.reading import RULES
    from irloom.pipelines.evaluate.ifbench.results import read_run
    from irloom.pipelines.evaluate.ifbench.scores import score

    return {name: score(read_run(Path(root), name), resamples=1) for name in RULES}


def _read_scored(root: str, results: "Results") -> list["Item"]:
    """The questions of a run that are in its scores."""
    from irloom.pipelines.evaluate.items import read_items

    return [item for item in read_items(Path(root)) if item.id in results.dimensions]


def _choose_items(
    arguments: argparse.Namespace, runs: Sequence["Results"], asked: Sequence[Sequence["Item"]]
) -> tuple[Sequence["Item"], Sequence[str], int]:
    """The questions that are guessed at: those of the file, else those of the first run."""
    from irloom.pipelines.evaluate.ifbench.config import LANGUAGES
    from irloom.pipelines.evaluate.ifbench.source import read_questions

    if arguments.blind:
        languages = runs[0].languages if runs else LANGUAGES
        items = read_questions(Path(arguments.blind), languages, "--blind")
        return items, languages, runs[0].rotations if runs else 4
    return asked[0], runs[0].languages, runs[0].rotations


def describe(found: dict[str, Any]) -> str:
    """The tables, one below the other."""
    from irloom.pipelines.evaluate.ifbench import tables
    from irloom.pipelines.evaluate.ifbench.notes import list_notes, tabulate_published

    parts = [align(tables.tabulate_macro(_name_runs(found)))] if found["runs"] else []
    parts.append("Guessing, without image and model:\n" + align(tables.tabulate_macro(list_guesses(found))))
    if not found["runs"]:
        parts.append(align(tables.tabulate_blind(tables.LONGEST, found["blind"][tables.LONGEST])))
    for place, results in enumerate(found["runs"]):
        parts += _describe_run(results, {name: found[name][place] for name in _OF_A_RUN})
    if found["against"]:
        parts.append(f"Against {found['runs'][0].name}, on the questions of both:\n"
                     + align(tables.tabulate_differences(found["against"])))  # fmt: skip
        parts.append(align(tables.tabulate_gains(found["against"])))
    note, published = tabulate_published()
    return "\n\n".join([*parts, "\n".join(list_notes(found)), f"{note}\n{align(published)}"])


def list_guesses(found: dict[str, Any]) -> list["Named"]:
    """What guessing gives, for a table; with all rotations one letter stands for all."""
    shown = {name: scores for name, scores in found["blind"].items() if _is_shown(name, found)}
    return [(name, one, {}) for name, scores in shown.items() for one in scores]


def _is_shown(name: str, found: dict[str, Any]) -> bool:
    """With all rotations every letter scores the same: one of them says it."""
    return found["rotations"] < 4 or not name.startswith("always") or name == "always A"


def _name_runs(found: dict[str, Any]) -> list["Named"]:
    """Each run's tables with what guessing gives there; the run is named where there are several."""
    from irloom.pipelines.evaluate.ifbench.tables import name_variants

    several = len(found["runs"]) > 1
    return [
        (f"{results.name} {name}" if several else name, one, beside)
        for results, scores, guessed in zip(found["runs"], found["scores"], found["guessed"], strict=True)
        for name, one, beside in name_variants(scores, guessed)
    ]


def _describe_run(results: "Results", found: dict[str, Any]) -> list[str]:
    from irloom.pipelines.evaluate.ifbench import tables
    from irloom.pipelines.evaluate.numbers import say_number

    scores, gains, guessed = found["scores"], found["gains"], found["guessed"]
    about = ", ".join(f"{name} {results.about[name]}" for name in ("prompt", "decoding"))
    parts = [
        f"{results.name}: {results.model}, {say_number(len(results.dimensions))}, "
        f"{say_number(results.rotations, 'rotation')}, reading {results.reading}, {about}",
        align(tables.tabulate_dimensions(scores, guessed)),
        *(align(tables.tabulate_variant(scores, variant, guessed)) for variant in results.variants),
        align(tables.tabulate_readings(found["readings"])),
        align(tables.tabulate_counts(results)),
    ]
    if gains:
        parts += [align(tables.tabulate_differences(gains)), align(tables.tabulate_gains(gains))]
    return parts


def _as_json(found: dict[str, Any]) -> dict[str, Any]:
    """Names, counts, scores and differences as plain values; scores are in 0..1."""
    from irloom.pipelines.evaluate.ifbench.scores import count_consistent

    runs = [
        {
            "name": one.name,
            "model": one.model,
            "reading": one.reading,
            "rotations": one.rotations,
            "questions": len(one.dimensions),
            "waiting": one.waiting,
            **one.about,
            "counts": {variant: asdict(counts) for variant, counts in one.counts.items()},
            "consistent": {variant: count_consistent(one, variant) for variant in one.variants},
            "scores": [asdict(table) for table in scores],
            "gains": [asdict(gain) for gain in gains],
            "readings": {
                name: [
                    {"variant": table.variant, "language": table.language, "macro": table.macro.value}
                    for table in read
                ]
                for name, read in readings.items()
            },
        }
        for one, scores, gains, readings in zip(
            found["runs"], found["scores"], found["gains"], found["readings"], strict=True
        )
    ]
    blind = {name: [asdict(table) for table in tables] for name, tables in found["blind"].items()}
    return {"runs": runs, "against": [asdict(one) for one in found["against"]], "blind": blind}
