"""A run in progress is followed in the background, and what goes wrong is said on the page."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from irloom.web.app import build_app
from support.notes import forget_ending
from web.conftest import ADDRESS


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 200
    while not condition():
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.05)


def test_new_commits_show_up_and_a_removed_index_comes_back(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    log = (run / "commits.jsonl").read_bytes()
    forget_ending(run)
    half = log[: log.index(b"\n", log.index(b'"event":"commit"')) + 1]
    (run / "commits.jsonl").write_bytes(half)
    with TestClient(build_app([run], cache=tmp_path / "cache"), base_url=ADDRESS) as client:
        wait_for(lambda: 'id="total">1<' in client.get("/runs/0").text)
        (run / "commits.jsonl").write_bytes(log)
        wait_for(lambda: 'id="total">4<' in client.get("/runs/0").text)
        shutil.rmtree(tmp_path / "cache")
        wait_for(lambda: 'id="total">4<' in client.get("/runs/0").text)


def test_a_run_that_cannot_be_indexed_says_why(offline: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    (run / "pairs.jsonl").write_bytes(b"x" * (run / "pairs.jsonl").stat().st_size)
    with TestClient(build_app([run], cache=tmp_path / "cache"), base_url=ADDRESS) as client:
        wait_for(lambda: "Nothing more is indexed" in client.get("/runs/0").text)
        assert "pairs.jsonl was changed after irloom wrote it" in client.get("/runs/0").text


def test_a_viewer_leaves_a_sum_by_which_the_next_one_notices_a_changed_index(
    offline: Path, tmp_path: Path
) -> None:
    heard: list[str] = []

    def look() -> None:
        app = build_app([offline], cache=tmp_path / "cache", notify=heard.append)
        with TestClient(app, base_url=ADDRESS) as client:
            wait_for(lambda: 'id="total">4<' in client.get("/runs/0").text)

    look()
    look()
    assert heard == []
    (index,) = (tmp_path / "cache" / "view").glob("*.sqlite")
    content = bytearray(index.read_bytes())
    content[content.index(b"accepted")] ^= 1
    index.write_bytes(content)
    look()
    assert heard == [f"The viewer's index {index} is not as it was left: it is built again."]
