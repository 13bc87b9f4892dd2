"""What is said below IF-Bench's tables: how a score is made, what a run lacks, and what was published."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from irloom.pipelines.evaluate.conditions import name_unlike, tell_unlike
from irloom.pipelines.evaluate.ifbench.dimensions import DIMENSIONS
from irloom.pipelines.evaluate.ifbench.results import Results, find_common
from irloom.pipelines.evaluate.numbers import say_number


def list_notes(found: Mapping[str, Any]) -> list[str]:
    """What holds for all tables, then for each run, then between runs."""
    chance = 0.25 ** found["rotations"]
    notes = [
        "Score: per cent right, over rotations, then questions, then the dimensions alike (macro).",
        f"Strict: all rotations right; chance gives {100 * chance:.1f}. Longest option: ties by expectation. "
        "Majority letter: always the letter that is right most often.",
    ]
    for results, broken in zip(found["runs"], found["broken"], strict=True):
        notes += _tell_parts(results)
        if broken and results.rotations > 1:
            notes.append(
                "An option such as 'all of the above' means something else in another order: so it is in "
                f"{say_number(broken)} of {results.name}."
            )
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


def _tell_parts(results: Results) -> list[str]:
    """Say where a run has not all that the benchmark has, so that its whole is another one."""
    asked, known = len(results.dimensions), results.about["in_file"]
    dimensions, waiting = len(results.list_questions()), results.waiting
    notes = [f"{results.name} has {asked:,} of {known:,} questions."] if asked < known else []
    if waiting:
        notes.append(
            f"{say_number(waiting)} of {results.name} without asks that were added later: left out until "
            "`irloom resume` asks them."
        )
    if dimensions < len(DIMENSIONS):
        notes.append(
            f"{results.name} has questions of {dimensions} of {len(DIMENSIONS)} dimensions: macro is theirs."
        )
    return notes


def _tell_unlike(runs: Sequence[Results]) -> list[str]:
    """Say what stands between runs that are compared, or keeps them from being compared."""
    notes = []
    for other in runs[1:]:
        if other.rotations != runs[0].rotations:
            notes.append(f"{other.name} and {runs[0].name} have other rotations: they are not compared.")
            continue
        variants = set(other.variants) & set(runs[0].variants)
        if not variants or not set(other.languages) & set(runs[0].languages):
            notes.append(f"{other.name} and {runs[0].name} have no variant or no language in common.")
        common, unlike = find_common(runs[0], other)
        if not common:
            notes.append(
                f"{other.name} and {runs[0].name} have no question in common: they are not compared."
            )
        if unlike:
            notes.append(
                f"{other.name} and {runs[0].name} have {say_number(unlike)} of one id but other content: not "
                "compared."
            )
        names = name_unlike(runs[0].conditions, other.conditions)
        names += ["reading"] if other.reading != runs[0].reading else []
        notes += tell_unlike(runs[0].name, other.name, names)
    return notes


def tabulate_published() -> tuple[str, list[list[str]]]:
    """What was published, with a word on what it can be compared with."""
    table = tomllib.loads(files("irloom.data").joinpath("ifbench_published.toml").read_text("utf-8"))
    rows = [["published", "average"], *([row["model"], f"{row['average']:.1f}"] for row in table["row"])]
    return table["note"], rows
