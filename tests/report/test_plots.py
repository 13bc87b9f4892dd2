"""Plots are SVG that says what it shows, the same bytes every time."""

from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from irloom.report.course import Spent
from irloom.report.plots import counts_rounds, draw_counts, draw_endings, draw_rules, draw_scatter, draw_spent

ENDINGS = {
    "reasoning": Counter({("accepted", 1): 7, ("accepted", 2): 2, ("accepted", 9): 1, ("rejected", 3): 1}),
    "empty": Counter(),
    "$x^{": Counter({("failed", 0): 3}),
}
SPENT = [Spent(10, 110, 9_000, 2_000, 0.01), Spent(20, 220, 18_000_000, 4_000, 0.02)]
AXES, NAMES = ("score before", "score after"), ("before", "after")
DRAWINGS: dict[str, Callable[[], bytes]] = {
    "endings": lambda: draw_endings(ENDINGS),
    "rules": lambda: draw_rules([(0, 2), (7, 3), (40, 3)]),
    "scores": lambda: draw_scatter([(0.1, 0.4), (0.5, 0.5), (-0.2, 0.9)], AXES, NAMES),
    "one score": lambda: draw_scatter([(0.5, 0.5)], AXES, NAMES),
    "spent": lambda: draw_spent(SPENT),
    "spent nothing": lambda: draw_spent([Spent(1, 0, 0, 0, 0.0)]),
    "counts": lambda: draw_counts({"judge: $\\frac": 3, "write: B": 1_000}, "#c4453c"),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_drawing_is_svg_of_the_same_bytes_every_time(draw: Callable[[], bytes]) -> None:
    svg = draw()
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert svg == draw()


def say(svg: bytes) -> str:
    """The texts of a drawing, which stand in comments beside their outlines."""
    return svg.decode()


def test_each_round_and_outcome_that_occurs_is_in_the_legend() -> None:
    text = say(draw_endings(ENDINGS))
    for label in ("accepted in round 1", "accepted in round 2", "accepted in round 4 or later"):
        assert f"<!-- {label} -->" in text
    assert "<!-- accepted in round 3 -->" not in text
    assert "<!-- rejected -->" in text
    assert "<!-- unjudged -->" not in text
    assert "<!-- reasoning  11 -->" in text
    assert "empty" not in text


def test_without_rounds_the_flows_word_for_accepted_stands_alone() -> None:
    endings = {"normal": Counter({("accepted", 0): 7, ("failed", 0): 1})}
    assert not counts_rounds(endings)
    assert counts_rounds(ENDINGS)
    text = say(draw_endings(endings, {"accepted": "scored"}))
    assert "<!-- scored -->" in text
    assert "in round" not in text
    assert "<!-- failed -->" in text


def test_tokens_and_cost_are_drawn_only_where_there_are_any() -> None:
    text = say(draw_spent(SPENT))
    assert all(f"<!-- {name} -->" in text for name in ("requests", "tokens", "US dollars", "completion"))
    text = say(draw_spent([Spent(5, 50, 0, 0, 0.0)]))
    assert "<!-- requests -->" in text
    assert not any(f"<!-- {name} -->" in text for name in ("tokens", "US dollars"))


def test_only_the_largest_counts_are_drawn() -> None:
    text = say(draw_counts({f"name {number}": number for number in range(1, 31)}, "#c4453c"))
    assert "<!-- name 30 -->" in text
    assert "<!-- name 18 -->" not in text


def test_the_figures_of_a_scatter_are_called_what_its_flow_calls_them() -> None:
    text = say(draw_scatter([(0.1, 0.4), (0.5, 0.5)], AXES, NAMES))
    assert all(f"<!-- {name} -->" in text for name in (*AXES, *NAMES))
