"""Only who may look gets in, whatever another site's page makes the browser ask."""

from pathlib import Path

import pytest

from web.conftest import ADDRESS, open_pages

SAMPLE = "/runs/0/samples/1"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:9000", "[::1]:8790", "LOCALHOST"])
def test_this_machine_is_let_in_by_any_port(offline: Path, tmp_path: Path, host: str) -> None:
    with open_pages(tmp_path, offline) as client:
        assert client.get("/runs/0", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::1"]
)
def test_a_foreign_name_is_refused(offline: Path, tmp_path: Path, host: str) -> None:
    with open_pages(tmp_path, offline) as client:
        answer = client.get("/runs/0", headers={"Host": host})
    assert answer.status_code == 403
    assert "does not lead here" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": ADDRESS.replace("http:", "https:")},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_another_page_may_not_ask(offline: Path, tmp_path: Path, headers: dict[str, str]) -> None:
    with open_pages(tmp_path, offline) as client:
        assert client.get("/image/0/1/infrared", headers=headers).status_code == 403
        assert client.post(f"{SAMPLE}/mark", data={"marked": "on"}, headers=headers).status_code == 403
    assert not (offline / "marks.jsonl").exists()


def test_a_link_from_another_page_may_be_followed(offline: Path, tmp_path: Path) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    with open_pages(tmp_path, offline) as client:
        assert client.get("/runs/0", headers=headers).status_code == 200
        assert client.post(f"{SAMPLE}/mark", headers=headers).status_code == 403


def test_a_change_needs_an_origin(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline) as client:
        answer = client.post(f"{SAMPLE}/mark", data={"marked": "on"})
    assert answer.status_code == 403
    assert "Origin" in answer.text


def test_the_token_is_asked_for_and_then_kept_in_a_cookie(offline: Path, tmp_path: Path) -> None:
    with open_pages(tmp_path, offline, host="0.0.0.0", token="long-secret") as client:
        headers = {"Host": "some.machine.example:8790"}
        assert client.get("/runs/0", headers=headers).status_code == 401
        assert client.get("/static/view.css", headers=headers).status_code == 401
        assert client.get("/runs/0?token=wrong", headers=headers).status_code == 401
        answer = client.get("/runs/0?outcome=accepted&token=long-secret", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/runs/0?outcome=accepted")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        own = {**headers, "Cookie": cookie.partition(";")[0]}
        assert client.get("/runs/0", headers=own).status_code == 200
        assert (
            client.get(
                "/runs/0", headers={**headers, "Cookie": f"{cookie.partition('=')[0]}=wrong"}
            ).status_code
            == 401
        )
        away = client.get(f"{ADDRESS}//evil.example/?token=long-secret", headers=headers)
        assert away.headers["location"] == "/evil.example/"


@pytest.mark.parametrize(
    "path", ["/runs/0", SAMPLE, "/image/0/1/infrared", "/static/view.js", "/nothing", "/runs/0/state"]
)
def test_every_answer_says_what_a_browser_may_do_with_it(offline: Path, tmp_path: Path, path: str) -> None:
    with open_pages(tmp_path, offline) as client:
        headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
