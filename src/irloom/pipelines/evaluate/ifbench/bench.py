"""`irloom bench ifbench RUN…`: IF-Bench's scores of runs, beside each other and beside guessing."""

import argparse
import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.errors import EXIT_DONE, ConfigError
from irloom.pipelines.arguments import add_interval_options
from irloom.views.terminal import align, show

if TYPE_CHECKING:
    from irloom.pipelines.evaluate.ifbench.results import Results
    from irloom.pipelines.evaluate.records import Item

DESCRIPTION = (
    "Scores of IF-Bench runs by dimension, language and variant, with intervals, differences and what blind "
    "guessing gives. With --blind no run and no image is needed."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("runs", metavar="RUN", nargs="*", help="runs of `irloom run ifbench`")
    parser.add_argument("--blind", metavar="FILE", help="what guessing scores on these questions")
    parser.add_argument(
        "--reading", choices=("first-character", "token"), help="another reading of the same replies"
    )
    add_interval_options(parser)
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
    parser.add_argument("--plot", metavar="FILE", help="write the scores by dimension as a picture")
    parser.add_argument("--report", metavar="FILE", help="write a page (.html) with questions and answers")


def main(arguments: argparse.Namespace) -> int:
    """Score, compare, show."""
    if not arguments.runs and not arguments.blind:
        raise ConfigError("name a RUN, or a FILE of questions with --blind.")
    if not arguments.runs and (arguments.plot or arguments.report):
        raise ConfigError("--plot and --report show runs: name a RUN.")
    _check_suffix("--plot", arguments.plot, (".png", ".svg", ".pdf"))
    _check_suffix("--report", arguments.report, (".html", ".htm"))
    found = collect(arguments)
    if arguments.plot:
        from irloom.pipelines.evaluate.ifbench.plot import plot_scores

        plot_scores(found, Path(arguments.plot))
    if arguments.report:
        from irloom.pipelines.evaluate.ifbench.page import write_page

        write_page(Path(arguments.report), [Path(run) for run in arguments.runs], found)
    show(json.dumps(_as_json(found)) if arguments.json else describe(found))
    return EXIT_DONE


def _check_suffix(option: str, path: str | None, known: Sequence[str]) -> None:
    """Refuse another kind of file before anything is scored."""
    if path is not None and Path(path).suffix.lower() not in known:
        raise ConfigError(f"{option} {path}: name a file that ends in {' or '.join(known)}.")


def collect(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything that is shown, by name."""
    from irloom.pipelines.evaluate.ifbench.blind import guess_blindly
    from irloom.pipelines.evaluate.ifbench.results import read_run
    from irloom.pipelines.evaluate.ifbench.scores import compare_runs, compare_variants, score
    from irloom.pipelines.evaluate.items import read_items

    how = {"resamples": arguments.resamples, "seed": arguments.seed}
    runs = [read_run(Path(run), arguments.reading) for run in arguments.runs]
    for root, one in zip(arguments.runs, runs, strict=True):
        if not one.dimensions:
            raise ConfigError(f"{root}: no question is committed yet.")
        if [other.name for other in runs].count(one.name) > 1:
            one.name = str(root)
    guesses = guess_blindly(*_choose_items(arguments, runs))
    asked = [(read_items(Path(root)), one) for root, one in zip(arguments.runs, runs, strict=True)]
    beside = [guess_blindly(items, one.languages, one.rotations)[0] for items, one in asked]
    return {
        "runs": runs,
        "scores": [score(one, **how) for one in runs],
        "gains": [compare_variants(one, **how) for one in runs],
        "against": compare_runs(runs, **how),
        "blind": {one.name: score(one, **how) for one in guesses},
        "longest": [score(one, **how) for one in beside],
        "rotations": guesses[0].rotations,
    }


def _choose_items(
    arguments: argparse.Namespace, runs: Sequence["Results"]
) -> tuple[Sequence["Item"], Sequence[str], int]:
    """The questions that are guessed at: those of the file, else those of the first run."""
    from irloom.pipelines.evaluate.ifbench.config import LANGUAGES
    from irloom.pipelines.evaluate.ifbench.source import read_questions
    from irloom.pipelines.evaluate.items import read_items

    if arguments.blind:
        languages = runs[0].languages if runs else LANGUAGES
        items = read_questions(Path(arguments.blind), languages, "--blind")
        return items, languages, runs[0].rotations if runs else 4
    return read_items(Path(arguments.runs[0])), runs[0].languages, runs[0].rotations


def describe(found: dict[str, Any]) -> str:
    """The tables, one below the other."""
    from irloom.pipelines.evaluate.ifbench import tables

    parts = [align(tables.tabulate_macro(_name_runs(found)))] if found["runs"] else []
    shown = {name: tables for name, tables in found["blind"].items() if _is_shown(name, found)}
    blind = [(name, one, None) for name, scores in shown.items() for one in scores]
    parts.append("Guessing, without image and model:\n" + align(tables.tabulate_macro(blind)))
    if not found["runs"]:
        parts.append(align(tables.tabulate_blind(tables.LONGEST, found["blind"][tables.LONGEST])))
    for told in zip(found["runs"], found["scores"], found["gains"], found["longest"], strict=True):
        parts += _describe_run(*told)
    if found["against"]:
        parts.append(f"Against {found['runs'][0].name}, on the questions of both:\n"
                     + align(tables.tabulate_differences(found["against"])))  # fmt: skip
        parts.append(align(tables.tabulate_gains(found["against"])))
    return "\n\n".join([*parts, "\n".join(_list_notes(found)), _published()])


def _is_shown(name: str, found: dict[str, Any]) -> bool:
    """With all rotations every letter scores the same: one of them says it."""
    return found["rotations"] < 4 or not name.startswith("always") or name == "always A"


def _name_runs(found: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Each run's tables with what guessing gives there; the run is named where there are several."""
    several = len(found["runs"]) > 1
    return [
        (
            f"{results.name} {one.variant}" if several else one.variant,
            one,
            longest[scores.index(one) % len(longest)],
        )
        for results, scores, longest in zip(found["runs"], found["scores"], found["longest"], strict=True)
        for one in scores
    ]


def _describe_run(results: "Results", scores: Any, gains: Any, longest: Any) -> list[str]:
    from irloom.pipelines.evaluate.ifbench import tables

    about = ", ".join(f"{name} {results.about[name]}" for name in ("prompt", "decoding"))
    parts = [
        f"{results.name}: {results.model}, {_count(len(results.dimensions), 'question')}, "
        f"{_count(results.rotations, 'rotation')}, reading {results.reading}, {about}",
        align(tables.tabulate_dimensions(scores)),
        *(align(tables.tabulate_variant(scores, variant, longest)) for variant in results.variants),
        align(tables.tabulate_counts(results)),
    ]
    if gains:
        parts += [align(tables.tabulate_differences(gains)), align(tables.tabulate_gains(gains))]
    return parts


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _list_notes(found: dict[str, Any]) -> list[str]:
    chance = 0.25 ** found["rotations"]
    notes = [
        "Score: per cent right, over rotations, then questions, then the dimensions alike (macro).",
        f"Strict: all rotations right; chance gives {100 * chance:.1f}. Longest option: ties by expectation.",
    ]
    for results in found["runs"]:
        notes += _tell_parts(results)
    notes += _tell_unlike(found["runs"])
    if any(len(samples) == 1 for results in found["runs"] for samples in results.list_questions().values()):
        notes.append("A dimension with one question has no interval, and makes that of the macro too narrow.")
    failed = sum(one.failed for results in found["runs"] for one in results.counts.values())
    if failed:
        notes.append(
            f"{failed:,} asks failed and count as wrong, but for `answered only`: "
            "try them again with `irloom resume RUN --retry-failed`."
        )
    return notes


def _tell_unlike(runs: Sequence["Results"]) -> list[str]:
    """Say what stands between runs that are compared, or keeps them from being compared."""
    from irloom.pipelines.evaluate.ifbench.results import find_common

    notes = []
    for other in runs[1:]:
        if other.rotations != runs[0].rotations:
            notes.append(f"{other.name} and {runs[0].name} have other rotations: they are not compared.")
            continue
        variants = set(other.variants) & set(runs[0].variants)
        if not variants or not set(other.languages) & set(runs[0].languages):
            notes.append(f"{other.name} and {runs[0].name} have no variant or no language in common.")
        if unlike := find_common(runs[0], other)[1]:
            notes.append(
                f"{other.name} and {runs[0].name} have {unlike:,} questions of one id that differ: these are "
                "not compared."
            )
        names = [name for name in ("prompt", "decoding") if other.about[name] != runs[0].about[name]]
        names += ["reading"] if other.reading != runs[0].reading else []
        if names:
            notes.append(f"{other.name} and {runs[0].name} differ in {' and '.join(names)} too.")
    return notes


def _tell_parts(results: "Results") -> list[str]:
    """Say where a run has not all that the benchmark has, so that its whole is another one."""
    from irloom.pipelines.evaluate.ifbench.dimensions import DIMENSIONS

    asked, known = len(results.dimensions), results.about["in_file"]
    dimensions = len(results.list_questions())
    notes = [f"{results.name} has {asked:,} of {known:,} questions."] if asked < known else []
    if dimensions < len(DIMENSIONS):
        notes.append(
            f"{results.name} has questions of {dimensions} of {len(DIMENSIONS)} dimensions: macro is theirs."
        )
    return notes


def _published() -> str:
    table = tomllib.loads(files("irloom.data").joinpath("ifbench_published.toml").read_text("utf-8"))
    rows = [["published", "average"], *([row["model"], f"{row['average']:.1f}"] for row in table["row"])]
    return f"{table['note']}\n{align(rows)}"


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
            **one.about,
            "counts": {variant: asdict(counts) for variant, counts in one.counts.items()},
            "consistent": {variant: count_consistent(one, variant) for variant in one.variants},
            "scores": [asdict(table) for table in scores],
            "gains": [asdict(gain) for gain in gains],
        }
        for one, scores, gains in zip(found["runs"], found["scores"], found["gains"], strict=True)
    ]
    blind = {name: [asdict(table) for table in tables] for name, tables in found["blind"].items()}
    return {"runs": runs, "against": [asdict(one) for one in found["against"]], "blind": blind}
