"""Family: an object in front of one thin lens or one spherical mirror; the image is left to be found."""

import re

from irloom.backends.offline.figures.figure import Figure, Unsupported
from irloom.backends.offline.figures.quantities import IS, Quantity, quantity, read_quantity
from irloom.backends.offline.figures.script import MEASURE, write_script
from irloom.backends.offline.figures.statement import Statement

_FOREIGN = (
    r"lenses|mirrors|second lens|two|combination|telescope|microscope|eye\w*|camera|spectacles|"
    r"plane mirror|prism|film|"
    r"refractive index|index of refraction|lens maker\w*|power|diopters?|submerged|water|screen|"
    r"magnif\w+ (?:of|is|by)|"
    r"image (?:is )?(?:formed|located|produced|appears|distance)[^.?]{0,40}\d|virtual image of|"
    r"image that is|projector|"
    r"moves?|moved|microscop\w+|greater distance|telescop\w+|photograph\w*|slide"
)
_CONVERGING = r"converging lens|convex lens|biconvex|plano-?convex|positive lens"
_DIVERGING = r"diverging lens|concave lens|biconcave|negative lens"
_AXIS = """\
fig, ax = plt.subplots(figsize=(6, 6))
ax.axis("off")
size = max(distance, focal)
# The height is to scale too, unless it would be too small or too large to be seen
tall = height if 0.12 * size <= height <= 0.7 * size else 0.35 * size
reach = 0.62 * size if tall < 0.5 * size else 1.2 * tall
ax.axhline(0, color="black", linewidth=1)
thick = {"arrowstyle": "-|>", "linewidth": 2.5, "color": "tab:red"}
ax.annotate("", (-distance, tall), (-distance, 0), arrowprops=thick)
ax.text(-distance, tall + 0.05 * size, "object", ha="center", va="bottom", fontsize=11)
if height_label:
    ax.text(-distance - 0.04 * size, tall / 2, height_label, ha="right", va="center", fontsize=12)
"""
_LENS = """\
ax.plot([0, 0], [-reach, reach], color="tab:blue", linewidth=1)
bulge = np.linspace(-1, 1, 60)
side = 0.05 * size * ((1 - bulge**2) if converging else (0.3 + bulge**2))
ax.fill_betweenx(reach * bulge, -side, side, color="lightblue", alpha=0.7)
for x in (-focal, focal):
    ax.plot(x, 0, "ko", markersize=5)
    ax.text(x, 0.03 * size, "F" if x < 0 else "F'", ha="center", va="bottom", fontsize=12)
# Rays reach only as far as the lens: where they go from there is the question
ax.plot([-distance, 0], [tall, tall], color="tab:orange", linewidth=1.2)
ax.plot([-distance, 0], [tall, 0], color="tab:orange", linewidth=1.2)
measure((-distance, -0.35 * size), (0, -0.35 * size), distance_label, (0, -0.05 * size))
measure((0, -0.12 * size), (focal, -0.12 * size), focal_label, (0, -0.05 * size))
ax.set_xlim(-1.25 * size, 1.25 * size)
"""
_MIRROR = """\
# A concave mirror opens towards the object
bend = np.linspace(-1, 1, 80)
curve = (-1 if concave else 1) * 0.16 * size * bend**2
ax.plot(curve, reach * bend, color="tab:blue", linewidth=3)
place = -focal if concave else focal
mark = "C" if from_radius else "F"
ax.plot(place, 0, "ko", markersize=5)
ax.text(place, 0.03 * size, mark, ha="center", va="bottom", fontsize=12)
touch = (-1 if concave else 1) * 0.16 * size * (tall / reach) ** 2
ax.plot([-distance, touch], [tall, tall], color="tab:orange")
measure((-distance, -0.35 * size), (0, -0.35 * size), distance_label, (0, -0.05 * size))
measure((min(place, 0), -0.12 * size), (max(place, 0), -0.12 * size), focal_label, (0, -0.05 * size))
ax.set_xlim(-1.25 * size, 1.25 * size if not concave else 0.35 * size)
"""
_END = """\
ax.set_ylim(-max(reach, 0.5 * size), max(reach, tall + 0.2 * size))
ax.set_aspect("equal")
"""


def draw_optics(statement: Statement) -> Figure | None:
    """A lens or mirror with its focal length, and an object at its distance."""
    kind = _find_kind(statement)
    if kind is None:
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than an object and one lens or mirror is spoken of: {found[0]!r}")
    height = statement.take(
        rf"{quantity('length', 'v')}(?:[\s-]+(?:tall|high|in height)|\s+(?:object|candle|arrow|pencil)\b)|"
        rf"(?:height{IS}){quantity('length', 'w')}"
    )
    focal = statement.take(
        rf"focal length{IS}(?:f\s*=\s*)?-?\s*{quantity('length', 'v')}|"
        rf"\bf\s*=\s*-?\s*{quantity('length', 'w')}"
    )
    radius = statement.take(rf"radius of curvature{IS}(?:R\s*=\s*)?{quantity('length', 'v')}(?P<w>(?!))?")
    distance = statement.take(
        rf"{quantity('length', 'v')}\s*(?:in front of|from|away from|to the left of|before)|"
        rf"(?:object distance|distance){IS}{quantity('length', 'w')}"
    )
    place = focal or radius
    if place is None or distance is None or (focal and radius):
        raise Unsupported("the focal length and the distance of the object are not both given")
    return _draw(kind, _read(place), _read(distance), _read(height) if height else None, bool(radius))


def _find_kind(statement: Statement) -> str | None:
    for kind, words in (("converging lens", _CONVERGING), ("diverging lens", _DIVERGING)):
        if statement.mentions(words):
            return kind
    for kind in ("concave", "convex"):
        if statement.mentions(
            rf"{kind}(?: spherical)? mirror|{'converging' if kind == 'concave' else 'diverging'} mirror"
        ):
            return f"{kind} mirror"
    return None


def _read(found: re.Match[str]) -> Quantity:
    return read_quantity(found["v"] or found["w"])


def _draw(
    kind: str, focal: Quantity, distance: Quantity, height: Quantity | None, from_radius: bool
) -> Figure:
    if from_radius and "lens" in kind:
        raise Unsupported("a lens by its radii of curvature")
    ratio = distance.base / focal.base
    if not 0.12 <= ratio <= 8:
        raise Unsupported("the distances are too different for one drawing")
    unit = distance.base / distance.value
    given: dict[str, object] = {
        "focal": focal.base / unit, "focal_label": focal.label,
        "distance": distance.base / unit, "distance_label": distance.label,
        "height": height.base / unit if height else 0, "height_label": height.label if height else "",
    }  # fmt: skip
    if "lens" in kind:
        given["converging"] = kind.startswith("converging")
    else:
        given |= {"concave": kind.startswith("concave"), "from_radius": from_radius}
    script = write_script(
        f"An object in front of a {kind}", given, _AXIS, MEASURE, _LENS if "lens" in kind else _MIRROR, _END
    )
    point = "centre of curvature C" if from_radius else "focal point F"
    elements = [
        f"A {kind} on its principal axis",
        f"The {point} at a distance labelled {focal.label}",
        f"An object as an arrow, at a distance labelled {distance.label}",
        "Rays from the object's tip as far as the " + kind.split()[1],
        *([f"The object's height is labelled {height.label}"] if height else []),
    ]
    labels = (focal.label, distance.label, *([height.label] if height else []), "object")
    layout = ("The object at the left; distances along the axis are to scale",)
    considerations = (
        "The image is not drawn, since it is asked for.",
        "No ray goes on behind the lens or mirror.",
    )
    return Figure(tuple(elements), labels, layout, script, considerations, ("image",))
