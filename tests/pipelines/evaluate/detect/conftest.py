"""A small set in AlignBench's form."""

from pathlib import Path

import pytest

from support.sentences import AlignSet


@pytest.fixture
def aligned(tmp_path: Path) -> AlignSet:
    """Six sentences of two captioners with their images."""
    return AlignSet(tmp_path / "set").write()
