r"""Compares what stands in a figure with what a problem says, however either writes it.

`$v_0 = 5\,\mathrm{m/s}$`, `v₀ = 5 m/s` and `v0=5m/s` are one text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_SYMBOLS = {
    "circ": "°", "degree": "°", "times": "×", "cdot": "·", "pm": "±", "leq": "≤", "geq": "≥", "le": "≤",
    "ge": "≥", "neq": "≠", "approx": "≈", "infty": "∞", "to": "→", "rightarrow": "→", "Omega": "Ω",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "varepsilon": "ε",
    "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "varphi": "φ", "omega": "ω", "angle": "∠", "prime": "′", "sqrt": "√", "%": "%",
}  # fmt: skip
_PLAIN = str.maketrans({"−": "-", "–": "-", "—": "-", "µ": "μ", "×": "x", "·": "*", "’": "'", "′": "'"})
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+|%)")
_SPACING = re.compile(r"\\[,;:! ]|[${}~]")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")
_DEGREES = re.compile(r"(?<=\d)\s*(?:\^°|deg(?:rees?)?\b|º)", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_VALUE = re.compile(
    r"[-+]?\d+(?:\.\d+)?(?:\s*[x*]\s*10\^-?\d+)?(?:\s*(?:[a-zμΩ°%][\w/^°%*-]*))?", re.IGNORECASE
)
_SHORT = 3
"""Texts up to this length keep their case: a point A is not a length a."""


def flatten(text: str) -> str:
    """A text without mathtext, LaTeX, spaces and typographic variety."""
    return "".join(_simplify(text).split())


def _simplify(text: str) -> str:
    """The same with the spaces that it has."""
    text = _FRACTION.sub(r"\1/\2", text)
    text = _COMMAND.sub(lambda found: _SYMBOLS.get(found[1], ""), text)
    text = _SPACING.sub("", text)
    text = _RAISED.sub(lambda found: f"^{found[0]}", text)
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN).replace("_", "")
    return _THOUSANDS.sub("", _DEGREES.sub("°", text))


def holds_value(texts: Iterable[str], value: str) -> bool:
    """Whether one of the texts holds a value as a whole: `5 kg` is not in `15 kg`, nor `A` in `AB`."""
    wanted = flatten(value)
    if not wanted:
        return False
    fold = len(wanted) > _SHORT
    pattern = re.compile(_guard(wanted), re.IGNORECASE if fold else 0)
    return any(pattern.search(_simplify(text)) for text in texts)


def find_values(text: str) -> list[str]:
    """The numbers of a text with the units behind them."""
    plain = unicodedata.normalize("NFKC", _COMMAND.sub(lambda found: _SYMBOLS.get(found[1], ""), text))
    found = _VALUE.findall(_SPACING.sub("", plain).translate(_PLAIN))
    return [value.strip() for value in found]


def _guard(wanted: str) -> str:
    """A pattern for the text that stands by itself: no digit beside a digit, no letter beside a letter."""
    before = r"(?<![\d.])" if wanted[0].isdigit() else r"(?<![^\W\d_])" if wanted[0].isalpha() else ""
    after = r"(?!\d|\.\d)" if wanted[-1].isdigit() else r"(?![^\W\d_])" if wanted[-1].isalpha() else ""
    return before + "".join(_spaced(wanted)) + after


def _spaced(wanted: str) -> Iterator[str]:
    """Each sign, with room for spaces before it unless it would split a number."""
    for last, sign in zip(" " + wanted, wanted, strict=False):
        inside = last == " " or (last.isdigit() and sign.isdigit())
        yield re.escape(sign) if inside else rf"\s*{re.escape(sign)}"
