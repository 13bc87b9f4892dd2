"""Scripts that attack do no harm: what came of them is looked for outside of the sandbox."""

import platform
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import pytest

from irloom.drawings import Drawing, DrawingFault, SandboxLevel
from irloom.errors import ConfigError
from support.attacked import World, kill_all, list_descendants
from support.attacks import KERNEL, NETWORK, PRELUDE, PROCESSES, READING, WRITING
from support.drawing import Studio

ATTACKS = [
    pytest.param(script, id=f"{kind}: {name}")
    for kind, scripts in {
        "read": READING, "write": WRITING, "network": NETWORK, "process": PROCESSES, "kernel": KERNEL,
    }.items()
    for name, script in scripts.items()
]  # fmt: skip
WORKING_WITHOUT_SANDBOX = {
    "read": READING["a secret file"],
    "environment": READING["the environment"],
    "TCP": NETWORK["TCP"],
    "UDP": NETWORK["UDP"],
    "unix": NETWORK["unix"],
    "abstract": NETWORK["abstract unix"],
    "link": WRITING["links"],
    "chmod": WRITING["what a file is"],
    "daemon": PROCESSES["a daemon"],
    "shell": PROCESSES["a shell"],
    "limits": PROCESSES["another's limits"],
    "signal": "attempt(lambda: os.kill(VICTIM, signal.SIGKILL))",
}
"""A few of each kind, which do harm where nothing holds them."""


@pytest.fixture(params=["standard", "strict"])
def level(request: pytest.FixtureRequest, studio: Studio) -> SandboxLevel:
    problem = studio.open(request.param)
    if isinstance(problem, ConfigError):
        pytest.skip(f"this level cannot be had here: {problem}")
    wanted: SandboxLevel = request.param
    return wanted


@pytest.fixture
def world(tmp_path: Path, studio: Studio) -> Iterator[World]:
    world = World(tmp_path)
    with world.peopled():
        yield world
        world.clean()


def run_attack(studio: Studio, world: World, script: str, level: SandboxLevel) -> list[str]:
    studio.warm(level)
    world.note_processes()
    result = studio.draw(world.fill_in(PRELUDE + script), level, wall_s=5.0)
    texts = "".join(text.text for text in result.texts) if isinstance(result, Drawing) else ""
    return world.list_harm(result.log + texts)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the scripts name calls by their x86-64 numbers")
@pytest.mark.parametrize("script", ATTACKS)
def test_an_attack_does_no_harm(studio: Studio, world: World, script: str, level: SandboxLevel) -> None:
    before = sum(path.stat().st_mtime_ns for path in Path(matplotlib.__file__).parent.glob("*.py"))
    assert run_attack(studio, world, script, level) == []
    assert sum(path.stat().st_mtime_ns for path in Path(matplotlib.__file__).parent.glob("*.py")) == before


@pytest.mark.parametrize("script", WORKING_WITHOUT_SANDBOX.values(), ids=WORKING_WITHOUT_SANDBOX)
def test_the_same_attack_is_seen_to_do_harm_without_a_sandbox(
    studio: Studio, world: World, script: str
) -> None:
    studio.open("off")
    before = list_descendants()
    assert run_attack(studio, world, script, "off") != []
    kill_all(list_descendants() - before)


def test_what_a_script_breaks_is_whole_for_the_next_one(studio: Studio, level: SandboxLevel) -> None:
    importing = "import matplotlib.pyplot as plt\n"
    broken = studio.draw(f"{importing}plt.savefig = plt.plot = None\nplt.plot([1, 2])", level)
    assert isinstance(broken, DrawingFault)
    assert isinstance(studio.draw(f"{importing}plt.plot([1, 2])\nplt.savefig('x.png')", level), Drawing)
