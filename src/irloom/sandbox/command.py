"""Says how a server is started at each level, and what it is told first."""

import importlib.util
import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from irloom.drawings import SandboxLevel
from irloom.errors import ConfigError

_INSIDE = "irloom.sandbox.inside"
_LIBRARIES = (
    "matplotlib", "numpy", "PIL", "contourpy", "kiwisolver", "fontTools",
    "cycler", "dateutil", "six", "pyparsing", "packaging",
)  # fmt: skip
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/nix/store", "/gnu/store")
_FLAGS = ("-s", "-P", "-B")
_BWRAP = (
    "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
    "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox",
    "--proc", "/proc", "--dev", "/dev", "--size", "1048576", "--tmpfs", "/tmp",
)  # fmt: skip


def build_command(level: SandboxLevel, container: Sequence[str], cache: Path | None) -> list[str]:
    """Give the command that starts a server; raises ConfigError where a program is not installed."""
    boot = ("-c", files(_INSIDE).joinpath("boot.py").read_text("utf-8"))
    if level == "container":
        return [*container, *_FLAGS, *boot]
    # Without the start-up code of site-packages, which any package may add to: folders are named instead.
    interpreter = [os.path.realpath(sys.executable), *_FLAGS, "-S", *boot]
    return [*_build_bwrap(cache), *interpreter] if level == "strict" else interpreter


def build_environment(level: SandboxLevel) -> dict[str, str]:
    """Give an empty environment, but to the client of a container, whose own does not reach the job."""
    return dict(os.environ) if level == "container" else {}


def build_hello(level: SandboxLevel, cache: Path | None) -> bytes:
    """Give the first line that a server reads: its own modules, and where it finds others."""
    sources = {
        f"{_INSIDE}.{path.name.removesuffix('.py')}": path.read_text("utf-8")
        for path in files(_INSIDE).iterdir()
        if path.name.endswith(".py") and path.name not in ("__init__.py", "boot.py")
    }
    local = level != "container"
    hello = {
        "modules": sources,
        "path": _find_libraries() if local else [],
        "cache": str(cache) if local and cache else None,
        "confined": level != "off",
    }
    return json.dumps(hello).encode() + b"\n"


def _build_bwrap(cache: Path | None) -> list[str]:
    program = shutil.which("bwrap")
    if program is None:
        raise ConfigError("bubblewrap (bwrap) is not installed")
    paths = sysconfig.get_paths()
    interpreter = (os.path.realpath(sys.executable), paths["stdlib"], paths["platstdlib"])
    wanted = {*_SYSTEM, *interpreter, f"{sys.base_prefix}/lib", *_find_libraries()}
    binds = [word for path in sorted(wanted) for word in ("--ro-bind-try", path, path)]
    if cache is not None:
        binds += ["--bind", str(cache), str(cache)]  # for the list of fonts; no job can write there
    return [program, *_BWRAP, *binds, "--"]


def _find_libraries() -> list[str]:
    """Give the folders in which Matplotlib and what it needs lie; raises ConfigError where it is missing."""
    specs = {name: importlib.util.find_spec(name) for name in _LIBRARIES}
    if specs["matplotlib"] is None:
        raise ConfigError("drawing needs Matplotlib: pip install matplotlib")
    origins = [Path(spec.origin) for spec in specs.values() if spec is not None and spec.origin is not None]
    return sorted({str(_find_root(origin)) for origin in origins})


def _find_root(origin: Path) -> Path:
    """Give the folder that is searched: a package lies one below it, a module in it."""
    return origin.parent.parent if origin.name == "__init__.py" else origin.parent
