"""IF-Bench's scores with intervals: the mean over questions by dimension, then over dimensions (macro).

The average of a dimension is that of its languages, the whole that of the ten dimensions, unweighted, as in
merge_results.py. Intervals are of a bootstrap over questions inside their dimensions, both languages of a
question together, so that every resample has the published weights.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.estimates import Estimate
from irloom.pipelines.evaluate.ifbench.results import Asked, Results, find_common

AVERAGE = "average"
"""In place of a language: the mean of those that were asked, where there are several."""
_INTERVAL = (2.5, 97.5)
"""Percentiles between which 95 % of the resamples lie."""

Values = Mapping[str, NDArray[np.float64]]
"""A figure of each question, by dimension, in the order of the questions."""
Measure = Callable[[Asked], float]


@dataclass(frozen=True, slots=True)
class Table:
    """Scores of one variant in one language, or averaged over languages."""

    variant: str
    language: str
    questions: int
    macro: Estimate
    strict: float
    """Macro of the strict score."""
    answered: float
    """Macro over what was answered, where failed asks are left out."""
    dimensions: Mapping[str, Estimate]
    strict_dimensions: Mapping[str, float]
    sizes: Mapping[str, int]
    """Questions of each dimension."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one variant, or one run, has over another on the questions of both."""

    name: str
    language: str
    questions: int
    absolute: Estimate
    relative: Estimate | None
    """As a share of what it is compared with; None where that is 0."""
    dimensions: Mapping[str, Estimate]


def measure(results: Results, variant: str, language: str, figure: Measure) -> Values:
    """A figure of each question, averaged over languages where none is named."""
    languages = results.languages if language == AVERAGE else [language]
    return {
        dimension: np.mean(
            [[figure(results.cells[variant, one][sample]) for sample in samples] for one in languages], axis=0
        )
        for dimension, samples in results.list_questions().items()
    }


def score(results: Results, resamples: int = 1000, seed: int = 0) -> list[Table]:
    """Every variant in every language, and averaged over them."""
    return [
        _tabulate(results, variant, language, resamples, seed)
        for variant in results.variants
        for language in list_columns(results.languages)
    ]


def list_columns(languages: Sequence[str]) -> list[str]:
    """The languages, and behind several of them their average: the last one is the whole."""
    return [*languages, *([AVERAGE] if len(languages) > 1 else [])]


def _tabulate(results: Results, variant: str, language: str, resamples: int, seed: int) -> Table:
    values = measure(results, variant, language, lambda asked: asked.score)
    strict = measure(results, variant, language, lambda asked: asked.strict)
    drawn, spread = resample(values, resamples, seed), _find_spread(values)
    return Table(
        variant=variant,
        language=language,
        questions=len(results.dimensions),
        macro=_estimate(average(values), np.mean(list(drawn.values()), axis=0), any(spread.values())),
        strict=average(strict),
        answered=_average_answered(results, variant, language),
        dimensions={
            name: _estimate(float(one.mean()), drawn[name], spread[name]) for name, one in values.items()
        },
        strict_dimensions={name: float(one.mean()) for name, one in strict.items()},
        sizes={name: len(one) for name, one in values.items()},
    )


def average(values: Values) -> float:
    """The unweighted mean over dimensions."""
    return float(np.mean([one.mean() for one in values.values()]))


def _average_answered(results: Results, variant: str, language: str) -> float:
    """Of each dimension and language the mean over its answered questions, then over all of these."""
    languages = results.languages if language == AVERAGE else [language]
    means = []
    for one in languages:
        asked = results.cells[variant, one]
        for samples in results.list_questions().values():
            known = [value for sample in samples if (value := asked[sample].answered) is not None]
            means += [sum(known) / len(known)] if known else []
    return sum(means) / len(means) if means else 0.0


def resample(values: Values, resamples: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Means of resamples of the questions of each dimension; equal numbers of questions are drawn alike."""
    return {name: one[_draw(name, len(one), resamples, seed)].mean(axis=1) for name, one in values.items()}


def _draw(name: str, questions: int, resamples: int, seed: int) -> NDArray[np.int64]:
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return random.integers(0, questions, size=(resamples, questions))


def _find_spread(values: Values) -> dict[str, bool]:
    """Whether resamples of a dimension can differ."""
    return {name: len(one) > 1 for name, one in values.items()}


def _estimate(value: float, drawn: NDArray[np.float64], spread: bool) -> Estimate:
    if not spread:
        return Estimate(value, None, None)
    low, high = np.percentile(drawn, _INTERVAL)
    return Estimate(value, float(low), float(high))


def compare(
    base: Values, other: Values, name: str, language: str, resamples: int = 1000, seed: int = 0
) -> Difference:
    """What `other` has over `base`, question by question: the draws of both are the same."""
    drawn_base, drawn_other = resample(base, resamples, seed), resample(other, resamples, seed)
    mean_base = np.mean(list(drawn_base.values()), axis=0)
    mean_other = np.mean(list(drawn_other.values()), axis=0)
    gain, spread = average(other) - average(base), _find_spread(base)
    drawn = any(spread.values())
    relative = None
    if average(base) > 0 and mean_base.min() > 0:
        relative = _estimate(gain / average(base), (mean_other - mean_base) / mean_base, drawn)
    return Difference(
        name=name,
        language=language,
        questions=sum(map(len, base.values())),
        absolute=_estimate(gain, mean_other - mean_base, drawn),
        relative=relative,
        dimensions={
            one: _estimate(
                float((other[one] - base[one]).mean()), drawn_other[one] - drawn_base[one], spread[one]
            )
            for one in base
        },
    )


def compare_variants(results: Results, resamples: int = 1000, seed: int = 0) -> list[Difference]:
    """Every other variant against `normal`; that of prior+pair is what GenViP gives this model."""
    if "normal" not in results.variants:
        return []
    return [
        compare(
            measure(results, "normal", language, lambda asked: asked.score),
            measure(results, variant, language, lambda asked: asked.score),
            f"{variant} - normal" + (" (GenViP)" if variant == "prior+pair" else ""),
            language,
            resamples,
            seed,
        )
        for variant in results.variants
        if variant != "normal"
        for language in list_columns(results.languages)
    ]


def compare_runs(runs: Sequence[Results], resamples: int = 1000, seed: int = 0) -> list[Difference]:
    """Every later run against the first, in the variants and on the questions that both have."""
    return [difference for other in runs[1:] for difference in _compare_two(runs[0], other, resamples, seed)]


def _compare_two(first: Results, other: Results, resamples: int, seed: int) -> list[Difference]:
    if first.rotations != other.rotations:
        return []
    common, _ = find_common(first, other)
    languages = [one for one in first.languages if one in other.languages]
    if not common or not languages:
        return []
    one, two = restrict(first, common, languages), restrict(other, common, languages)
    return [
        compare(
            measure(one, variant, language, lambda asked: asked.score),
            measure(two, variant, language, lambda asked: asked.score),
            f"{variant}: {other.name} - {first.name}",
            language,
            resamples,
            seed,
        )
        for variant in first.variants
        if variant in other.variants
        for language in list_columns(languages)
    ]


def restrict(results: Results, samples: set[str], languages: Sequence[str]) -> Results:
    """The same run on some of its questions and languages."""
    return Results(
        name=results.name,
        model=results.model,
        reading=results.reading,
        rotations=results.rotations,
        dimensions={sample: one for sample, one in results.dimensions.items() if sample in samples},
        cells={cell: asked for cell, asked in results.cells.items() if cell[1] in languages},
    )


def count_consistent(results: Results, variant: str) -> float | None:
    """Share of questions whose chosen option is the same in all rotations; None without two rotations."""
    rows = [
        asked.chosen
        for (name, _), cell in results.cells.items()
        if name == variant
        for asked in cell.values()
        if len(asked.chosen) == results.rotations
    ]
    if results.rotations < 2 or not rows:
        return None
    return sum(None not in chosen and len(set(chosen)) == 1 for chosen in rows) / len(rows)
