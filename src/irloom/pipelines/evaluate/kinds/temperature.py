"""Answers that are a temperature, in whatever scale, brought to degrees Celsius."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.kinds.plain import NUMBER, choose_told, plain_answer, plain_number
from irloom.pipelines.evaluate.records import Heard, Posed

Scale = Literal["C", "F", "K"]
ABSOLUTE_ZERO_C = -273.15
_SAME_C = 0.6
"""Two numbers that a reply tells of one temperature in two scales, each rounded, differ by less."""
_DEGREE = r"(?:°|\bdegrees?\b|\bdeg\b\.?)"
_UNIT = (
    rf"(?:(?P<c>(?:{_DEGREE}\s*+)?(?:C\b|(?i:celsius|centigrade)\b)|摄氏度?)"
    rf"|(?P<f>(?:{_DEGREE}\s*+)?(?:F\b|(?i:fahrenheit)\b)|华氏度?)"
    rf"|(?P<k>(?:{_DEGREE}\s*+)?(?:K\b|(?i:kelvins?)\b)|开尔文|开氏度?)"
    rf"|(?P<bare>{_DEGREE}|度))"
)
_TEMPERATURE = re.compile(rf"(?P<number>{NUMBER})\s*+{_UNIT}?")
_MARGIN = re.compile(r"(?:±|\+/-)\s*\d+(?:[.,]\d+)?")
_RANGE = re.compile(
    rf"\d\s*+{re.sub(r'[?]P<[a-z]+>', '?:', _UNIT)}?\s*+(?:-|–|—|~|to\b|and\b|or\b|至|到)\s*+\d"
)
"""Two numbers with a word between them that leaves open which one is meant."""


class _Found(NamedTuple):
    """A temperature in a reply."""

    celsius: float
    at: int
    scale: Scale | None
    has_unit: bool
    """Degrees of no named scale are a unit too."""


def read_temperature(heard: Heard, posed: Posed) -> str | None:
    """The temperature that a reply tells, in °C with two decimals at most; None where it leaves a doubt.

    A number without a unit is in °C, and counts only where no number has one. Of several temperatures that
    which is called the answer counts; one told in two scales is one. A range is none.
    """
    text = _MARGIN.sub("", plain_answer(_with_degrees(heard)))
    if _RANGE.search(text):
        return None
    found = list(_find(text))
    found = [one for one in found if one.has_unit] or found
    if not _agree(found):
        found = choose_told(text, [(one.at, one) for one in found])
    if not found or not _agree(found) or min(found).celsius < ABSOLUTE_ZERO_C:
        return None
    best = next((one for one in found if one.scale == "C"), found[0])
    return f"{round(best.celsius, 2) + 0.0:.10g}"


def _agree(found: Sequence[_Found]) -> bool:
    return not found or max(found).celsius - min(found).celsius <= _SAME_C


def make_temperature(within: float) -> Rule:
    """Reads a temperature, which may be off by as much as `within` K; the right one is a number in °C."""
    return Rule(
        read=read_temperature,
        read_check=lambda said, heard, posed: read_temperature(Heard(text=said), posed),
        is_right=lambda read, posed: abs(float(read) - float(posed.right)) <= within + 1e-9,
    )


def _with_degrees(heard: Heard) -> Heard:
    """One sign of degrees for those that look alike, before they are normalised to letters."""
    return heard.model_copy(update={"text": re.sub("[º˚]", "°", heard.text)})


def _find(text: str) -> Iterator[_Found]:
    for match in _TEMPERATURE.finditer(text):
        scale = _name_scale(match)
        celsius = to_celsius(float(plain_number(match["number"])), scale or "C")
        yield _Found(celsius, match.start(), scale, scale is not None or match["bare"] is not None)


def _name_scale(match: re.Match[str]) -> Scale | None:
    return "C" if match["c"] else "F" if match["f"] else "K" if match["k"] else None


def to_celsius(number: float, scale: Scale) -> float:
    """A temperature in °C."""
    match scale:
        case "C":
            return number
        case "F":
            return (number - 32) / 1.8
        case "K":
            return number + ABSOLUTE_ZERO_C
