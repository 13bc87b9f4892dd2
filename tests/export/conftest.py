"""A small run to export."""

from pathlib import Path

import pytest

from support.small_run import SmallRun, draw_image


@pytest.fixture
def run(tmp_path: Path) -> SmallRun:
    """Four samples: 1 and 2 show different scenes, 3 has the bytes of 1, and 4 is nearly 2."""
    run = SmallRun(tmp_path / "run")
    run.add("1", draw_image(1), ["A dog on a sofa.", "Two cats."], [("reasoning", "It rests.")])
    run.add(
        "2", draw_image(2), ["A man at a table with a cup in his left hand."], [("reasoning", "He reads.")]
    )
    run.add("3", draw_image(1), ["A dog on a sofa.", "A bench."], [("reasoning", "It rests.")])
    run.add(
        "4",
        draw_image(2, light=6),
        ["A man at a table, with a cup in his left hand!", "A man."],
        [("description", "A man.")],
        outcome="unjudged",
    )
    return run
