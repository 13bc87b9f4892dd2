"""The picture of IF-Bench's scores shows every variant in one colour, and a legend that fits."""

from typing import Any

import pytest
from matplotlib.colors import to_hex

from irloom.pipelines.evaluate.ifbench.blind import LONGEST
from irloom.pipelines.evaluate.ifbench.config import VARIANTS
from irloom.pipelines.evaluate.ifbench.plot import draw_scores
from irloom.pipelines.evaluate.ifbench.results import Asked, Counts, Results
from irloom.pipelines.evaluate.ifbench.scores import score


def make(name: str, *variants: str) -> Results:
    dimensions = {"a": "Image Theme", "b": "Image Theme", "c": "Object Counting"}
    asked = {"a": Asked([1.0]), "b": Asked([0.0]), "c": Asked([1.0])}
    return Results(
        name=name,
        model="m",
        reading="token",
        rotations=1,
        dimensions=dimensions,
        cells={(variant, "en"): dict(asked) for variant in variants},
        counts={variant: Counts() for variant in variants},
    )


def draw(*runs: Results) -> Any:
    guess = score(make("guess", "blind"), resamples=100)
    scores = [score(one, resamples=100) for one in runs]
    guessed = [{LONGEST: one} for one in guess]
    return draw_scores({"runs": [*runs], "scores": scores, "guessed": [guessed] * len(runs)})


@pytest.mark.parametrize("runs", [1, 2])
def test_the_legend_of_all_variants_is_inside_the_picture(runs: int) -> None:
    figure = draw(*(make(f"run{number}", *VARIANTS) for number in range(runs)))
    figure.canvas.draw()
    (legend,) = figure.legends
    box, whole = legend.get_window_extent(), figure.bbox
    assert {text.get_text() for text in legend.get_texts()} == {*VARIANTS, "longest option", "chance"}
    assert whole.x0 <= box.x0
    assert box.x1 <= whole.x1
    assert whole.y0 <= box.y0
    assert box.y1 <= whole.y1


def test_a_variant_has_the_colour_of_the_legend_in_every_panel() -> None:
    figure = draw(make("first", "normal", "blind"), make("other", "prior+pair", "blind"))
    legend = {
        text.get_text(): to_hex(patch.get_facecolor())
        for text, patch in zip(figure.legends[0].get_texts(), figure.legends[0].legend_handles, strict=True)
        if text.get_text() in VARIANTS
    }
    assert list(legend) == ["normal", "prior+pair", "blind"]
    for axes in figure.axes:
        for bars in axes.containers:
            if bars.get_label() in legend:
                assert to_hex(bars[0].get_facecolor()) == legend[bars.get_label()]


def test_a_dimension_of_one_question_is_drawn_without_an_interval() -> None:
    (axes,) = draw(make("run", "normal")).axes
    lines = [line for line in axes.lines if line.get_label().startswith("_")]
    assert len(lines) == 2, "of the dimension with two questions, and of the macro"
