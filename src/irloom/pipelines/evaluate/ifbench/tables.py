"""IF-Bench's scores as tables of text, in per cent."""

from collections.abc import Iterator, Sequence

from irloom.metrics.estimates import UNKNOWN, Estimate, gain, gain_between, percent, percent_between
from irloom.pipelines.evaluate.ifbench.dimensions import GROUPS
from irloom.pipelines.evaluate.ifbench.results import Counts, Results
from irloom.pipelines.evaluate.ifbench.scores import Difference, Table, count_consistent

LONGEST = "longest option"


def tabulate_macro(named: Sequence[tuple[str, Table, Table | None]]) -> list[list[str]]:
    """One line a table: score, interval, strict, what was answered, and what guessing gives."""
    guessed = any(beside is not None for _, _, beside in named)
    head = ["", "language", "score", "95 %", "strict", "answered only", *([LONGEST] if guessed else [])]
    return [head, *(_tell_macro(*one) for one in named)]


def _tell_macro(name: str, one: Table, beside: Table | None) -> list[str]:
    figures = [
        percent(one.macro.value),
        percent_between(one.macro),
        percent(one.strict),
        percent(one.answered),
    ]
    return [name, one.language, *figures, *([percent(beside.macro.value)] if beside is not None else [])]


def tabulate_dimensions(tables: Sequence[Table]) -> list[list[str]]:
    """One line a dimension: the score of each variant, averaged over languages where there are several."""
    whole = tables[-1].language
    shown = [one for one in tables if one.language == whole]
    rows = [[whole, *(one.variant for one in shown)]]
    for group, names in list_known(shown[0]):
        rows.append([group, *("" for _ in shown)])
        rows += [[f"  {name}", *(percent(one.dimensions[name].value) for one in shown)] for name in names]
    return rows


def list_known(table: Table) -> Iterator[tuple[str, list[str]]]:
    """The groups with those of their dimensions that have questions."""
    for group, names in GROUPS.items():
        if known := [name for name in names if name in table.dimensions]:
            yield group, known


def tabulate_variant(tables: Sequence[Table], variant: str, longest: Sequence[Table]) -> list[list[str]]:
    """One line a dimension of one variant: each language, their average with its interval, strict, guessing.

    `blind` is the same model without the picture, where it was asked so.
    """
    mine = [one for one in tables if one.variant == variant]
    whole = tables[-1].language
    blind = [one for one in tables if one.variant == "blind" != variant and one.language == whole]
    average, guessed = mine[-1], longest[-1]
    head = [variant, *(one.language for one in mine), "95 %", *(f"strict {one.language}" for one in mine)]
    rows = [[*head, LONGEST, *("blind" for _ in blind)]]
    for name in (name for _, names in list_known(average) for name in names):
        figures = [percent(one.dimensions[name].value) for one in mine]
        strict = [percent(one.strict_dimensions[name]) for one in mine]
        beside = [percent(one.dimensions[name].value) for one in (guessed, *blind)]
        rows.append([name, *figures, percent_between(average.dimensions[name]), *strict, *beside])
    macro = [*(percent(one.macro.value) for one in mine), percent_between(average.macro)]
    beside = [percent(one.macro.value) for one in (guessed, *blind)]
    return [*rows, ["macro", *macro, *(percent(one.strict) for one in mine), *beside]]


def tabulate_blind(name: str, tables: Sequence[Table]) -> list[list[str]]:
    """One line a dimension for a rule that guesses: each language, and their average."""
    head = [name, "questions", *(one.language for one in tables)]
    names = [one for names in GROUPS.values() for one in names if one in tables[0].dimensions]
    rows = [[one, "", *(percent(table.dimensions[one].value) for table in tables)] for one in names]
    macro = ["macro", str(tables[0].questions), *(percent(one.macro.value) for one in tables)]
    return [head, *rows, macro, ["macro, strict", "", *(percent(one.strict) for one in tables)]]


def tabulate_differences(differences: Sequence[Difference]) -> list[list[str]]:
    """One line a comparison: points, their interval, and the same as a share of the base."""
    head = ["difference", "language", "points", "95 %", "relative %", "95 %"]
    return [head, *([one.name, one.language, *_tell_gain(one)] for one in differences)]


def _tell_gain(one: Difference) -> list[str]:
    shares = (
        [UNKNOWN, UNKNOWN] if one.relative is None else [gain(one.relative.value), gain_between(one.relative)]
    )
    return [gain(one.absolute.value), gain_between(one.absolute), *shares]


def tabulate_gains(differences: Sequence[Difference]) -> list[list[str]]:
    """One line a dimension: points of each comparison with their intervals, over all languages."""
    shown = [*{one.name: one for one in differences}.values()]  # the whole is the last one of a name
    names = [name for names in GROUPS.values() for name in names if shown and name in shown[0].dimensions]
    rows = [[name, *(_tell_points(one.dimensions[name]) for one in shown)] for name in names]
    return [["points", *(one.name for one in shown)], *rows]


def _tell_points(one: Estimate) -> str:
    return f"{gain(one.value)} ({gain_between(one)})"


def tabulate_counts(results: Results) -> list[list[str]]:
    """One line a variant: what befell its asks, which letters were chosen, what it cost."""
    head = ["asks", "answered", "failed", "unread", "empty", "cut", "by checker", "consistent"]
    head += [f"{letter} %" for letter in "ABCD"] + ["prompt tokens", "reply tokens", "cost"]
    return [head, *(_tell_counts(results, name, one) for name, one in results.counts.items())]


def _tell_counts(results: Results, name: str, one: Counts) -> list[str]:
    numbers = (one.asks, one.failed, one.unread, one.empty, one.cut, one.by_checker)
    read, same = sum(one.letters.values()), count_consistent(results, name)
    letters = [percent(count / read) if read else UNKNOWN for count in one.letters.values()]
    cost = f"${one.cost_usd:,.4f}" if one.cost_usd else UNKNOWN
    counted = [UNKNOWN if same is None else percent(same), *letters]
    return [name, *(f"{number:,}" for number in numbers), *counted, f"{one.prompt_tokens:,}",
            f"{one.completion_tokens:,}", cost]  # fmt: skip
