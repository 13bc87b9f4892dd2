r"""Compares what stands in a figure with what a problem says, however either writes it.

`$v_0 = 5\,\mathrm{m/s}$`, `v₀ = 5 m/s` and `v0=5m/s` are one text.
"""

import re
import unicodedata
from collections.abc import Iterable

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
_APART = "\0"
"""Between texts: no value holds it."""


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
    return Wording(texts).holds(value)


class Wording:
    """Some texts, made ready for values to be looked for: each look takes time in step with their length.

    Spaces are taken out, but for one between two digits, across which no value is read.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = _APART.join(_simplify(text) for text in texts)
        signs, self._places = _close_up(self._text)
        self._signs = "".join(signs)
        self._folded = "".join(map(_fold, signs))

    def holds(self, value: str) -> bool:
        """Whether a value stands in one of the texts by itself, however it is spaced."""
        wanted = flatten(value)
        if not wanted:
            return False
        fold = len(wanted) > _SHORT
        within = self._folded if fold else self._signs
        wanted = "".join(map(_fold, wanted)) if fold else wanted
        at = within.find(wanted)
        while at >= 0:
            if self._stands_alone(self._places[at], self._places[at + len(wanted) - 1] + 1):
                return True
            at = within.find(wanted, at + 1)
        return False

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether neither a digit is beside a digit nor a letter beside a letter."""
        first, last = self._text[start], self._text[end - 1]
        before = self._text[start - 1] if start else _APART
        after = self._text[end : end + 2]
        if first.isdigit() and (before.isdecimal() or before == "."):
            return False
        if last.isdigit() and (after[:1].isdecimal() or (after[:1] == "." and after[1:].isdecimal())):
            return False
        cut = (first.isalpha() and _is_letter(before)) or (last.isalpha() and _is_letter(after[:1]))
        return not cut


def _is_letter(sign: str) -> bool:
    return sign.isalnum() and not sign.isdecimal()


def _close_up(text: str) -> tuple[list[str], list[int]]:
    """The signs of a text without spaces, and where each stands; spaces between digits become one sign."""
    signs: list[str] = []
    places: list[int] = []
    spaced = False
    for place, sign in enumerate(text):
        if sign.isspace():
            spaced = True
            continue
        if spaced and signs and signs[-1].isdigit() and sign.isdigit():
            signs.append(" ")
            places.append(place - 1)
        signs.append(sign)
        places.append(place)
        spaced = False
    return signs, places


def _fold(sign: str) -> str:
    """A sign in lower case, where that is one sign too."""
    low = sign.lower()
    return low if len(low) == 1 else sign


def find_values(text: str) -> list[str]:
    """The numbers of a text with the units behind them."""
    plain = unicodedata.normalize("NFKC", _COMMAND.sub(lambda found: _SYMBOLS.get(found[1], ""), text))
    found = _VALUE.findall(_SPACING.sub("", plain).translate(_PLAIN))
    return [value.strip() for value in found]
