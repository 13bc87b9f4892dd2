"""Family: the cross-section of a water trough, an isosceles trapezoid or triangle, with the water in it."""

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import NUMBER, quantity, read_quantity
from irloom.backends.offline.figures.script import CANVAS, MEASURE, write_script
from irloom.backends.offline.figures.statement import Statement

_BODY = """\
def half_width(height):
    return (bottom + (top - bottom) * height / depth) / 2


ax.fill(
    [-half_width(0), half_width(0), half_width(water), -half_width(water)],
    [0, 0, water, water],
    color="lightblue",
)
ax.plot(
    [-top / 2, -bottom / 2, bottom / 2, top / 2],
    [depth, 0, 0, depth],
    color="black",
    linewidth=2,
)

size = max(top, depth)
measure((-top / 2, 1.06 * depth), (top / 2, 1.06 * depth), top_label, (0, 0.05 * size))
if bottom > 0:
    measure((-bottom / 2, -0.06 * depth), (bottom / 2, -0.06 * depth), bottom_label, (0, -0.05 * size))
side = max(top, bottom) / 2 + 0.08 * size
measure((side, 0), (side, depth), depth_label, (0.1 * size, 0))
if water_label:
    ax.plot([-side, half_width(water)], [water, water], color="tab:blue", linestyle=":", linewidth=1)
    measure((-side, 0), (-side, water), water_label, (-0.1 * size, 0))
ax.margins(0.15)
"""


def draw_trough(statement: Statement) -> Figure | None:
    """A trough by the widths and the height of its cross-section; the depth of the water if it is given."""
    if not statement.mentions("trough"):
        return None
    if not statement.mentions("isosceles"):
        raise Unsupported("the cross-section of the trough is not said to be isosceles")
    trapezoid = statement.mentions(r"trapez(?:oid|ium)s?")
    top = statement.take(rf"{quantity('length', 'v')}\s+(?:wide\s+|across\s+)?(?:at|across) the top")
    bottom = statement.take(rf"{quantity('length', 'v')}\s+(?:wide\s+|across\s+)?(?:at|across) the bottom")
    depth = statement.take(rf"(?:height|altitude|depth)(?: is| of)?\s+{quantity('length', 'v')}")
    if top is None or depth is None or (trapezoid and bottom is None):
        raise Unsupported("the widths and the height of the trough's cross-section are not given")
    water = statement.take(rf"water[^.?\d]*?{quantity('length', 'v')}\s+(?:deep|high)")
    water = water or statement.take(rf"depth of the water is\s+{quantity('length', 'v')}")
    notes = _take_notes(statement)
    values = {
        name: read_quantity(found["v"]) if found else None
        for name, found in {"top": top, "bottom": bottom, "depth": depth, "water": water}.items()
    }
    unit = 0.01 if values["top"] and values["top"].unit == "cm" else 1.0
    givens: dict[str, object] = {name: one.base / unit if one else 0 for name, one in values.items()}
    labels = {f"{name}_label": one.label if one else "" for name, one in values.items()}
    shape = "trapezoid" if trapezoid else "triangle"
    script = write_script(
        "Cross-section of a trough", {**givens, **labels}, CANVAS, MEASURE, _BODY, notes=notes
    )
    read = [label for label in labels.values() if label]
    elements = [f"The cross-section of a trough, an isosceles {shape}", "Water in the trough"]
    elements += [f"A dimension is labelled {label}" for label in read] + [
        f"Beside it stands {note}" for note in notes
    ]
    return Figure(
        tuple(elements), (*read, *notes), ("The cross-section fills the canvas",), script, (EQUAL, GIVEN_ONLY)
    )


def _take_notes(statement: Statement) -> list[str]:
    notes = []
    if found := statement.take(rf"{quantity('length', 'v')}\s+long|length of\s+{quantity('length', 'w')}"):
        notes.append(f"length {read_quantity(found['v'] or found['w']).label}")
    rate = rf"rate of\s+(?P<n>{NUMBER})\s*(?P<u>m|cm|ft)\^\(?3\)?\s*/\s*(?P<t>min|s|h)\b"
    if found := statement.take(rate):
        notes.append(f"{found['n']} {found['u']}$^3$/{found['t']}")
    return notes
