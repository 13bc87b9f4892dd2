"""Sentences are shown with their wrong words marked, and found by what the panel made of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from irloom.cli.main import main
from support.align_runs import Run
from support.panel_server import PanelServer, finds
from web.conftest import open_pages


@pytest.fixture
def root(panel: PanelServer, photos: Path, run: Run) -> Path:
    panel.judges = {"j1": finds("Two cars"), "j2": finds("Two cars", "Object")}
    panel.captions = {"m2": "Nothing <b>moves</b>."}
    options = ("--images", photos, "--captioners", "m1,m2", "--judges", "j1,j2,j3", *panel.options)
    return run(*options)


@pytest.fixture
def page(root: Path, tmp_path: Path) -> Iterator[TestClient]:
    with open_pages(tmp_path, root) as client:
        yield client


def test_wrong_words_are_marked_and_votes_stand_below(page: TestClient) -> None:
    said = page.get("/runs/0/samples/1").text
    assert "<mark>Two cars</mark> stand behind it." in said
    assert "panel disagrees" in said
    assert "j2: incorrect, Object (&#39;Two cars&#39;)" in said
    assert "Nothing &lt;b&gt;moves&lt;/b&gt;." in said


def test_samples_are_found_by_label_error_panel_and_captioner(page: TestClient) -> None:
    said = page.get("/runs/0").text
    for heading in ("Annotation", "Error type", "Panel", "Captioner or painter"):
        assert heading in said
    for address, number in (
        ("annotation=incorrect", 2),
        ("error=Number", 2),
        ("error=Text", 0),
        ("panel=disagrees", 2),
        ("panel=agrees", 0),
        ("writer=m2", 2),
    ):
        listed = page.get(f"/runs/0?{address}").text.count('href="/runs/0/samples/')
        assert bool(listed) == bool(number), address


def test_a_sample_is_listed_under_the_sentence_that_the_panel_disagrees_about(page: TestClient) -> None:
    listed = page.get("/runs/0?panel=disagrees").text
    assert "Two cars stand behind it." in listed
    assert "A dog lies in the grass." not in listed


def test_inspect_shows_the_same_in_a_terminal(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(root), "1"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "[Two cars] stand behind it." in said
    assert "1 of 3 sentences incorrect" in said


def test_the_report_names_the_sentences(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert main(["report", str(root), "--out", str(out)]) == 0
    said = out.read_text("utf-8")
    assert "8 sentences: one sentence about a picture" in said
    assert "most of 3 models" in said
