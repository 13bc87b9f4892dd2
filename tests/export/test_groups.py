"""Images that are the same, or nearly, are found."""

from pathlib import Path

import numpy as np
import pytest

from irloom.errors import UserError
from irloom.export.groups import connect, group_near, group_same
from support.small_run import SmallRun, draw_image

IMAGES = [f"images/{number}.png" for number in range(1, 5)]


def test_images_with_the_same_bytes_are_one_group(run: SmallRun) -> None:
    assert group_same(run.root, IMAGES) == [0, 1, 0, 3]


def test_an_image_that_is_missing_stands_alone(run: SmallRun) -> None:
    for name in IMAGES[:2]:
        (run.root / name).unlink()
    assert group_same(run.root, IMAGES) == [0, 1, 2, 3]


def test_images_that_differ_a_little_are_near(run: SmallRun) -> None:
    assert group_near(run.root, IMAGES) == [0, 1, 0, 1]


def test_different_images_are_not_near(tmp_path: Path) -> None:
    names = [f"{number}.png" for number in range(20)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(draw_image(number))
    assert group_near(tmp_path, names) == list(range(20))


def test_a_broken_image_is_one_message(run: SmallRun) -> None:
    (run.root / IMAGES[0]).write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"1\.png cannot be read, and is to be compared"):
        group_near(run.root, IMAGES)


def test_a_chain_of_neighbours_is_one_group_whatever_blocks_it_spans() -> None:
    chain = [(1 << 4 * step) - 1 for step in range(17)]
    others = [int(code) for code in np.random.default_rng(0).integers(0, 2**63, 200, dtype=np.uint64)]
    codes = np.array([*chain[::2], *others, *chain[1::2]], dtype=np.uint64)
    found = connect(codes, 4)
    assert found == [0] * 9 + list(range(9, 209)) + [0] * 8


def test_no_images_are_no_groups(tmp_path: Path) -> None:
    assert group_near(tmp_path, []) == []
