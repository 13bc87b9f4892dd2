"""What belongs together is in one part, and each task is split two to one."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from irloom.question_sets.groups import name_groups
from irloom.question_sets.parts import draw_parts
from irloom.question_sets.record import Draft
from irloom.shots import Shot

Make = Callable[..., Draft]


def paint(folder: Path, name: str, seed: int, brighter: int = 0) -> None:
    coarse = np.random.default_rng(seed).integers(0, 200, (8, 8), dtype=np.uint8)
    Image.fromarray(coarse.repeat(8, axis=0).repeat(8, axis=1) + np.uint8(brighter)).save(
        folder / f"{name}.png"
    )


def test_twins_by_perceptual_hash_join_their_sequences(draft: Make, tmp_path: Path) -> None:
    paint(tmp_path, "a", 1)
    paint(tmp_path, "b", 2)
    paint(tmp_path, "c", 1, brighter=9)
    drafts = [draft("a", sequence="film-2"), draft("b", sequence="film-1"), draft("c", sequence="film-3")]
    assert name_groups(drafts, tmp_path) == ["film-2", "film-1", "film-2"]


def test_a_border_that_is_not_shown_makes_no_twins(draft: Make, tmp_path: Path) -> None:
    for seed, name in enumerate(("a.png", "b.png", "c.png")):
        framed = Image.new("L", (320, 240), 255)
        coarse = np.random.default_rng(seed % 2).integers(100, 110, (8, 8), dtype=np.uint8)
        framed.paste(Image.fromarray(coarse.repeat(8, axis=0).repeat(8, axis=1)), (60, 50))
        framed.save(tmp_path / name)
    drafts = [
        draft(name).model_copy(update={"images": (Shot(name=f"{name}.png", crop=(60, 50, 124, 114)),)})
        for name in "abc"
    ]
    assert name_groups(drafts, tmp_path) == ["a", "b", "a"]
    whole = [draft(name) for name in "abc"]
    assert name_groups(whole, tmp_path) == ["a", "a", "a"]


def test_a_question_about_two_images_joins_both_sequences(draft: Make, tmp_path: Path) -> None:
    for seed, name in enumerate("abc"):
        paint(tmp_path, name, seed)
    both = draft("x", sequence="film-a").model_copy(
        update={"images": (Shot(name="a.png"), Shot(name="b.png"))}
    )
    drafts = [both, draft("b", sequence="film-b"), draft("c", sequence="film-c")]
    assert name_groups(drafts, tmp_path) == ["film-a", "film-a", "film-c"]


def test_each_task_is_split_two_to_one(draft: Make) -> None:
    drafts = [draft(f"{task}{n}", task=task) for task, count in (("p", 90), ("q", 9)) for n in range(count)]
    parts = draw_parts(drafts, [one.sequence for one in drafts], seed=0)
    counts = Counter((one.task, parts[one.sequence]) for one in drafts)
    assert counts == {("p", "train"): 60, ("p", "test"): 30, ("q", "train"): 6, ("q", "test"): 3}


def test_the_order_of_files_decides_nothing_and_the_seed_does(draft: Make) -> None:
    drafts = [draft(f"{n}") for n in range(30)]
    names = [one.sequence for one in drafts]
    assert draw_parts(drafts, names, 0) == draw_parts(drafts[::-1], names[::-1], 0)
    assert draw_parts(drafts, names, 0) != draw_parts(drafts, names, 1)
