"""The level is what holds here, found by trying; where too little holds, the ways out are said."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from irloom.drawings import Drawing, DrawingJob
from irloom.errors import ConfigError
from irloom.sandbox.levels import UNSAFE_FLAG, SandboxOptions, open_sandbox, probe_sandbox
from support.attacked import list_descendants, list_settled
from support.crippled import run_without
from support.drawing import Studio

CONTAINER = [
    "bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--ro-bind", "/lib", "/lib",
    "--ro-bind-try", "/lib64", "/lib64", "--ro-bind", "/etc", "/etc", "--proc", "/proc", "--dev", "/dev",
    "--tmpfs", "/tmp", "--tmpfs", "/var/tmp",
    "--ro-bind", sys.base_prefix, sys.base_prefix, "--ro-bind", sys.prefix, sys.prefix,
]  # fmt: skip
"""Stands for a container engine: folders, processes and a network of its own."""


@pytest.fixture
def engine(studio: Studio) -> list[str]:
    works = shutil.which("bwrap") and subprocess.run([*CONTAINER, "true"], capture_output=True, check=False)
    if not works or works.returncode:
        pytest.skip("bubblewrap, which stands for a container engine here, does not work")
    return [*CONTAINER, sys.executable]


async def test_a_probe_says_what_holds_and_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    before = list_descendants()
    probe = await probe_sandbox(SandboxOptions(cache=tmp_path / "fonts"))
    assert probe.level in ("strict", "standard")
    assert probe.hold["seccomp"] is True
    assert probe.hold["landlock_abi"] >= 1
    assert probe.hold["problems"] == []
    assert ("strict" in probe.passed_over) == (probe.level == "standard")
    assert list_settled() <= before
    assert [path.name.startswith("fontlist-") for path in (tmp_path / "fonts").iterdir()] == [True]


async def test_a_level_that_is_asked_for_is_taken(studio: Studio, fonts: Path) -> None:
    assert (await probe_sandbox(SandboxOptions(level="standard", cache=fonts))).level == "standard"
    probe = await probe_sandbox(SandboxOptions(level="off", cache=fonts))
    assert (probe.level, probe.hold["seccomp"], probe.canary) == ("off", False, {})


async def test_a_container_is_warm_and_hides_the_host(engine: list[str]) -> None:
    sandbox, probe = await open_sandbox(SandboxOptions(container=engine, workers=1))
    try:
        assert probe.level == "container"
        assert {probe.canary[name] for name in ("read secret", "see secret", "write", "network")} == {
            "refused"
        }
        before = list_settled()
        for _ in range(2):
            script = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"
            assert isinstance(await sandbox.draw(DrawingJob(script, seed=1)), Drawing)
        assert list_settled() == before
    finally:
        await sandbox.close()


async def test_a_container_that_shows_the_hosts_files_is_refused(engine: list[str]) -> None:
    leaky = [*engine[:-1], "--bind", "/tmp", "/tmp", engine[-1]]
    with pytest.raises(ConfigError, match="container: a script could: see secret"):
        await open_sandbox(SandboxOptions(container=leaky))


async def test_a_container_with_a_network_is_refused_unless_its_jobs_are_confined_too(
    engine: list[str],
) -> None:
    probe = await probe_sandbox(SandboxOptions(container=[*engine[:-1], "--share-net", engine[-1]]))
    assert probe.canary["network"] == "refused"
    assert probe.hold["seccomp"] is True


def test_a_container_holds_by_itself_where_its_kernel_lacks_something(engine: list[str]) -> None:
    for lacking in ("landlock", "seccomp"):
        said = run_without(lacking, f"probe_sandbox(SandboxOptions(container={engine!r}))")
        assert "level='container'" in said
        assert "'problems': ['" in said
        assert "'read secret': 'refused'" in said


def test_a_container_with_a_network_is_refused_where_nothing_else_withholds_it(engine: list[str]) -> None:
    networked = [*engine[:-1], "--share-net", engine[-1]]
    said = run_without("seccomp", f"probe_sandbox(SandboxOptions(container={networked!r}))")
    if "level='container'" in said and len(socket.if_nameindex()) == 1:
        pytest.skip("this machine has no network but its own loop")
    assert "container: a script could: network" in said


async def test_a_command_that_is_no_container_is_refused(studio: Studio) -> None:
    with pytest.raises(ConfigError, match="container: a script could: see secret"):
        await open_sandbox(SandboxOptions(container=[sys.executable]))


async def test_a_command_that_fails_is_told_with_what_it_said() -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('Cannot connect to the engine')"]
    with pytest.raises(ConfigError, match="container: Cannot connect to the engine"):
        await open_sandbox(SandboxOptions(container=command))
    with pytest.raises(ConfigError, match="container: no-such-engine cannot be started"):
        await open_sandbox(SandboxOptions(container=["no-such-engine"]))


async def test_a_container_needs_a_command() -> None:
    with pytest.raises(ConfigError, match="the level `container` needs a command: --sandbox-container"):
        await open_sandbox(SandboxOptions(level="container"))


async def test_a_folder_for_fonts_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="the list of fonts cannot be kept in"):
        await open_sandbox(SandboxOptions(cache=tmp_path / "file" / "cache"))


def test_a_kernel_without_landlock_is_refused_with_the_ways_out(studio: Studio, fonts: Path) -> None:
    said = run_without("landlock", f"probe_sandbox(SandboxOptions(cache=Path({str(fonts)!r})))")
    assert "no sandbox holds here, so code that a model wrote is not run" in said
    assert "standard: Landlock: landlock_create_ruleset: Function not implemented" in said
    assert "Ways out:" in said
    assert "Linux 5.13 or newer" in said
    assert "--sandbox-container 'podman run --rm -i --network none" in said
    assert UNSAFE_FLAG in said


def test_a_kernel_without_filters_is_refused(studio: Studio, fonts: Path) -> None:
    said = run_without(
        "seccomp", f"probe_sandbox(SandboxOptions(level='standard', cache=Path({str(fonts)!r})))"
    )
    assert "standard: seccomp: prctl: Invalid argument" in said


def test_without_namespaces_the_next_level_is_taken_and_the_reason_kept(studio: Studio, fonts: Path) -> None:
    said = run_without("namespaces", f"probe_sandbox(SandboxOptions(cache=Path({str(fonts)!r})))")
    assert "level='standard'" in said
    assert "passed_over={'strict': " in said
    assert "bwrap" in said or "namespace" in said
