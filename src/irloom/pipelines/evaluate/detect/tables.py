"""Detectors' scores as tables of text: shares and AUROC in per cent."""

from collections.abc import Sequence

from irloom.metrics.estimates import UNKNOWN, Estimate, gain, gain_between, percent, percent_between
from irloom.pipelines.evaluate.detect.comparison import Difference, Preference
from irloom.pipelines.evaluate.detect.ensembles import Ensemble
from irloom.pipelines.evaluate.detect.localisation import Localisation
from irloom.pipelines.evaluate.detect.pairs import Paired
from irloom.pipelines.evaluate.detect.parts import PlaceScore, TypeScore
from irloom.pipelines.evaluate.detect.published import PublishedTable
from irloom.pipelines.evaluate.detect.results import RunResult
from irloom.pipelines.evaluate.detect.scores import GroupScore
from irloom.pipelines.evaluate.detect.thresholds import Filter

Table = list[list[str]]
_UNDEFINED = "not defined"


def tell_auroc(estimate: Estimate | None) -> list[str]:
    """The figure and its interval."""
    return [_UNDEFINED, UNKNOWN] if estimate is None else [percent(estimate.value), percent_between(estimate)]


def tell_gain(estimate: Estimate | None) -> list[str]:
    """A difference in points with its interval, both signed."""
    if estimate is None:
        return [_UNDEFINED, UNKNOWN]
    return [gain(estimate.value), gain_between(estimate)]


def tabulate_runs(runs: Sequence[RunResult]) -> Table:
    """One line a run: the mean over groups, and what stands behind it."""
    head = ["", "sentences", "mean AUROC", "95 %", "read only", "unread", "failed", "unknown"]
    return [head, *(_tell_run(one) for one in runs)]


def _tell_run(one: RunResult) -> list[str]:
    run = one.run
    figures = [*tell_auroc(one.scored.mean), percent(one.scored.mean_read_only)]
    return [run.name, f"{len(run.columns):,}", *figures, *map(_count, (run.unread, run.failed, run.unknown))]


def _count(number: int) -> str:
    return f"{number:,}"


def tabulate_parts(name: str, parts: Sequence[GroupScore]) -> Table:
    """One line a group or domain."""
    head = [name, "correct", "incorrect", "AUROC", "95 %", "read only", "ties", "unread", "failed"]
    return [head, *(_tell_part(one) for one in parts)]


def _tell_part(one: GroupScore) -> list[str]:
    figures = [*tell_auroc(one.auroc), percent(one.read_only), percent(one.ties)]
    return [
        one.name,
        _count(one.correct),
        _count(one.incorrect),
        *figures,
        _count(one.unread),
        _count(one.failed),
    ]


def tabulate_groups(one: RunResult) -> Table:
    """The groups of a run, and their plain mean with the sentences that are in it."""
    rows = tabulate_parts("group", one.scored.groups)
    known = [part for part in one.scored.groups if part.name not in one.scored.undefined]
    counts, missing = (
        [_count(sum(getattr(part, name) for part in known)) for name in names]
        for names in (("correct", "incorrect"), ("unread", "failed"))
    )
    figures = [*tell_auroc(one.scored.mean), percent(one.scored.mean_read_only), ""]
    return [*rows, ["mean", *counts, *figures, *missing]]


def tabulate_positions(places: Sequence[PlaceScore]) -> Table:
    """One line a place in the text, counted from 0."""
    head = ["position", "correct", "mean score", "incorrect", "mean score"]
    return [head, *([_name_place(one), *_tell_place(one)] for one in places)]


def _name_place(one: PlaceScore) -> str:
    return f"{one.position}+" if one.is_open else str(one.position)


def _tell_place(one: PlaceScore) -> list[str]:
    right = [_count(one.correct), tell_score(one.correct_mean)]
    return [*right, _count(one.incorrect), tell_score(one.incorrect_mean)]


def tell_score(score: float | None) -> str:
    """A score as it is: of 0..100 with a decimal, of a similarity with three."""
    if score is None:
        return UNKNOWN
    return f"{score:.1f}" if abs(score) >= 1 or score == 0 else f"{score:.3f}"


def tabulate_types(types: Sequence[TypeScore]) -> Table:
    """One line a kind of error: the higher its mean, the worse it is found."""
    rows = [[one.name, _count(one.incorrect), tell_score(one.mean), *tell_auroc(one.auroc)] for one in types]
    return [["type", "incorrect", "mean score", "AUROC against all correct", "95 %"], *rows]


def tabulate_pairs(paired: Paired) -> Table:
    """One line a group of pairs."""
    rows = [[one.group, _count(one.pairs), percent(one.accuracy)] for one in paired.pairs]
    return [["pairs", "pairs", "accuracy (ties half)"], *rows]


def tabulate_winoground(paired: Paired) -> Table:
    """One line a group of quartets."""
    rows = [
        [one.group, _count(one.quartets), percent(one.text), percent(one.image), percent(one.both)]
        for one in paired.winoground
    ]
    return [["two by two", "quartets", "text", "image", "group"], *rows]


def tabulate_localisation(found: Localisation) -> Table:
    """Average precision of the wrong words in three ways."""
    return [
        ["wrong words", "sentences", "average precision"],
        ["micro: words of wrong sentences pooled", _count(found.wrong_sentences), percent(found.micro)],
        ["micro, right sentences too", _count(found.sentences), percent(found.micro_with_right)],
        ["per wrong sentence, then their mean", _count(found.wrong_sentences), percent(found.by_sentence)],
    ]


def tabulate_differences(differences: Sequence[Difference]) -> Table:
    """One line a comparison and group: points of AUROC."""
    rows = [["difference", "group", "points", "95 %"]]
    for one in differences:
        name = f"{one.run} - {one.base}"
        rows.append([name, "mean", *tell_gain(one.mean)])
        rows += [[name, group, *tell_gain(found)] for group, found in one.groups.items()]
    return rows


def tabulate_preferences(rows: Sequence[Preference]) -> Table:
    """One line a detector, one column a group; a star marks what it wrote itself."""
    groups = sorted({group for one in rows for group in one.shares})
    return [["AUROC over its mean", *groups], *([one.run, *_tell_shares(one, groups)] for one in rows)]


def _tell_shares(one: Preference, groups: Sequence[str]) -> list[str]:
    return [
        f"{one.shares[group]:.3f}{'*' if group in one.own else ''}" if group in one.shares else UNKNOWN
        for group in groups
    ]


def tabulate_ensemble(found: Ensemble) -> Table:
    """Chosen ensemble, best single detector, and all together, on held-out images."""
    named = (
        ("chosen ensemble", found.ensemble),
        ("best single detector, chosen likewise", found.single),
        ("all runs, no choice", found.everyone),
    )
    groups = list(found.ensemble.groups)
    rows = [
        [name, *tell_auroc(one.mean), *(percent(one.groups.get(group)) for group in groups)]
        for name, one in named
    ]
    last = ["ensemble - single", *tell_gain(found.gain), *("" for _ in groups)]
    return [["held-out images", "mean AUROC", "95 %", *groups], *rows, last]


def tabulate_filter(found: Filter) -> Table:
    """One line a threshold, after one without any."""
    before = ["none", _count(found.sentences), "100.0", _count(found.errors), percent(found.noise), "100.0"]
    name = "--verify-above" if found.verifies else "similarity from"
    head = [name, "kept", "kept %", "errors among them", "errors %", "correct kept %"]
    rows = [
        [
            f"{one.threshold:g}",
            _count(one.kept),
            percent(one.share),
            _count(one.errors),
            percent(one.noise),
            percent(one.correct_share),
        ]
        for one in found.lines
    ]
    return [head, before, *rows]


def tabulate_published(table: PublishedTable) -> Table:
    """As it was printed; of some detectors the mean alone."""
    rows = [
        [
            one.detector,
            *([f"{value:.1f}" for value in one.values] or [UNKNOWN] * len(table.columns)),
            UNKNOWN if one.mean is None else f"{one.mean:.1f}",
        ]
        for one in table.rows
    ]
    return [["published", *table.columns, "mean"], *rows]
