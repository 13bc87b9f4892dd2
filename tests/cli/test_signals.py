"""Ctrl-C and SIGTERM are heard wherever a run is, and leave nothing behind that they should not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.engine.summary import summarise
from support.chat_server import ChatServer
from support.coco import CocoFiles, write_coco
from support.killing import start_irloom

SPARSE_BYTES = 2**41
"""A file of nothing that takes half an hour to hash, and no space."""
QUICKLY_S = 200.0
"""None that waits for the end of its work is through by then; the others may be on a busy machine."""


@pytest.fixture
def coco(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CocoFiles:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    return write_coco(tmp_path / "coco", 2)


@contextmanager
def started(log: Path, *arguments: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of irloom that writes everything to `log`."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "irloom", *arguments],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_for(condition: Callable[[], object], what: str) -> None:
    until = time.monotonic() + 200
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


def stop(process: "subprocess.Popen[bytes]", number: signal.Signals) -> int:
    """Send the signal; the process must end soon."""
    process.send_signal(number)
    return process.wait(QUICKLY_S)


def stop_while_it_hashes(arguments: list[str], folder: Path, number: signal.Signals, code: int) -> str:
    """Run a command, stop it while it reads its inputs, and give what it said."""
    begun = start_irloom(arguments, folder)
    wait_for(lambda: b"hashing captions.json" in begun.log.read_bytes(), "the inputs to be read")
    begun.signal(number)
    ended = begun.wait()
    assert ended.code == code
    return ended.said


SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_resume_that_reads_its_inputs_stops_at_once_and_says_how_to_go_on(
    number: signal.Signals, code: int, coco: CocoFiles, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    flow = ["--no-translation", "--tasks", "none", "--quiet"]
    assert main(["run", "infrared", *coco.options, "--out", str(out), *flow, "--limit", "1"]) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    captions = coco.captions.read_bytes()
    os.truncate(coco.captions, SPARSE_BYTES)
    said = stop_while_it_hashes(["resume", str(out), "--limit", "2"], tmp_path / "process", number, code)
    assert "Stopped on purpose." in said
    assert f"To go on: irloom resume {out}" in said
    assert "Traceback" not in said
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    coco.captions.write_bytes(captions)
    assert main(["resume", str(out), "--quiet", "--limit", "2"]) == 0
    assert summarise(out).samples == 2


def test_a_run_that_is_stopped_before_it_was_created_leaves_no_folder(
    coco: CocoFiles, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    os.truncate(coco.captions, SPARSE_BYTES)
    arguments = ["run", "infrared", *coco.options, "--out", str(out), "--no-translation"]
    said = stop_while_it_hashes(arguments, tmp_path / "process", signal.SIGTERM, 143)
    assert "Stopped on purpose." in said
    assert "resume" not in said, "there is nothing to resume"
    assert not out.exists()


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_dry_run_that_is_stopped_leaves_nothing_behind(
    number: signal.Signals, code: int, coco: CocoFiles, tmp_path: Path
) -> None:
    temporary, log = tmp_path / "temporary", tmp_path / "log"
    temporary.mkdir()
    with ChatServer(delay_s=1.0) as server:
        options = [*coco.options, "--out", str(tmp_path / "run"), *server.options, "--no-translation"]
        options += ["--dry-run", "1"]
        with started(log, "run", "infrared", *options, TMPDIR=str(temporary)) as process:
            wait_for(lambda: server.in_flight, "a request on its way")
            assert [path.name[:15] for path in temporary.iterdir()] == ["irloom-dry-run-"]
            assert stop(process, number) == code
    assert "Stopped on purpose." in log.read_text()
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "run").exists()


def test_a_second_signal_ends_what_did_not_heed_the_first(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = (
        "import time\n"
        "from irloom.cli.signals import Stopper\n"
        "with Stopper('Last words.', clock=iter([0.0, 1.5]).__next__):\n"
        "    for _ in range(2):\n"
        "        try:\n"
        "            print('working', flush=True)\n"
        "            time.sleep(600)\n"
        "        except KeyboardInterrupt:\n"
        "            pass\n"
    )
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=file, stderr=file)
    wait_for(lambda: log.read_bytes().count(b"working") == 1, "the work")
    process.send_signal(signal.SIGTERM)
    wait_for(lambda: log.read_bytes().count(b"working") == 2, "the work to go on")
    assert stop(process, signal.SIGTERM) == 143
    assert "Last words." in log.read_text()


def test_a_sigterm_that_comes_twice_within_a_second_is_one_wish() -> None:
    from irloom.cli.signals import Stopped, Stopper

    with Stopper(clock=iter([10.0, 10.4, 10.9]).__next__):
        with pytest.raises(Stopped):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)


def test_signals_are_as_before_after_the_block() -> None:
    from irloom.cli.signals import Stopper

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Stopper():
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] != before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
