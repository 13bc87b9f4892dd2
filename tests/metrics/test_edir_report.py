"""The page holds everything it shows, nothing of a query is taken for markup, and failures come first."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from irloom.errors import StorageError
from irloom.metrics.edir_layout import Layout, Mode, lay_out
from irloom.metrics.edir_report import choose_examples, write_report
from irloom.sources.edir import read_edir
from support.edir_data import build_edir, read_rows, score_places, write_edir, write_rows

EVIL = "<script>alert('1')</script> & \"so on\""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = write_edir(tmp_path / "data")
    rows = read_rows(folder / "queries.jsonl")
    rows[0]["text"] = EVIL
    write_rows(folder / "queries.jsonl", rows)
    return folder


Places = dict[Mode, NDArray[np.int64]]


def report(layout: Layout, path: Path, places: Places) -> str:
    write_report(path, layout, *score_places(layout, EVIL, places))
    return path.read_text("utf-8")


def shift(layout: Layout) -> Places:
    """The first query finds its target first, all others at rank two behind its neighbour."""
    number = len(layout.gallery)
    places = np.array([[(case + 1 - rank) % number for rank in range(5)] for case in range(number)])
    places[0] = [0, 1, 2, 3, 4]
    return {"both": places}


def test_text_of_others_is_never_markup(data: Path, tmp_path: Path) -> None:
    layout = lay_out(read_edir(data))
    page = report(layout, tmp_path / "page.html", shift(layout))
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &#34;so on&#34;") >= 2


def test_the_page_is_whole_by_itself_and_may_fetch_nothing(data: Path, tmp_path: Path) -> None:
    layout = lay_out(read_edir(data))
    page = report(layout, tmp_path / "page.html", shift(layout))
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert re.findall(r"https?:|<link|<img|src=|javascript:|@import", page) == []
    assert page.count("url(data:image/jpeg;base64,") == 16, "four references and twelve targets, each once"
    shown = set(re.findall(r'class="shot (p\d+)"', page))
    assert shown == set(re.findall(r"^\.(p\d+) \{ background-image", page, re.MULTILINE))


def test_pictures_are_marked_by_what_they_are(data: Path, tmp_path: Path) -> None:
    layout = lay_out(read_edir(data))
    page = report(layout, tmp_path / "page.html", shift(layout))
    second = page.split("<article")[1]
    found = second.split("Found, the best first")[1].split("Siblings")[0]
    assert re.findall(r"<em>(\w+)</em>", found) == ["sibling", "target", "sibling", "other", "other"]
    assert "target at rank 2" in second
    assert "target first" in page.split("<article")[-1], "failures come before"


def test_a_subcategory_has_an_anchor_that_shows_it_alone(data: Path, tmp_path: Path) -> None:
    layout = lay_out(read_edir(data))
    page = report(layout, tmp_path / "page.html", shift(layout))
    for name in ("color", "count"):
        assert f'href="#{name}">{name} 6</a>' in page
        assert f'<span id="{name}"></span>' in page
        assert f"#{name}:target ~ .case:not(.s-{name}) {{ display: none; }}" in page
        assert page.count(f's-{name}">') == 6


def test_a_picture_that_cannot_be_read_is_said_to_be_missing(data: Path, tmp_path: Path) -> None:
    (data / "images" / "0.png").write_bytes(b"no picture")
    layout = lay_out(read_edir(data))
    page = report(layout, tmp_path / "page.html", shift(layout))
    assert page.count("no picture</div>") == 3, "the reference of three queries"


def test_a_page_that_cannot_be_written_is_a_message(data: Path, tmp_path: Path) -> None:
    layout = lay_out(read_edir(data))
    with pytest.raises(StorageError, match=r"page\.html cannot be written"):
        report(layout, tmp_path / "nowhere" / "page.html", shift(layout))


def test_examples_are_of_all_subcategories_alike_and_failures_first() -> None:
    kinds = {f"q{number:02}": "color" if number < 16 else "count" for number in range(20)}
    layout = lay_out(build_edir({name: (["x"], []) for name in kinds}, ["x"], kinds))
    ranks = np.array([1, 4] * 10)
    chosen = choose_examples(layout.cases, ranks, most=8)
    assert chosen == [1, 3, 5, 7, 17, 19, 16, 18], "four of each; right ones where no others are left"
    assert sorted(choose_examples(layout.cases, ranks)) == list(range(20))
