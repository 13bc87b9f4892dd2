"""Family: a light on the ground, somebody in front of it, and the shadow on a wall."""

from collections.abc import Mapping

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import Quantity, quantity, read_quantity
from irloom.backends.offline.figures.script import CANVAS, MEASURE, write_script
from irloom.backends.offline.figures.statement import Statement

_PERSON = r"(?:man|woman|person|boy|girl)"
_LENGTH = quantity("length", "v")
_DRAW = """\
place = wall - distance  # of the person, from the light
shadow = height * wall / place
ax.plot([-0.08 * wall, wall], [0, 0], color="black", linewidth=2)
ax.plot([wall, wall], [0, 1.25 * shadow], color="black", linewidth=4)
ax.plot([wall - 0.02 * wall, wall - 0.02 * wall], [0, shadow], color="0.6", linewidth=6)
ax.plot(0, 0, "o", color="gold", markeredgecolor="black", markersize=11)
ax.plot([0, wall], [0, shadow], color="tab:orange", linestyle="--")
ax.plot([place, place], [0, 0.85 * height], color="black", linewidth=3)
ax.plot(place, 0.92 * height, "ko", markersize=7)
over = 1.25 * height
ax.annotate("", (place - 0.03 * wall, over), (place - 0.2 * wall, over), arrowprops={"arrowstyle": "-|>"})
ax.text(place - 0.12 * wall, over + 0.02 * wall, speed_label, ha="center", va="bottom", fontsize=10)
measure((place - 0.04 * wall, 0), (place - 0.04 * wall, height), height_label, (-0.07 * wall, 0))
measure((place, -0.06 * wall), (wall, -0.06 * wall), distance_label, (0, -0.045 * wall))
measure((0, -0.17 * wall), (wall, -0.17 * wall), wall_label, (0, -0.045 * wall))
ax.text(0, 0.05 * wall, "light", ha="center", va="bottom", fontsize=10)
ax.margins(0.08)
"""


def draw_shadow(statement: Statement) -> Figure | None:
    """The moment at which the person is at the given distance from the wall."""
    if not statement.mentions("shadow") or not statement.mentions(r"wall|building"):
        return None
    if not statement.find(r"\b(?:spot|search|flash|bright )?light\b[^.]*?\bon the ground"):
        raise Unsupported("the light does not stand on the ground")
    wall = statement.take(rf"(?:wall|building)\s+{_LENGTH}\s*(?:away|from)") or statement.take(
        rf"{_LENGTH}\s+from (?:a|the) wall"
    )
    height = statement.take(
        rf"{_PERSON}\s+(?:is\s+|who is\s+)?{_LENGTH}\s+(?:tall|high)|{quantity('length', 'w')}[\s-]tall"
    )
    speed = statement.take(quantity("speed", "v"))
    distance = statement.take(rf"{_LENGTH}\s+(?:away\s+)?from the (?:building|wall)")
    if not (wall and height and distance):
        raise Unsupported("the distances of the wall and of the person, and the height, are not all given")
    values = {
        "wall": read_quantity(wall["v"]),
        "height": read_quantity(height["v"] or height["w"]),
        "distance": read_quantity(distance["v"]),
    }
    return _finish(values, read_quantity(speed["v"]).label if speed else "")


def _finish(values: Mapping[str, Quantity], pace: str) -> Figure:
    if values["distance"].base >= 0.85 * values["wall"].base:
        raise Unsupported("the person is too near to the light to be drawn")
    if (
        values["height"].base > 0.4 * values["wall"].base
        or values["distance"].base < 0.1 * values["wall"].base
    ):
        raise Unsupported("the lengths are too different, or too alike, for their texts")
    given: dict[str, object] = {name: one.base for name, one in values.items()}
    labels = {f"{name}_label": one.label for name, one in values.items()}
    script = write_script(
        "A shadow on a wall", {**given, **labels, "speed_label": pace}, CANVAS, MEASURE, _DRAW
    )
    elements = (
        "A light on the ground",
        f"A wall at a distance labelled {labels['wall_label']}",
        f"A person whose height is labelled {labels['height_label']}",
        f"The person's distance from the wall is labelled {labels['distance_label']}",
        "A ray from the light over the person's head to the wall, and the shadow on the wall",
        *([f"An arrow towards the wall labelled {pace}"] if pace else []),
    )
    read = (*labels.values(), *([pace] if pace else []), "light")
    return Figure(
        elements, tuple(dict.fromkeys(read)), ("The light at the left",), script, (EQUAL, GIVEN_ONLY)
    )
