"""What holds for all tests: irloom remembers nothing for the user who runs them, nobody waits for the disk,
and what could not be tried is said at their end.
"""

import os
from collections.abc import Iterator
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
def unsynced() -> Iterator[None]:
    """No wait for the disk in the tests' own process."""
    with pytest.MonkeyPatch.context() as patch:
        spare_syncs(patch)
        yield
