"""Serves drawing jobs: imports Matplotlib once, then forks a confined process for each script.

What a script sent or printed must not be found by the next one, not even in memory that was freed. So the
server itself reads no request and no result: for each job it forks a keeper, which does both and ends.

Speaks over standard input and output, which a container passes on too: requests are lines of JSON;
a reply is a line of JSON, then as many bytes as its field `bytes` says. The end of input ends the
server and its job.
"""

import gc
import importlib
import importlib.util
import io
import json
import os
import select
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from irloom.sandbox.inside import confine
from irloom.sandbox.inside.confinement import Hold, find_hold
from irloom.sandbox.inside.watch import HELD, Watched, reap, watch

_WARM = ("numpy", "PIL.Image", "matplotlib.pyplot", "matplotlib.patches", "mpl_toolkits.mplot3d")
_DATA = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/zoneinfo")
_CHUNK = 1 << 16
_REQUESTS = 0
"""Standard input."""


def serve(hello: dict[str, Any]) -> None:
    """Prepare, say what holds jobs here, then draw until input ends."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confine.die_with(os.getppid())
    confine.limit_descriptors()
    os.chdir("/")
    _warm_up(hello["cache"])
    hold = find_hold(_find_readable) if hello["confined"] else Hold(os.getuid())
    gc.collect()
    gc.freeze()
    gc.disable()
    _send(replies, hold.describe(), b"")
    while _keep_one(replies, hold):
        pass


def _keep_one(replies: BinaryIO, hold: Hold) -> bool:
    """Have a keeper see to the next request; False where no more come."""
    requests = select.poll()
    requests.register(_REQUESTS, select.POLLIN)
    requests.poll()
    server = os.getpid()
    keeper = os.fork()
    if keeper == 0:
        _be_keeper(replies, hold, server)
    return os.waitpid(keeper, 0)[1] == 0


def _be_keeper(replies: BinaryIO, hold: Hold, server: int) -> None:
    """Read one request, have it drawn, and answer; never returns, and fails where there is none to answer."""
    over = True
    try:
        confine.die_with(server)
        if line := _read_request():
            child, seen = _draw(json.loads(line), hold)
            if seen.fate != "abandoned":
                _send(replies, seen.describe(), seen.result)
                reap(child)  # while the answer is read: to take a process apart takes milliseconds
                over = False
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(over)


def _read_request() -> bytes:
    """A line, and nothing behind it: the next request comes after the answer."""
    parts: list[bytes] = []
    while part := os.read(_REQUESTS, _CHUNK):
        parts.append(part)
        if part.endswith(b"\n"):
            return b"".join(parts)
    return b""


def _warm_up(cache: str | None) -> None:
    """Import what nearly every script needs, and draw once in both forms, so that jobs find it done."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib is not installed for the interpreter of the sandbox")
    os.environ["MATPLOTLIBRC"] = str(Path(spec.origin).with_name("mpl-data") / "matplotlibrc")
    import matplotlib as mpl

    # Without a folder of its own Matplotlib makes one in /tmp, which a kill would leave behind.
    folder = cache or "/nonexistent"
    mpl.get_configdir = mpl.get_cachedir = lambda: folder
    for name in (*_WARM, "irloom.sandbox.inside.job"):
        importlib.import_module(name)
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([1, 2], label=r"$\frac{1}{2}\,\alpha^2$")
    axes.legend(title="a")
    for form in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=form)
    pyplot.close(figure)


def _find_readable() -> list[str]:
    """Give the folders that drawing reads: modules, the libraries that are loaded, fonts, time zones."""
    from matplotlib.font_manager import fontManager

    mapped = Path("/proc/self/maps").read_text().split("\n")
    libraries = {line.split(maxsplit=5)[5] for line in mapped if ".so" in line}
    fonts = {font.fname for font in fontManager.ttflist}
    folders = {str(Path(path).parent) for path in libraries | fonts}
    return sorted(folder for folder in folders.union(sys.path, _DATA) if Path(folder).is_dir())


def _draw(request: dict[str, Any], hold: Hold) -> tuple[int, Watched]:
    log, log_end = os.pipe()
    result, result_end = os.pipe()
    server = os.getpid()
    child = os.fork()
    if child == 0:
        _be_job(request, hold, server, log_end, result_end)
    os.close(log_end)
    os.close(result_end)
    try:
        return child, watch(child, log, result, _REQUESTS, request["wall_s"], request["cpu_s"])
    finally:
        os.close(log)
        os.close(result)


def _be_job(request: dict[str, Any], hold: Hold, server: int, log: int, result: int) -> None:
    """Give everything up, draw, and end; never returns."""
    try:
        os.setsid()
        confine.be_killed_first()
        ruleset = confine.arrange_descriptors(log, result, hold.ruleset)
        confine.limit_resources(request["memory_mib"], request["cpu_s"])
        confine.become(hold.uid)
        confine.die_with(server)
        confine.close_kernel(ruleset, hold.program)
        os.write(confine.RESULT_FD, HELD)
        sys.stdout = io.TextIOWrapper(
            os.fdopen(1, "wb", closefd=False), "utf-8", "replace", line_buffering=True
        )
        importlib.import_module("irloom.sandbox.inside.job").run_job(request)
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os.closerange(0, confine.SERVER_DESCRIPTORS)
        os._exit(0)


def _send(replies: BinaryIO, head: dict[str, object], body: bytes) -> None:
    replies.write(json.dumps(head | {"bytes": len(body)}).encode() + b"\n")
    replies.write(body)
    replies.flush()
