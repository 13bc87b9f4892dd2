"""An endpoint of several models, and a way to run the flow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from irloom.cli.main import main
from support.align_runs import Run
from support.panel_server import PanelServer


@pytest.fixture
def panel() -> Iterator[PanelServer]:
    with PanelServer() as server:
        yield server


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of two images."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in (1, 2):
        Image.new("RGB", (48, 32), (60 * number, 90, 20)).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the flow with some options; `code` is the exit code that is expected."""

    def start(*options: object, out: str = "run", code: int = 0) -> Path:
        root = tmp_path / out
        assert main(["run", "align", *map(str, options), "--out", str(root)]) == code
        return root

    return start
