"""The same attacks fail for an ordinary user; and a script of root's runs as nobody where it can."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.drawing import Studio

ROOT = Path(__file__).parents[2]
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


def open_up(folders: list[str]) -> list[str]:
    """Shell lines that let anybody reach folders, in mounts of their own, where a parent is closed."""
    lines = ["mount --make-rprivate /"]
    for folder in folders:
        closed = [parent for parent in reversed(Path(folder).parents) if not parent.stat().st_mode & 0o001]
        if closed:
            lines += [
                "kept=$(mktemp -d /tmp/kept-XXXXXX)",
                f"mount --bind {shlex.quote(folder)} $kept",
                f"mount -t tmpfs -o mode=755 none {shlex.quote(str(closed[0]))}",
                f"mkdir -p {shlex.quote(folder)}",
                f"mount --bind $kept {shlex.quote(folder)}",
                "umount -l $kept",
                "rmdir $kept",
            ]
    return lines


def run_apart(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command where everybody can read the interpreter."""
    folders = sorted({sys.base_prefix, sys.prefix, str(ROOT)}, key=len)
    script = "\n".join(["set -e", *open_up(folders), shlex.join(["exec", *command])])
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        capture_output=True,
        text=True,
        cwd="/",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(home),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")]),
        },
        check=False,
    )


@pytest.fixture
def home(studio: Studio) -> Iterator[Path]:
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else; the other tests ran as an ordinary user")
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        pytest.skip("unshare and setpriv (util-linux) are not installed")
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        home = Path(name)
        home.chmod(0o777)
        if (tried := run_apart(["true"], home)).returncode:
            pytest.skip(f"mounts cannot be made here: {tried.stderr}")
        yield home


def run_attacks(user: list[str], home: Path, chosen: str) -> None:
    attacks = str(ROOT / "tests" / "sandbox" / "test_attacks.py")
    options = ["-q", "-x", "-k", chosen, "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    command = [sys.executable, "-m", "pytest", *options, "--basetemp", str(home / "attacked"), attacks]
    done = run_apart([*user, *command], home)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "no tests ran" not in done.stdout


@pytest.mark.timeout(1200)
def test_every_attack_fails_for_an_ordinary_user_too(home: Path) -> None:
    run_attacks(NOBODY, home, "attack or whole")


PROBE = """
import asyncio
from irloom.sandbox.levels import SandboxOptions, probe_sandbox
print(asyncio.run(probe_sandbox(SandboxOptions(level="standard"))).hold["uid"])
"""


def test_a_script_of_roots_runs_as_nobody_where_nobody_can_read_the_interpreter(home: Path) -> None:
    done = run_apart([sys.executable, "-c", PROBE], home)
    assert done.stdout == "65534\n", done.stderr


@pytest.mark.timeout(1200)
def test_every_attack_fails_as_a_nobody_whom_root_became(home: Path) -> None:
    run_attacks([], home, "standard")
