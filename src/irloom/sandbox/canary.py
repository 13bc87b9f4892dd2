"""A script that tries to get out, and what has to come of it at each level."""

import json
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from irloom.drawings import CodeRunner, Drawing, DrawingJob, SandboxLevel

Outcomes = Mapping[str, str]
"""By attempt: `refused`, or what it came to."""

WANTED: Mapping[SandboxLevel, tuple[str, ...]] = MappingProxyType(
    {
        "strict": ("read passwd", "read secret", "write", "socket", "fork", "signal", "see secret"),
        "standard": ("read passwd", "read secret", "write", "socket", "fork", "signal"),
        "container": ("read secret", "see secret", "write", "network"),
        "off": (),
    }
)
"""What must be refused. A container has files, processes and sockets of its own, but none of the host's."""

_SCRIPT = """
import json, os, socket
import matplotlib.pyplot as plt

def attempt(work):
    try:
        return str(work())
    except (OSError, RuntimeError):
        return "refused"

def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "done"

def find_interfaces():
    names = [name for _, name in socket.if_nameindex() if name != "lo"]
    return names or "refused"

outcomes = {
    "read passwd": attempt(lambda: open("/etc/passwd").read(1) and "done"),
    "read secret": attempt(lambda: open(SECRET).read()),
    "see secret": "done" if os.path.exists(SECRET) else "refused",
    "write": attempt(lambda: open(TARGET, "w").write("x") and "done"),
    "socket": attempt(lambda: socket.socket() and "done"),
    "network": attempt(find_interfaces),
    "fork": attempt(fork),
    "signal": attempt(lambda: os.kill(os.getppid(), 0) or "done"),
}
plt.text(0.5, 0.5, json.dumps(outcomes), parse_math=False)
"""


@dataclass(frozen=True, slots=True)
class Canary:
    """Host files for the script to find: one with a secret, one that must never come to be."""

    secret: Path
    word: str
    target: Path


async def try_to_escape(runner: CodeRunner) -> Outcomes | str:
    """Run the script and give what it came to, as seen from here; or why there is no answer."""
    with _lay_out() as canary:
        source = f"SECRET = {str(canary.secret)!r}\nTARGET = {str(canary.target)!r}\n{_SCRIPT}"
        drawing = await runner.draw(DrawingJob(source, seed=0))
        if not isinstance(drawing, Drawing):
            return f"the canary drew nothing ({drawing.reason}): {drawing.log}"
        outcomes: dict[str, str] = json.loads(drawing.texts[-1].text)
        if runner.level == "container" and outcomes["read secret"] != canary.word:
            outcomes["read secret"] = "refused"
        # A container may have written into a folder of its own: the host decides.
        outcomes["write"] = "done" if canary.target.exists() else "refused"
    return outcomes


def find_leaks(level: SandboxLevel, outcomes: Outcomes) -> list[str]:
    """Give the attempts that should have been refused at this level, and were not."""
    return [attempt for attempt in WANTED[level] if outcomes[attempt] != "refused"]


@contextmanager
def _lay_out() -> Iterator[Canary]:
    word = secrets.token_hex(16)
    target = Path("/tmp") / f"irloom-canary-{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory(prefix="irloom-canary-") as folder:
        Path(folder).chmod(0o755)  # so that it is the sandbox that hides the secret, not the folder's mode
        secret = Path(folder) / "secret"
        secret.write_text(word)
        try:
            yield Canary(secret, word, target)
        finally:
            target.unlink(missing_ok=True)
