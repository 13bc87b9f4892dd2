"""Several embedders on EDIR as tables of text, with the means that were published."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from irloom.metrics.edir_differences import Difference, Scored
from irloom.metrics.edir_layout import Mode
from irloom.metrics.edir_scores import CUTS
from irloom.metrics.edir_tables import show_interval
from irloom.metrics.estimates import Estimate

_NONE = "–"
COLUMNS = (
    *("query", "queries", *(f"R@{cut}" for cut in CUTS), "R@1, 95 %", "R@1 macro"),
    *("R@1 less base", "95 %", "macro less base", "95 %"),
)


def read_published() -> Mapping[str, Any]:
    """The published means: a note, and a row each with `embedder` and `recall_1` in per cent."""
    return tomllib.loads(files("irloom.data").joinpath("edir_published.toml").read_text("utf-8"))


def tabulate_embedders(embedders: Sequence[Scored], differences: Sequence[Difference]) -> list[list[str]]:
    """A line an embedder and way of showing the queries, then the published ones: a name, then `COLUMNS`."""
    against = {(one.embedder, one.mode): one for one in differences}
    return [*_list_scored(embedders, against), *_list_published()]


def _list_scored(
    embedders: Sequence[Scored], against: Mapping[tuple[str, Mode], Difference]
) -> Iterator[list[str]]:
    for at, one in enumerate(embedders):
        for mode, found in one.scores.modes.items():
            recalls = [f"{100 * recall.value:.1f}" for recall in found.micro.recall.values()]
            macro = f"{100 * found.macro.recall[1].value:.1f}" if found.macro is not None else _NONE
            whole = [str(found.micro.queries), *recalls, show_interval(found.micro.recall[1]), macro]
            difference = against.get((one.scores.embedder, mode)) if at else None
            yield [one.scores.embedder, mode, *whole, *_show_difference(difference)]


def _list_published() -> Iterator[list[str]]:
    for row in read_published()["row"]:
        blank = [_NONE] * (len(COLUMNS) - 3)
        yield [f"published: {row['embedder']}", _NONE, _NONE, f"{row['recall_1']:.1f}", *blank]


def _show_difference(one: Difference | None) -> list[str]:
    if one is None:
        return [_NONE] * 4
    macro = _show_estimate(one.macro) if one.macro is not None else [_NONE, _NONE]
    return [*_show_estimate(one.micro[1]), *macro]


def _show_estimate(one: Estimate) -> list[str]:
    if one.low is None or one.high is None:
        return [f"{100 * one.value:+.1f}", _NONE]
    return [f"{100 * one.value:+.1f}", f"{100 * one.low:+.1f} to {100 * one.high:+.1f}"]


def list_uncompared(embedders: Sequence[Scored]) -> Iterator[str]:
    """Which embedders have no way of showing the queries in common with the base."""
    base = embedders[0]
    for one in embedders[1:]:
        if not set(one.found) & set(base.found):
            had, theirs = ", ".join(base.found), ", ".join(one.found)
            yield (
                f"{one.scores.embedder} shows {theirs} of a query, {base.scores.embedder} {had}: "
                "not compared."
            )
