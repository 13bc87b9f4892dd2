"""A run with everything that a report can show."""

from pathlib import Path

import pytest
from PIL import Image

from irloom.pipelines.infrared.config import InfraredConfig
from support.small_run import SmallRun, draw_image


@pytest.fixture
def visible(tmp_path: Path) -> Path:
    """A folder of visible images, one of them missing."""
    folder = tmp_path / "visible"
    folder.mkdir()
    for sample in ("1", "2"):
        Image.new("RGB", (800, 600), "green").save(folder / f"{sample}.jpg")
    return folder


@pytest.fixture
def run(tmp_path: Path, visible: Path) -> SmallRun:
    """Three accepted samples, one of them with a rejection that taught a rule, and one that failed."""
    run = SmallRun(tmp_path / "run", InfraredConfig(images=visible, captions=Path("c")))
    run.add("1", draw_image(1), ["A dog.", "A cat."], [("reasoning", "It rests.")], scores=[0.9, 0.4])
    run.add("2", draw_image(2), ["Two cats."], [("reasoning", "Cats.")], mined="No <b>textures</b>.")
    run.add("3", draw_image(3), ["A bench."], [("description", "A bench.")])
    run.fail("4")
    return run
