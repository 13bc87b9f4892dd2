"""The drawn photograph that the embedded editor is tried on."""

from pathlib import Path

import pytest

from support.meadow import Bench, set_bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return set_bench(tmp_path)
