import numpy as np
import pytest

from irloom.backends.offline.figures.expressions import parse_expression

NAMES = frozenset({"x", "y", "t"})


@pytest.mark.parametrize(
    ("text", "code", "math", "rest"),
    [
        ("3x^(0.5), the line", "3 * x**0.5", "3x^{0.5}", ", the line"),
        ("-x^2 + 4x - 3.", "-(x**2) + 4 * x - 3", "-x^{2} + 4x - 3", "."),
        ("sin^2(x) + cos 2x", "np.sin(x)**2 + np.cos(2 * x)", r"\sin^{2}(x) + \cos(2x)", ""),
        ("x(x-3)/2 and", "x * (x - 3) / 2", r"\frac{x(x - 3)}{2}", " and"),
        ("|x - 2| + 1", "np.abs(x - 2) + 1", "|x - 2| + 1", ""),
        ("e^(-2x) for", "np.e**(-2 * x)", "e^{-2x}", " for"),
        ("50 sin(2π t)", "50 * np.sin(2 * np.pi * t)", r"50\,\sin(2\pi t)", ""),
        ("xy = 4", "x * y", "xy", " = 4"),
        ("2 ** x", "2**x", "2^{x}", ""),
    ],
)
def test_a_formula_is_read_as_far_as_it_goes(text: str, code: str, math: str, rest: str) -> None:
    parsed = parse_expression(text, NAMES)
    assert parsed is not None
    expression, end = parsed
    assert expression.write_math() == math
    assert text[end:] == rest
    place = {name: np.array([1.7]) for name in NAMES}
    values = eval(expression.write_code(), {"np": np, **place})
    assert expression.evaluate(place) == pytest.approx(eval(code, {"np": np, **place}))
    assert values == pytest.approx(expression.evaluate(place))


@pytest.mark.parametrize("text", ["kx + 1", "a x", "f(x)", "", "+", "(x", "sin"])
def test_what_begins_with_an_unknown_name_is_no_formula(text: str) -> None:
    assert parse_expression(text, NAMES) is None


def test_code_of_nested_operations_keeps_their_order() -> None:
    for text in (
        "(x - 1) - (t - 2)",
        "x/(t*y)",
        "-(x + 1)^2",
        "(x/t)^2",
        "x - -2",
        "2/x/t",
        "(-x)^2",
        "2^(x+1)",
    ):
        parsed = parse_expression(text, NAMES)
        assert parsed is not None
        place = {"x": np.array([1.3]), "t": np.array([0.7]), "y": np.array([2.1])}
        wanted = eval(text.replace("^", "**"), {}, {name: value[0] for name, value in place.items()})
        assert parsed[0].evaluate(place) == pytest.approx(wanted), text
        assert eval(parsed[0].write_code(), {"np": np, **place}) == pytest.approx(wanted), text
