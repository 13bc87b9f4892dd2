"""A photograph and what is cut out of it are found to be the same, and two photographs are not."""

import io
import random

import numpy as np
import pytest
from PIL import Image
from scipy.fft import idctn

from irloom.backends.meters.picture_hash import hash_small, shrink_picture
from irloom.export.crops import BITS, find_crops
from irloom.pictures import open_picture


def draw_scene(number: int, width: int = 320, height: int = 240) -> Image.Image:
    """Blocks of every size: of what is fine there is little, as in photographs."""
    drawn = np.random.default_rng(number)
    layers = [
        np.asarray(Image.fromarray(drawn.random((size, size), dtype=np.float32)).resize((width, height)))
        for size in (3, 6, 12, 48)
    ]
    mixed = sum(layer * weight for layer, weight in zip(layers, (8, 6, 3, 1), strict=True))
    return Image.fromarray(np.asarray(mixed * (255 / 18), dtype=np.uint8))


def shrink(picture: Image.Image, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    with open_picture(io.BytesIO(buffer.getvalue())) as saved:
        return shrink_picture(saved).tobytes()


def cut(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Without these shares of its width and height."""
    width, height = picture.size
    return picture.crop(
        (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    )


SCENES = [shrink(draw_scene(number)) for number in range(40)]


@pytest.mark.parametrize(
    "edges",
    [(0, 0, 0, 0), (0.1, 0, 0, 0), (0, 0.1, 0.1, 0), (0.05, 0.05, 0.05, 0.05), (0.03, 0.06, 0.04, 0.02)],
    ids=["whole", "left", "corner", "all round", "anyhow"],
)
def test_every_photograph_is_found_in_what_is_cut_out_of_it(edges: tuple[float, ...]) -> None:
    copies = [shrink(cut(draw_scene(number), *edges).resize((200, 200)), 60) for number in range(40)]
    found = find_crops([*SCENES, *copies])
    assert found == [(number, 40 + number) for number in range(40)]


def test_a_photograph_of_another_place_is_not_the_same() -> None:
    assert find_crops(SCENES) == []


def draw_waves(strong: tuple[int, int]) -> bytes:
    """The same waves with another one strong: the hash has their signs, half of them up, not how strong."""
    signs = np.random.default_rng(0).permuted([1] * 29 + [-1] * 32)
    waves = np.zeros((32, 32))
    waves[:8, :8] = np.insert(signs, [0, 0, 6], 1).reshape(8, 8) * 60
    waves[0, 0] = 32 * 128
    waves[strong] = 1200
    return np.asarray(idctn(waves, norm="ortho").clip(0, 255), dtype=np.uint8).tobytes()


def test_pictures_whose_hashes_are_near_are_told_apart_by_what_they_show() -> None:
    across, down = draw_waves((0, 1)), draw_waves((1, 0))
    hashes = [hash_small(Image.frombytes("L", (32, 32), one)) for one in (across, down)]
    assert (hashes[0] ^ hashes[1]).bit_count() <= BITS
    assert find_crops([across, down, draw_waves((0, 1))]) == [(0, 2)]


def test_frames_of_one_grey_are_like_nothing() -> None:
    assert find_crops([bytes([grey]) * 32 * 32 for grey in (0, 0, 128)]) == []


def test_no_photographs_have_no_crops() -> None:
    assert find_crops([]) == []


def test_what_is_found_does_not_depend_on_the_others() -> None:
    """The split of a sample stays when the run grows."""
    drawn = random.Random(0)
    copies = [
        shrink(cut(draw_scene(number), *(drawn.uniform(0, 0.09) for _ in "ltrb"))) for number in range(40)
    ]
    every = [*SCENES, *copies]
    some = sorted(drawn.sample(range(80), 50))
    among = {(some[one], some[other]) for one, other in find_crops([every[place] for place in some])}
    assert among == {pair for pair in find_crops(every) if {*pair} <= {*some}}


def test_progress_ends_at_its_total() -> None:
    heard: list[tuple[str, int, int]] = []
    find_crops(SCENES[:2], lambda *said: heard.append(said))
    assert heard[-1] == ("crops compared", 36, 36)
    assert [done for _, done, _ in heard] == [*range(1, 37)]
