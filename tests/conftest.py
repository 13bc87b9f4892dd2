"""What holds for all tests: irloom remembers nothing for the user who runs them, nobody waits for the disk,
and what could not be tried is said at their end.
"""

import dis
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from support.syncing import spare_syncs
from support.untried import pytest_terminal_summary

# As irloom does before torch is loaded, which a test may load first: on busy cores threads that wait by
# spinning took twenty times the work's own time.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__all__ = ["pytest_terminal_summary"]


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of the tests' own in place of the user's, for processes that they start as well."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRLOOM_STATE", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def untrusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No certificates, which each client and process reads for 20 ms: nobody whom a test asks shows one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("certificates")))
        yield


@pytest.fixture(scope="session", autouse=True)
def disassembled_once() -> Iterator[None]:
    """What LangGraph looks for in the code of every node is the same each time that a graph is built."""
    disassemble = dis.get_instructions
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dis, "get_instructions", cache(lambda code, **more: tuple(disassemble(code, **more))))
        yield


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """No wait for the disk in the tests' own process."""
    with pytest.MonkeyPatch.context() as patch:
        spare_syncs(patch)
        yield
