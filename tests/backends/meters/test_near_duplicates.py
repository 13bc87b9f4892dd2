"""Near duplicates of different owners are found whatever their number, and the first stays."""

import random

import numpy as np

from irloom.backends.meters.near_duplicates import NEAR_BITS, find_repeats


def flip(code: int, *bits: int) -> int:
    for bit in bits:
        code ^= 1 << bit
    return code


def test_a_hash_that_differs_in_few_bits_is_a_repeat() -> None:
    code = 0x9F0F_3355_AA00_C3E1
    near, far = flip(code, *range(0, 60, 10)), flip(code, *range(0, 63, 9))
    assert find_repeats([code, near, far], ["a", "b", "c"]) == {1: 0}
    assert (code ^ near).bit_count() == NEAR_BITS
    assert (code ^ far).bit_count() == NEAR_BITS + 1


def test_images_of_one_owner_do_not_repeat_each_other() -> None:
    assert find_repeats([5, 5, 5], ["a", "a", "b"]) == {2: 0}


def test_what_repeats_an_earlier_one_is_not_itself_repeated() -> None:
    first, second = 0, flip(0, 1, 2, 3, 4, 5)
    third = flip(second, 11, 12, 13, 14, 15)
    assert find_repeats([first, second, third], ["a", "b", "c"]) == {1: 0}
    assert find_repeats([second, first, third], ["b", "a", "c"]) == {1: 0, 2: 0}


def test_embeddings_find_what_hashes_do_not() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.999, 0.0447]], np.float32)
    hashes = [0, 2**32 - 1, 2**63 - 1]
    assert find_repeats(hashes, ["a", "b", "c"]) == {}
    assert find_repeats(hashes, ["a", "b", "c"], vectors) == {2: 0}
    assert find_repeats(hashes, ["a", "b", "a"], vectors) == {}


def test_many_images_give_what_comparing_each_with_each_gives() -> None:
    draw = random.Random(0)
    codes = [draw.getrandbits(64) for _ in range(150)]
    codes += [flip(draw.choice(codes), *draw.sample(range(64), draw.randint(0, 9))) for _ in range(250)]
    draw.shuffle(codes)
    owners = [str(draw.randint(0, 60)) for _ in codes]
    expected: dict[int, int] = {}
    for place, code in enumerate(codes):
        for earlier in range(place):
            near = (code ^ codes[earlier]).bit_count() <= NEAR_BITS
            if near and earlier not in expected and owners[place] != owners[earlier]:
                expected[place] = earlier
                break
    assert len(expected) > 50
    assert find_repeats(codes, owners) == expected


def test_nothing_repeats_nothing() -> None:
    assert find_repeats([], []) == {}
