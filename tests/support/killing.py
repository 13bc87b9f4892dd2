"""Runs irloom in real processes and kills them with SIGKILL, at a named step or after a while."""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from support.forked import start_forked
from support.syncing import spare_syncs

LIMIT_S = 250


@dataclass
class Started:
    """A process that runs irloom, and where its output goes."""

    process: ForkServerProcess
    log: Path

    def wait(self) -> "Ended":
        """Wait for the end; a process that hangs is killed and fails the test."""
        self.process.join(LIMIT_S)
        if self.process.exitcode is None:
            self.process.kill()
            raise AssertionError(f"irloom hung; so far it said: {self.log.read_text()}")
        return Ended(self.process.exitcode, self.log.read_text())

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self.process.pid is not None
        os.kill(self.process.pid, number)


@dataclass
class Ended:
    """How a process ended; the code is negative if a signal killed it."""

    code: int
    said: str


def start_irloom(
    arguments: Sequence[str],
    folder: Path,
    step: str | None = None,
    at: int = 1,
    packages: Path | None = None,
) -> Started:
    """Start; with `step`, the process kills itself the `at`-th time that step is reached.

    It finds what is installed in `packages` as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "output.txt"
    log.write_text("")  # here, as a process that is killed at once has not come to open it
    return Started(start_forked(_run, list(arguments), str(folder), str(log), step, at, packages), log)


def run_irloom(
    arguments: Sequence[str],
    folder: Path,
    step: str | None = None,
    at: int = 1,
    packages: Path | None = None,
) -> Ended:
    """Run to the end or to the kill."""
    return start_irloom(arguments, folder, step, at, packages).wait()


def list_steps(arguments: Sequence[str], folder: Path) -> list[str]:
    """The steps that a whole run reaches, in order, repeats included."""
    ended = run_irloom(arguments, folder, step="list")
    assert ended.code in {0, 1}, ended.said
    return (folder / "steps.txt").read_text().split()


def _run(
    arguments: list[str], folder: str, log: str, step: str | None, at: int, packages: Path | None
) -> None:
    """In the child: point the outputs at the log, arm the kill, run the command."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    sys.stderr = os.fdopen(2, "w", buffering=1)
    # The server passes over what it cannot import, and all would be slow without a word.
    assert "support.warm" in sys.modules, "the server that this was forked from has not imported support.warm"
    spare_syncs(pytest.MonkeyPatch())
    os.environ.update({"IRLOOM_CACHE": f"{folder}/cache", "OPENAI_API_KEY": "secret"})
    if step is not None:
        _arm(Path(folder), step, at)
    if packages is not None:
        _install(packages)
    from irloom.cli.main import main

    code = main(arguments)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


def _install(packages: Path) -> None:
    """Put packages where a fresh process would find them, and forget that they were not there."""
    from irloom.pipelines import registry

    sys.path.insert(0, str(packages))
    registry._find_brought.cache_clear()


def _arm(folder: Path, step: str, at: int) -> None:
    from irloom.engine import steps

    seen: list[str] = []

    def observe(name: str) -> None:
        seen.append(name)
        if step == "list":
            with (folder / "steps.txt").open("a") as file:
                file.write(name + "\n")
        elif name == step and seen.count(step) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.observe(observe)


def recorded_calls(run: Path) -> set[tuple[str, int]]:
    """Prompt and seed of every chat call whose reply is in the journal or in a committed transcript."""
    lines = [line for path in (run / "journal").glob("*.jsonl") for line in whole_lines(path)]
    turns = [json.loads(line) for line in lines]
    commits = [json.loads(line) for line in whole_lines(run / "commits.jsonl")]
    end = max((row.get("ends", {}).get("transcripts.jsonl", 0) for row in commits), default=0)
    if end:
        committed = (run / "transcripts.jsonl").read_bytes()[:end].splitlines()
        turns += [turn for row in committed for turn in json.loads(row)["turns"]]
    return {(turn["prompt"], turn["parameters"]["seed"]) for turn in turns if "prompt" in turn}


def whole_lines(path: Path) -> list[bytes]:
    """Lines that were written to their end."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []
