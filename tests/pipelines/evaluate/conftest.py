"""A small set in IF-Bench's form."""

from pathlib import Path

import pytest

from support.ifbench import IfbenchSet, write_set


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IfbenchSet:
    """Twenty questions with their images, and a key for the tests' own servers."""
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")
    return write_set(tmp_path / "set")
