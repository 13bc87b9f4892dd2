"""What is wrong with the machine, a file or a stream is one message, and only bugs end with 70."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.cli.outside import explain_outside
from irloom.errors import EXIT_STOPPED, EXIT_USER

LONG = "x" * 5000


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "cir", "--images", "IMAGES", "--out", LONG],
        ["run", "cir", "--images", LONG, "--out", "run"],
        ["run", "imgcoder", "--problems", LONG, "--out", "run"],
        ["run", "cir", "--images", "IMAGES", "--config", LONG, "--out", "run"],
        ["resume", LONG],
        ["inspect", LONG],
        ["report", LONG],
        ["export", LONG, "--format", "messages", "--out", "x.jsonl"],
    ],
)
def test_a_path_that_is_too_long_is_a_message(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "IMAGES").mkdir()
    (tmp_path / "IMAGES" / "a.jpg").write_bytes(b"x")
    assert main(arguments) == EXIT_USER
    assert "File name too long" in capsys.readouterr().err


def test_toml_that_is_nested_without_end_is_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.toml").write_text("a = " + "[" * 5000)
    arguments = ["run", "cir", "--images", str(tmp_path), "--out", str(tmp_path / "run")]
    assert main([*arguments, "--config", str(tmp_path / "a.toml")]) == EXIT_USER
    assert "a.toml: it is nested too deeply" in capsys.readouterr().err


def run_into(stream: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command whose standard output a shell points elsewhere."""
    command = f'exec "$@" {stream}'
    return subprocess.run(
        ["/bin/sh", "-c", command, "sh", sys.executable, "-m", "irloom", *arguments],
        capture_output=True,
        text=True,
        timeout=250,
        env=os.environ,
    )


def test_a_full_output_is_a_message_and_a_closed_one_nothing(tmp_path: Path) -> None:
    full = run_into(">/dev/full", "prompts", "copy", str(tmp_path / "one"))
    assert full.returncode == EXIT_STOPPED
    assert full.stderr == "irloom: the output cannot be written: No space left on device.\n"
    closed = run_into(">&- 2>&-", "prompts", "copy", str(tmp_path / "other"))
    assert closed.returncode == 0
    assert len(list((tmp_path / "other").iterdir())) == len(list((tmp_path / "one").iterdir())) > 0


def test_too_little_memory_is_a_message_whoever_says_so() -> None:
    said = [
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
        ImportError("libtorch.so: cannot allocate memory in static TLS block"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
    ]
    for error in said:
        told = explain_outside(error)
        assert told is not None
        assert told[0].startswith("there is too little memory")
        assert told[1] == EXIT_STOPPED


def test_a_file_that_cannot_be_read_is_named_and_a_bug_is_one() -> None:
    assert explain_outside(PermissionError(errno.EACCES, "Permission denied", "/a/b")) == (
        "/a/b: Permission denied.",
        EXIT_USER,
    )
    assert explain_outside(OSError(errno.EIO, "Input/output error", "/a/b")) == (
        "/a/b: Input/output error.",
        EXIT_STOPPED,
    )
    for bug in (KeyError("x"), RuntimeError("x"), OSError("x"), ValueError("x")):
        assert explain_outside(bug) is None
