"""The pages show what a run holds, of every flow, and nothing of it as markup."""

import re
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from irloom.prompts import Prompts
from irloom.web.queries import SHOWN_VALUES
from support.small_run import SmallRun, draw_image
from web.conftest import HOSTILE, open_pages


class Tags(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.pictures: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes |= given.keys()
        if tag == "script":
            self.scripts.append(given.get("src"))
        if tag == "img":
            self.pictures.append(given.get("src") or "")


def strip(html: str) -> str:
    """The text of a page on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_the_list_counts_facets_as_links_and_shows_pictures(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        page = client.get("/runs/0").text
        assert client.get("/").headers["location"] == "/runs/0"
    assert '<strong id="total">4</strong>' in page
    assert '<a href="/runs/0?outcome=accepted"><span>accepted</span><b>4</b></a>' in page
    assert '<a href="/runs/0?category=material"><span>material</span><b>1</b></a>' in page
    assert 'src="/image/0/3/infrared?small' in page
    assert "more</summary>" not in page
    assert page.index('id="s-4"') < page.index('id="s-1"')


def test_every_condition_of_a_list_is_in_its_links(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        page = client.get("/runs/0?category=material&q=dog").text
    assert 'href="/runs/0/samples/2?category=material&amp;q=dog"' in page
    assert 'href="/runs/0?category=material" title="Drop this condition"' in page
    assert 'id="s-1"' not in page


def test_a_list_without_a_fitting_sample_says_so(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        assert "No sample fits." in client.get("/runs/0?q=nowhere").text


def test_an_infrared_sample_shows_its_debate_with_what_changed(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        page = client.get("/runs/0/samples/2?outcome=accepted").text
    text = strip(page)
    assert "3 of 4" in text
    assert "infrared, by radiometric" in text
    assert 'id="after" rel="next" href="/runs/0/samples/1?outcome=accepted"' in page
    assert re.search(r"<del>[^<]*wooden", page)
    material = "Material information is not visible in the infrared image: 'wooden'."
    assert f"Judge reject material {material}" in text
    assert "Rule mined Delete all material-related words." in text
    assert '<a href="/runs/0/rules">Delete all material-related words.</a>' in page
    assert re.search(r"<title>dog \d\d\.\d °C</title>", page)
    assert re.search(r"0\.\d{3} .* original .* A brown dog number 2 lies beside a wooden bench\.", text)


def test_every_call_of_the_transcript_is_shown_as_it_was_sent(offline: Path, tmp_path: Path) -> None:
    sentence = Prompts.load().texts["debate/judge_grounded"].splitlines()[2]
    with open_pages(tmp_path, offline) as client:
        page = client.get("/runs/0/samples/2").text
    assert unescape(page).count(sentence) == 4, "four judgements"
    assert "{{" not in page
    assert page.count('<pre class="reply">') >= 15


def test_a_prompt_that_is_gone_is_named(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    shutil.rmtree(run / "prompts")
    with open_pages(tmp_path, run) as client:
        page = client.get("/runs/0/samples/2").text
    assert "It cannot be shown as it was sent" in page
    assert "A brown dog number 2 lies beside a wooden bench." in page


def test_a_figure_is_shown_with_problem_plan_checks_and_code(figures: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, figures) as client:
        drawn, poem = client.get("/runs/0/samples/drawn").text, client.get("/runs/0/samples/not-drawn").text
        assert client.get("/image/0/drawn/figure").headers["content-type"] == "image/png"
        listed = client.get("/runs/0").text
    assert "&lt;b&gt;42&lt;/b&gt;" in drawn
    assert "import matplotlib.pyplot as plt" in drawn
    assert "labels drawn" in strip(drawn)
    assert "content" in strip(drawn).partition("Plan")[2]
    assert "unsupported" in strip(poem)
    assert '<a href="/runs/0?type=Biology+-+Cell">' in listed
    assert list(re.findall(r"<img [^>]*svg", drawn)) == [], "figures are shown as PNG"


def test_edits_of_a_seed_stand_as_siblings_beside_the_reference(edits: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, edits) as client:
        page = client.get("/runs/0/samples/1").text
        kinds = set(re.findall(r'src="/image/0/1/([^"?]+)[?"]', page))
        sizes = {kind: len(client.get(f"/image/0/1/{kind}").content) for kind in kinds}
        listed = client.get("/runs/0").text
    text = strip(page)
    assert "reference" in kinds
    assert len({kind for kind in kinds if kind.startswith("color.")}) >= 2
    assert min(sizes.values()) > 100
    assert "figures: passed" in text
    assert "ssim" in text
    assert "the classic editor cannot change what somebody does" in text or "not offered" in text
    assert re.search(r"<span>color (unjudged|accepted)</span>", listed)


def test_the_rule_book_tells_where_a_rule_came_from(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        page = client.get("/runs/0/rules").text
    assert "Delete all words about colour. the start 0 1 version ago 0" in strip(page)
    assert '<a href="/runs/0/samples/2">2</a>, conversation: Material information' in page
    assert 'href="/runs/0?rule=Delete+all+material-related+words."' in page


def test_two_runs_are_compared_side_by_side(offline: Path, one_round: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline, one_round) as client:
        start = client.get("/").text
        listed = client.get("/compare/0/1").text
        page = client.get("/compare/0/1/2").text
        assert client.get("/compare/0/1/4").status_code == 404
    assert 'href="/compare/0/1"' in start
    assert '<strong id="different">3</strong>' in listed
    assert "conversation: accepted in round 2" in strip(listed)
    assert 'src="/image/1/2/infrared?n=2"' in page
    assert re.search(r"<ins>[^<]*wooden", page), "the run with one round kept what the other took out"


def test_runs_in_folders_of_one_name_are_told_apart(offline: Path, one_round: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline, one_round) as client:
        start = client.get("/").text
    assert f"{offline.parent.name}/run" in start
    assert f"{one_round.parent.name}/run" in start


@pytest.mark.parametrize("sample", ["1", "2", "3"])
def test_no_text_of_a_run_becomes_markup(hostile: Path, tmp_path: Path, sample: str) -> None:
    with open_pages(tmp_path, hostile) as client:
        paths = (
            "/runs/0",
            f"/runs/0/samples/{sample}",
            "/runs/0/rules",
            f"/runs/0?q={HOSTILE}",
            "/compare/0/0/1",
        )
        pages = [client.get(path.replace("#", "%23")).text for path in paths]
    assert HOSTILE.replace("&", "&amp;").split(">")[0].replace("<", "&lt;") in pages[1]
    for page in pages:
        found = Tags()
        found.feed(page)
        assert found.scripts == ["/static/view.js"]
        assert all(source.startswith("/image/0/") for source in found.pictures)
        assert not {name for name in found.attributes if name.startswith("on") or name == "style"}


def test_a_failed_sample_says_where_and_why(hostile: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, hostile) as client:
        page = client.get("/runs/0/samples/3").text
    assert "Failed at judge, reasoning, round 1: ModelReplyError" in strip(page)


@pytest.mark.parametrize(
    "path",
    [
        "/runs/1",
        "/runs/x",
        "/runs/0/samples/nobody",
        "/compare/0/9",
        "/nothing",
        "/runs/99999999999999999999",
    ],
)
def test_what_is_not_there_is_said_so(offline: Path, tmp_path: Path, path: str) -> None:
    with open_pages(tmp_path, offline) as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "key", ["older=x", "older=-1", "newer=9999999999999999999999", "older=%00", "older=٣"]
)
def test_a_key_that_is_none_shows_the_first_page(offline: Path, tmp_path: Path, key: str) -> None:
    with open_pages(tmp_path, offline) as client:
        assert 'id="s-4"' in client.get(f"/runs/0?{key}").text


def test_values_beyond_the_first_are_shown_on_demand(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    for number in range(SHOWN_VALUES + 3):
        run.add(
            str(number), draw_image(1), ["A dog."], [("reasoning", "It runs.")], mined=f"Rule {number:02}."
        )
    run.log.close()
    with open_pages(tmp_path, run.root) as client:
        page = client.get("/runs/0").text
        chosen = client.get(f"/runs/0?rule=Rule+{SHOWN_VALUES + 2}.").text
    assert "<summary>3 more</summary>" in page
    assert (
        page.index(f"Rule {SHOWN_VALUES - 1}.") < page.index("3 more") < page.index(f"Rule {SHOWN_VALUES}.")
    )
    assert '<details data-facet="rule more">' in page
    assert '<details data-facet="rule more" open>' in chosen


def test_a_sample_outside_its_filter_says_so(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        assert "not among the 1 that fit" in client.get("/runs/0/samples/3?category=material").text
        assert "1 of 1" in client.get("/runs/0/samples/2?category=material").text


def test_runs_of_two_flows_are_not_compared(offline: Path, figures: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline, figures) as client:
        answers = [client.get("/compare/0/1"), client.get("/compare/0/1/1")]
    for answer in answers:
        assert answer.status_code == 400
        assert "Only runs of one flow can be compared" in answer.text


def test_the_stamp_changes_with_the_run(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    with open_pages(tmp_path, run) as client:
        before = client.get("/runs/0/state").json()
        assert before["share"] == 1
        assert client.get("/runs/0/state").json() == before
        assert f'data-stamp="{before["stamp"]}"' in client.get("/runs/0").text
        (run / "marks.jsonl").write_text('{"sample": "1", "marked": true}\n')
        assert client.get("/runs/0/state").json()["stamp"] != before["stamp"]


def test_an_index_that_is_removed_meanwhile_is_waited_for(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        shutil.rmtree(tmp_path / "view")
        answer = client.get("/runs/0")
    assert answer.status_code == 503
    assert answer.headers["refresh"] == "2"


def test_edited_rows_are_named_on_the_page(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    with open_pages(tmp_path, run) as client:
        rows = (run / "transcripts.jsonl").read_bytes()
        (run / "transcripts.jsonl").write_bytes(b"x" * len(rows))
        answer = client.get("/runs/0/samples/2")
    assert answer.status_code == 500
    assert "was changed after irloom wrote it" in answer.text


def forget_flow(run: Path) -> Path:
    """As if a run were of a flow whose package is not installed."""
    about = run / "run.json"
    about.write_text(about.read_text("utf-8").replace('"flow": "infrared"', '"flow": "elsewhere"'))
    return run


def test_a_run_of_a_flow_that_is_not_installed_is_shown_row_by_row_with_the_name_of_the_flow(
    offline: Path, tmp_path: Path
) -> None:
    run = forget_flow(shutil.copytree(offline, tmp_path / "run"))
    with open_pages(tmp_path, run) as client:
        listed, page = client.get("/runs/0").text, client.get("/runs/0/samples/2").text
        found = client.get("/runs/0?q=bench").text
        picture = client.get("/image/0/2/pairs")
        rules = client.get("/runs/0/rules").text
    message = "The flow elsewhere is not installed here: rows are shown as they are."
    assert message in strip(listed)
    assert message in strip(page)
    assert '<strong id="total">4</strong>' in listed
    assert '<a href="/runs/0?category=material"><span>material</span><b>1</b></a>' in listed
    assert 'id="s-2"' in found
    assert picture.headers["content-type"] == "image/png"
    assert 'src="/image/0/2/pairs?n=' in page
    assert re.search(r"<h2>pairs *</h2>", page)
    assert "made_by" in page
    assert page.count("A dog number 2 lies beside a wooden bench.") >= 2
    assert "Delete all material-related words." in rules


def test_no_text_of_a_run_whose_flow_is_not_installed_becomes_markup(hostile: Path, tmp_path: Path) -> None:
    run = forget_flow(shutil.copytree(hostile, tmp_path / "run"))
    with open_pages(tmp_path, run) as client:
        pages = [client.get(path).text for path in ("/runs/0", *(f"/runs/0/samples/{n}" for n in "123"))]
    assert all("not installed here" in page for page in pages)
    for page in pages:
        found = Tags()
        found.feed(page)
        assert found.scripts == ["/static/view.js"]
        assert all(source.startswith("/image/0/") for source in found.pictures)
        assert not {name for name in found.attributes if name.startswith("on") or name == "style"}


def test_two_runs_of_a_flow_that_is_not_installed_are_compared_by_how_they_ended(
    offline: Path, one_round: Path, tmp_path: Path
) -> None:
    runs = [
        forget_flow(shutil.copytree(root, tmp_path / name))
        for name, root in (("long", offline), ("short", one_round))
    ]
    with open_pages(tmp_path / "cache", *runs) as client:
        listed, page = client.get("/compare/0/1").text, client.get("/compare/0/1/2").text
    assert '<strong id="different">3</strong>' in listed
    assert "conversation: accepted in round 2" in strip(page)


@pytest.mark.parametrize(("run", "there"), [("offline", True), ("figures", False), ("edits", False)])
def test_a_rule_book_is_offered_where_the_flow_has_one(
    run: str, there: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with open_pages(tmp_path, request.getfixturevalue(run)) as client:
        page = client.get("/runs/0").text
        assert client.get("/runs/0/rules").status_code == 200
    assert ('href="/runs/0/rules"' in page) is there


def test_switches_of_pictures_stand_where_there_is_something_to_switch(
    offline: Path, figures: Path, edits: Path, tmp_path: Path
) -> None:
    with open_pages(tmp_path, offline, figures, edits) as client:
        pages = [client.get(path).text for path in ("/runs/0/samples/2", "/runs/1/samples/drawn")]
        pages += [client.get(path).text for path in ("/runs/1/samples/not-drawn", "/runs/2/samples/1")]
    keys = [re.findall(r'data-key="(.)"', page) for page in pages]
    assert keys == [["x", "b", "o"], ["o"], [], ["x", "b"]]
