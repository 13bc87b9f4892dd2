"""Annotated boxes and outlines are asked about before drawn boxes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irloom.question_sets.reader import open_set
from irloom.question_sets.record import Question
from irloom.question_sets.thermometry import builder
from irloom.question_sets.thermometry.settings import ThermometrySettings
from irloom.question_sets.writer import write_set
from support.thermometry import BLOCK, HEIGHT, WIDTH, write_files


def annotate(path: Path, annotations: list[dict[str, Any]], size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    image = {"id": 1, "file_name": "000.jpg", "width": size[0], "height": size[1]}
    listed = [
        {"id": number, "image_id": 1, "category_id": 1, **one} for number, one in enumerate(annotations, 1)
    ]
    coco = {"images": [image], "annotations": listed, "categories": [{"id": 1, "name": "motor"}]}
    path.write_text(json.dumps(coco))
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))


def build(tmp_path: Path, annotations: Path) -> list[Question]:
    settings = ThermometrySettings(
        root=tmp_path / "files", annotations=annotations, tasks=("region_max", "region_mean"), per_file=1
    )
    write_set(tmp_path / "set", builder, settings)
    return list(open_set(tmp_path / "set").iterate())


def test_an_annotated_box_is_framed_and_measured(tmp_path: Path) -> None:
    known = write_files(tmp_path / "files", 1)["000.jpg"]
    box = {"bbox": [24, 26, 24, 20], "area": 480}
    asked = build(tmp_path, annotate(tmp_path / "coco.json", [box]))
    for one in asked:
        assert one.truth["region"]["cells"] == [24, 26, 48, 46]
        inside = known[26:46, 24:48]
        expected = inside.max() if one.task == "region_max" else inside.mean()
        assert float(one.answer) == pytest.approx(expected, abs=0.06)


def test_of_an_outline_only_what_lies_inside_counts_and_it_is_called_by_its_name(tmp_path: Path) -> None:
    known = write_files(tmp_path / "files", 1)["000.jpg"]
    row, column = np.argwhere(known > 40)[0]
    left, top = int(column), int(row)
    # An L around the hottest block: its box holds the block, the outline does not.
    far, low = left + 2 * BLOCK, top + 2 * BLOCK
    outline = [left, top + BLOCK, left + BLOCK, top + BLOCK, left + BLOCK, top, far, top, far, low, left, low]
    shape = {"bbox": [left, top, 2 * BLOCK, 2 * BLOCK], "area": 432, "segmentation": [outline]}
    asked = {one.task: one for one in build(tmp_path, annotate(tmp_path / "coco.json", [shape]))}
    mean = asked["region_mean"]
    inside = np.zeros(known.shape, dtype=bool)
    inside[top:low, left:far] = True
    inside[top : top + BLOCK, left : left + BLOCK] = False
    if mean.truth["region"]["label"] == "motor":
        assert float(mean.answer) == pytest.approx(known[inside].mean(), abs=0.5)
        assert "the motor in the rectangle" in mean.question
    # The outline touches the block, so that its highest temperature is not clear: a drawn box is asked about.
    assert asked["region_max"].truth["region"]["label"] is None


def test_annotations_in_pixels_of_another_picture_are_counted_and_not_used(tmp_path: Path) -> None:
    write_files(tmp_path / "files", 1)
    box = {"bbox": [24, 26, 24, 20], "area": 480}
    asked = build(tmp_path, annotate(tmp_path / "coco.json", [box], size=(1440, 1080)))
    assert all(one.truth["region"]["label"] is None for one in asked)
    about = open_set(tmp_path / "set").about
    assert {one.what for one in about.remarks} == {
        "annotations in pixels of another picture than the temperatures"
    }
