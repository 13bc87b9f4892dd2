"""Whether the two pictures of a pair show the same place in the same frame."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from irloom.sources.sets.edges import find_edges, overlap_edges
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.pair_check import compare_pictures
from support.sets import open_set


def draw_scene(seed: int, size: tuple[int, int] = (640, 512), infrared: bool = False) -> Image.Image:
    """Triangles of the same outlines in both kinds, of brightness that has nothing in common, with noise."""
    outlines, shades = np.random.default_rng(seed), np.random.default_rng([seed, infrared])
    canvas = Image.new("L", (size[0] + 80, size[1] + 80), 60 if infrared else 120)
    brush = ImageDraw.Draw(canvas)
    for _ in range(60):
        middle = outlines.uniform(0, canvas.size)
        corners = [tuple(corner) for corner in middle + outlines.uniform(-70, 70, (3, 2))]
        brush.polygon(corners, fill=int(shades.integers(0, 256)))
    noisy = np.asarray(canvas) + shades.normal(0, 4, canvas.size[::-1])
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def cut(scene: Image.Image, right: int = 0, down: int = 0) -> Image.Image:
    """The scene as a camera sees it that looks so many pixels further right and down."""
    return scene.crop((right, down, right + 640, down + 512))


def pair(seed: int = 1) -> tuple[Image.Image, Image.Image]:
    return draw_scene(seed), draw_scene(seed, infrared=True)


def test_pictures_of_one_frame_are_aligned() -> None:
    visible, infrared = pair()
    found = compare_pictures(cut(visible), cut(infrared))
    assert found.verdict == "aligned"
    assert found.shift_px == (0, 0)
    assert found.edge_dice == found.best_dice > 2 * found.chance_dice


@pytest.mark.parametrize("shift", [(8, 0), (0, 16), (-32, 0), (16, -16)])
def test_a_shift_is_found_with_its_pixels(shift: tuple[int, int]) -> None:
    visible, infrared = pair()
    found = compare_pictures(cut(visible, 40, 40), cut(infrared, 40 + shift[0], 40 + shift[1]))
    assert found.verdict == "shifted"
    assert found.shift_px == shift
    assert found.edge_dice < found.best_dice


def test_a_pixel_or_two_are_no_shift() -> None:
    visible, infrared = pair()
    assert compare_pictures(cut(visible), cut(infrared, 2, 1)).verdict == "aligned"


def test_another_scene_is_told_from_a_shift() -> None:
    found = compare_pictures(cut(draw_scene(1)), cut(draw_scene(2, infrared=True)))
    assert found.verdict == "other_scene"
    assert found.best_dice < 2 * found.chance_dice


def test_another_shape_is_not_compared_and_another_size_is() -> None:
    visible, infrared = pair()
    assert compare_pictures(cut(visible), cut(infrared).crop((0, 0, 512, 512))).verdict == "other_size"
    assert compare_pictures(cut(visible), cut(infrared).resize((320, 256))).verdict == "aligned"


def test_one_picture_twice_is_a_copy_and_a_plain_one_tells_nothing() -> None:
    visible, _ = pair()
    assert compare_pictures(cut(visible).convert("RGB"), cut(visible)).verdict == "copy"
    assert compare_pictures(cut(visible), Image.new("L", (640, 512), 3)).verdict == "unclear"


def test_sixteen_bits_are_compared_as_eight_are() -> None:
    visible, infrared = pair()
    raw = Image.fromarray((np.asarray(cut(infrared), np.uint16) * 20 + 7000).astype(np.uint16))
    assert compare_pictures(cut(visible), raw).verdict == "aligned"


def test_overlaps_are_those_that_counting_gives() -> None:
    one, other = (find_edges(np.asarray(image.resize((48, 40)))) for image in pair())
    found = overlap_edges(one, other, 3)
    counted = {}
    for down in range(-3, 4):
        for right in range(-3, 4):
            moved = slice(max(down, 0), 40 + min(down, 0)), slice(max(right, 0), 48 + min(right, 0))
            own = slice(max(-down, 0), 40 + min(-down, 0)), slice(max(-right, 0), 48 + min(-right, 0))
            a, b = one[:, *moved], other[:, *own]
            counted[right, down] = 2 * float((a * b).sum()) / float(a.sum() + b.sum())
    assert found.as_is == pytest.approx(counted[0, 0], abs=1e-4)
    assert found.best == pytest.approx(max(counted.values()), abs=1e-4)
    assert found.chance == pytest.approx(float(np.median(list(counted.values()))), abs=1e-4)
    assert counted[found.shift] == pytest.approx(found.best, abs=1e-4)


def write_pairs(root: Path) -> Path:
    visible, infrared = pair()
    for folder in ("rgb", "ir"):
        (root / folder).mkdir(parents=True)
    for name, shown in (("good", cut(infrared)), ("moved", cut(infrared, 16)), ("broken", cut(infrared))):
        cut(visible).save(root / "rgb" / f"{name}.png")
        shown.save(root / "ir" / f"{name}.jpg")
    whole = (root / "ir" / "broken.jpg").read_bytes()
    (root / "ir" / "broken.jpg").write_bytes(whole[: len(whole) // 2])
    return root


def test_a_set_tells_or_leaves_out_pairs_that_do_not_fit(tmp_path: Path) -> None:
    root = write_pairs(tmp_path)
    broken, good, moved = open_set("folder", root, SetOptions(pair_check="tell"))
    assert (good.pair and good.pair.verdict, moved.pair and moved.pair.verdict) == ("aligned", "shifted")
    assert (good.fault, moved.fault) == (None, None)
    assert broken.fault is not None
    assert "cannot be decoded" in broken.fault.message
    _, good, moved = open_set("folder", root, SetOptions(pair_check="leave_out"))
    assert good.fault is None
    assert moved.fault is not None
    assert "16 pixels too far left" in moved.fault.message


def test_pictures_are_compared_as_they_are_shown(tmp_path: Path) -> None:
    visible, infrared = pair()
    for folder in ("rgb", "ir"):
        (tmp_path / folder).mkdir()
    cut(visible).save(tmp_path / "rgb" / "a.png")
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    upside = cut(infrared).transpose(Image.Transpose.ROTATE_180)
    upside.save(tmp_path / "ir" / "a.jpg", exif=turned, quality=95)
    (image,) = open_set("folder", tmp_path, SetOptions(pair_check="tell"))
    assert image.pair is not None
    assert image.pair.verdict == "aligned"


def test_nothing_is_decoded_unless_somebody_asks(tmp_path: Path) -> None:
    broken, good, _ = open_set("folder", write_pairs(tmp_path))
    assert (broken.fault, good.pair) == (None, None)
