"""Family: one projectile by its speed, its angle or a level start, and its height."""

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.mechanics import take_gravity
from irloom.backends.offline.figures.quantities import IS, Quantity, quantity, read_quantity
from irloom.backends.offline.figures.script import CANVAS, MEASURE, write_script
from irloom.backends.offline.figures.statement import Statement

_BODY = (
    r"(?:projectile|ball|stone|rock|arrow|cannonball|bullet|object|baseball|football|golf ball|soccer ball|"
    r"basketball|tennis ball|shell|javelin|pebble|dart|shot|disc|rocket)"
)
_STARTS = (
    r"(?:thrown|throws?|launched|launch(?:es)?|fired|fires?|kicked|kicks?|projected|shot|shoots|hits?|leaves|"
    r"tossed|struck|rolls off|hurled)"
)
_FOREIGN = (
    r"walls?|fences?|basket|hoops?|goals?|targets?|air resistance|drag|collid\w+|incline\w*|slope|"
    r"ramp|trains?|car|cart|"
    r"plane|airplane|aircraft|helicopter|moving|springs?|explod\w+|bounces?|river|monkey|"
    r"second (?:ball|stone|rock)|"
    r"two|rotat\w+|charge[ds]?|electric|magnetic|field goal|net|catch\w*|wind|crossbar|hole|"
    r"energy stored|graph of|"
    r"straight up|vertically|downwards?|below the horizontal|pendulum|block|moon|mars|deep|well"
)
_DRAW = """\
g = 9.8
slope = np.radians(angle)
vx, vy = speed * np.cos(slope), speed * np.sin(slope)
flight = (vy + np.sqrt(vy**2 + 2 * g * height)) / g
t = np.linspace(0, flight, 200)
x, y = vx * t, height + vy * t - g * t**2 / 2
size = max(x.max(), y.max())

ax.plot([-0.25 * size, x.max() + 0.1 * size], [0, 0], color="black", linewidth=2)
ax.plot(x, y, color="tab:blue", linestyle="--", linewidth=1.2)
ax.plot(0, height, "ko", markersize=9)

# Velocity at the start, with its angle to the horizontal
arrow = 0.28 * size
tip = arrow * np.cos(slope), height + arrow * np.sin(slope)
ax.plot(*tip, linestyle="none")
thick = {"arrowstyle": "-|>", "linewidth": 2, "color": "tab:red"}
ax.annotate("", tip, (0, height), arrowprops=thick, annotation_clip=False)
ax.text(tip[0], tip[1] + 0.03 * size, speed_label, ha="center", va="bottom", fontsize=12)
"""
_ANGLE = """\
ax.plot([0, 0.35 * size], [height, height], color="black", linestyle=":", linewidth=1)
turn = np.linspace(0, slope, 40)
ax.plot(0.12 * size * np.cos(turn), height + 0.12 * size * np.sin(turn), color="black", linewidth=1)
beside = 0.2 * size * np.cos(slope / 2), height + 0.2 * size * np.sin(slope / 2)
if angle < 30:  # too narrow for the text, which goes below
    beside = 0.2 * size, height - 0.05 * size
white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
ax.text(*beside, angle_label, ha="center", va="center", fontsize=12, bbox=white)
"""
_HEIGHT = """\
ax.fill([-0.2 * size, 0, 0, -0.2 * size], [0, 0, height, height], facecolor="0.85", edgecolor="black")
measure((-0.25 * size, 0), (-0.25 * size, height), height_label, (-0.1 * size, 0))
"""


def draw_projectile(statement: Statement) -> Figure | None:
    """A body thrown at an angle, or level from a height."""
    if not statement.mentions(_BODY) or not statement.mentions(_STARTS):
        return None
    level = statement.mentions(r"horizontally|horizontal (?:speed|velocity)|horizontal cliff")
    angles = statement.take_all(quantity("angle", "angle"))
    if not angles and not level:
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than one projectile over level ground is spoken of: {found[0]!r}")
    notes = take_gravity(statement)
    speeds = statement.take_all(quantity("speed", "v"))
    if len(speeds) != 1 or len(angles) > 1:
        raise Unsupported(
            "the speed at the start is not given" if not speeds else "more than one speed or angle"
        )
    angle = read_quantity(angles[0]["angle"]) if angles else None
    return _finish(read_quantity(speeds[0]["v"]), angle, _take_height(statement), notes)


def _take_height(statement: Statement) -> Quantity | None:
    found = statement.take(
        rf"(?:height{IS}|from\s+(?:the top of\s+)?(?:an?\s+)?){quantity('length', 'v')}|"
        rf"{quantity('length', 'w')}[\s-]*(?:tall|high|above)"
    )
    return read_quantity(found["v"] or found["w"]) if found else None


def _finish(speed: Quantity, angle: Quantity | None, height: Quantity | None, notes: list[str]) -> Figure:
    if angle is None and height is None:
        raise Unsupported("a body thrown level from no height")
    if angle is not None and not 8 <= angle.value <= 85:
        raise Unsupported("the angle leaves no room for its text")
    given: dict[str, object] = {
        "speed": speed.base,
        "speed_label": speed.label,
        "angle": angle.value if angle else 0,
        "height": height.base if height else 0,
    }
    parts = [CANVAS, _DRAW]
    elements = ["The level ground", "A body at the start of its flight", "The path in dashes"]
    elements.append(f"An arrow for the velocity labelled {speed.label}")
    if height:
        given["height_label"] = height.label
        parts += [MEASURE, _HEIGHT]
        elements.append(f"The height of the start is labelled {height.label}")
    if angle:
        given["angle_label"] = angle.label
        parts.append(_ANGLE)
    elements.append(f"The angle to the horizontal is labelled {angle.label}" if angle else "It starts level")
    labels = [str(value) for name, value in given.items() if name.endswith("_label")] + notes
    script = write_script("The start of a projectile", given, *parts, notes=notes)
    layout = ("Heights and lengths are to scale for free fall near the ground",)
    return Figure(tuple(elements), tuple(labels), layout, script, (EQUAL, GIVEN_ONLY))
