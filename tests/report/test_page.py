"""The report is one file that shows a run, and trusts nothing that a model or a file says."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from irloom.errors import UserError
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.imgcoder.config import ImgcoderConfig
from irloom.records import SampleResult
from irloom.report.data_urls import digest_for_policy
from irloom.report.page import write_report
from support.small_run import PROVENANCE, SmallRun, draw_image

HOSTILE = '<script>alert(1)</script><img src="http://example.com/x" onerror="alert(1)">'


class Reader(HTMLParser):
    """Every tag with its attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def report(root: Path) -> str:
    out = root.parent / "report.html"
    write_report(root, out)
    return out.read_text("utf-8")


def titles(page: str) -> list[str]:
    return re.findall(r"<figcaption><h2>(.*?)</h2>", page)


def test_a_page_shows_figures_plots_samples_rules_and_the_card(run: SmallRun) -> None:
    page = report(run.root)
    assert titles(page) == [
        "Acceptance by round",
        "Rules over time",
        "Scores of captions",
        "Requests, tokens and cost",
        "Objections",
        "Failures",
    ]
    text = re.sub(r"\s+", " ", Reader(page).text)
    assert "4 samples 3 accepted, 1 failed" in text
    assert "12 requests 1,000 tokens" in text
    assert "67% of 3 in the first round" in text
    assert "No <b>textures</b>." in text
    assert "5 image-text pairs: an infrared image and a caption of it; 3 instructions" in text
    assert "visible: not found" in text
    assert text.count("A dog.") == 2


def test_the_card_is_that_of_the_exports(run: SmallRun, tmp_path: Path) -> None:
    from irloom.export.options import ExportOptions
    from irloom.export.run import export_run

    export_run(run.root, tmp_path / "out", ExportOptions(form="parquet", data="pairs"))
    readme = (tmp_path / "out/README.md").read_text()
    text = Reader(report(run.root)).text
    shared = [
        line for line in readme.splitlines() if line.startswith(("All text comes", "No infrared", "Models"))
    ]
    assert len(shared) == 3
    assert all(line in text for line in shared)


def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(run: SmallRun) -> None:
    run.add("5", draw_image(5), [HOSTILE], mined=f"No {HOSTILE}")
    page = report(run.root)
    reader = Reader(page)
    assert HOSTILE in reader.text
    assert not {"script", "link", "iframe", "a", "form", "object"} & {tag for tag, _ in reader.tags}
    for _, attributes in reader.tags:
        assert not {"onerror", "onload", "style", "href"} & attributes.keys()
        assert (attributes.get("src") or "data:").startswith("data:")


def test_the_policy_allows_pictures_of_the_page_and_its_one_style_sheet(run: SmallRun) -> None:
    page = report(run.root)
    policy = next(
        attributes["content"]
        for tag, attributes in Reader(page).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert policy == (
        f"default-src 'none'; img-src data:; style-src '{digest_for_policy(style[1])}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_the_same_run_gives_the_same_page(run: SmallRun) -> None:
    assert report(run.root) == report(run.root)


def test_a_run_in_progress_says_what_is_not_finished(run: SmallRun) -> None:
    from irloom.engine.state import Admission

    run.log.admit(Admission("9", 1, 0))
    assert "1 samples are not finished" in report(run.root)


def test_a_run_that_has_just_begun_has_a_page(tmp_path: Path) -> None:
    page = report(SmallRun(tmp_path / "run").root)
    assert titles(page) == ["Rules over time"]
    assert "Nothing yet" in page


@pytest.mark.parametrize(
    ("name", "message"),
    [("pairs.jsonl", "is the run's own"), ("images/1.png", "is the run's own"), ("..", "is a folder")],
)
def test_a_file_of_the_run_is_not_overwritten(run: SmallRun, name: str, message: str) -> None:
    before = (run.root / "pairs.jsonl").read_bytes()
    with pytest.raises(UserError, match=message):
        write_report(run.root, run.root / name)
    assert (run.root / "pairs.jsonl").read_bytes() == before


def test_a_figure_run_shows_its_figures_and_the_judges_marks(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "figures", ImgcoderConfig(problems=Path("p")))
    (run.root / "images/1.png").write_bytes(draw_image(1))
    figure = {"sample": "1", "image": "images/1.png", "question": "Draw <it>.", "outcome": "accepted"}
    marks = {"image_type": "graph", "judgement": {"scores": {"layout": 2, "correctness": 1}}}
    rows = {"figures": ({**figure, **marks, **PROVENANCE, "attempt": 1},)}
    counted = {"rounds": {"figure": 1}}
    result = SampleResult(outcome="accepted", tasks={"figure": "accepted"}, rows=rows, summary=counted)
    run.commit("1", result)
    page = report(run.root)
    assert titles(page)[:1] == ["Acceptance by round"]
    assert "Marks of figures" in titles(page)
    text = Reader(page).text
    assert "Draw <it>." in text
    assert "1 figures: a scientific problem" in text
    assert "not found" not in text


def test_a_run_of_edits_shows_them_beside_their_references(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "edits", CirConfig(images=Path("i")))
    for name in ("1", "1_1"):
        (run.root / f"images/{name}.png").write_bytes(draw_image(1))
    rounds = [{"round": 1, "image": "images/1_1.png"}]
    edit = {
        "sample": "1",
        "rounds": rounds,
        "reference": "images/1.png",
        "image": "images/1_1.png",
        "query": "In red.",
    }
    about = {"subcategory": "color", "task": "color.1", "outcome": "unjudged"}
    rows = {"edits": ({**edit, **about, **PROVENANCE, "attempt": 1},)}
    result = SampleResult(
        outcome="unjudged",
        tasks={"color.1": "unjudged", "weather": "rejected"},
        rows=rows,
        summary={"rounds": {"color.1": 1}, "categories": {"not_offered": 1}, "edits": 1},
    )
    run.commit("1", result)
    page = report(run.root)
    assert titles(page)[-1] == "Objections"
    names = {attributes["alt"] for tag, attributes in Reader(page).tags if tag == "img"}
    assert {"reference of sample 1", "color.1 of sample 1"} <= names
    assert "1 composed queries" in Reader(page).text


def forget_flow(root: Path) -> None:
    """As if the run were of a flow whose package is not installed."""
    about = root / "run.json"
    about.write_text(about.read_text("utf-8").replace('"flow": "infrared"', '"flow": "elsewhere"'))


def test_a_run_of_a_flow_that_is_not_installed_is_reported_with_its_rows_and_the_name_of_the_flow(
    run: SmallRun,
) -> None:
    run.add("5", draw_image(5), [HOSTILE], [("reasoning", HOSTILE)])
    forget_flow(run.root)
    page = report(run.root)
    reader = Reader(page)
    text = re.sub(r"\s+", " ", reader.text)
    assert "elsewhere, which is not installed here" in text
    assert "6 pairs" in text
    assert "4 instructions" in text
    assert "A dog." in text
    assert HOSTILE in reader.text
    assert "Acceptance by round" in titles(page)
    assert "Scores of captions" not in titles(page)
    assert any((attributes.get("alt") or "").startswith("pairs of sample") for _, attributes in reader.tags)
    assert "not found" not in text


def test_a_run_of_a_flow_that_is_not_installed_and_has_just_begun_has_a_page(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    forget_flow(run.root)
    assert "Nothing yet" in report(run.root)


def test_a_page_tells_what_the_summary_tells_of_rejected_captions(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    result = SampleResult(
        outcome="accepted", rows={}, summary={"pairs": 1, "captions_rejected_select": 2, "original_won": 1}
    )
    run.commit("1", result)
    assert write_report(run.root, tmp_path / "report.html") == 1
    assert "2 captions (select 2)" in (tmp_path / "report.html").read_text("utf-8")
