"""The page in a real headless Chromium: `pytest -m browser tests/web`."""

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from irloom.engine.marks import read_marks
from irloom.errors import DamageError
from irloom.web import queries
from irloom.web.app import build_app
from web.conftest import fill

pytestmark = pytest.mark.browser
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser(offline: Path, one_round: Path, hostile: Path, figures: Path, edits: Path) -> Iterator[Browser]:
    """A browser; the runs are made first, because no event loop can begin inside Playwright's."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed (apt-get install chromium)")
    # As root, as in a container, Chromium refuses to start with its sandbox.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=flags)
        yield started
        started.close()


@contextmanager
def serve(cache: Path, *roots: Path) -> Iterator[str]:
    """The application as `irloom view` serves it, in a thread; its index is complete."""
    app = build_app(roots, cache=cache)
    for run in app.state.runs:
        with suppress(DamageError):  # the pages tell it
            fill(run.index, run.facts.view)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


Visit = Callable[..., Page]


def arrive(page: Page, address: str) -> None:
    """Wait until a page that was asked for hears keys; `address` is how its own ends, as a pattern."""
    expect(page).to_have_url(re.compile(f"{address}$"))
    page.wait_for_load_state()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Opens a page of some runs; a page that complains, or asks another host, fails its test."""
    complaints: list[str] = []
    stack = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def hear_of(url: str, address: str) -> None:
        if not url.startswith(address):
            complaints.append(url)

    def open_page(path: str, *roots: Path, width: int = 1280) -> Page:
        serving = serve(tmp_path / "cache", *roots)
        address = serving.__enter__()
        page = browser.new_page(viewport={"width": width, "height": 900}, base_url=address)
        stack.append((serving, page))
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda asked: hear_of(asked.url, address))
        page.goto(path)
        return page

    yield open_page
    for serving, page in stack:
        page.close()
        serving.__exit__(None, None, None)
    assert complaints == []


def test_search_and_facets_narrow_the_list_and_stand_in_the_address(visit: Visit, offline: Path) -> None:
    page = visit("/", offline)
    expect(page.locator("#total")).to_have_text("4")
    page.keyboard.press("/")
    page.keyboard.type('"dog number 2"')
    page.keyboard.press("Enter")
    arrive(page, r"/runs/0\?q=%22dog\+number\+2%22")
    expect(page.locator("#list > li")).to_have_count(1)
    page.goto("/runs/0")
    page.locator('#facets [data-facet="rounds"] a').first.click()
    arrive(page, r"\?rounds=1")
    expect(page.locator("#total")).to_have_text("3")
    page.locator('#facets a[aria-current="true"]').click()
    expect(page.locator("#total")).to_have_text("4")


def test_a_deep_link_opens_a_sample_inside_its_filter(visit: Visit, offline: Path) -> None:
    page = visit("/runs/0/samples/3?rounds=1", offline)
    expect(page.locator("h1")).to_contain_text("3")
    expect(page.locator(".samplehead .where")).to_contain_text("2 of 3")
    page.keyboard.press("j")
    arrive(page, r"/samples/1\?rounds=1")
    page.keyboard.press("k")
    arrive(page, r"/samples/3\?rounds=1")


def test_keys_walk_the_list_open_a_sample_and_lead_back(visit: Visit, offline: Path) -> None:
    page = visit("/runs/0", offline)
    expect(page.locator("#total")).to_have_text("4")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#list > .selected")).to_have_id("s-3")
    page.keyboard.press("Enter")
    arrive(page, r"/samples/3")
    page.keyboard.press("j")
    arrive(page, r"/samples/2")
    page.keyboard.press("u")
    expect(page.locator("#list > .selected")).to_have_id("s-2")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    expect(page.locator("#list > .selected")).to_have_id("s-2")


def test_the_list_opens_where_the_sample_stands(
    visit: Visit, offline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    page = visit("/runs/0", offline)
    expect(page.locator("#total")).to_have_text("4")
    page.goto("/runs/0/samples/1")
    page.keyboard.press("u")
    arrive(page, r"/runs/0\?older=3")
    expect(page.locator("#list > .selected")).to_have_id("s-1")
    expect(page.locator("#list > li")).to_have_count(2)


def test_pictures_are_swapped_blinked_and_drawn_over(visit: Visit, offline: Path) -> None:
    page = visit("/runs/0/samples/2", offline)
    visible, infrared = page.locator("figure").nth(0), page.locator("figure").nth(1)

    def lies_left() -> bool:
        boxes = visible.bounding_box(), infrared.bounding_box()
        assert boxes[0] is not None
        assert boxes[1] is not None
        return boxes[0]["x"] < boxes[1]["x"]

    assert lies_left()
    page.keyboard.press("x")
    assert not lies_left()
    expect(infrared.locator("text").first).to_be_hidden()
    page.keyboard.press("o")
    expect(infrared.locator("text").first).to_be_visible()
    expect(infrared.locator("text").first).to_contain_text("°C")
    page.keyboard.press("b")
    for _ in range(2):
        expect(visible).to_be_visible()
        expect(infrared).to_be_hidden()
        expect(infrared).to_be_visible()
        expect(visible).to_be_hidden()
    page.keyboard.press("b")
    page.keyboard.press("j")
    arrive(page, r"/samples/1")
    assert not lies_left(), "what is switched on stays on"
    expect(infrared.locator("text").first).to_be_visible()


def test_rounds_show_what_changed_and_calls_what_was_sent(visit: Visit, offline: Path) -> None:
    page = visit("/runs/0/samples/2", offline)
    expect(page.locator(".column del", has_text="wooden")).to_be_visible()
    expect(page.locator(".turn pre").first).to_be_hidden()
    page.keyboard.press("t")
    for shown in ("filter caption", "judge"):
        turn = page.locator(".turn", has_text=shown).first
        expect(turn.locator("h4", has_text="System")).to_be_visible()
        expect(turn.locator("pre.reply").first).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(".turn pre").first).to_be_hidden()


def test_new_commits_come_in_without_a_reload(visit: Visit, offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    log = (run / "commits.jsonl").read_bytes()
    (run / "commits.jsonl").write_bytes(log[: log.index(b"\n", log.index(b'"event":"commit"')) + 1])
    page = visit("/runs/0", run)
    expect(page.locator("#total")).to_have_text("1")
    page.evaluate("document.body.id = 'same-page'")
    page.keyboard.press("j")
    (run / "commits.jsonl").write_bytes(log)
    expect(page.locator("#total")).to_have_text("4", timeout=10_000)
    expect(page.locator("#list > li").first).to_have_id("s-4")
    expect(page.locator('#facets [data-facet="outcome"] b').first).to_have_text("4")
    expect(page.locator("body")).to_have_id("same-page")
    expect(page.locator("#list > .selected")).to_have_id("s-1")


@pytest.mark.parametrize(
    "path", ["/runs/0", "/runs/0/samples/2", "/runs/0/samples/3", "/runs/0/rules", "/compare/0/1/2"]
)
def test_no_text_of_a_run_acts(visit: Visit, hostile: Path, path: str) -> None:
    page = visit(path, hostile, hostile)
    page.keyboard.press("t")
    expect(page.locator("main")).to_contain_text("<script>document.title=")
    expect(page).not_to_have_title("taken")
    assert page.locator("img[src='x']").count() == 0


def test_marks_and_notes_are_kept_by_keys(visit: Visit, offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    page = visit("/runs/0/samples/2", run)
    page.keyboard.press("m")
    expect(page.locator("#kept")).to_have_text("kept")
    page.keyboard.press("n")
    page.keyboard.type("jump?")
    page.keyboard.press("Escape")
    expect(page.locator("#kept")).to_have_text("kept")
    page.reload()
    page.keyboard.press("n")
    page.keyboard.type("!")
    page.keyboard.press("Escape")
    expect(page.locator("#mark textarea")).to_have_value("jump?!")
    expect(page.locator("#kept")).to_have_text("kept")
    expect(page.locator("#mark [name=marked]")).to_be_checked()
    assert (read_marks(run)["2"].marked, read_marks(run)["2"].note) == (True, "jump?!")
    page.locator("#mark [name=marked]").click()
    page.keyboard.press("j")
    arrive(page, r"/samples/1")


NARROW = ("/runs/0", "/runs/0/samples/2", "/runs/0/rules", "/compare/0/1", "/compare/0/1/2")


@pytest.mark.parametrize("path", [*NARROW, "/runs/2/samples/drawn", "/runs/3/samples/1"])
def test_a_narrow_window_needs_no_scrolling_sideways(
    visit: Visit, offline: Path, one_round: Path, figures: Path, edits: Path, path: str
) -> None:
    page = visit(path, offline, one_round, figures, edits, width=390)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (390, False)])
@pytest.mark.parametrize("path", ["/runs/0/samples/2", "/runs/1/samples/drawn", "/runs/2/samples/1"])
def test_columns_stand_beside_each_other_where_there_is_room(
    visit: Visit, offline: Path, figures: Path, edits: Path, path: str, width: int, beside: bool
) -> None:
    page = visit(path, offline, figures, edits, width=width)
    columns = page.locator(".columns").first.locator(".column")
    boxes = [columns.nth(number).bounding_box() for number in (0, 1)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert (boxes[0]["y"] == boxes[1]["y"]) is beside
    assert (boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]) is beside


def test_pictures_of_siblings_are_swapped_together(visit: Visit, edits: Path) -> None:
    page = visit("/runs/0/samples/1", edits)
    pairs = page.locator(".column .pair")
    assert pairs.count() >= 2
    page.keyboard.press("x")
    for number in range(pairs.count()):
        expect(pairs.nth(number)).to_have_class(re.compile("swapped"))
        reference, target = (pairs.nth(number).locator("figure").nth(one).bounding_box() for one in (0, 1))
        assert reference is not None
        assert target is not None
        assert target["x"] < reference["x"]
