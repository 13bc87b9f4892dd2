"""Child processes: how they are started, watched, killed, and what they used."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 1800.0


@dataclass(frozen=True)
class Ran:
    """How a child ended and what it used, its own children included."""

    code: int
    wall_s: float
    cpu_s: float
    rss_mb: float
    """Peak, and never less than that of the parent, whose peak a child starts with: keep benchmarks small."""
    log: Path

    @property
    def said(self) -> str:
        """What it wrote."""
        return self.log.read_text(errors="replace")

    def check(self, *codes: int) -> "Ran":
        """Fail unless the exit code is among these."""
        if self.code not in codes:
            raise RuntimeError(f"exit code {self.code}, expected {codes}: {self.said[-2000:]}")
        return self


class Child:
    """A process in a session of its own, whose output goes into a file."""

    def __init__(self, command: Sequence[str], folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / f"{name}.log"
        self._began = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=_environment(folder),
                cwd=folder,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether it has not ended; unlike `poll` this leaves to `wait` what it used."""
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    @property
    def rss_mb(self) -> float:
        """Resident memory now, 0 where it has ended."""
        with suppress(OSError):
            for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children."""
        if self.running:
            os.killpg(self._process.pid, number)

    def wait(self, limit_s: float = LIMIT_S) -> Ran:
        """Wait for the end; what hangs is killed, and its code is that of the kill."""
        timer = threading.Timer(limit_s, self.send, (signal.SIGKILL,))
        timer.daemon = True
        timer.start()
        _, status, used = os.wait4(self._process.pid, 0)
        timer.cancel()
        self._process.returncode = code = os.waitstatus_to_exitcode(status)
        wall_s = time.monotonic() - self._began
        return Ran(code, wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, self._log)


def run(command: Sequence[str], folder: Path, name: str) -> Ran:
    """Run a child to its end."""
    return Child(command, folder, name).wait()


def irloom(*arguments: str | Path) -> list[str]:
    """A command line of irloom under this interpreter."""
    return [sys.executable, "-m", "irloom", *map(str, arguments)]


@contextmanager
def workplace(keep: Path | None = None) -> Iterator[Path]:
    """A folder for the files of a measurement, which goes with it unless one is given to keep."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="irloom-bench-") as folder:
        yield Path(folder)


def _environment(folder: Path) -> dict[str, str]:
    """A cache of its own, a key that means nothing, no telemetry, no downloads.

    OpenMP must not spin: on a machine that does anything else, torch then takes ten times as long, but only
    in processes where a single thread calls it, and models would be compared by that.
    """
    return {
        **os.environ,
        "IRLOOM_CACHE": str(folder / "cache"),
        "OPENAI_API_KEY": "sk-none",
        "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)])),
        "OMP_WAIT_POLICY": "PASSIVE",
        "HF_HUB_OFFLINE": "1",
        "TELEMETRY_ENABLED": "0",
        "NEMO_TELEMETRY_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
