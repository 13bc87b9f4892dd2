"""Objects of another shape."""

import pytest

from irloom.edits import Region
from support.meadow import Bench, ellipse


def size(region: Region) -> tuple[float, float]:
    return region[2] - region[0], region[3] - region[1]


@pytest.mark.parametrize(("value", "wider", "taller"), [("taller", 0.95, 1.35), ("wider", 1.35, 0.95)])
def test_it_is_stretched_along_one_side(bench: Bench, value: str, wider: float, taller: float) -> None:
    before = size((bench.boxes[0].x1, bench.boxes[0].y1, bench.boxes[0].x2, bench.boxes[0].y2))
    after = size(bench.edit("shape", value).regions[0])
    assert after[0] / before[0] == pytest.approx(wider, rel=0.2)
    assert after[1] / before[1] == pytest.approx(taller, rel=0.2)


def test_rounder_is_nearer_to_a_circle(bench: Bench) -> None:
    height, width = bench.before.shape[:2]
    wide, tall = size(bench.edit("shape", "rounder").regions[0])
    before = (0.32 * height) / (0.2 * width)
    assert 0.9 < (tall * height) / (wide * width) < 0.6 * before + 0.4


def test_what_has_limbs_is_not_rounded(bench: Bench) -> None:
    two = ellipse("table", 0.3, 0.7, 0.05, 0.2), ellipse("table", 0.6, 0.7, 0.05, 0.2)
    legs = two[0].model_copy(update={"x2": two[1].x2, "polygons": two[0].polygons + two[1].polygons})
    assert "limbs or gaps" in bench.holding(legs).decline("shape", "rounder")


def test_without_room_it_does_not_grow(bench: Bench) -> None:
    assert "no room above" in bench.holding(ellipse("barrel", 0.4, 0.3, 0.1, 0.3)).decline("shape", "taller")
    wide = bench.holding(ellipse("barrel", 0.5, 0.7, 0.4, 0.15))
    assert "no room beside" in wide.decline("shape", "wider")
