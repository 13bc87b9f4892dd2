"""Draws problems in this process, without a window."""

from collections.abc import Callable, Iterator

import matplotlib as mpl
import pytest
from matplotlib import pyplot

from support.scripts import Drawn


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Drawn]]:
    mpl.use("Agg")
    monkeypatch.setattr(pyplot, "show", lambda: None)
    yield Drawn
    pyplot.close("all")
