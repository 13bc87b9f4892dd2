r"""Cleans the text of a problem, and keeps account of which of its numbers a family has understood.

A figure that leaves a number of the text out may have misread it, so it is not drawn.
"""

import re
import unicodedata

from irloom.backends.offline.figures.quantities import NUMBER

_SYMBOLS = {
    "circ": "°", "degree": "°", "Omega": "Ω", "omega": "ω", "mu": "μ", "pi": "π", "theta": "θ", "alpha": "α",
    "beta": "β", "lambda": "λ", "phi": "φ", "sigma": "σ", "times": "×", "cdot": "*", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "lt": "<", "gt": ">", "cup": "∪", "cap": "∩", "in": "∈", "angle": "angle ",
    "triangle": "triangle ", "perp": "⊥", "infty": "∞", "pm": "±", "sin": "sin", "cos": "cos", "tan": "tan",
    "ln": "ln", "log": "log", "exp": "exp", "lim": "lim", "to": "→", "rightarrow": "→", "Delta": "Δ",
    "vert": "|", "mid": "|", "lvert": "|", "rvert": "|", "int": "∫", "iint": "∫", "iiint": "∫", "oint": "∫",
}  # fmt: skip
_SIGNS = str.maketrans({
    "−": "-", "–": "-", "—": "-", "µ": "μ", "Ω": "Ω", "∠": " angle ", "△": " triangle ", "º": "°", "’": "'",
    "‘": "'", "“": '"', "”": '"', "·": "*", "⋅": "*", "\u2009": " ",
})  # fmt: skip
_DROPPED = re.compile(
    r"\{/?eq\}|\\(?:displaystyle|textstyle|rm|bf|it|mathrm|mathbf|text|textrm|mathit|left|right|limits|quad|"
    r"qquad|overline|vec|hat|big|Big)(?![A-Za-z])|\$|\\[()\[\]]|\*\*"
)
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}|√\s*\(([^()]*)\)|√\s*(\w+)")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_SUNK = re.compile(r"[₀₁₂₃₄₅₆₇₈₉]+")
_INTEGRAL = re.compile(
    r"\$\$(?=(?:(?!\$\$).)*+\$\$)(?:(?!\$\$).)*?\\i*o?int(?![A-Za-z])(?:(?!\$\$).)*\$\$"
    r"|\{eq\}(?=(?:(?!\{/?eq\}).)*+\{/eq\})(?:(?!\{/eq\}).)*?\\i*o?int(?![A-Za-z])(?:(?!\{/eq\}).)*\{/eq\}",
    re.DOTALL,
)
"""Formulas to calculate are not part of the setting."""
_CHOICES = re.compile(r"^[^\S\n]*+\(?[Aa][).:]\s.*?^[^\S\n]*+\(?[Bb][).:]\s.*", re.DOTALL | re.MULTILINE)
_ASKED = re.compile(r"\?|\b(?:find|calculate|determine|what|how|compute|draw)\b", re.IGNORECASE)
_LONGEST_CHOICE = 60
_PART = re.compile(r"^[^\S\n]*+(?:\(?\d{1,2}[).]|\([a-z]\))\s++(?=[A-Za-z])", re.MULTILINE)
_ROUNDING = re.compile(
    r"(?:[,(]\s*+|(?<!\s)\s*+)(?:(?:and\s++)?(?:round(?:ed|ing)?|correct|accurate|give|express|write|answer)\b[^.?!]{0,60}?|"
    r"to\s++(?:the\s++|an?\s++)?(?:\w++\s++){0,2})"
    r"(?:decimal\s+(?:places?|points?)|significant\s+(?:figures?|digits?)|"
    r"nearest\s+(?:tenth|hundredth|thousandth|whole|integer|degree|unit|ten|hundred|\d+(?:\.\d+)?)\b)\)?",
    re.IGNORECASE,
)
_LOOSE = re.compile(rf"(?<![\w.^]){NUMBER}")


class Statement:
    """The text of one problem, for one family to read."""

    def __init__(self, question: str) -> None:
        self.raw = question
        self.text = clean(question)
        self._taken: list[tuple[int, int]] = []

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first place that fits and is not understood yet; its numbers count as understood."""
        return next(iter(self.take_all(pattern, 1)), None)

    def take_all(self, pattern: str, most: int = 1000) -> list[re.Match[str]]:
        """Every place that fits and is not understood yet."""
        found: list[re.Match[str]] = []
        for match in re.finditer(pattern, self.text, re.IGNORECASE):
            if len(found) < most and not self._overlaps(match.span()):
                found.append(match)
                self._taken.append(match.span())
        return found

    def take_span(self, start: int, end: int) -> None:
        """Count the numbers between two places as understood."""
        self._taken.append((start, end))

    def mentions(self, pattern: str) -> bool:
        """Whether a word stands in the text; the pattern is put between word boundaries."""
        return re.search(rf"\b(?:{pattern})\b", self.text, re.IGNORECASE) is not None

    def find(self, pattern: str) -> re.Match[str] | None:
        """The first place that fits, whether understood already or not."""
        return re.search(pattern, self.text, re.IGNORECASE)

    def list_leftovers(self) -> list[str]:
        """The numbers that nobody has understood."""
        return [one[0] for one in _LOOSE.finditer(self.text) if not self._overlaps(one.span())]

    def _overlaps(self, span: tuple[int, int]) -> bool:
        return any(span[0] < end and start < span[1] for start, end in self._taken)


def clean(question: str) -> str:
    """A problem's text in one line, without LaTeX, answer choices, part numbers and rounding rules."""
    text = _PART.sub("", _drop_choices(_INTEGRAL.sub(" ", question.translate(_SIGNS))))
    text = _DROPPED.sub(" ", text)
    for _ in range(3):
        text = _ROOT.sub(lambda one: f"sqrt({one[1] or one[2] or one[3]})", text)
        text = _FRACTION.sub(_divide, text)
    text = re.sub(r"\\[,;:! ]|~", " ", text)
    text = re.sub(r"\^\s*+(?:\{\s*+)?(?:\\circ|°)\s*+\}?", "° ", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda one: f"{_SYMBOLS.get(one[1], one[0])}", text)
    text = _drop_braces(text)
    text = _RAISED.sub(lambda one: "^" + unicodedata.normalize("NFKC", one[0]).replace("−", "-"), text)
    text = _SUNK.sub(lambda one: "_" + unicodedata.normalize("NFKC", one[0]), text)
    text = _ROUNDING.sub(" ", " ".join(text.split()))
    text = re.sub(r"(?<=[\d ])μ\s+(?=[FHCms]\b)", "μ", " ".join(text.split()))
    return re.sub(r"\(\s+", "(", re.sub(r"(?<!\s)\s++([,.;:?)°%])", r"\1", text))


def _drop_choices(text: str) -> str:
    """A text without the answers to choose from; parts to be answered one by one stay."""
    found = _CHOICES.search(text)
    if found is None or _ASKED.search(found[0]):
        return text
    asked = text[: found.start()].rstrip().endswith(("?", ":"))
    short = all(len(line.strip()) <= _LONGEST_CHOICE for line in found[0].splitlines())
    return text[: found.start()] if asked or short else text


def _divide(found: re.Match[str]) -> str:
    """A fraction of units as `m/s`, any other one with its parentheses."""
    above, below = found[1].strip(), found[2].strip()
    if above.isalpha() and re.fullmatch(r"[A-Za-z]+(?:\^\d)?", below):
        return f"{above}/{below}"
    return f"(({above})/({below}))"


def _drop_braces(text: str) -> str:
    """Exponents keep theirs as parentheses, sets keep theirs as they are."""
    text = text.replace("\\{", "⦃").replace("\\}", "⦄")
    for _ in range(3):
        text = re.sub(r"\^\s*\{([^{}]*)\}", r"^(\1)", text)
        text = re.sub(r"\{([^{}]*)\}", r"\1", text)
    return text.replace("⦃", "{").replace("⦄", "}")
