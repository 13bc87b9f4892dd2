"""A small set in IF-Bench's form."""

from pathlib import Path

import pytest

from support.ifbench import IfbenchSet, write_set


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own, and a key for the tests' own servers."""
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")


@pytest.fixture
def small(tmp_path: Path) -> IfbenchSet:
    """Twenty questions with their images."""
    return write_set(tmp_path / "set")
