"""What the measurements share: the server's process, small COCO data, irloom's command line, children, tables."""

import contextlib
import datetime as dt
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 900.0
CAPTIONS = (
    "A brown dog number {number} lies beside a wooden bench.",
    "The dog number {number} rests next to a bench in a park.",
    "There is a red ball near the dog number {number}.",
)


class LocalServer:
    """The mock server in a process of its own; use it with `with`."""

    def __init__(self, **settings: Any) -> None:
        self._settings = settings

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.server"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.control(**self._settings)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def control(self, **settings: Any) -> None:
        """Change how the server behaves; see `benchmarks.server.Settings`."""
        self._ask("/control", json.dumps(settings).encode())

    def reset(self) -> None:
        """Forget what was counted."""
        self._ask("/reset", b"")

    def stats(self) -> dict[str, Any]:
        """What was counted."""
        found: dict[str, Any] = self._ask("/stats")
        return found

    def asked(self, since: int = 0) -> list[int | None]:
        """The seeds of the requests from a position on."""
        found: list[int | None] = self._ask(f"/asked?since={since}")
        return found

    def wait_for(self, requests: int, child: "Child") -> dict[str, Any]:
        """Wait until so many requests have come in, or the client has ended."""
        while (stats := self.stats())["requests"] < requests and child.running:
            time.sleep(0.01)
        return stats

    def wait_until_idle(self) -> dict[str, Any]:
        """Wait until what a killed client has left behind was answered."""
        while (stats := self.stats())["in_flight"]:
            time.sleep(0.02)
        return stats

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", body, timeout=60) as reply:
            return json.loads(reply.read())


@dataclass(frozen=True)
class Coco:
    """Where data lies that irloom can read."""

    images: Path
    captions: Path
    instances: Path

    @property
    def options(self) -> list[str]:
        """Options of `irloom run infrared`."""
        return [
            *("--images", str(self.images)),
            *("--captions", str(self.captions)),
            *("--instances", str(self.instances)),
        ]


def write_coco(folder: Path, count: int, captions: Sequence[str] = CAPTIONS, boxes: int = 2) -> Coco:
    """`count` samples with ids 1..count; their images are hard links to a few tiny files."""
    images = folder / "images"
    images.mkdir(parents=True)
    entries, texts, things = [], [], []
    original = images / "1.png"
    for number in range(1, count + 1):
        if number % 30_000 == 1:  # a file takes 65,000 links at most
            original = images / f"{number}.png"
            Image.new("RGB", (32, 24), (90, 90, 160)).save(original)
        else:
            os.link(original, images / f"{number}.png")
        entries.append({"id": number, "file_name": f"{number}.png", "width": 32, "height": 24})
        for index, caption in enumerate(captions):
            text = caption.format(number=number)
            texts.append({"id": number * 10 + index, "image_id": number, "caption": text})
        for index, (category, box) in enumerate([(18, [2, 4, 10, 12]), (15, [17, 5, 12, 15])][:boxes]):
            thing = {"id": number * 10 + index, "image_id": number, "category_id": category, "bbox": box}
            things.append({**thing, "area": box[2] * box[3], "iscrowd": 0, "segmentation": []})
    files = Coco(images, folder / "captions.json", folder / "instances.json")
    files.captions.write_text(json.dumps({"images": entries, "annotations": texts}))
    categories = [{"id": 15, "name": "bench"}, {"id": 18, "name": "dog"}]
    files.instances.write_text(json.dumps({"images": entries, "annotations": things, "categories": categories}))
    return files


def write_config(path: Path, url: str, in_flight: int, samples: int = 0, **chat: Any) -> Path:
    """A configuration for an endpoint; `samples` in flight default to the requests in flight."""
    settings = {"kind": "openai", "model": "m", "base_url": url, "max_in_flight": in_flight, **chat}
    lines = [f"concurrency = {samples or in_flight}", "[chat]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    path.write_text("\n".join(lines) + "\n")
    return path


def irloom(*arguments: str | Path) -> list[str]:
    """A command line of irloom under this interpreter."""
    return [sys.executable, "-m", "irloom", *map(str, arguments)]


def environment(folder: Path) -> dict[str, str]:
    """The environment of a child: its own cache, a key that means nothing, no telemetry, no downloads."""
    return {
        **os.environ,
        "IRLOOM_CACHE": str(folder / "cache"),
        "OPENAI_API_KEY": "sk-none",
        "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)])),
        "HF_HUB_OFFLINE": "1",
        "TELEMETRY_ENABLED": "0",
        "NEMO_TELEMETRY_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


@dataclass(frozen=True)
class Ran:
    """How a child ended and what it used, its own children included."""

    code: int
    wall_s: float
    cpu_s: float
    rss_mb: float
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

    def __init__(self, command: Sequence[str], folder: Path, name: str = "child") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / f"{name}.log"
        self._began = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment(folder),
                cwd=folder,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended; unlike `poll` this leaves what it used to be read by `wait`."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    @property
    def rss_mb(self) -> float:
        """Resident memory now, 0 where it has ended."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children."""
        if self.running:
            os.killpg(self.pid, number)

    def wait(self, limit_s: float = LIMIT_S) -> Ran:
        """Wait for the end; what hangs is killed, and its code is that of the kill."""
        timer = threading.Timer(limit_s, self.send, (signal.SIGKILL,))
        timer.daemon = True
        timer.start()
        _, status, used = os.wait4(self.pid, 0)
        timer.cancel()
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return Ran(
            self._process.returncode,
            time.monotonic() - self._began,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024,
            self._log,
        )


def run(command: Sequence[str], folder: Path, name: str = "child") -> Ran:
    """Run a child to its end."""
    return Child(command, folder, name).wait()


@contextmanager
def workplace(keep: Path | None = None) -> Iterator[Path]:
    """A folder for the files of a measurement, which goes with it unless one is given to keep."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="irloom-bench-") as folder:
        yield Path(folder)


def print_table(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """A table in Markdown; its columns are the keys of the first row."""
    names = list(rows[0])
    cells = [names, *([_show(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(f"\n{title}\n\n" + "\n".join(lines), flush=True)


def _show(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) and value < 100 else f"{value:.0f}" if isinstance(value, float) else str(value)


def describe_machine() -> str:
    """One line on where this ran, for what is written down."""
    versions = {name: metadata.version(name) for name in ("langgraph", "openai", "aiohttp")}
    processor = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"{os.cpu_count()} CPU ({processor}), Linux {platform.release()}, Python {platform.python_version()}, {listed}, {dt.datetime.now(dt.UTC):%Y-%m-%d}"


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The whole JSON lines of a file."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
