"""No photograph is in two splits, and no sample changes its split when the run grows."""

import io
import random
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from irloom.backends.meters.picture_hash import shrink_picture
from irloom.errors import UserError
from irloom.export.groups import find_pairs
from irloom.export.likeness import find_likeness
from irloom.export.options import ExportOptions
from irloom.export.plan import Plan, plan_export
from irloom.export.prints import Prints
from irloom.pipelines.infrared.config import InfraredConfig
from support.small_run import SmallRun, draw_image

HALVES = {"train": 0.5, "test": 0.5}
SIDE = 128


def draw_photograph(number: int) -> Image.Image:
    """A picture in colour that looks like no other number's."""
    blocks = np.random.default_rng(1000 + number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def save(picture: Image.Image, path: Path, **options: Any) -> None:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **options)
    path.write_bytes(buffer.getvalue())


COPIES = ("twin", "recoded", "crop", "tenth", "scaled", "light")


def write_copy(kind: str, scene: int, path: Path) -> None:
    """One photograph as it turns up under another id."""
    picture = draw_photograph(scene)
    if kind == "recoded":
        save(picture, path, quality=60)
    elif kind == "crop":
        save(picture.crop((2, 1, SIDE - 1, SIDE - 2)), path, quality=90)
    elif kind == "tenth":
        save(picture.crop((4, 12, SIDE - 8, SIDE)).resize((150, 100)), path, quality=70)
    elif kind == "scaled":
        save(picture.resize((SIDE * 2, SIDE * 2)), path, quality=90)
    elif kind == "light":
        save(Image.fromarray(np.asarray(picture) // 20 * 19), path, quality=90)
    else:
        save(picture, path, quality=90)


class GrowingRun:
    """A run whose infrared images all differ, also where their photographs do not."""

    def __init__(self, folder: Path) -> None:
        (folder / "photographs").mkdir(parents=True)
        self.photographs = folder / "photographs"
        self.run = SmallRun(
            folder / "run", InfraredConfig(images=self.photographs, captions=folder / "captions.json")
        )
        self.scenes: dict[str, int] = {}

    def add(self, scene: int, kind: str) -> str:
        name = f"{len(self.scenes)}"
        write_copy(kind, scene, self.photographs / f"{name}.jpg")
        self.run.add(name, draw_image(len(self.scenes)), ["A pair."], [("reasoning", f"Answer {name}.")])
        self.scenes[name] = scene
        return name

    def split(self, **options: Any) -> Mapping[str, str]:
        plan = plan_export(self.run.root, ExportOptions(form="llava", splits=HALVES, **options))
        return read_splits(plan)


def read_splits(plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, places in plan.splits.items():
        for place in places:
            assert found.setdefault(place.sample, name) == name, "all rows of a sample are in one split"
    return found


@pytest.mark.parametrize("seed", range(8))
def test_no_photograph_is_in_two_splits_at_any_time_and_no_sample_moves(seed: int, tmp_path: Path) -> None:
    drawn = random.Random(seed)
    grown = [(drawn.randrange(7), drawn.choice(COPIES)) for _ in range(drawn.randrange(8, 18))]
    growing = GrowingRun(tmp_path / "all")
    before: Mapping[str, str] = {}
    for place, (scene, kind) in enumerate(grown):
        growing.add(scene, kind)
        if place % 3 and place + 1 < len(grown):
            continue
        now = growing.split(seed=seed)
        assert {sample: now.get(sample) for sample in before} == before
        assert growing.split(seed=seed, data="pairs") == now, "all data kinds agree"
        splits = defaultdict(set)
        for sample, split in now.items():
            splits[growing.scenes[sample]].add(split)
        assert all(len(found) == 1 for found in splits.values())
        before = now
    assert before.keys() == growing.scenes.keys(), (
        "scenes are not like each other, so that none stands between"
    )


def test_a_sample_that_is_like_samples_of_two_splits_is_in_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {"1.png": 0, "2.png": (1 << 12) - 1, "between.png": (1 << 6) - 1, "after.png": 1 << 60}
    by_small: dict[bytes, int] = {}
    run = SmallRun(tmp_path / "run")
    for place, (name, code) in enumerate(codes.items()):
        content = draw_image(place)
        by_small[shrink_picture(Image.open(io.BytesIO(content))).tobytes()] = code
        if name != "after.png":
            run.add(Path(name).stem, content, ["A pair."])
    monkeypatch.setattr("irloom.export.prints.hash_small", lambda small: by_small[small.tobytes()])
    options = ExportOptions(form="llava", data="pairs", splits=HALVES, seed=1)
    plan = plan_export(run.root, options)
    assert read_splits(plan) == {"1": "train", "2": "test"}
    assert [place.sample for place in plan.between] == ["between"]
    together = plan_export(run.root, options.model_copy(update={"seed": 0}))
    assert set(read_splits(together)) == {"1", "2", "between"}
    assert not together.between
    run.add("after", draw_image(3), ["A pair."])
    assert read_splits(plan_export(run.root, options)).items() >= {"1": "train", "2": "test"}.items()


def test_a_retry_that_brings_a_twin_to_life_moves_nobody(tmp_path: Path) -> None:
    growing = GrowingRun(tmp_path / "all")
    write_copy("twin", 1, growing.photographs / "late.jpg")
    growing.run.add("late", draw_image(76), outcome="failed")
    names = [growing.add(scene, "twin") for scene in (1, 2, 3)]
    before = growing.split(seed=1)
    growing.run.add("late", draw_image(77), ["A pair."], [("reasoning", "Late.")], attempt=2)
    after = growing.split(seed=1)
    assert after.items() >= before.items()
    assert after["late"] == after[names[0]]


def test_photographs_that_are_gone_are_counted_and_go_by_their_names(tmp_path: Path) -> None:
    growing = GrowingRun(tmp_path / "all")
    for _ in range(2):
        growing.add(1, "twin")
    (growing.photographs / "1.jpg").unlink()
    likeness = find_likeness(growing.run.root, Prints(looks=True))
    assert (likeness.photographs, likeness.unseen) == (2, 1)
    assert [likeness.find_head(name) for name in "01"] == ["0", "1"]


def test_a_photograph_listed_under_two_ids_is_one_also_where_the_folder_is_gone(tmp_path: Path) -> None:
    run = SmallRun(tmp_path / "run")
    for name in ("a", "b"):
        run.add(name, draw_image(ord(name)), ["A pair."], source="one.jpg")
    assert find_likeness(run.root, Prints(looks=True)).find_head("b") == "a"


def test_a_broken_picture_of_the_run_is_one_message(run: SmallRun) -> None:
    (run.root / "images/1.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"1\.png cannot be read, and is to be compared"):
        find_likeness(run.root, Prints(looks=True))


def test_pairs_of_hashes_are_all_found() -> None:
    drawn = random.Random(0)
    codes = {drawn.getrandbits(64) for _ in range(200)}
    for code in [*codes][:100]:
        flipped = drawn.sample(range(64), drawn.randrange(1, 9))
        codes.add(code ^ sum(1 << bit for bit in flipped))
    array = np.array(sorted(codes), dtype=np.uint64)
    expected = {
        (int(one), int(other))
        for place, one in enumerate(array)
        for other in array[place + 1 :]
        if int(one ^ other).bit_count() <= 6
    }
    found = {
        (int(one), int(other))
        for some, others in find_pairs(array, 6)
        for one, other in zip(array[some], array[others], strict=True)
    }
    assert found == expected
    assert len(expected) > 50
