"""A figure with its 95 % interval, and how both are told in per cent."""

from dataclasses import dataclass

UNKNOWN = "–"
"""Stands where there is no figure."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, in 0..1 (or a difference of two).

    `low` and `high` are None where the data say nothing of it, as where nothing can be drawn.
    """

    value: float
    low: float | None
    high: float | None


def percent(value: float | None) -> str:
    """A share in per cent with a decimal; a dash where there is none."""
    return UNKNOWN if value is None else f"{100 * value:.1f}"


def percent_between(estimate: Estimate) -> str:
    """Where a share lies with 95 %, in per cent; a dash where nothing says so."""
    if estimate.low is None or estimate.high is None:
        return UNKNOWN
    return f"{100 * estimate.low:.1f}–{100 * estimate.high:.1f}"


def gain(value: float) -> str:
    """A difference in points with its sign."""
    return f"{100 * value:+.1f}"


def gain_between(estimate: Estimate) -> str:
    """Where a difference lies with 95 %, both ends signed; a dash where nothing says so."""
    if estimate.low is None or estimate.high is None:
        return UNKNOWN
    return f"{gain(estimate.low)} to {gain(estimate.high)}"
