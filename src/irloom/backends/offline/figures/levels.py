"""Family: a transition of an electron between energy levels, of hydrogen or with given energies."""

import re

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import SIGNED, read_number
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement

_N = r"n\s*=\s*(?P<{0}>\d+)"
_JUMP = (
    rf"(?:from|in)\s+(?:the\s+)?(?:energy\s+)?(?:level\s+|state\s+)?{_N.format('start')}(?:\s+(?:energy\s+)?(?:level|state|shell|orbit))?"
    rf"\s*(?:to|into|down to|→)\s+(?:the\s+)?(?:energy\s+)?(?:level\s+|state\s+)?{_N.format('end')}"
)
_ENERGY = (
    rf"E_?\(?(?:n\s*=\s*)?(?P<level>\d+)\)?\s*=\s*(?P<value>{SIGNED})\s*(?P<unit>eV|J)",
    rf"(?P<level>\d[spdf])\s+state\s+(?:is\s+)?(?P<value>{SIGNED})\s*(?P<unit>eV)",
)
_FOREIGN = (
    r"He\+|Li2\+|helium|lithium|X-?ray|rotational|vibrational|particle in a box|harmonic oscillator|"
    r"ionis\w+|ioniz\w+|rydberg constant is|two photons|series"
)
_LOWEST, _HIGHEST = 1, 9
_CLOSEST = 0.035
"""Of the whole height: how near two texts on the same side may come."""
_DRAW = """\
fig, ax = plt.subplots(figsize=(6, 6))
ax.axis("off")
lowest, highest = min(levels.values()), max(levels.values())
for number, (label, energy) in enumerate(levels.items()):
    ax.plot([0, 1], [energy, energy], color="black", linewidth=2)
    # Levels come close to each other, so texts stand in turn at the left and at the right
    left = number % 2 == 1
    ax.text(-0.04 if left else 1.04, energy, label, ha="right" if left else "left", va="center", fontsize=11)
"""
_ARROW = """\
jump = {"arrowstyle": "-|>", "linewidth": 2, "color": "tab:red"}
ax.annotate("", (0.5, levels[end]), (0.5, levels[start]), arrowprops=jump)
"""
_PHOTON = """\
# A wavy line for the photon, in the widest gap
heights = sorted(levels.values())
middle = max((high - low, (low + high) / 2) for low, high in zip(heights, heights[1:]))[1]
wave = np.linspace(0, 1, 120)
height = 0.02 * (highest - lowest)
xs = 0.6 + 0.3 * wave if emitted else 0.1 + 0.3 * wave
ax.plot(xs, middle + height * np.sin(8 * np.pi * wave), color="tab:orange")
ax.plot(xs[-1], middle, ">", color="tab:orange")
ax.text(xs.mean(), middle + 0.04 * (highest - lowest), "photon", ha="center", va="bottom", fontsize=11)
"""
_END = """\
ax.annotate("energy", (-0.45, highest), (-0.45, lowest), ha="center", arrowprops={"arrowstyle": "->"})
ax.set_title(atom)
ax.set_xlim(-0.6, 1.5)
"""


def draw_levels(statement: Statement) -> Figure | None:
    """Levels as lines at their heights, and the electron's transition as an arrow."""
    if not statement.mentions(r"electron|quantum system|atom|photon") or statement.mentions(_FOREIGN):
        return None
    given = [found for pattern in _ENERGY for found in statement.take_all(pattern)]
    if given:
        return _draw_given(statement, given)
    if not statement.mentions("hydrogen"):
        return None
    jump = statement.take(_JUMP)
    if jump is None:
        return None
    start, end = int(jump["start"]), int(jump["end"])
    low, high = sorted((start, end))
    if not _LOWEST <= low < high <= _HIGHEST:
        raise Unsupported("the transition is not between two of the lowest nine levels")
    levels = {f"n = {n}": -1 / n**2 for n in range(low, high + 1)}
    return _finish(
        levels, f"n = {start}", f"n = {end}", "hydrogen atom", statement, "to scale, without their values"
    )


def _draw_given(statement: Statement, given: list[re.Match[str]]) -> Figure:
    levels = {_name(found): read_number(" ".join(found["value"].split())) for found in given}
    if len(levels) < 2:
        raise Unsupported("the energy of only one level is given")
    ordered = sorted(levels, key=lambda name: levels[name])
    absorbed = statement.mentions("absorb\\w*")
    reached = statement.take(rf"in its {_N.format('end')}")
    top = next((name for name in ordered if reached and name.startswith(f"n = {reached['end']}:")), None)
    if top is None and len(levels) > 2:
        raise Unsupported("between which levels the electron goes is not said")
    low, high = ordered[0], top or ordered[-1]
    start, end = (low, high) if absorbed else (high, low)
    heights = dict(sorted(levels.items(), key=lambda item: item[1]))
    return _finish(heights, start, end, "", statement, "to scale")


def _name(found: re.Match[str]) -> str:
    value = " ".join(found["value"].split()).replace("- ", "-")
    level = found["level"]
    return f"{f'n = {level}' if level.isdigit() else level}: {value} {found['unit']}"


def _finish(
    levels: dict[str, float], start: str, end: str, atom: str, statement: Statement, scale: str
) -> Figure:
    heights = sorted(levels.values())
    if any(
        two - one < _CLOSEST * (heights[-1] - heights[0])
        for one, two in zip(heights, heights[2:], strict=False)
    ):
        raise Unsupported("the levels are too close to each other for their texts")
    photon = statement.mentions("photon")
    emitted = levels[start] > levels[end]
    given = {"levels": levels, "start": start, "end": end, "emitted": emitted, "atom": atom}
    script = write_script("Energy levels", given, _DRAW, _ARROW, *([_PHOTON] if photon else []), _END)
    labels = [*levels, *([atom] if atom else []), *(["photon"] if photon else [])]
    elements = [f"An energy level labelled {name}" for name in levels]
    elements.append(f"An arrow from {start} to {end}")
    elements += [f"A photon is {'emitted' if emitted else 'absorbed'}"] if photon else []
    return Figure(
        tuple(elements), tuple(labels), (f"Heights of the levels are {scale}",), script, (GIVEN_ONLY,)
    )
