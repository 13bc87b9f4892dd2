"""Family: resistors in series, in parallel or both, and series circuits with an inductor or a capacitor."""

import re
from dataclasses import dataclass, field

from irloom.backends.offline.figures.figure import GIVEN_ONLY, Figure, Unsupported
from irloom.backends.offline.figures.quantities import NUMBER, quantity, read_quantity
from irloom.backends.offline.figures.script import write_script
from irloom.backends.offline.figures.statement import Statement
from irloom.backends.offline.figures.symbols import LADDER, LOOP, SYMBOLS

_FOREIGN = (
    r"internal resistance|ammeters?|voltmeters?|galvanometer|switch\w*|bulbs?|lamps?|wheatstone|"
    r"bridge|diode|transistor|"
    r"transformer|kirchhoff\w*|loops|junctions?|shunt|meter|potentiometer|rheostat|fuse|dielectric|"
    r"plates?|area|"
    r"two batteries|batteries|three capacitors|capacitors|inductors|wire|length|temperature|heater|"
    r"appliance\w*|toaster|"
    r"cells|discharg\w+|charging|time constant|resistivity|copper|parallel (?:rlc|lrc)|unknown"
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_VOLTAGE = quantity("voltage", "v")
_MOST = 5


@dataclass(slots=True)
class _Circuit:
    """What is drawn: parts one after the other, branches side by side, and what drives them."""

    series: list[tuple[str, str]] = field(default_factory=list)
    parallel: list[str] = field(default_factory=list)
    source: str = "none"
    source_labels: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def draw_circuit(statement: Statement) -> Figure | None:
    """A circuit whose wiring the text states."""
    parts = statement.mentions(
        r"resistors?|R_?\d\s*=\s*\d+|r-?l-?c|l-?r-?c|r-?c circuit|r-?l circuit|l-?c circuit|resistances?"
    )
    if not parts or not statement.mentions(r"circuit|series|parallel|battery|connected"):
        return None
    if found := statement.find(rf"\b(?:{_FOREIGN})\b"):
        raise Unsupported(f"more than a simple circuit is spoken of: {found[0]!r}")
    circuit = _Circuit()
    reactive = statement.mentions(r"inductors?|inductance|capacitors?|capacitance|r-?l-?c|l-?r-?c")
    if reactive:
        _read_reactive(statement, circuit)
    else:
        _read_resistors(statement, circuit)
    _read_source(statement, circuit, reactive)
    return _finish(circuit)


def _read_reactive(statement: Statement, circuit: _Circuit) -> None:
    """One resistor, one inductor, one capacitor, or two of them."""
    if statement.mentions("parallel") or not statement.mentions(r"series|single[- ]loop"):
        raise Unsupported("that the parts are in series is not said")
    if charge := statement.take(quantity("charge", "v")):
        stored = f", {read_quantity(charge['v']).label}"
    else:
        stored = ""
    for kind in ("resistance", "inductance", "capacitance"):
        found = statement.take_all(quantity(kind, "v"))
        if len(found) > 1:
            raise Unsupported(f"more than one {kind} in a series circuit")
        if found:
            label = read_quantity(found[0]["v"]).label
            circuit.series.append((kind, label + stored if kind == "capacitance" else label))
    if len(circuit.series) < 2:
        raise Unsupported("the values of the parts are not given")
    if cycles := statement.take(rf"\bN\s*=\s*(?P<n>{NUMBER})"):
        circuit.notes.append(f"N = {cycles['n']}")


def _read_resistors(statement: Statement, circuit: _Circuit) -> None:
    found = _take_resistors(statement)
    if not 2 <= len(found) <= _MOST:
        raise Unsupported(f"{len(found)} resistors with a value, where 2 to {_MOST} are drawn")
    series, parallel = statement.mentions("in series|series circuit"), statement.mentions("(?:in )?parallel")
    if series and parallel:
        inner, outer = _split(statement, found)
    elif series or parallel:
        inner, outer = ([], found) if series else (found, [])
    else:
        raise Unsupported("whether the resistors are in series or in parallel is not said")
    circuit.series = [("resistance", label) for _, label in outer]
    circuit.parallel = [label for _, label in inner]


def _take_resistors(statement: Statement) -> list[tuple[int, str]]:
    """Where each resistor stands in the text, and its label."""
    ohms = quantity("resistance", "v")
    found: list[tuple[int, str]] = []
    several = rf"\b(?P<count>{'|'.join(_COUNTS)})\s+(?:identical\s+)?{ohms}(?=\s*resistors)"
    each = (
        rf"\b(?P<count>{'|'.join(_COUNTS)})\s+(?:identical\s+|equal\s+)?resistors[^.,;\d]*?{ohms}(?=\s*each)"
    )
    for pattern in (several, each):
        for match in statement.take_all(pattern):
            found += [(match.start(), read_quantity(match["v"]).label)] * _COUNTS[match["count"].lower()]
    listed = rf"(?P<list>(?:{NUMBER}\s*,\s*)*{NUMBER}\s*,?\s+and\s+|(?:{NUMBER}\s*,\s*)+){ohms}"
    for match in statement.take_all(listed):
        last = read_quantity(match["v"])
        numbers = re.findall(NUMBER, match["list"])
        found += [(match.start(), f"{number} {last.unit}") for number in [*numbers, last.number]]
    for match in statement.take_all(rf"(?:\bR_?(?P<n>\d)\s*=\s*)?{ohms}"):
        label = read_quantity(match["v"]).label
        found.append((match.start(), f"$R_{match['n']}$ = {label}" if match["n"] else label))
    return sorted(found, key=lambda one: one[0])


def _split(
    statement: Statement, found: list[tuple[int, str]]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Which resistors are side by side and which are in front of them."""
    text = statement.text
    behind = re.search(
        r"in series with (?:a|the) parallel (?:combination|arrangement|pair|set|connection)", text, re.I
    )
    if behind:
        inner = [one for one in found if one[0] > behind.start()]
    else:
        side, front = (
            re.search(r"in parallel|parallel combination", text, re.I),
            re.search(r"in series with", text, re.I),
        )
        if side is None or front is None or front.start() < side.start():
            raise Unsupported("which resistors are in parallel is not understood")
        inner = [one for one in found if one[0] < front.start()]
    outer = [one for one in found if one not in inner]
    if len(inner) < 2 or not outer or len(inner) + len(outer) != len(found):
        raise Unsupported("which resistors are in parallel is not understood")
    return inner, outer


def _read_source(statement: Statement, circuit: _Circuit, reactive: bool) -> None:
    voltages = statement.take_all(_VOLTAGE)
    frequencies = statement.take_all(quantity("frequency", "v"))
    if len(voltages) > 1 or len(frequencies) > 1:
        raise Unsupported("more than one source")
    circuit.source_labels = [read_quantity(found["v"]).label for found in [*voltages, *frequencies]]
    alternating = statement.mentions(r"ac|alternating|amplitude|peak|rms|frequency") or bool(frequencies)
    if voltages or frequencies:
        circuit.source = "ac" if alternating else "battery"
    elif alternating and reactive:
        circuit.source = "ac"
    elif not reactive:
        circuit.source = "terminals"


def _finish(circuit: _Circuit) -> Figure:
    given = {
        "series": circuit.series,
        "parallel": circuit.parallel,
        "source": circuit.source,
        "source_label": "\n".join(circuit.source_labels),
    }
    layout = "parallel branches at the right" if circuit.parallel else "the parts along the top"
    drawing = LADDER if circuit.parallel else LOOP
    script = write_script("A circuit", given, SYMBOLS, drawing, notes=circuit.notes)
    names = {"resistance": "resistor", "inductance": "inductor", "capacitance": "capacitor"}
    sources = {"battery": "A battery", "ac": "An AC source", "terminals": "Two open terminals"}
    elements = [f"A {names[kind]} labelled {label}, in series" for kind, label in circuit.series]
    elements += [f"A resistor labelled {label}, in parallel with the others" for label in circuit.parallel]
    if circuit.source in sources:
        elements.append(
            " ".join([sources[circuit.source], *(f"labelled {one}" for one in circuit.source_labels)])
        )
    labels = (
        *(label for _, label in circuit.series),
        *circuit.parallel,
        *circuit.source_labels,
        *circuit.notes,
    )
    return Figure(
        tuple(elements), labels, (f"A loop with the source at the left, {layout}",), script, (GIVEN_ONLY,)
    )
