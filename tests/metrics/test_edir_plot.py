"""The picture shows every subcategory, those without queries too."""

from pathlib import Path

import numpy as np
import pytest

from irloom.edits import SUBCATEGORIES
from irloom.errors import StorageError
from irloom.metrics.edir_layout import lay_out
from irloom.metrics.edir_plot import plot_edir
from support.edir_data import build_edir, score_places


def test_coverage_and_recall_are_drawn_for_every_subcategory(tmp_path: Path) -> None:
    kinds = {"a": "color", "b": "complex", "c": "nothing known"}
    layout = lay_out(build_edir({name: (["x"], []) for name in kinds}, ["x", "y"], kinds))
    places = np.array([[0, 1], [1, 0], [0, 1]])
    scores, _ = score_places(layout, "an <embedder> with $ signs$", {"text": places})
    plot_edir(layout, scores, tmp_path / "plot.svg")
    drawn = (tmp_path / "plot.svg").read_text("utf-8")
    for text in (*SUBCATEGORIES, "What the 2 queries ask for", "by text alone", "share in EDIR as published"):
        assert f"<!-- {text} -->" in drawn or text in drawn, text
    assert drawn.count("<!-- no queries -->") == 13


def test_a_plot_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    layout = lay_out(build_edir({"a": (["x"], [])}, ["x"]))
    scores, _ = score_places(layout, "e", {"both": np.array([[0]])})
    with pytest.raises(StorageError, match="cannot be written"):
        plot_edir(layout, scores, tmp_path / "plot.txtx")
