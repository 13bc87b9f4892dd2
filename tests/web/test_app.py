"""Whatever happens to a run while it is looked at, an answer says it, under the guard's headers."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from irloom.web import pages
from irloom.web.app import build_app
from web.conftest import ADDRESS, fill, open_pages

PATHS = ("/runs/0", "/runs/0/state", "/runs/0/rules", "/runs/0/samples/2")


def check_guarded(headers: Mapping[str, str]) -> None:
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", PATHS)
def test_a_run_that_was_deleted_is_named(offline: Path, tmp_path: Path, path: str) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    with open_pages(tmp_path / "cache", run, offline) as client:
        shutil.rmtree(run)
        answer = client.get(path)
        other = client.get("/runs/1")
    assert answer.status_code == 500
    assert f"{run} holds no run" in answer.text
    check_guarded(answer.headers)
    assert other.status_code == 200, "the other run is there"


@pytest.mark.parametrize("path", PATHS)
def test_a_log_that_is_missing_is_named(offline: Path, tmp_path: Path, path: str) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    with open_pages(tmp_path / "cache", run) as client:
        (run / "commits.jsonl").unlink()
        answer = client.get(path)
    assert answer.status_code == 500
    assert "commits.jsonl" in answer.text
    check_guarded(answer.headers)


def test_a_run_of_another_flow_in_its_place_is_shown(offline: Path, figures: Path, tmp_path: Path) -> None:
    run = shutil.copytree(offline, tmp_path / "run")
    with open_pages(tmp_path / "cache", run) as client:
        assert 'class="dim">infrared,' in client.get("/runs/0").text
        shutil.rmtree(run)
        shutil.copytree(figures, run)
        assert client.get("/runs/0").status_code == 503, "there is no index of the new one yet"
        (viewed,) = client.app.state.runs  # type: ignore[attr-defined]  # of Starlette, not of any ASGI app
        fill(viewed.index, viewed.facts.view)
        listed, sample = client.get("/runs/0").text, client.get("/runs/0/samples/drawn")
    assert 'class="dim">imgcoder,' in listed
    assert '<strong id="total">2</strong>' in listed
    assert "import matplotlib" in sample.text


def test_a_broken_index_is_waited_for_until_it_is_made_again(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        (path,) = (tmp_path / "view").glob("*.sqlite")
        path.write_bytes(b"x" * path.stat().st_size)
        answer = client.get("/runs/0")
        (viewed,) = client.app.state.runs  # type: ignore[attr-defined]  # of Starlette, not of any ASGI app
        fill(viewed.index)
        assert client.get("/runs/0").status_code == 200
    assert answer.status_code == 503
    assert answer.headers["refresh"] == "2"
    check_guarded(answer.headers)


def test_a_bug_is_said_on_a_guarded_page(
    offline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("pairs")

    monkeypatch.setattr(pages, "tell_sample", fail)
    app = build_app([offline], cache=tmp_path)
    fill(app.state.runs[0].index)
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        answer = client.get("/runs/0/samples/2")
    assert answer.status_code == 500
    assert "KeyError: &#39;pairs&#39;" in answer.text
    check_guarded(answer.headers)
