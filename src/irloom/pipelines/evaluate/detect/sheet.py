"""What the terminal and the page show of detectors: headed tables in one order, and the notes below them."""

from collections.abc import Iterator

from irloom.pipelines.evaluate.conditions import name_unlike, tell_unlike
from irloom.pipelines.evaluate.detect import tables
from irloom.pipelines.evaluate.detect.results import Result, RunResult
from irloom.pipelines.evaluate.detect.tables import Table

Headed = tuple[str, Table]
"""What stands above a table, empty where its own head says it, and its rows, the head first."""


def list_tables(result: Result, with_filter: bool) -> list[Headed]:
    """All tables but the published ones."""
    listed: list[Headed] = [("", tables.tabulate_runs(result.runs))]
    for one in result.runs:
        listed += _list_of_run(one)
    listed += _list_comparisons(result)
    if with_filter:
        listed += [(_head_filter(one), tables.tabulate_filter(one.filter)) for one in result.runs]
    return listed


def _head_filter(one: RunResult) -> str:
    missing = one.filter.scoreless
    never = f" (never {missing:,} unread and failed sentences, which `none` counts)" if missing else ""
    return f"{one.run.name}: what a threshold keeps{never}"


def _list_of_run(one: RunResult) -> Iterator[Headed]:
    name = one.run.name
    yield f"{name}: {one.run.model}", tables.tabulate_groups(one)
    if one.positions:
        yield f"{name}, by place in the text", tables.tabulate_positions(one.positions)
    if one.types:
        yield f"{name}, by kind of error", tables.tabulate_types(one.types)
    if one.domains:
        yield f"{name}, by domain", tables.tabulate_parts("domain", one.domains)
    if one.paired.pairs:
        yield f"{name}, pairs", tables.tabulate_pairs(one.paired)
    if one.paired.winoground:
        yield f"{name}, two captions and two images", tables.tabulate_winoground(one.paired)
    if one.localisation is not None:
        yield f"{name}, finding the wrong words", tables.tabulate_localisation(one.localisation)


def _list_comparisons(result: Result) -> Iterator[Headed]:
    if result.differences:
        base = result.differences[0].base
        yield f"Against {base}, on the sentences of both", tables.tabulate_differences(result.differences)
    if any(len(one.preference.shares) > 1 for one in result.runs):
        rows = tables.tabulate_preferences([one.preference for one in result.runs])
        yield "Self-preference: AUROC of a group over the detector's mean", rows
    if result.ensemble is not None:
        yield _head_ensemble(result), tables.tabulate_ensemble(result.ensemble)


def _head_ensemble(result: Result) -> str:
    found = result.ensemble
    assert found is not None
    return (
        f"Ensembles, {found.sentences:,} sentences of all runs: {found.candidates:,} tried on "
        f"{found.folds} folds over images, scored where they were not chosen"
    )


def list_notes(result: Result, resamples: int | None) -> list[str]:
    """How the figures are made, and what is missing in them."""
    how = "DeLong's" if resamples is None else f"a bootstrap of {resamples:,} resamples"
    notes = [
        "AUROC in per cent, right sentences positive, ties one half; 50 is chance. Mean: over groups alike.",
        f"95 %: {how}, with the sentences of an image as one; – where nothing varies, or one image has all "
        "sentences of a side.",
        "Ties: per cent of the pairs of a right and a wrong sentence that have the same score.",
    ]
    for one in result.runs:
        notes += _tell_run(one)
    notes += _tell_comparisons(result)
    return notes


def _tell_run(one: RunResult) -> Iterator[str]:
    run = one.run
    if run.unread or run.failed:
        yield (
            f"{run.name}: {run.unread:,} unread and {run.failed:,} failed sentences count as {run.mid:g}; "
            "`read only` leaves them out."
        )
    if run.failed:
        yield f"{run.name}: try the failed ones again with `irloom resume RUN --retry-failed`."
    if run.unknown:
        yield f"{run.name}: {run.unknown:,} sentences that nobody could label take part in nothing."
    if one.scored.undefined:
        names = ", ".join(one.scored.undefined)
        yield f"{run.name}: AUROC is not defined for {names} (one class only), which the mean leaves out."
    if one.paired.broken:
        yield f"{run.name}: {one.paired.broken:,} pairs are not whole, and are left out of the pairs."
    yield from _tell_localisation(one)


def _tell_localisation(one: RunResult) -> Iterator[str]:
    found = one.localisation
    if found is None:
        return
    yield (
        "Wrong words: split at spaces, Chinese and Japanese into characters; wrong where they overlap a "
        "wrong span, scored by the certainty of what was proposed, else 0."
    )
    if found.unread:
        yield f"{one.run.name}: for {found.unread:,} sentences no words were read, which counts as none."
    if found.all_wrong:
        yield (
            f"{one.run.name}: {found.all_wrong:,} sentences in which every word is wrong count only where "
            "right sentences are pooled too: within them nothing is to be found."
        )


def _tell_comparisons(result: Result) -> Iterator[str]:
    compared, first = {one.run for one in result.differences}, result.runs[0].run
    for other in (one.run for one in result.runs[1:]):
        if other.name in compared:
            yield from tell_unlike(first.name, other.name, name_unlike(first.conditions, other.conditions))
        else:
            yield f"{other.name} and {first.name} have no sentence in common: not compared."
    for difference in result.differences:
        if difference.left_out:
            yield (
                f"{difference.run} - {difference.base}: on {difference.sentences:,} sentences; "
                f"{difference.left_out:,} that one of them lacks, or has under another label, are left out."
            )
    yield from _tell_choice(result)


def _tell_choice(result: Result) -> Iterator[str]:
    if any(one.preference.own for one in result.runs):
        yield "* the detector's own text."
    if result.ensemble is not None:
        counts = dict.fromkeys(result.ensemble.ensemble.chosen, 0)
        for name in result.ensemble.ensemble.chosen:
            counts[name] += 1
        told = "; ".join(f"{name} ({count} of {result.ensemble.folds})" for name, count in counts.items())
        yield f"Chosen ensemble: {told}."
        yield f"Chosen single detector: {', '.join(dict.fromkeys(result.ensemble.single.chosen))}."
