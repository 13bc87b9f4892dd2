"""`irloom bench template|thermometry|thermeval RUN…`: scores on question sets, beside guessing."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.arguments import EachOnce, add_interval_options, page_file
from irloom.errors import EXIT_DONE, ConfigError
from irloom.question_sets.guesses import OF_THE_ASKED
from irloom.views.terminal import align, show

if TYPE_CHECKING:
    from irloom.pipelines.evaluate.sets.results import Results

DESCRIPTION = (
    "Accuracy by task and its mean, errors of numbers, accuracy of strict groups, with intervals over groups "
    "of images; what guessing gives on the same questions; habits that look like seeing; differences of runs."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "runs", metavar="RUN", nargs="+", action=EachOnce, help="runs on one set of questions"
    )
    add_interval_options(parser)
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
    parser.add_argument(
        "--report", type=page_file, metavar="FILE", help="write a page (.html) with questions and replies"
    )


def main(arguments: argparse.Namespace) -> int:
    """Score, compare, show."""
    found = collect(arguments)
    if arguments.report:
        from irloom.pipelines.evaluate.sets.page import write_page

        write_page(arguments.report, [Path(run) for run in arguments.runs], found)
    show(json.dumps(_as_json(found)) if arguments.json else describe(found))
    return EXIT_DONE


def collect(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything that is shown, by name."""
    from irloom.pipelines.evaluate.naming import name_apart
    from irloom.pipelines.evaluate.sets.habits import count_habits
    from irloom.pipelines.evaluate.sets.results import read_run
    from irloom.pipelines.evaluate.sets.scores import compare_runs, score

    how = {"resamples": arguments.resamples, "seed": arguments.seed}
    roots = [Path(run) for run in arguments.runs]
    runs = [read_run(root) for root in roots]
    if len(flows := {one.flow for one in runs}) > 1:
        raise ConfigError(f"these are runs of {' and '.join(sorted(flows))}: score each by itself.")
    for name, one in zip(name_apart(roots), runs, strict=True):
        one.name = name
    return {
        "runs": runs,
        "scores": [score(one, **how) for one in runs],
        "habits": [count_habits(one) for one in runs],
        "against": compare_runs(runs, **how),
    }


def describe(found: Mapping[str, Any]) -> str:
    """The tables, one below the other."""
    from irloom.pipelines.evaluate.sets import tables
    from irloom.pipelines.evaluate.sets.published import tell_published

    parts: list[str] = []
    for results, scores, habits in zip(found["runs"], found["scores"], found["habits"], strict=True):
        parts += [tables.name_run(results), align(tables.tabulate_tasks(scores))]
        parts.append("Guessing, on the same questions:\n" + align(tables.tabulate_guesses(scores)))
        parts += [align(tables.tabulate_habits(habits))] if habits else []
    if found["against"]:
        parts.append(align(tables.tabulate_differences(found["against"])))
    parts += tell_published(found["runs"][0].flow)
    return "\n\n".join([*parts, "\n".join(list_notes(found["runs"]))])


def list_notes(runs: Sequence["Results"]) -> Iterator[str]:
    """What has to be known of these figures."""
    yield "Right: per cent of all questions; what was not read and what failed is wrong. Strict: of groups."
    yield "MAE: mean absolute error of the numbers that were read, in K or in things. Intervals: over groups."
    for one in runs:
        asked, known = len(one.scored), one.about["in_file"]
        if asked < known:
            yield f"{one.name} has {asked:,} of {known:,} questions."
        if one.about["part"] != "test":
            yield f"{one.name} asked the part {one.about['part']!r}: its scores are no test."
        yield from _tell_met(one)
        if any(name.endswith(OF_THE_ASKED) for each in one.scored for name in each.guesses):
            yield (
                f"{one.name}: guesses that end in {OF_THE_ASKED.strip()!r} were learned from the asked "
                "questions, because the train part has too few: they are better than anybody's could be."
            )
    for other in runs[1:]:
        yield from _tell_unlike(runs[0], other)


def _tell_unlike(first: "Results", other: "Results") -> Iterator[str]:
    """Say which questions of two runs are not compared, and what else stands between the runs."""
    from irloom.pipelines.evaluate.conditions import name_unlike, tell_unlike
    from irloom.pipelines.evaluate.numbers import say_number
    from irloom.pipelines.evaluate.sets.results import find_common

    alike, unlike = find_common(first, other)
    if unlike:
        yield (
            f"{other.name} and {first.name} have {say_number(unlike)} of one id but other content: "
            "not compared. Runs on one set are compared whole."
        )
    if not alike:
        yield f"{other.name} and {first.name} have no question in common: they are not compared."
    yield from tell_unlike(first.name, other.name, name_unlike(first.conditions, other.conditions))


def _tell_met(results: "Results") -> Iterator[str]:
    """Say what a model met, as the run was told when it began."""
    for part in results.met:
        yield f"{results.name}: THE MODEL WAS TRAINED ON THE {part.upper()} PART of this set."
    if results.about["trained_on"] and not results.met:
        yield f"{results.name}: the model was trained on other data than this set, as the run was told."


def _as_json(found: Mapping[str, Any]) -> dict[str, Any]:
    """Names, scores, habits and differences as plain values; shares are in 0..1."""
    runs = [
        {
            "name": one.name,
            "model": one.model,
            "flow": one.flow,
            "questions": len(one.scored),
            "met": list(one.met),
            **one.about,
            **asdict(scores),
            "habits": [asdict(habit) for habit in habits],
        }
        for one, scores, habits in zip(found["runs"], found["scores"], found["habits"], strict=True)
    ]
    return {"runs": runs, "against": [asdict(one) for one in found["against"]]}
