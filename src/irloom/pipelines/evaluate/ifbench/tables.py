"""IF-Bench's scores as tables of text, in per cent."""

from collections.abc import Iterator, Mapping, Sequence

from irloom.metrics.estimates import UNKNOWN, Estimate, gain, gain_between, percent, percent_between
from irloom.pipelines.evaluate.ifbench.blind import LONGEST as LONGEST
from irloom.pipelines.evaluate.ifbench.dimensions import GROUPS
from irloom.pipelines.evaluate.ifbench.results import Counts, Results
from irloom.pipelines.evaluate.ifbench.scores import Difference, Table, count_consistent

Named = tuple[str, Table, Mapping[str, Table]]
"""A line's name, its scores, and what stands beside them by name."""


def name_variants(scores: Sequence[Table], guessed: Sequence[Mapping[str, Table]]) -> list[Named]:
    """Each table of a run with what guessing gives in its language, and the same model without the picture.

    `guessed` has an entry for each language, and for their average where there are several.
    """
    blind = {one.language: {"blind": one} for one in scores if one.variant == "blind"}
    named: list[Named] = []
    for place, one in enumerate(scores):
        mine = blind.get(one.language, {}) if one.variant != "blind" else {}
        named.append((one.variant, one, {**guessed[place % len(guessed)], **mine}))
    return named


def tabulate_macro(named: Sequence[Named]) -> list[list[str]]:
    """One line a table: score, interval, strict, what was answered, and what stands beside it."""
    beside = list(dict.fromkeys(name for _, _, tables in named for name in tables))
    head = ["", "language", "score", "95 %", "strict", "answered only", *beside]
    return [head, *(_tell_macro(*one, beside) for one in named)]


def _tell_macro(name: str, one: Table, tables: Mapping[str, Table], beside: Sequence[str]) -> list[str]:
    figures = [
        percent(one.macro.value),
        percent_between(one.macro),
        percent(one.strict),
        percent(one.answered),
    ]
    others = [percent(tables[other].macro.value) if other in tables else UNKNOWN for other in beside]
    return [name, one.language, *figures, *others]


def tabulate_dimensions(scores: Sequence[Table], guessed: Sequence[Mapping[str, Table]]) -> list[list[str]]:
    """One line a dimension: the score of each variant, averaged over languages, and what guessing gives."""
    whole = scores[-1].language
    shown = {one.variant: one for one in scores if one.language == whole} | dict(guessed[-1])
    first = scores[-1]
    rows = [[whole, "questions", *shown]]
    for group, names in list_known(first):
        rows.append([group, "", *("" for _ in shown)])
        for name in names:
            values = [percent(one.dimensions[name].value) for one in shown.values()]
            rows.append([f"  {name}", str(first.sizes[name]), *values])
    macro = [percent(one.macro.value) for one in shown.values()]
    return [*rows, ["macro", str(first.questions), *macro]]


def list_known(table: Table) -> Iterator[tuple[str, list[str]]]:
    """The groups with those of their dimensions that have questions."""
    for group, names in GROUPS.items():
        if known := [name for name in names if name in table.dimensions]:
            yield group, known


def tabulate_variant(
    scores: Sequence[Table], variant: str, guessed: Sequence[Mapping[str, Table]]
) -> list[list[str]]:
    """One line a dimension of one variant: languages, average with its interval, strict, and guessing."""
    named = [(one, beside) for name, one, beside in name_variants(scores, guessed) if name == variant]
    mine, (average, beside) = [one for one, _ in named], named[-1]
    head = [variant, *(one.language for one in mine), "95 %", *(f"strict {one.language}" for one in mine)]
    rows = [[*head, *beside]]
    for name in (name for _, names in list_known(average) for name in names):
        figures = [percent(one.dimensions[name].value) for one in mine]
        strict = [percent(one.strict_dimensions[name]) for one in mine]
        others = [percent(one.dimensions[name].value) for one in beside.values()]
        rows.append([name, *figures, percent_between(average.dimensions[name]), *strict, *others])
    macro = [*(percent(one.macro.value) for one in mine), percent_between(average.macro)]
    others = [percent(one.macro.value) for one in beside.values()]
    return [*rows, ["macro", *macro, *(percent(one.strict) for one in mine), *others]]


def tabulate_readings(readings: Mapping[str, Sequence[Table]]) -> list[list[str]]:
    """One line a variant and language: the score by each way to read the same replies."""
    rows = zip(*readings.values(), strict=True)
    lines = [[row[0].variant, row[0].language, *(percent(one.macro.value) for one in row)] for row in rows]
    return [["score by reading", "language", *readings], *lines]


def tabulate_blind(name: str, tables: Sequence[Table]) -> list[list[str]]:
    """One line a dimension for a rule that guesses: each language, and their average."""
    head, first = [name, "questions", *(one.language for one in tables)], tables[0]
    rows = [
        [one, str(first.sizes[one]), *(percent(table.dimensions[one].value) for table in tables)]
        for _, names in list_known(first)
        for one in names
    ]
    macro = ["macro", str(first.questions), *(percent(one.macro.value) for one in tables)]
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
