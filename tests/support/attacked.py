"""A world for scripts to attack: files, listeners and a process, and what is seen of them afterwards."""

import contextlib
import ctypes
import os
import secrets
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_SETTLING_S = 60
"""How long a server that is being replaced may take on a busy machine."""


@dataclass
class World:
    """What is outside of the sandbox. Names in capitals are what a script may refer to."""

    folder: Path
    word: str = field(default_factory=lambda: secrets.token_hex(16))
    _listeners: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.chmod(0o777)
        self.secret = self._write("secret.txt", self.word)
        self.kept = self._write("kept.txt", "as it was")
        mark = secrets.token_hex(8)
        places = (self.folder, Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.cwd(), Path.home())
        self.targets = [place / f"attack-{mark}" for place in places]
        self._kept_state = _describe(self.kept)

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o666)
        return path

    @contextlib.contextmanager
    def peopled(self) -> Iterator[None]:
        """Have listeners and a process to be attacked, while this is open."""
        with contextlib.ExitStack() as stack:
            self.tcp = self._listen(stack, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
            self.udp = self._listen(stack, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
            self.unix = str(self.folder / "s")
            self.abstract = f"\0attacked-{self.word[:8]}"
            for address in (self.unix, self.abstract):
                self._listen(stack, socket.AF_UNIX, socket.SOCK_STREAM, address)
            environment = {"SECRET": self.word, "PATH": os.environ["PATH"]}
            self.victim = subprocess.Popen(["sleep", "300"], env=environment)
            stack.callback(self._end_victim)
            self._limits = self._read_victim("limits")
            yield

    def _end_victim(self) -> None:
        self.victim.kill()
        self.victim.wait()

    def _listen(
        self, stack: contextlib.ExitStack, family: int, kind: int, address: tuple[str, int] | str
    ) -> tuple[str, int]:
        server = stack.enter_context(socket.socket(family, kind))
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        self._listeners.append(server)
        bound: tuple[str, int] = server.getsockname()
        return bound

    def note_processes(self) -> None:
        """Take the processes of this moment for those that belong here."""
        self._before = list_descendants()

    def fill_in(self, script: str) -> str:
        """Give the script with the names of this world set before it."""
        names = {
            "SECRET": str(self.secret),
            "KEPT": str(self.kept),
            "TARGETS": [str(path) for path in self.targets],
            "TCP": self.tcp,
            "UDP": self.udp,
            "UNIX": self.unix,
            "ABSTRACT": self.abstract,
            "VICTIM": self.victim.pid,
            "MAIN": os.getpid(),
        }
        return "".join(f"{name} = {value!r}\n" for name, value in names.items()) + script

    def list_harm(self, said: str) -> list[str]:
        """Give everything that came of a script, whose every word is in `said`."""
        with selectors.DefaultSelector() as selector:
            for listener in self._listeners:
                selector.register(listener, selectors.EVENT_READ)
            harm = [f"reached {key.fileobj}" for key, _ in selector.select(0)]
        harm += [f"made {path}" for path in self.targets if os.path.lexists(path)]
        if self.word in said:
            harm.append("read a secret")
        if "GOT" in said:
            harm.append(f"was granted something: {said}")
        if _describe(self.secret)[0] != self.word or _describe(self.kept) != self._kept_state:
            harm.append("changed a file")
        if self.victim.poll() is not None or "stop" in self._read_victim("status").splitlines()[2]:
            harm.append("killed or stopped a process")
        elif self._read_victim("limits") != self._limits:
            harm.append("changed a process")
        return harm + self._list_strays(0 if harm else _SETTLING_S)

    def clean(self) -> None:
        """Take away what an attack that worked has made."""
        for path in self.targets:
            path.unlink(missing_ok=True)

    def _read_victim(self, name: str) -> str:
        return Path(f"/proc/{self.victim.pid}/{name}").read_text()

    def _list_strays(self, patience_s: float) -> list[str]:
        """Give processes that are new and stay; a server that is being replaced goes by itself."""
        deadline = time.monotonic() + patience_s
        while (strays := list_descendants() - self._before) and time.monotonic() < deadline:
            time.sleep(0.05)
        return [f"left process {pid}" for pid in strays]


def adopt_orphans() -> None:
    """Let processes whose parent dies become children of this one, where they are seen."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def list_descendants(ancestor: int | None = None) -> set[int]:
    """Give the processes below this one, or below `ancestor`, that have not ended."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(folder.name)] = int(parent)
    known = {ancestor or os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in known} - known:
        known |= more
    return known - {ancestor or os.getpid()}


def list_settled() -> set[int]:
    """Give the processes below this one once they stop changing: an answer comes before its job is gone."""
    seen = list_descendants()
    while True:
        time.sleep(0.1)
        now = list_descendants()
        if now == seen:
            return now
        seen = now


def kill_all(pids: set[int]) -> None:
    """End processes that an attack left."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _describe(path: Path) -> tuple[object, ...]:
    if not path.exists():
        return ("gone",)
    state = path.lstat()
    return path.read_text(), state.st_mode, state.st_uid, state.st_mtime_ns, state.st_nlink
