"""Family: one block on an inclined plane."""

from collections.abc import Mapping, Sequence

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.mechanics import take_friction, take_gravity, take_mass
from irloom.backends.offline.figures.quantities import IS, Quantity, quantity, read_quantity
from irloom.backends.offline.figures.script import CANVAS, MEASURE, write_script
from irloom.backends.offline.figures.statement import Statement

_PLANE = r"(?:inclined planes?|inclines?|ramps?|slopes?|inclined surface|hill)"
_BODY = r"(?:block|box|crate|body|object|package|sled|brick|book|mass|trunk|carton|cube)"
_FOREIGN = (
    r"springs?|pulleys?|ropes?|strings?|cords?|cables?|spheres?|cylinders?|wheels?|discs?|disks?|"
    r"hoops?|rolls?|rolling|balls?|"
    r"wedges?|loops?|batter\w+|carts?|cars?|trucks?|banked|water|electric|magnetic|charges?|charged|"
    r"field|rails?|"
    r"second (?:block|box|crate)|two|blocks|boxes|bullet|person|man|woman|skier|child|slope of|collides?|"
    r"horizontal (?:surface|floor|section|ground)|jump\w*|edge|cliff|line|function|graph|table|rough section"
)
_DRAW = """\
slope = np.radians(angle)
along = np.array([np.cos(slope), np.sin(slope)])
away = np.array([-np.sin(slope), np.cos(slope)])
length = 10
top = length * along

ax.plot([0, top[0], top[0], 0], [0, top[1], 0, 0], color="black", linewidth=2)

# The block rests on the plane
size = 1.5
foot = place * top
corners = [foot - size / 2 * along, foot + size / 2 * along]
corners += [corners[1] + size * away, corners[0] + size * away]
ax.fill(*zip(*corners), facecolor="0.85", edgecolor="black", linewidth=2)
center = foot + size / 2 * away
if block_label:
    label_size = 12 if len(block_label) < 6 else 9
    ax.text(*center, block_label, ha="center", va="center", fontsize=label_size, rotation=angle)

turn = np.linspace(0, slope, 40)
ax.plot(1.6 * np.cos(turn), 1.6 * np.sin(turn), color="black", linewidth=1)
far = max(2.3, 0.5 / np.sin(slope / 2))
ax.text(far * np.cos(slope / 2), far * np.sin(slope / 2), angle_label, ha="center", va="center", fontsize=12)
"""
_FRICTION = """\
# The state of the surface is written below the plane
ax.text(top[0] / 2, -0.5, ",  ".join(surface), ha="center", va="top", fontsize=12)
"""
_LENGTH = """\
measure(2.4 * away, top + 2.4 * away, length_label, 0.5 * away)
"""
_HEIGHT = """\
measure((top[0] + 0.6, 0), (top[0] + 0.6, top[1]), height_label, (0.9, 0))
"""
_ARROW = """\
direction = {
    "up the plane": along,
    "down the plane": -along,
    "horizontal": np.array([1.0, 0.0]),
}[arrow]
tail = center + size * (0.55 if arrow != "horizontal" else -2.3) * direction
if arrow == "horizontal":
    tail = center + np.array([-2.9 * size / 2 - 1.0, 0])
tip = tail + 2 * direction
ax.annotate("", tip, tail, arrowprops={"arrowstyle": "-|>", "linewidth": 2, "color": "tab:red"})
ax.text(*((tail + tip) / 2 + 0.45 * away), arrow_label, ha="center", va="bottom", fontsize=12)
"""
_END = """\
ax.margins(0.1)
"""


def draw_incline(statement: Statement) -> Figure | None:
    """A block on a plane of a given angle."""
    if not statement.mentions(_PLANE) or not statement.mentions(_BODY):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than a block on an inclined plane is spoken of: {found[0]!r}")
    angle = _take_angle(statement)
    notes = take_gravity(statement)
    surface = take_friction(statement)
    arrow, arrow_label = _take_arrow(statement)
    length = statement.take(
        rf"{quantity('length', 'v')}[\s-]long\b|(?:length{IS}|top of (?:a|the)\s+){quantity('length', 'w')}"
    )
    height = statement.take(
        rf"(?:height{IS}|vertical height{IS}){quantity('length', 'v')}|{quantity('length', 'w')}\s+high"
    )
    mass = take_mass(statement)
    high = statement.mentions("top") or (height is not None and statement.mentions("released|slides|starts"))
    given: dict[str, object] = {
        "angle": angle.value,
        "angle_label": angle.label,
        "block_label": mass.label if mass else "",
        "place": 0.85 if high else 0.5,
    }
    parts = [CANVAS, _DRAW, *([MEASURE] if length or height else [])]
    for name, found, part in (("length_label", length, _LENGTH), ("height_label", height, _HEIGHT)):
        if found:
            given[name] = read_quantity(found["v"] or found["w"]).label
            parts.append(part)
    if surface:
        given["surface"] = surface
        parts.append(_FRICTION)
    if arrow:
        given |= {"arrow": arrow, "arrow_label": arrow_label}
        parts.append(_ARROW)
    return _finish(given, [*parts, _END], surface, notes)


def _finish(
    given: Mapping[str, object], parts: Sequence[str], surface: list[str], notes: list[str]
) -> Figure:
    labels = [str(one) for name, one in given.items() if name.endswith("_label") and one] + surface + notes
    elements = [f"An inclined plane whose angle is labelled {given['angle_label']}", "A block on the plane"]
    elements += [f"{text} is written" for text in labels if text != given["angle_label"]]
    elements += [f"An arrow {given['arrow']} at the block"] if "arrow" in given else []
    script = write_script("A block on an inclined plane", given, *parts, notes=notes)
    layout = ("The angle is at the lower left, the block halfway up or near the top of the plane",)
    return Figure(tuple(elements), tuple(labels), layout, script, (EQUAL, GIVEN_ONLY))


def _take_angle(statement: Statement) -> Quantity:
    found = statement.take_all(quantity("angle", "angle"))
    if len(found) != 1:
        raise Unsupported(
            "the angle of the plane is not given" if not found else "more than one angle is given"
        )
    angle = read_quantity(found[0]["angle"])
    if not 4 <= angle.value <= 75:
        raise Unsupported("the plane is too flat or too steep to be labelled")
    return angle


def _take_arrow(statement: Statement) -> tuple[str, str]:
    """A push or pull along the plane or level, or the speed at the start."""
    force = statement.take(rf"{quantity('force', 'v')}")
    speed = statement.take(rf"{quantity('speed', 'v')}")
    if force is None and speed is None:
        return "", ""
    if force is not None and speed is not None:
        raise Unsupported("a force and a speed at once")
    given = force or speed
    assert given is not None
    label = read_quantity(given["v"]).label
    if force is not None and statement.mentions("horizontal(?:ly)?"):
        return "horizontal", label
    if statement.mentions(
        r"(?:up|upward|upwards)(?: along)? (?:the|a|an)(?: \w+)? (?:incline|plane|ramp|slope|hill)|up it"
    ):
        return "up the plane", label
    if statement.mentions(r"down(?: along)? (?:the|a|an)(?: \w+)? (?:incline|plane|ramp|slope|hill)"):
        return "down the plane", label
    raise Unsupported("the direction of the force or the speed is not said")
