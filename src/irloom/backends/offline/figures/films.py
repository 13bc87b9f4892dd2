"""Family: a thin film on a plate or on water, seen from the side, with light falling on it."""

import re

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import NUMBER, quantity, read_quantity
from irloom.backends.offline.figures.script import CANVAS, write_script
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = r"wedge|two plates|air gap|newton's rings|slits?|grating|angle of incidence|soap bubble|coatings"
_UNDER = r"glass(?: plate| lens| slide)?|water|puddle of water|substrate|plate"
_KIND = re.compile(r"\b(destructive|constructive)\b", re.IGNORECASE)
_DRAW = """\
# The thickness of the film is not known: only the order of the layers is meant
layers = [(-3, 0, "0.85", lower), (0, 1.4, "lightblue", film), (1.4, 4, "white", "air")]
for bottom, top, color, text in layers:
    ax.add_patch(plt.Rectangle((-4, bottom), 8, top - bottom, facecolor=color))
    ax.text(3.8, (bottom + top) / 2, text, ha="right", va="center", fontsize=12)
for height in (0, 1.4):
    ax.plot([-4, 4], [height, height], color="black", linewidth=1.5)
ray = {"arrowstyle": "-|>", "linewidth": 1.8, "color": "tab:orange"}
ax.annotate("", (-0.5, 1.4), (-0.5, 4.2), arrowprops=ray)
ax.annotate("", (0.0, 4.2), (0.0, 1.4), arrowprops=ray)
ax.annotate("", (0.5, 4.2), (0.5, 0), arrowprops=ray)
for number, text in enumerate(light):
    ax.text(-3.8, 3.8 - 0.5 * number, text, ha="left", va="center", fontsize=11)
ax.set_xlim(-4, 4)
ax.set_ylim(-3, 4.4)
"""


def draw_film(statement: Statement) -> Figure | None:
    """Three layers, the light, and what becomes of it."""
    if not statement.mentions("thin film|film") or not statement.mentions("interference"):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than one film is spoken of: {found[0]!r}")
    if not statement.mentions(r"normal(?:ly)?|perpendicular(?:ly)?"):
        raise Unsupported("that the light falls perpendicularly is not said")
    film, lower = _take_layers(statement)
    light = _take_light(statement)
    if not light:
        raise Unsupported("the wavelength of the light is not given")
    script = write_script("A thin film", {"film": film, "lower": lower, "light": light}, CANVAS, _DRAW)
    elements = (
        f"A thin film labelled {film}",
        f"Below it a layer labelled {lower}",
        "Light that falls perpendicularly, and is reflected at both sides of the film",
        *(f"The light is labelled {one}" for one in light),
    )
    labels = (film, lower, "air", *light)
    return Figure(
        elements, labels, ("Air above, the film in the middle",), script, (GIVEN_ONLY,), ("thickness",)
    )


def _take_layers(statement: Statement) -> tuple[str, str]:
    """The film and what it lies on, each with its index of refraction."""
    both = statement.take_all(rf"\(\s*n\s*=\s*(?P<n>{NUMBER})\s*\)")
    under = statement.find(rf"\b(?:on|coats?|covers?|over)\s+(?:a\s+|the\s+)?(?P<under>{_UNDER})")
    if under is None:
        raise Unsupported("what the film lies on is not said")
    below = re.sub(r"puddle of ", "", under["under"])
    if len(both) == 2:
        return f"film, n = {both[0]['n']}", f"{below}, n = {both[1]['n']}"
    pattern = (
        rf"(?:refractive indices|indices of refraction)[^.\d]*?\bin (?P<film>\w+) and (?P<below>\w+) are\s+"
        rf"(?P<a>{NUMBER})\s+and\s+(?P<b>{NUMBER})"
    )
    if found := statement.take(pattern):
        return f"{found['film']}, n = {found['a']}", f"{found['below']}, n = {found['b']}"
    raise Unsupported("the two indices of refraction are not given")


def _take_light(statement: Statement) -> list[str]:
    texts = []
    for found in statement.take_all(quantity("wavelength", "v")):
        near = re.split(r"\b(?:whereas|while|but)\b|\.", statement.text[found.start() : found.start() + 90])[
            0
        ]
        before = statement.text[max(0, found.start() - 70) : found.start()]
        kind = _KIND.search(near) or _KIND.search(before)
        label = read_quantity(found["v"]).label
        texts.append(f"{label}: {kind[1].lower()}" if kind else label)
    return texts
