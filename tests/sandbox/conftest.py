"""A studio for the whole session: starting a server takes most of a second."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from irloom.errors import ConfigError
from support.attacked import adopt_orphans
from support.drawing import Studio


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of the machine's fonts, which takes a server half a second where it is missing."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def studio(fonts: Path) -> Iterator[Studio]:
    # What a server must not inherit, whichever test starts it first.
    adopt_orphans()
    os.environ["ATTACKED_SECRET"] = "GOT the environment"
    secret = os.memfd_create("secret", flags=0)
    os.write(secret, b"GOT a descriptor")
    os.set_inheritable(secret, True)
    studio = Studio(fonts)
    problem = studio.open("standard")
    if isinstance(problem, ConfigError) and "Landlock" in str(problem):
        pytest.skip(f"the kernel gives no Landlock: {problem}")
    yield studio
    studio.close()
    os.close(secret)
    del os.environ["ATTACKED_SECRET"]
