"""Formulas of one or two variables: read from a text, evaluated, and written as Python and as mathtext."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_FUNCTIONS: dict[str, tuple[Callable[[Values], Values], str]] = {
    "sin": (np.sin, "np.sin"), "cos": (np.cos, "np.cos"), "tan": (np.tan, "np.tan"),
    "exp": (np.exp, "np.exp"), "ln": (np.log, "np.log"), "log": (np.log10, "np.log10"),
    "sqrt": (np.sqrt, "np.sqrt"), "abs": (np.abs, "np.abs"),
}  # fmt: skip
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<word>[A-Za-z]+|π)|(?P<sign>\*\*|[-+*/^()|]))")
_CONSTANTS = {"pi": np.pi, "π": np.pi, "e": np.e}
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_NEGATING = 3

Kind = Literal["number", "variable", "constant", "call", "negative", "+", "-", "*", "/", "^"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A number, a name, or an operation on other expressions."""

    kind: Kind
    name: str = ""
    parts: tuple["Expression", ...] = ()

    def evaluate(self, values: Mapping[str, Values]) -> Values:
        """The value at each place; NaN and infinities where there is none."""
        with np.errstate(all="ignore"):
            return np.asarray(self._evaluate(values), dtype=np.float64)

    def _evaluate(self, values: Mapping[str, Values]) -> Values:
        parts = [part._evaluate(values) for part in self.parts]
        match self.kind:
            case "number":
                return np.float64(self.name)  # type: ignore[return-value]
            case "variable":
                return values[self.name]
            case "constant":
                return np.float64(_CONSTANTS[self.name])  # type: ignore[return-value]
            case "call":
                return _FUNCTIONS[self.name][0](parts[0])
            case "negative":
                return -parts[0]
            case "+":
                return parts[0] + parts[1]
            case "-":
                return parts[0] - parts[1]
            case "*":
                return parts[0] * parts[1]
            case "/":
                return parts[0] / parts[1]
        return np.power(parts[0], parts[1])

    @property
    def names(self) -> frozenset[str]:
        """The variables in it."""
        own = {self.name} if self.kind == "variable" else set()
        return frozenset(own.union(*(part.names for part in self.parts)))

    def list_calls(self) -> list["Expression"]:
        """Every application of a function in it."""
        own = [self] if self.kind == "call" else []
        return own + [call for part in self.parts for call in part.list_calls()]

    def write_code(self) -> str:
        """As Python on arrays."""
        match self.kind:
            case "number":
                return f"0{self.name}" if self.name.startswith(".") else self.name
            case "variable":
                return self.name
            case "constant":
                return "np.e" if self.name == "e" else "np.pi"
            case "call":
                return f"{_FUNCTIONS[self.name][1]}({self.parts[0].write_code()})"
            case "negative":
                return f"-{self._wrap(0, _NEGATING, Expression.write_code)}"
        above = self._wrap(0, _BINDING[self.kind] + (self.kind == "^"), Expression.write_code)
        below = self._wrap(1, _BINDING[self.kind] + (self.kind in "-/"), Expression.write_code)
        return f"{above}**{below}" if self.kind == "^" else f"{above} {self.kind} {below}"

    def write_math(self) -> str:
        """As mathtext, without the dollars."""
        match self.kind:
            case "number" | "variable":
                return self.name
            case "constant":
                return "e" if self.name == "e" else r"\pi"
            case "call":
                return self._write_call()
            case "negative":
                return f"-{self._wrap(0, _NEGATING, Expression.write_math)}"
            case "/":
                return rf"\frac{{{self.parts[0].write_math()}}}{{{self.parts[1].write_math()}}}"
            case "^":
                return self._write_power()
        above = self._wrap(0, _BINDING[self.kind], Expression.write_math)
        below = self._wrap(1, _BINDING[self.kind] + (self.kind == "-"), Expression.write_math)
        if self.kind != "*":
            return f"{above} {self.kind} {below}"
        return rf"{above} \cdot {below}" if below[:1].isdigit() else f"{above}{_space(above, below)}{below}"

    def _write_power(self) -> str:
        base, power = self.parts[0], self.parts[1].write_math()
        if base.kind == "call" and base.name not in ("sqrt", "abs"):
            return rf"\{base.name}^{{{power}}}({base.parts[0].write_math()})"
        return f"{self._wrap(0, _BINDING['^'] + 1, Expression.write_math)}^{{{power}}}"

    def _write_call(self) -> str:
        inner = self.parts[0].write_math()
        if self.name == "sqrt":
            return rf"\sqrt{{{inner}}}"
        return rf"|{inner}|" if self.name == "abs" else rf"\{self.name}({inner})"

    def _wrap(self, which: int, binding: int, write: Callable[["Expression"], str]) -> str:
        part = self.parts[which]
        loose = _NEGATING if part.kind == "negative" else _BINDING.get(part.kind, 9)
        if part.kind == "/" and write is Expression.write_math:
            loose = 9 if self.kind != "^" else 2  # a fraction bar holds its parts together
        return f"({write(part)})" if loose < binding else write(part)


def parse_expression(text: str, names: frozenset[str]) -> tuple[Expression, int] | None:
    """The longest formula of these variables at the start of a text, and where it ends."""
    parser = _Parser(text, names)
    found = parser.parse(0)
    return (found, parser.position) if found is not None else None


class _Parser:
    """Reads by precedence, and stops in front of what no longer belongs to a formula."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.position = 0
        self._text = text
        self._names = names
        self._bars = 0

    def parse(self, least: int) -> Expression | None:
        """A formula whose operators bind at least so tightly."""
        left = self._parse_first()
        while left is not None:
            before = self.position
            sign = self._peek()
            operator = "^" if sign == "**" else sign
            implied = operator not in _BINDING
            binding = _BINDING["*"] if implied else _BINDING[operator]
            if binding < least or sign == "" or (implied and not self._begins_factor(sign)):
                return left
            if not implied:
                self._take()
            tighter = binding + (0 if operator == "^" else 1)
            right = self._parse_first(True) if operator == "^" else self.parse(tighter)
            if right is None:
                self.position = before
                return left
            kind: Kind = "*" if implied else operator  # type: ignore[assignment]
            left = Expression(kind, parts=(left, right))
        return left

    def _parse_first(self, exponent: bool = False) -> Expression | None:
        start, token = self.position, self._take()
        found: Expression | None = None
        if token in ("-", "+"):
            inner = self._parse_first() if exponent else self.parse(_NEGATING)
            found = inner if token == "+" or inner is None else Expression("negative", parts=(inner,))
        elif token == "(":
            found = self.parse(0)
            found = found if found is not None and self._take() == ")" else None
        elif token == "|":
            self._bars += 1
            inner = self.parse(0)
            self._bars -= 1
            found = Expression("call", "abs", (inner,)) if inner and self._take() == "|" else None
        elif token:
            found = self._read_word(token)
        if found is None:
            self.position = start
        return found

    def _read_word(self, token: str) -> Expression | None:
        if token[0].isdigit() or token[0] == ".":
            return Expression("number", token)
        if token in self._names:
            return Expression("variable", token)
        if token in _CONSTANTS:
            return Expression("constant", token)
        return self._read_call(token) if token in _FUNCTIONS else None

    def _read_call(self, name: str) -> Expression | None:
        """`sin(x)`, `sin 2x` and `sin^2(x)`."""
        power = None
        if self._peek() == "^":
            self._take()
            power = self._parse_first(True)
        inner = self._parse_first() if self._peek() == "(" else self.parse(_BINDING["*"])
        if inner is None:
            return None
        call = Expression("call", name, (inner,))
        return Expression("^", parts=(call, power)) if power is not None else call

    def _begins_factor(self, token: str) -> bool:
        """Whether a token begins a factor without a sign for multiplication, as in `2x`."""
        if token == "|":
            return self._bars == 0
        return token == "(" or token in self._names or token in _FUNCTIONS or token in _CONSTANTS

    def _peek(self) -> str:
        found = self._match(self.position)
        return found[0] if found else ""

    def _take(self) -> str:
        found = self._match(self.position)
        self.position = found[1] if found else self.position
        return found[0] if found else ""

    def _match(self, position: int) -> tuple[str, int] | None:
        found = _TOKEN.match(self._text, position)
        if found is None:
            return None
        if found["word"] is None:
            return found[0].strip(), found.end()
        word = self._split_word(found["word"])
        return (word, found.start("word") + len(word)) if word else None

    def _split_word(self, word: str) -> str:
        """The first name of letters that stand together, as `x` in `xy`; none where any is unknown."""
        known = [*_FUNCTIONS, *_CONSTANTS, *self._names]
        first = next((name for name in sorted(known, key=len, reverse=True) if word.startswith(name)), "")
        return first if first and (first == word or self._split_word(word[len(first) :])) else ""


def _space(above: str, below: str) -> str:
    """What keeps two factors apart: the name of a sign must not run into the next letter."""
    if below.startswith("\\") and not below.startswith("\\pi"):
        return r"\,"
    return " " if above.endswith("\\pi") and below[:1].isalpha() else ""
