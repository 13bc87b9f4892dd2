"""More of the same."""

import pytest

from irloom.backends.offline.editor.planes import Pixels
from support.meadow import Bench, ellipse


def measure_red(image: Pixels) -> int:
    pixels = image.astype(int)
    return int(((pixels[..., 0] > 80) & (pixels[..., 0] > 2 * pixels[..., 1])).sum())


@pytest.mark.parametrize(("value", "more"), [("one more", 1), ("two more", 2)])
def test_as_many_more_as_were_asked_for_are_there(bench: Bench, value: str, more: int) -> None:
    edit = bench.edit("count", value)
    assert measure_red(edit.image) / measure_red(bench.before) == pytest.approx(1 + more, rel=0.2)
    assert len(set(edit.regions)) == more


def test_copies_do_not_cover_the_others_of_their_kind(bench: Bench) -> None:
    other = ellipse("barrel", 0.75, 0.68, 0.1, 0.16)
    edit = bench.holding(bench.boxes[0], other).edit("count", "one more")
    x1, y1, x2, y2 = edit.regions[0]
    for box in (bench.boxes[0], other):
        across = min(x2, box.x2) - max(x1, box.x1)
        down = min(y2, box.y2) - max(y1, box.y1)
        assert across < 0.04 or down < 0.04


def test_without_a_free_place_it_is_declined(bench: Bench) -> None:
    boxes = [ellipse("barrel", x, 0.68, 0.1, 0.3) for x in (0.12, 0.35, 0.6, 0.85)]
    assert "no free place for another barrel" in bench.holding(*boxes).decline("count", "one more")


def test_what_is_cut_off_or_too_large_is_declined(bench: Bench) -> None:
    assert "cut off" in bench.holding(ellipse("barrel", 0.02, 0.68, 0.1, 0.16)).decline("count", "one more")
    assert "no room" in bench.holding(ellipse("barrel", 0.5, 0.5, 0.4, 0.4)).decline("count", "one more")
