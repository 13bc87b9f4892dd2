"""What a detector's runs read, and where they write."""

from pathlib import Path

import pytest

from support.coco import CocoFiles, write_coco
from support.detector import PLAIN


@pytest.fixture
def plain(tmp_path: Path) -> CocoFiles:
    """One image with two captions that nothing has to be taken out of."""
    return write_coco(tmp_path / "plain", 1, PLAIN)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a run goes."""
    return tmp_path / "run"
