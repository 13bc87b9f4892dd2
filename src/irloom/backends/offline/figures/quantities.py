"""Numbers with units, as problems write them, and the patterns that find them."""

import re
from dataclasses import dataclass

NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?:\s*[×x*]\s*10\s*\^\s*\(?-?\d+\)?|[eE][+-]?\d+)?"
)
SIGNED = rf"[-+]?\s*{NUMBER}"
IS = (
    r"\s*(?:(?:=|:|(?:is|are|was|of|has|have|having|with|measures?|measuring|equals?|equal|to|an?|the|lengths?|"
    r"each|about)\b)\s*)*"
)
"""Words between what is measured and its value."""
_BEFORE = r"(?<![\d.,\w^])"
_AFTER = r"(?![A-Za-z^°]|/\w|\s+per\b)"

_UNITS: dict[str, dict[str, tuple[float, str]]] = {
    "length": {
        "m": (1, "meters? metres?"), "cm": (0.01, "centimeters? centimetres?"),
        "mm": (1e-3, "millimeters? millimetres?"), "km": (1e3, "kilometers? kilometres?"),
        "in": (0.0254, "inch(?:es)?"), "ft": (0.3048, "foot feet"), "yd": (0.9144, "yards?"),
        "units": (1, "units?"),
    },
    "mass": {"kg": (1, "kilograms?"), "g": (1e-3, "grams?"), "lb": (0.4536, "pounds? lbs")},
    "angle": {"°": (1, "degrees? deg")},
    "time": {"s": (1, "seconds? sec"), "ms": (1e-3, "milliseconds?"), "min": (60, "minutes?"),
             "h": (3600, "hours? hrs?")},
    "speed": {"m/s": (1, r"(?:meters?|metres?)\s+per\s+second m\s+per\s+s"), "cm/s": (0.01, ""),
              "km/h": (0.2778, r"(?:kilometers?|kilometres?)\s+per\s+hour km/hr kph"),
              "ft/s": (0.3048, r"feet\s+per\s+second ft/sec"), "mph": (0.447, r"miles\s+per\s+hour")},
    "force": {"N": (1, "newtons?"), "kN": (1e3, "")},
    "resistance": {"Ω": (1, "ohms?"), "kΩ": (1e3, "kiloohms? kilohms?"), "mΩ": (1e-3, "")},
    "voltage": {"V": (1, "volts?"), "mV": (1e-3, ""), "kV": (1e3, "")},
    "current": {"A": (1, "amperes? amps?"), "mA": (1e-3, "")},
    "capacitance": {"F": (1, "farads?"), "μF": (1e-6, "uF microfarads?"), "mF": (1e-3, ""),
                    "nF": (1e-9, ""), "pF": (1e-12, "")},
    "inductance": {"H": (1, r"henr(?:y|ys|ies)"), "mH": (1e-3, "millihenr(?:y|ys|ies)"), "μH": (1e-6, "")},
    "frequency": {"Hz": (1, "hertz"), "kHz": (1e3, ""), "rad/s": (1, r"radians\s+per\s+second")},
    "charge": {"C": (1, "coulombs?"), "μC": (1e-6, "uC microcoulombs?"), "nC": (1e-9, ""), "mC": (1e-3, "")},
    "energy": {"J": (1, "joules?"), "kJ": (1e3, ""), "eV": (1, "electron\\s+volts?")},
    "wavelength": {"nm": (1, "nanometers? nanometres?")},
    "percent": {"%": (1, r"percent per\s+cent")},
}  # fmt: skip
_TIGHT = ("°", "%")
"""Units that stand directly behind the number."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as the problem writes the number."""

    number: str
    unit: str = ""

    @property
    def value(self) -> float:
        """In its own unit."""
        return read_number(self.number)

    @property
    def label(self) -> str:
        """As it is read in a figure."""
        number = _raise_powers(self.number)
        return f"{number}{self.unit}" if self.unit in _TIGHT else f"{number} {self.unit}".strip()

    @property
    def base(self) -> float:
        """In the first unit of its kind, such as metres; as it is where it has no unit."""
        return self.value * next((kind[self.unit][0] for kind in _UNITS.values() if self.unit in kind), 1.0)


def quantity(kind: str, name: str) -> str:
    """A pattern for a number with a unit of this kind, as a group of this name."""
    return rf"(?P<{name}>{_BEFORE}{NUMBER}[\s-]*{_unit_pattern(kind)})"


def measure(name: str, kind: str = "length") -> str:
    """A pattern for a number that may have a unit, and has none of another kind."""
    unit = _unit_pattern(kind)
    other = r"\s*(?:°|%|Ω|[A-Za-zμ]+/|×)|\s*(?:kg|g|N|V|A|deg\w*|percent|times)\b"
    bare = rf"(?!\d|,\d|\.\d)(?!{other}|[\s-]*{unit})"
    return rf"(?P<{name}>{_BEFORE}(?:{NUMBER}[\s-]*{unit}|{NUMBER}{bare}))"


def read_quantity(text: str) -> Quantity:
    """A text that one of the patterns found."""
    found = re.match(rf"\s*(?P<number>[-+]?\s*{NUMBER})[\s-]*(?P<unit>.*)", text, re.DOTALL)
    assert found is not None, text
    return Quantity(" ".join(found["number"].split()).replace("- ", "-"), _name_unit(found["unit"].strip()))


def read_number(text: str) -> float:
    """The value of a number as problems write it."""
    plain = (
        re.sub(r"(?<!\s)\s*+[×x*]\s*+10\s*+\^\s*+\(?(-?\d+)\)?", r"e\1", text)
        .replace(",", "")
        .replace(" ", "")
    )
    return float(plain)


def share_unit(quantities: list[Quantity]) -> list[Quantity]:
    """Quantities of which the last one names the unit of all, as in `3, 4 and 5 cm`."""
    units = {one.unit for one in quantities if one.unit}
    if len(units) != 1:
        return quantities
    return [Quantity(one.number, units.copy().pop()) for one in quantities]


def _unit_pattern(kind: str) -> str:
    symbols = sorted(_UNITS[kind], key=len, reverse=True)
    words = [word for symbol in symbols for word in _UNITS[kind][symbol][1].split()]
    named = f"|(?i:{'|'.join(words)})" if words else ""
    return rf"(?:(?-i:{'|'.join(map(re.escape, symbols))}){named}){_AFTER}"


def _name_unit(text: str) -> str:
    """The symbol for a unit, however it is spelled."""
    for kind in _UNITS.values():
        if text in kind:
            return text
    for kind in _UNITS.values():
        for symbol, (_, words) in kind.items():
            if any(re.fullmatch(word, text, re.IGNORECASE) for word in words.split()):
                return symbol
    return text


def _raise_powers(number: str) -> str:
    """Powers of ten as mathematics."""
    if found := re.fullmatch(r"(.*?)(?<!\s)\s*+[×x*]\s*+10\s*+\^\s*+\(?(-?\d+)\)?", number):
        return rf"${found[1]} \times 10^{{{found[2]}}}$"
    return number
