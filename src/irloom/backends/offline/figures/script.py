"""Puts scripts together: the given values as literals, then constant parts that draw with them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

CANVAS = """\
fig, ax = plt.subplots(figsize=(6, 6))
ax.set_aspect("equal")
ax.axis("off")
"""
NOTES = """\
# What is given and has no place in the drawing itself
fig.text(0.5, 0.02, "\\n".join(notes), ha="center", va="bottom", fontsize=11)
"""
MEASURE = """\
def measure(start, end, text, shift):
    \"\"\"Draw a dimension line with its text beside it.\"\"\"
    ax.plot(*zip(start, end), linestyle="none")  # makes room for the arrows
    ax.annotate("", end, start, arrowprops={"arrowstyle": "<->"}, annotation_clip=False)
    x, y = (start[0] + end[0]) / 2 + shift[0], (start[1] + end[1]) / 2 + shift[1]
    ax.text(x, y, text, ha="center", va="center", fontsize=12)
"""
_DIGITS = 6
_WIDTH = 96


def write_script(title: str, givens: Mapping[str, Any], *parts: str, notes: Sequence[str] = ()) -> str:
    """A whole script under a title; `parts` are code that reads the names of `givens`."""
    values = {**givens, **({"notes": list(notes)} if notes else {})}
    body = [part.strip("\n") for part in parts]
    bottom = round(0.02 + 0.045 * len(notes), 3) if notes else 0
    ending = [NOTES.strip("\n")] if notes else []
    layout = f"fig.tight_layout(rect=(0, {bottom}, 1, 1))" if notes else "fig.tight_layout()"
    text = "\n\n".join([*body, *ending, f"{layout}\nplt.show()"])
    given = "\n".join(f"{name} = {_write(value)}" for name, value in values.items())
    imports = ["import matplotlib.pyplot as plt"]
    if "np." in given + text:
        imports.append("import numpy as np")
    if "patches." in text:
        imports.insert(0, "from matplotlib import patches")
    return f'"""{title}."""\n\n' + "\n".join(imports) + f"\n\n# What is drawn\n{given}\n\n{text}\n"


def _write(value: Any) -> str:
    """A value as a literal; a long one with an item a line."""
    literal = _literal(value)
    if len(literal) <= _WIDTH or not isinstance(value, (list, dict)):
        return literal
    if isinstance(value, dict):
        items = [f"{_literal(key)}: {_literal(item)}" for key, item in value.items()]
        return "{\n" + "".join(f"    {item},\n" for item in items) + "}"
    return "[\n" + "".join(f"    {_literal(item)},\n" for item in value) + "]"


def _literal(value: Any) -> str:
    match value:
        case bool() | None:
            return repr(value)
        case int() | float():
            return _number(value)
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case tuple():
            return f"({', '.join(map(_literal, value))}{',' if len(value) == 1 else ''})"
        case dict():
            return "{" + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in value.items()) + "}"
    return _quote(str(value))


def _number(value: float) -> str:
    if math.isinf(value):
        return "-np.inf" if value < 0 else "np.inf"
    rounded = float(f"{value:.{_DIGITS}g}")
    return str(int(rounded)) if rounded == int(rounded) and abs(rounded) < 1e15 else repr(rounded)


def _quote(text: str) -> str:
    """A string as people write it: double quotes, and raw where mathematics needs backslashes."""
    plain = '"' not in text and "\n" not in text and not text.endswith("\\") and text.isprintable()
    if not plain:
        return repr(text)
    return f'r"{text}"' if "\\" in text else f'"{text}"'
