"""The contact sheet shows what is there, and a gap for what is not."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from irloom.pipelines.registry import find_flow
from irloom.report.sheet import Card, build_sheet


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("run/images", "visible"):
        (tmp_path / name).mkdir(parents=True)
    Image.new("L", (640, 480), 90).save(tmp_path / "run/images/1.png")
    Image.new("RGB", (3000, 2000), "red").save(tmp_path / "visible/1.jpg")
    Image.new("RGB", (10, 10), "red").save(tmp_path / "secret.png")
    return tmp_path / "run"


def build(root: Path, flow: str, **row: Any) -> Card:
    found = find_flow(flow)
    kind, rows = found.data[0].name, [{"sample": "1", "image": "images/1.png", **row}]
    (card,) = build_sheet(root, root.parent / "visible", kind, rows, found.view, {"1": "rejected"})
    return card


def open_picture(url: str) -> Image.Image:
    head, content = url.split(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_an_infrared_image_stands_beside_the_visible_one_both_small(root: Path) -> None:
    card = build(root, "infrared", source="1.jpg", caption="A \n dog.")
    assert (card.text, card.outcome) == ("A dog.", "rejected")
    assert [picture.name for picture in card.pictures] == ["visible", "infrared"]
    assert [open_picture(picture.url).size for picture in card.pictures] == [(300, 200), (300, 225)]


def test_an_edit_stands_beside_its_reference_and_goes_by_its_own_outcome(root: Path) -> None:
    row = {"reference": "images/1.png", "query": "In red.", "subcategory": "color", "outcome": "accepted"}
    card = build(root, "cir", task="color.1", rounds=[{"round": 1, "image": "images/1.png"}], **row)
    assert [picture.name for picture in card.pictures] == ["reference", "color.1"]
    assert (card.text, card.note, card.outcome) == ("In red.", "color", "accepted")


def test_a_figure_stands_by_itself(root: Path) -> None:
    card = build(root, "imgcoder", question="Q" * 500, image_type="graph")
    assert [picture.name for picture in card.pictures] == ["figure"]
    assert (len(card.text), card.note) == (160, "graph")


@pytest.mark.parametrize("source", ["2.jpg", "../secret.png", "/etc/passwd", ""])
def test_what_is_missing_or_lies_elsewhere_is_a_gap(root: Path, source: str) -> None:
    card = build(root, "infrared", source=source, caption="A dog.")
    assert [bool(picture.url) for picture in card.pictures] == [False, True]
