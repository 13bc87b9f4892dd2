"""Family: two masses on a string over one pulley: both hanging, or one on a table or an incline."""

import re

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.mechanics import take_friction, take_gravity
from irloom.backends.offline.figures.quantities import quantity, read_quantity
from irloom.backends.offline.figures.script import CANVAS, write_script
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"springs?|pulleys|moment of inertia|radius|wheels?|axle|spool|drum|three|third|stacked|on top of|ladder|"
    r"elevator|water|movable|fixed pulley and|block and tackle|person|man|woman|platform|wedge|"
    r"buck\w+|crane|motor|"
    r"heavy pulley|pulley of mass|pulley with mass|pulley has"
)
_MASS = quantity("mass", "m")
_HANGS = (
    rf"{_MASS}(?:(?!\b(?:and|connected|attached|tied)\b)[^.;,\d])*?\b(?:hangs?|hanging|suspended|dangl\w+)",
    rf"\b(?:hangs?|hanging|suspended|dangl\w+)\b[^.;\d]*?{_MASS}",
)
_TWO_HANGING = """\
ax.add_patch(plt.Circle((0, 0), 1, fill=False, linewidth=2))
ax.plot(0, 0, "ko", markersize=4)
ax.plot([0, 0], [0, 2.2], color="black", linewidth=2)
ax.plot([-2, 2], [2.2, 2.2], color="black", linewidth=4)
for side, label in ((-1, left_label), (1, right_label)):
    ax.plot([side, side], [0, -4], color="black", linewidth=1.2)
    ax.add_patch(plt.Rectangle((side - 0.8, -5.6), 1.6, 1.6, facecolor="0.85", edgecolor="black"))
    below = 0 if len(label) < 7 else -1.2  # a long text does not fit into the block
    ax.text(1.4 * side if below else side, -4.8 + below, label, ha="center", va="center", fontsize=11)
ax.set_xlim(-4, 4)
ax.set_ylim(-6.5, 3)
"""
_TABLE = """\
# Table, with the pulley at its edge
ax.plot([-7, 0, 0], [0, 0, -6], color="black", linewidth=2)
ax.plot([0, 0.8], [0, 0.8], color="black", linewidth=2)
ax.add_patch(plt.Circle((0.8, 0.8), 0.6, fill=False, linewidth=2))
ax.plot(0.8, 0.8, "ko", markersize=4)

ax.plot([-3, 0.8], [1.4, 1.4], color="black", linewidth=1.2)
ax.plot([1.4, 1.4], [0.8, -2.5], color="black", linewidth=1.2)
ax.add_patch(plt.Rectangle((-5.4, 0), 2.4, 2, facecolor="0.85", edgecolor="black"))
ax.text(-4.2, 1, resting_label, ha="center", va="center", fontsize=12)
ax.add_patch(plt.Rectangle((0.5, -4.3), 1.8, 1.8, facecolor="0.85", edgecolor="black"))
ax.text(1.4, -3.4, hanging_label, ha="center", va="center", fontsize=11)
ax.text(-3.5, -0.6, ",  ".join(surface), ha="center", va="top", fontsize=12)
ax.set_xlim(-7.5, 4)
ax.set_ylim(-6.5, 3.5)
"""
_INCLINE = """\
slope = np.radians(angle)
along = np.array([np.cos(slope), np.sin(slope)])
away = np.array([-np.sin(slope), np.cos(slope)])
top = 9 * along
ax.plot([0, top[0], top[0], 0], [0, top[1], 0, 0], color="black", linewidth=2)

# The pulley stands at the top; the string is parallel to the plane
middle = top + 0.5 * along + 0.4 * away
ax.plot(*zip(top, middle), color="black", linewidth=2)
ax.add_patch(plt.Circle(middle, 0.6, fill=False, linewidth=2))
size = 2.0
foot = 0.45 * top
corners = [foot - size / 2 * along, foot + size / 2 * along]
corners += [corners[1] + size * away, corners[0] + size * away]
ax.fill(*zip(*corners), facecolor="0.85", edgecolor="black")
ax.text(*(foot + size / 2 * away), resting_label, ha="center", va="center", fontsize=11, rotation=angle)
ax.plot(*zip(corners[1] + 1.0 * away, middle + 0.6 * away), color="black", linewidth=1.2)

edge = middle[0] + 0.6
ax.plot([edge, edge], [middle[1], middle[1] - 2.2], color="black", linewidth=1.2)
ax.add_patch(plt.Rectangle((edge - 0.3, middle[1] - 4.0), 1.8, 1.8, facecolor="0.85", edgecolor="black"))
ax.text(edge + 0.6, middle[1] - 3.1, hanging_label, ha="center", va="center", fontsize=11)

turn = np.linspace(0, slope, 40)
ax.plot(1.5 * np.cos(turn), 1.5 * np.sin(turn), color="black", linewidth=1)
far = max(2.2, 0.5 / np.sin(slope / 2))
ax.text(far * np.cos(slope / 2), far * np.sin(slope / 2), angle_label, ha="center", va="center", fontsize=12)
ax.text(top[0] / 2, -0.4, ",  ".join(surface), ha="center", va="top", fontsize=12)
ax.margins(0.1)
"""


def draw_pulley(statement: Statement) -> Figure | None:
    """Two masses that one string connects."""
    if not statement.mentions(r"pulley|atwood(?:'s)?(?: machine)?"):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than one simple pulley is spoken of: {found[0]!r}")
    notes, surface = take_gravity(statement), take_friction(statement)
    table = statement.mentions(r"table|tabletop|horizontal surface|bench|desk")
    incline = statement.mentions(r"incline|inclined plane|ramp|slope")
    if table and incline:
        raise Unsupported("a table and an incline at once")
    if table or incline:
        return _draw_resting(statement, notes, surface, incline)
    labels = [_write_mass(found) for found in statement.take_all(rf"(?:m_?(?P<n>[12])\s*=\s*)?{_MASS}")]
    if len(labels) != 2:
        raise Unsupported("an Atwood machine has two masses, and the text gives another number of them")
    surface = [one for one in surface if one != "frictionless"]
    if surface:
        raise Unsupported("friction where nothing rests on a surface")
    script = write_script(
        "Two masses over a pulley",
        {"left_label": labels[0], "right_label": labels[1]},
        CANVAS,
        _TWO_HANGING,
        notes=notes,
    )
    elements = (
        "A pulley that hangs from a ceiling",
        "A string over it",
        *(f"A hanging block labelled {one}" for one in labels),
    )
    return Figure(
        elements, (*labels, *notes), ("The pulley above, the blocks side by side",), script, (GIVEN_ONLY,)
    )


def _draw_resting(statement: Statement, notes: list[str], surface: list[str], incline: bool) -> Figure:
    hanging = next((found for pattern in _HANGS if (found := statement.take(pattern))), None)
    rest = statement.take_all(_MASS)
    if hanging is None or len(rest) != 1:
        raise Unsupported("which of the two masses hangs is not understood")
    given: dict[str, object] = {
        "resting_label": _write_mass(rest[0]), "hanging_label": _write_mass(hanging), "surface": surface,
    }  # fmt: skip
    labels = [str(given["resting_label"]), str(given["hanging_label"]), *surface, *notes]
    where = "a table"
    if incline:
        angles = statement.take_all(quantity("angle", "angle"))
        if len(angles) != 1:
            raise Unsupported("the angle of the incline is not given")
        angle = read_quantity(angles[0]["angle"])
        if not 10 <= angle.value <= 65:
            raise Unsupported("the incline is too flat or too steep for its labels")
        given |= {"angle": angle.value, "angle_label": angle.label}
        labels.append(angle.label)
        where = f"an incline whose angle is labelled {angle.label}"
    script = write_script(
        "Two masses over a pulley", given, CANVAS, _INCLINE if incline else _TABLE, notes=notes
    )
    elements = (
        f"A block labelled {given['resting_label']} on {where}",
        f"A hanging block labelled {given['hanging_label']}",
        "A string from one to the other over a pulley at the edge",
        *(f"The surface is labelled {one}" for one in surface),
    )
    return Figure(elements, tuple(labels), ("The pulley is at the upper right",), script, (EQUAL, GIVEN_ONLY))


def _write_mass(found: re.Match[str]) -> str:
    label = read_quantity(found["m"]).label
    number = found.groupdict().get("n")
    return f"$m_{number}$ = {label}" if number else label
