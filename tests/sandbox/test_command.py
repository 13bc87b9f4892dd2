"""A server is started from nothing: no environment, no start-up code of packages, no irloom."""

import json
import os
import sys
from pathlib import Path

import pytest

from irloom.drawings import DrawingFault, SandboxLevel
from irloom.sandbox.command import build_command, build_environment, build_hello
from support.drawing import Studio


@pytest.mark.parametrize("level", ["standard", "strict", "off"])
def test_a_server_inherits_nothing(level: SandboxLevel) -> None:
    assert build_environment(level) == {}


def test_the_client_of_a_container_needs_its_environment_which_the_job_does_not_see(studio: Studio) -> None:
    assert build_environment("container") == dict(os.environ)
    fault = studio.draw("import os\nprint(sorted(os.environ), os.getcwd())")
    assert isinstance(fault, DrawingFault)
    assert fault.log.startswith(
        "['HOME', 'LC_ALL', 'MATPLOTLIBRC', 'MKL_NUM_THREADS', 'MPLBACKEND', 'OMP_NUM_THREADS', "
        "'OPENBLAS_NUM_THREADS', 'PATH', 'PYTHONHASHSEED'] /"
    )


def test_the_interpreter_runs_without_site_packages_start_up_code() -> None:
    command = build_command("standard", (), None)
    assert command[0] == os.path.realpath(sys.executable)
    assert command[1:6] == ["-s", "-P", "-B", "-S", "-c"]


def test_a_containers_command_is_followed_by_the_start() -> None:
    command = build_command("container", ["podman", "run", "-i", "image", "python3"], None)
    assert command[:5] == ["podman", "run", "-i", "image", "python3"]
    assert command[5:9] == ["-s", "-P", "-B", "-c"]


def test_what_is_sent_to_a_server_needs_no_irloom() -> None:
    hello = json.loads(build_hello("standard", None))
    assert "irloom.sandbox.inside.server" in hello["modules"]
    for name, source in hello["modules"].items():
        lines = [line for line in source.splitlines() if line.lstrip().startswith(("import ", "from "))]
        foreign = [line for line in lines if "irloom" in line and "irloom.sandbox.inside" not in line]
        assert foreign == [], name


def test_a_container_is_told_no_paths_of_the_host(tmp_path: Path) -> None:
    hello = json.loads(build_hello("container", tmp_path))
    assert (hello["path"], hello["cache"]) == ([], None)
    assert json.loads(build_hello("standard", tmp_path))["cache"] == str(tmp_path)
