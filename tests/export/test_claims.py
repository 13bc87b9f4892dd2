"""Two exports to one place are never mixed, and a kill or a full disk leaves a whole one."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from irloom.errors import UserError
from irloom.export.claims import claiming
from irloom.export.options import ExportOptions, Form
from irloom.export.run import export_run
from support.small_run import SmallRun

_CHILD = """
import sys, time
from pathlib import Path
from irloom.export import {module}
from irloom.export.options import ExportOptions
from irloom.export.run import export_run
before = {module}.{step}
def pause(*given):
    print("there", flush=True)
    sys.stdin.readline()
    return before(*given)
{module}.{step} = pause
export_run(Path(sys.argv[1]), Path(sys.argv[2]), ExportOptions(form=sys.argv[3], data="pairs"))
"""
_STEPS = {
    "parquet": ("folders", "_sync_all"),
    "sharegpt": ("folders", "_swap"),
    "llava": ("sidecar", "_write"),
}
FORMS: tuple[Form, ...] = ("parquet", "sharegpt", "llava")


def begin(run: SmallRun, out: Path, form: Form) -> "subprocess.Popen[str]":
    """Another process that exports, and waits just before what it wrote takes its place."""
    module, step = _STEPS[form]
    script = _CHILD.format(module=module, step=step)
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(run.root), str(out), form],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "there\n"
    return child


def read_all(out: Path) -> dict[str, bytes]:
    """An export, whether it is a file or a folder, with what lies beside it."""
    return {
        str(path.relative_to(out.parent)): path.read_bytes()
        for path in out.parent.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_second_export_to_one_place_is_told_and_the_first_stays_whole(
    form: Form, run: SmallRun, tmp_path: Path
) -> None:
    out = tmp_path / "there" / "out"
    child = begin(run, out, form)
    with pytest.raises(UserError, match=r"Another export is writing .* now: wait until it has ended"):
        export_run(run.root, out, ExportOptions(form=form))
    child.communicate("go on\n" * 5, timeout=60)
    assert child.returncode == 0
    alone = tmp_path / "alone" / "out"
    export_run(run.root, alone, ExportOptions(form=form, data="pairs"))
    assert read_all(out) == read_all(alone)


@pytest.mark.parametrize("form", FORMS)
def test_after_a_kill_in_the_middle_the_next_export_has_the_right_rows(
    form: Form, run: SmallRun, tmp_path: Path
) -> None:
    out, alone = tmp_path / "there" / "out", tmp_path / "alone" / "out"
    export_run(run.root, out, ExportOptions(form=form))
    before = read_all(out)
    child = begin(run, out, form)
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    left = read_all(out)
    assert {name: left[name] for name in before} == before, "the earlier one is as it was"
    for path in (out, alone):
        export_run(run.root, path, ExportOptions(form=form, data="pairs"))
    assert read_all(out) == read_all(alone)


@pytest.mark.parametrize("form", FORMS)
def test_a_disk_that_is_full_is_a_message_and_the_earlier_export_stays(
    form: Form, run: SmallRun, tmp_path: Path
) -> None:
    out = tmp_path / "there" / "out"
    export_run(run.root, out, ExportOptions(form=form))
    before = read_all(out)
    script = (
        "import resource, signal, sys\n"
        "from irloom.cli.main import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = ["export", str(run.root), "--format", form, "--data", "pairs", "--out", str(out)]
    ended = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2, ended.stderr
    assert "Cannot write" in ended.stderr
    assert read_all(out) == before


def test_a_place_is_free_again_afterwards_also_where_a_kill_left_the_lock(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / ".out.lock").touch()
    for _ in range(2):
        with claiming(out), pytest.raises(UserError, match="Another export"), claiming(out):
            pytest.fail("it must not begin")
    assert [*tmp_path.iterdir()] == []


def test_what_is_no_file_in_place_of_the_lock_is_one_message(tmp_path: Path) -> None:
    (tmp_path / ".out.lock").mkdir()
    with pytest.raises(UserError, match="Cannot write"), claiming(tmp_path / "out"):
        pytest.fail("it must not begin")


def test_a_second_export_to_a_file_replaces_it_and_a_changed_one_only_by_force(
    run: SmallRun, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    export_run(run.root, out, ExportOptions(form="llava"))
    export_run(run.root, out, ExportOptions(form="llava", data="pairs"))
    sidecar = json.loads((tmp_path / "out.json.irloom.json").read_text())
    assert sidecar["options"]["data"] == "pairs"
    assert sidecar["recipe"]["run"]["flow"] == "infrared"
    assert sidecar["recipe"]["rules"][0]["rule"] == "No colours."
    out.write_text("mine")
    with pytest.raises(UserError, match=r"not known to be an export: name another file, or .* --force"):
        export_run(run.root, out, ExportOptions(form="llava"))
    assert out.read_text() == "mine"
    export_run(run.root, out, ExportOptions(form="llava"), force=True)
    assert len(json.loads(out.read_text())) == 3
    (tmp_path / "foreign.json").write_text("[]")
    with pytest.raises(UserError, match="not known to be an export"):
        export_run(run.root, tmp_path / "foreign.json", ExportOptions(form="llava"))
