"""`irloom view` serves this machine alone until it is stopped."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.cli.view import TOKEN_VARIABLE


@contextmanager
def serve(tmp_path: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The verb as a process, and the address that it named."""
    environment = {**os.environ, "IRLOOM_CACHE": str(tmp_path), "DISPLAY": ""}
    command = [sys.executable, "-m", "irloom", "view", *arguments, "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        try:
            yield process, line.partition("Look at ")[2].partition(" ")[0]
        finally:
            process.kill()


def test_the_page_is_served_at_once_and_ended_by_ctrl_c(offline: Path, tmp_path: Path) -> None:
    with serve(tmp_path, str(offline), "--port", "0") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}runs/0", timeout=60) as answer:
            assert b"<!doctype html>" in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_a_port_that_is_taken_is_named(
    offline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["view", str(offline), "--no-browser", "--port", str(taken.getsockname()[1])]) == 2
    assert "give another --port" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["99999", "-1", "x"])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["view", "run", "--port", port])
    assert stopped.value.code == 2
    assert "give a number from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])
def test_a_host_that_is_not_this_machine_is_named(
    host: str,
    offline: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path))
    assert main(["view", str(offline), "--no-browser", "--host", host, "--token", "t"]) == 2
    assert f"--host {host} is no address of this machine" in capsys.readouterr().err


def test_other_hosts_need_a_token(offline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["view", str(offline), "--no-browser", "--host", "0.0.0.0"]) == 2
    assert "set --token too" in capsys.readouterr().err


def test_a_folder_without_a_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["view", str(tmp_path), "--no-browser"]) == 2
    assert "holds no run" in capsys.readouterr().err


def test_the_token_may_come_from_a_variable_which_no_process_list_shows(
    offline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    with serve(tmp_path, str(offline), "--port", "0") as (process, address):
        assert address.endswith("/?token=secret")
        assert "secret" not in " ".join(str(part) for part in process.args)  # type: ignore[union-attr]
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address.partition("?")[0], timeout=60)


def test_the_address_names_the_token(offline: Path, tmp_path: Path) -> None:
    arguments = ("--port", "0", "--host", "0.0.0.0", "--token", "a b&c")
    with serve(tmp_path, str(offline), *arguments) as (_, address):
        assert address.startswith("http://localhost:")
        assert address.endswith("/?token=a%20b%26c")
        keeping = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with keeping.open(address.replace("localhost", "127.0.0.1"), timeout=60) as answer:
            assert b"<!doctype html>" in answer.read()
