"""Family: a satellite at a given height over a planet of a given radius."""

from collections.abc import Mapping

from irloom.backends.offline.figures.figure import EQUAL, GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import Quantity, quantity, read_quantity
from irloom.backends.offline.figures.script import CANVAS, write_script
from irloom.backends.offline.figures.statement import Statement

_BODY = r"(?:satellite|space station|spacecraft|space shuttle|shuttle|telescope)"
_PLANET = r"(?:the\s+)?(?P<planet>Earth|Mars|Moon|Venus|Jupiter|planet)"
_FOREIGN = (
    r"satellites|geostationary|geosynchronous|ellip\w+|perigee|apogee|transfer|escape|two|launched|rocket"
)
_DRAW = """\
ax.add_patch(plt.Circle((0, 0), radius, facecolor="lightblue", edgecolor="black", linewidth=1.5))
ax.add_patch(plt.Circle((0, 0), radius + altitude, fill=False, linestyle="--"))
# The satellite stands at the upper right, the radius of the planet lies to the left
turn = np.radians(50)
outward = np.array([np.cos(turn), np.sin(turn)])
place = (radius + altitude) * outward
ax.plot(*place, "s", color="black", markersize=9)
ax.plot(*zip(radius * outward, place), color="tab:red", linewidth=2)
ax.plot([-radius, 0], [0, 0], color="black", linewidth=1.2)
ax.plot(0, 0, "ko", markersize=4)
ax.text(-radius / 2, 0.03 * radius, radius_label, ha="center", va="bottom", fontsize=11)
ax.text(0, -0.3 * radius, planet_label, ha="center", va="center", fontsize=11)
ax.annotate(
    altitude_label,
    (radius + altitude / 2) * outward,
    (1.05 * radius, 1.25 * radius + altitude),
    ha="center",
    va="bottom",
    fontsize=11,
    arrowprops={"arrowstyle": "-", "color": "tab:red"},
)
ax.annotate(
    body_label,
    place,
    (1.25 * (radius + altitude), 0.35 * radius),
    ha="center",
    va="center",
    fontsize=11,
    arrowprops={"arrowstyle": "-"},
)
ax.set_xlim(-1.25 * (radius + altitude), 1.7 * (radius + altitude))
ax.set_ylim(-1.3 * (radius + altitude), 1.55 * (radius + altitude))
"""


def draw_orbit(statement: Statement) -> Figure | None:
    """The planet and the orbit to scale."""
    if not statement.mentions(_BODY) or not statement.mentions("orbits?|orbiting|altitude"):
        return None
    altitude = statement.take(rf"(?:altitude|height)(?: of| is|,)*\s+{quantity('length', 'v')}")
    if altitude is None:
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than one circular orbit is spoken of: {found[0]!r}")
    planet = statement.find(_PLANET)
    if planet is None:
        raise Unsupported("the planet is not named")
    mass, radius = _take_planet(statement)
    body = statement.take(rf"{quantity('mass', 'v')}\s+{_BODY}") or statement.take(
        rf"{_BODY}[^.]{{0,20}}?mass(?: of| is)?\s+{quantity('mass', 'v')}"
    )
    name = statement.find(_BODY)
    given = {
        "planet": planet["planet"],
        "body": name[0] if name else "",
        "planet_mass": mass.label if mass else "",
        "body_mass": read_quantity(body["v"]).label if body else "",
    }
    return _finish(given, radius, read_quantity(altitude["v"]))


def _take_planet(statement: Statement) -> tuple[Quantity | None, Quantity]:
    """Its mass, if given, and its radius."""
    both = statement.take(
        rf"mass and (?:mean )?radius of[^.\d]*?are\s+{quantity('mass', 'm')}\s+"
        rf"and\s+{quantity('length', 'r')}"
    )
    if both:
        return read_quantity(both["m"]), read_quantity(both["r"])
    radius = statement.take(
        rf"radius(?: of (?:the )?\w+)?\s*(?:is|=|of|,)*\s+(?:R\s*=\s*)?{quantity('length', 'r')}"
    )
    if radius is None:
        raise Unsupported("the radius of the planet is not given")
    mass = statement.take(
        rf"mass of (?:the )?(?:Earth|Mars|Moon|Venus|Jupiter|planet)\s*(?:is|=)\s*{quantity('mass', 'm')}"
    )
    return (read_quantity(mass["m"]) if mass else None), read_quantity(radius["r"])


def _finish(names: Mapping[str, str], radius: Quantity, altitude: Quantity) -> Figure:
    if not 0.02 <= altitude.base / radius.base <= 3:
        raise Unsupported("the height and the planet's radius are too different for one drawing")
    given = {
        "radius": 1.0,
        "altitude": altitude.base / radius.base,
        "radius_label": radius.label,
        "altitude_label": altitude.label,
        "planet_label": f"{names['planet']}\n{names['planet_mass']}".strip(),
        "body_label": f"{names['body']}\n{names['body_mass']}".strip(),
    }
    script = write_script("An orbit", given, CANVAS, _DRAW)
    labels = [radius.label, altitude.label, *(text for text in names.values() if text)]
    elements = (
        f"{names['planet']} as a disc with its radius labelled {radius.label}",
        f"The {names['body']} on a circle at a height labelled {altitude.label}",
        *(f"{one} is written" for one in labels[4:]),
    )
    layout = ("Radius and height in the same scale, in units of the radius",)
    return Figure(elements, tuple(labels), layout, script, (EQUAL, GIVEN_ONLY))
