"""Mathtext is written as a reader would type it."""

import pytest

from irloom.sandbox.inside.plain import write_plainly

CASES = {
    "no mathematics": "no mathematics",
    "5 $ alone": "5 $ alone",
    r"it costs \$5": "it costs $5",
    r"$x$": "x",
    r"angle $\theta=30^\circ$": "angle θ=30°",
    r"$90^{\circ}$": "90°",
    r"$v_0 = 5\,\mathrm{m/s}$": "v_0 = 5 m/s",
    r"$v_{max}$": "v_max",
    r"$x^{10}$": "x^10",
    r"$x^{n+1}$": "x^(n+1)",
    r"$\frac{1}{2}$": "1/2",
    r"$\frac{a+b}{2}$": "(a+b)/2",
    r"$\sqrt{3}$": "√3",
    r"$\sqrt{x+1}$": "√(x+1)",
    r"$\sqrt[3]{x}$": "3√x",
    r"$\sin\alpha$": "sinα",
    r"$\sin \alpha$": "sin α",
    r"$\vec{F} \times \hat{n}$": "F × n",
    r"$\left(\frac{a}{b}\right)$": "(a/b)",
    r"$\left.x\right|_0$": "x|_0",
    r"$\mathdefault{10^{-2}}$": "10^(-2)",
    r"$a \cdot b \leq c$": "a ⋅ b ≤ c",
    r"$f'$ and $g$": "f' and g",
    r"$\{1, 2\}$": "{1, 2}",
    r"50\% of $5\%$": r"50\% of 5%",
    r"$\Delta T = 3~\mathrm{K}$": "Δ T = 3 K",
    "$": "$",
    "$x^$": "x^",
    "": "",
}


@pytest.mark.parametrize(("given", "plain"), CASES.items())
def test_mathematics_is_written_out(given: str, plain: str) -> None:
    assert write_plainly(given) == plain
