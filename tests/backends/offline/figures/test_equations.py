import pytest

from irloom.backends.offline.figures.conics import find_conic
from irloom.backends.offline.figures.equations import read_curves, take_domain, take_points
from irloom.backends.offline.figures.figure import Unsupported
from irloom.backends.offline.figures.statement import Statement


def test_functions_lines_and_conics_are_told_apart() -> None:
    curves = read_curves(Statement("Given y = x^2, x = -2, f(x) = 3x and x^2 + y^2 = 25, find them."))
    assert [curve.kind for curve in curves] == ["function", "vertical", "function", "implicit"]
    assert [curve.name for curve in curves] == ["y", "y", "f(x)", "y"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the parabola y = ax^2", "not understood"),
        ("Solve 2x + 3 = 7.", "to solve"),
        ("f(x) = 2x and f(x) = 0", "more than one function"),
        ("the mass m = 5", "not understood"),
        ("a height y = 5 m", "goes on"),
    ],
)
def test_an_equation_that_is_no_curve_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        read_curves(Statement(text))


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("for 0 ≤ x ≤ 4", (0, 4)),
        (r"on the interval $[0, 2\pi]$", (0, 6.283185307179586)),
        ("over [-1, 3]", (-1, 3)),
        ("for x from 1 to 5", (1, 5)),
        ("at x = 3", None),
    ],
)
def test_an_interval_is_read_in_its_forms(text: str, domain: tuple[float, float] | None) -> None:
    assert take_domain(Statement(text)) == domain


def test_points_keep_their_names() -> None:
    points = take_points(Statement("Let P(2, -3) and (0.5, 4) and Q = (1, 1) be points."))
    assert [(one.label, one.x, one.y) for one in points] == [
        ("P(2, -3)", 2, -3),
        ("(0.5, 4)", 0.5, 4),
        ("Q(1, 1)", 1, 1),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "xs", "ys"),
    [
        ("x^2 + y^2 - 4x + 6y = 12", "circle", (-3, 7), (-8, 2)),
        ("(x-1)^2/16 + (y+2)^2/9 = 1", "ellipse", (-3, 5), (-5, 1)),
        ("2x + 3y = 12", "line", (0, 6), (0, 4)),
        ("x^2/9 - y^2/16 = 1", "hyperbola", (-10, 10), (-10, 10)),
    ],
)
def test_a_conic_is_known_by_its_kind_and_extent(
    text: str, kind: str, xs: tuple[float, float], ys: tuple[float, float]
) -> None:
    (curve,) = read_curves(Statement(text))
    conic = find_conic(curve.expression)
    assert conic.kind == kind
    assert conic.xs == pytest.approx(xs)
    assert conic.ys == pytest.approx(ys)


def test_a_parabola_lies_between_its_vertex_and_where_it_opens() -> None:
    (curve,) = read_curves(Statement("y^2 = 8x"))
    conic = find_conic(curve.expression)
    assert conic.kind == "parabola"
    assert min(conic.xs) == pytest.approx(0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x^3 + y^3 = 1", "neither"),
        ("x^2 + y^2 = -1", "no point"),
        ("x^2 - y^2 = 0", "pair of lines"),
        ("(x + y)^2 + x = 0", "at a slant"),
    ],
)
def test_other_curves_are_refused(text: str, reason: str) -> None:
    (curve,) = read_curves(Statement(text))
    with pytest.raises(Unsupported, match=reason):
        find_conic(curve.expression)
