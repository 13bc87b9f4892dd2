"""Families that show given numbers: charts, plots of data, tables, Venn diagrams, number lines, bells."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.patches import Rectangle, Wedge

from irloom.backends.offline.figures.figure import Unsupported
from support.problems import SUPPORTED
from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_bars_are_as_high_as_their_values_and_stand_over_their_names(draw: Draw) -> None:
    drawn = draw(SUPPORTED["charts"][0][0])
    assert [bar.get_height() for bar in drawn.ax.patches if isinstance(bar, Rectangle)] == [12, 7, 9, 15]
    assert [tick.get_text() for tick in drawn.ax.get_xticklabels()] == [
        "apples",
        "bananas",
        "cherries",
        "dates",
    ]


def test_sectors_are_as_wide_as_their_shares_and_their_angles_are_not_written(draw: Draw) -> None:
    drawn = draw(SUPPORTED["charts"][1][0])
    wedges = [patch for patch in drawn.ax.patches if isinstance(patch, Wedge)]
    assert [abs(one.theta2 - one.theta1) for one in wedges] == pytest.approx([144, 108, 36, 72])
    assert drawn.texts == {"rent\n40%", "food\n30%", "travel\n10%", "savings\n20%"}


def test_a_list_of_counts_in_a_sentence_is_read_name_by_name(draw: Draw) -> None:
    drawn = draw(SUPPORTED["charts"][3][0])
    assert dict(zip(drawn.names["names"], drawn.names["values"], strict=True)) == {
        "round yellow": 31, "round green": 11, "wrinkled yellow": 9, "wrinkled green": 3,
    }  # fmt: skip


def test_classes_of_different_widths_are_refused(draw: Draw) -> None:
    with pytest.raises(Unsupported, match="different widths"):
        draw("A histogram has the classes 0-10: 4, 10-30: 9, 30-40: 5.")


def test_the_box_reaches_from_the_first_to_the_third_quartile(draw: Draw) -> None:
    drawn = draw(SUPPORTED["data_plots"][1][0])
    (box,) = (patch for patch in drawn.ax.patches if isinstance(patch, Rectangle))
    assert (box.get_x(), box.get_width()) == (7, 8)
    assert "8" not in drawn.texts


def test_lists_of_x_and_y_are_paired(draw: Draw) -> None:
    drawn = draw("Find the correlation of x: 1, 2, 3, 4 and y: 2, 4, 5, 4.")
    assert [(x, y) for x, y, _ in drawn.names["points"]] == [(1, 2), (2, 4), (3, 5), (4, 4)]
    with pytest.raises(Unsupported, match="not as many"):
        draw("Find the correlation of x: 1, 2, 3, 4, 5 and y: 2, 4, 5, 4.")


def test_a_matrix_by_its_entries_is_filled_with_the_rest(draw: Draw) -> None:
    drawn = draw("Let A be a 3 × 3 matrix with a_{12} = a_{31} = 1 and all other entries 0. Find A^2.")
    assert drawn.names["cells"] == [["0", "1", "0"], ["0", "0", "0"], ["1", "0", "0"]]


def test_a_table_with_rows_of_different_lengths_is_refused(draw: Draw) -> None:
    with pytest.raises(Unsupported, match="not equally long"):
        draw(r"Find the determinant of \begin{bmatrix} 7 & 2 \\ 3 \end{bmatrix}.")


def test_a_total_stands_at_its_set_and_only_the_overlap_in_a_region(draw: Draw) -> None:
    drawn = draw(SUPPORTED["venn"][0][0])
    assert drawn.names["sets"] == ["football 25", "cricket 18"]
    assert drawn.names["inside"] == [([0, 1], "8")]
    assert not {"17", "10", "5"} & drawn.texts


def test_what_only_one_set_holds_stands_in_its_region(draw: Draw) -> None:
    drawn = draw(
        "Of 30 students, 12 study only French, 9 study only Spanish and 4 study both. How many study none?"
    )
    assert sorted(drawn.names["inside"]) == [([0], "12"), ([0, 1], "4"), ([1], "9")]
    assert drawn.names["sets"] == ["French", "Spanish"]


def test_ends_that_belong_to_an_interval_are_filled(draw: Draw) -> None:
    drawn = draw(SUPPORTED["number_lines"][0][0])
    ends = {
        float(np.asarray(line.get_xdata())[0]): line.get_markerfacecolor() != "white"
        for line in drawn.ax.lines
        if line.get_marker() == "o"
    }
    assert ends == {1: True, 5: True, 3: False, 8: False}


def test_an_interval_without_an_end_runs_to_the_edge(draw: Draw) -> None:
    drawn = draw("Show the sets (-∞, 2] and (4, 7) on a number line.")
    left = drawn.ax.get_xlim()[0]
    assert any(stroke[0, 0] == left and stroke[-1, 0] == 2 for stroke in drawn.strokes)


def test_a_bell_is_as_wide_as_its_deviation_and_its_probability_is_not_written(draw: Draw) -> None:
    drawn = draw(SUPPORTED["bells"][1][0])
    x, y = drawn.strokes[0].T
    assert x[np.argmax(y)] == pytest.approx(100)
    assert np.interp(115, x, y) == pytest.approx(np.exp(-0.5), rel=1e-3)
    assert drawn.names["bounds"] == [120, np.inf]
