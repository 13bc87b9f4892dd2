"""Script parts that draw curves in a coordinate system."""

from collections.abc import Mapping, Sequence

from irloom.backends.offline.figures.conics import Conic
from irloom.backends.offline.figures.equations import Curve

FRAME = """\
fig, ax = plt.subplots(figsize=(6, 6))
ax.set_xlim(window[0], window[1])
ax.set_ylim(window[2], window[3])
ax.axhline(0, color="black", linewidth=1)
ax.axvline(0, color="black", linewidth=1)
ax.grid(color="0.9")
ax.set_xlabel(names[0])
ax.set_ylabel(names[1])
colors = ["tab:blue", "tab:red", "tab:green", "tab:purple", "tab:orange", "tab:brown"]
"""
_FUNCTIONS = """\
{variable} = np.linspace(window[0], window[1], 1001)
with np.errstate(all="ignore"):  # a function need not be defined everywhere
    functions = [
{rows}
    ]
height = window[3] - window[2]
for color, (label, values) in zip(colors, functions):
    near = np.abs(values - (window[2] + window[3]) / 2) < 3 * height  # leaves out what lies behind a pole
    ax.plot({variable}, np.where(near, values, np.nan), color=color, label=label)
"""
_IMPLICIT = """\
x, y = np.meshgrid(np.linspace(window[0], window[1], 601), np.linspace(window[2], window[3], 601))
conics = [
{rows}
]
for color, (label, values) in zip(colors[::-1], conics):
    ax.contour(x, y, values, levels=[0], colors=[color])
    ax.plot([], [], color=color, label=label)
ax.set_aspect("equal")
"""
VERTICALS = """\
for place, label in verticals:
    ax.axvline(place, color="black", linestyle="--", label=label)
"""
POINTS = """\
for px, py, label in points:
    ax.plot(px, py, "ko", markersize=5)
    left, low = px > (window[0] + window[1]) / 2, py > (window[2] + window[3]) / 2
    ax.annotate(
        label,
        (px, py),
        xytext=(-8 if left else 8, -8 if low else 8),
        textcoords="offset points",
        ha="right" if left else "left",
        va="top" if low else "bottom",
    )
"""
LEGEND = """\
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.01), ncols=2, frameon=False)
"""


def write_functions(functions: Sequence[Curve], variable: str) -> str:
    """The part that draws functions of one variable."""
    rows = "\n".join(f'        (r"{curve.label}", {write_values(curve, variable)}),' for curve in functions)
    return _FUNCTIONS.replace("{variable}", variable).replace("{rows}", rows)


def write_conics(conics: Mapping[Curve, Conic]) -> str:
    """The part that draws curves on which an expression in x and y is zero."""
    rows = "\n".join(f'    (r"{curve.label}", {curve.expression.write_code()}),' for curve in conics)
    return _IMPLICIT.replace("{rows}", rows)


def write_values(curve: Curve, variable: str) -> str:
    """The values of a function as code, an array also where they are all alike."""
    code = curve.expression.write_code()
    return code if curve.expression.names else f"{code} + 0 * {variable}"
