"""`irloom doctor` looks at what a run needs, and says what to do about what is missing."""

from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from irloom.cli.doctor import PACKAGES
from irloom.cli.main import main
from support.chat_server import ChatServer, complete


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(key="secret") as server:
        server._recognise = lambda body: server_asked(body)  # type: ignore[assignment]
        server.fault = lambda asked, again: complete(["ready"] * asked.body.get("n", 1), server.model)
        yield server


def server_asked(body: dict[str, object]) -> object:
    from support.chat_server import Asked

    return Asked("doctor", {}, body)


def doctor(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    code = main(["doctor", *options])
    return code, capsys.readouterr().out.splitlines()


def ask(server: ChatServer, *more: str) -> list[str]:
    return ["--profile", "openai", "--model", server.model, "--base-url", server.url, *more]


def test_packages_device_disk_and_cache_are_looked_at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, lines = doctor(capsys)
    assert lines[0].startswith("ok  Python 3.")
    for name in PACKAGES:
        installed = any(found.version for found in distributions(name=name))
        wanted = f"ok  {name} " if installed else f"NO  {name}: not installed: pip install {name}"
        assert any(line.startswith(wanted) for line in lines), name
    assert code == (2 if any(line.startswith("NO ") for line in lines) else 0)
    assert any("device " in line for line in lines)
    assert any("GB free" in line for line in lines)
    assert any(str(tmp_path / "cache") in line for line in lines)
    assert not any("endpoint" in line for line in lines)


def test_a_cache_that_cannot_be_made_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "file"))
    code, lines = doctor(capsys)
    assert code == 2
    assert any(
        line.startswith(f"NO  cache folder {tmp_path / 'file'}: File exists; let IRLOOM_CACHE name")
        for line in lines
    )


def test_an_endpoint_that_answers_is_named_with_its_model(
    server: ChatServer, capsys: pytest.CaptureFixture[str]
) -> None:
    _, lines = doctor(capsys, *ask(server))
    assert any(line.startswith(f"ok  endpoint {server.url} answers as test-model in ") for line in lines)
    assert not any("ignores `n`" in line for line in lines)


def test_an_endpoint_that_ignores_n_is_good_with_a_warning(
    server: ChatServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.fault = lambda asked, again: complete(["ready"], server.model)
    _, lines = doctor(capsys, *ask(server))
    assert any(line.startswith("ok  it ignores `n`: candidates will be separate requests") for line in lines)


def test_a_wrong_key_and_a_wrong_model_are_missing(
    server: ChatServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, lines = doctor(capsys, *ask(server), "--model", "bogus")
    assert code == 2
    assert any(line.startswith(f"NO  endpoint {server.url}: ") and "bogus" in line for line in lines)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-xyzzy")
    code, lines = doctor(capsys, *ask(server))
    assert code == 2
    assert any(line.startswith(f"NO  endpoint {server.url}: ") and "OPENAI_API_KEY" in line for line in lines)
    assert not any("xyzzy" in line for line in lines), "the key itself is not shown"


def test_without_a_model_the_endpoint_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = doctor(capsys, "--profile", "openai")
    assert code == 2
    assert "NO  endpoint: name a model with --model to have it checked" in lines


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "localhost:8000", "ftp://a"])
def test_an_endpoint_that_is_not_there_is_missing_and_no_bug(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = doctor(capsys, "--profile", "openai", "--model", "m", "--base-url", url)
    assert code == 2
    assert any(line.startswith("NO  endpoint ") for line in lines)
