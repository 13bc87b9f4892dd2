"""ThermEval's labels become questions, each checked against labels and temperatures by another reader."""

from collections import Counter
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
import pytest

from irloom.cli.main import main
from irloom.errors import ConfigError
from irloom.question_sets.reader import open_set
from irloom.question_sets.record import Question
from irloom.question_sets.thermeval import builder
from irloom.question_sets.thermeval.points import Point, size
from irloom.question_sets.thermeval.settings import ThermevalSettings
from irloom.question_sets.writer import write_set
from support.thermeval import HEIGHT, ThermevalSet, write_points, write_thermeval


@pytest.fixture
def made(tmp_path: Path) -> ThermevalSet:
    return write_thermeval(tmp_path / "thermeval")


def build(made: ThermevalSet, out: Path, **more: Any) -> list[Question]:
    write_set(out, builder, ThermevalSettings(root=made.root, **more))
    return list(open_set(out).iterate())


def test_all_seven_kinds_are_made_and_counted_beside_the_paper(
    made: ThermevalSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "set"
    assert main(["build", "thermeval", "--root", str(made.root), "--out", str(out)]) == 0
    counts = Counter(one.task for one in open_set(out).iterate())
    assert counts == {
        "T1-modality": 2, "T2-colour-maps": 10, "T3-people-flir": 1, "T3-people-llvip": 1,
        "T4-bar-present": 2, "T4-bar-side": 3, "T4-bar-max": 3, "T4-bar-min": 3, "T5-two": 2, "T5-order": 2,
        "T6-coordinates": 6, "T6-marker": 6, "T6-region": 3, "T7-distance": 3,
    }  # fmt: skip
    said = capsys.readouterr().out
    assert "13,010" in said
    assert "x is the column of a pixel" in said
    assert {one.part for one in open_set(out).iterate()} == {"test"}


def test_every_temperature_is_that_of_the_file(made: ThermevalSet, tmp_path: Path) -> None:
    for one in build(made, tmp_path / "set", kinds=("T4", "T6", "T7")):
        matrix = made.matrices.get(one.source.removeprefix("thermeval/"))
        if one.kind != "temperature" or matrix is None:
            continue
        low, high = float(matrix.min()), float(matrix.max())
        assert one.truth["scale"] == pytest.approx([low, high], abs=0.06)
        expected = {"T4-bar-max": high, "T4-bar-min": low}.get(one.task, float(matrix.mean()))
        if one.task in {"T6-coordinates", "T6-marker"}:
            expected = float(matrix[one.truth["row"], one.truth["column"]])
        assert float(one.answer) == pytest.approx(expected, abs=0.06), one.id


def test_a_marker_stands_on_the_pixel_that_is_asked_and_coordinates_name_it(
    made: ThermevalSet, tmp_path: Path
) -> None:
    asked = build(made, tmp_path / "set", kinds=("T6",))
    for one in asked:
        at = one.truth.get("column", 0), one.truth.get("row", 0)
        if one.task == "T6-marker":
            (mark,) = one.images[0].marks
            assert mark.point == (at[0] + 0.5, at[1] + 0.5)
        if one.task == "T6-coordinates":
            assert f"column {at[0]} and row {at[1]}?" in one.question
            assert not one.images[0].marks


def test_rows_as_x_are_recognised_by_the_shape(made: ThermevalSet, tmp_path: Path) -> None:
    write_points(made, [(3, 180), (140, 5)], swapped=True)
    asked = [one for one in build(made, tmp_path / "set", kinds=("T6",)) if one.task == "T6-marker"]
    assert {(one.truth["column"], one.truth["row"]) for one in asked} == {(3, 180), (140, 5)}


@pytest.mark.parametrize("swapped", [False, True])
def test_where_both_readings_are_inside_the_temperatures_decide(
    made: ThermevalSet, tmp_path: Path, swapped: bool
) -> None:
    write_points(made, [(3, 130), (100, 5)], swapped=swapped)
    asked = [one for one in build(made, tmp_path / "set", kinds=("T6",)) if one.task == "T6-marker"]
    assert {(one.truth["column"], one.truth["row"]) for one in asked} == {(3, 130), (100, 5)}


def test_of_a_file_a_point_keeps_the_shape_and_two_temperatures_alone() -> None:
    matrix = np.arange(12, dtype=np.float32).reshape(3, 4)
    inside, outside = (size(Point("p", "f", x, 1, 6.0), matrix) for x in (2, 3))
    assert [inside.measure(reading) for reading in (True, False)] == [6, 9]
    assert [outside.fits(reading) for reading in (True, False)] == [True, False]
    assert outside.measure(True) == 7
    alive = ref(matrix)
    del matrix
    assert alive() is None


def test_points_that_lie_outside_either_way_are_refused(made: ThermevalSet, tmp_path: Path) -> None:
    rows = [("Thermal_1", HEIGHT + 4, HEIGHT + 4, "30.0")]
    made.write_labels("T6", "coords", ("tiff_file", "x", "y", "ground_truth"), rows)
    with pytest.raises(ConfigError, match=r"outside of their files whether x is the column or the row"):
        build(made, tmp_path / "set", kinds=("T6",))


def test_a_label_that_is_not_the_temperature_of_its_pixel_is_left_out_and_counted(
    made: ThermevalSet, tmp_path: Path
) -> None:
    matrix = made.matrices["Thermal_1"]
    rows = [
        ("Thermal_1", 3, 180, f"{matrix[180, 3]:.1f}"),
        ("Thermal_1", 140, 5, f"{matrix[5, 140] + 2:.1f}"),
    ]
    made.write_labels("T6", "coords", ("tiff_file", "x", "y", "ground_truth"), rows)
    asked = build(made, tmp_path / "set", kinds=("T6",))
    assert {one.truth["column"] for one in asked if one.task == "T6-marker"} == {3}
    remarks = {one.what: one.count for one in open_set(tmp_path / "set").about.remarks}
    assert remarks == {"points whose label is not the temperature in the file": 1}


def test_heat_is_asked_as_published_without_the_form_of_the_answer(
    made: ThermevalSet, tmp_path: Path
) -> None:
    asked = {one.id: one for one in build(made, tmp_path / "set", kinds=("T5",))}
    two = asked["T5-double-1"]
    assert two.question == "Given the image, say whether the nose of the left or the right person is hotter."
    assert two.options[two.answer] == "left"
    order = asked["T5-single-1"]
    assert order.options[order.answer] == "forehead, nose, chest"
    assert len(set(order.options.values())) == 4
    assert set(asked["T5-single-2"].options.values()) == {"nose, chest", "chest, nose"}


def test_broken_labels_and_missing_images_are_counted(made: ThermevalSet, tmp_path: Path) -> None:
    build(made, tmp_path / "set", kinds=("T3", "T5"))
    remarks = {one.what: one.count for one in open_set(tmp_path / "set").about.remarks}
    assert remarks == {
        "labels of images that are not there": 1,
        "counts that are no whole number": 1,
        "labels that are neither left nor right": 1,
        "orders that are no list of two or three parts": 1,
    }


def test_a_kind_whose_labels_are_missing_is_left_out_and_told(made: ThermevalSet, tmp_path: Path) -> None:
    (made.root / "Labels" / "T7" / "annotations.csv").unlink()
    build(made, tmp_path / "set", kinds=("T1", "T7"))
    assert any(said.startswith("T7 is left out") for said in open_set(tmp_path / "set").about.said)


def test_a_file_without_a_column_is_refused_by_its_name(made: ThermevalSet, tmp_path: Path) -> None:
    made.write_labels("T1", "flir", ("path", "ground_truth"), [("a.jpg", "RGB")])
    with pytest.raises(ConfigError, match=r"flir.csv has no column 'image_path'"):
        build(made, tmp_path / "set", kinds=("T1",))


def test_as_many_rows_a_file_as_are_wanted_are_drawn_by_the_seed(made: ThermevalSet, tmp_path: Path) -> None:
    assert len(build(made, tmp_path / "set", kinds=("T6",), most=1)) == 3  # one point twice, and one region


def test_colour_maps_colour_the_same_picture(made: ThermevalSet, tmp_path: Path) -> None:
    from PIL import Image

    asked = build(made, tmp_path / "set", kinds=("T2",))
    assert len({one.group for one in asked}) == 2
    shown = [one.images[0].name for one in asked if one.id.startswith("T2-flir-1-")]
    for name in shown:
        pixels = np.asarray(Image.open(tmp_path / "set/images" / name).convert("RGB")).astype(int)
        is_grey = bool((np.ptp(pixels, axis=2) == 0).all())
        assert is_grey == name.endswith("-gray.png")
