"""What is too much alike, or too much, is left out, and each drop says why."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.edits import Subcategory
from irloom.engine.reader import iterate_rows
from irloom.pipelines.cir.choice import (
    Drop,
    choose,
    drop_beyond_quotas,
    drop_contained,
    drop_near_duplicates,
    drop_twins,
)
from irloom.pipelines.cir.edir_rows import Candidate, read_candidate
from irloom.protocols import Query
from support.cir import Made, color, make_run, make_seeds
from support.photos import Pixels, compress, make_photo


def read(root: Path, seeds: Mapping[str, tuple[Pixels, Sequence[Made]]]) -> list[Candidate]:
    run = make_run(root, seeds)
    return sorted(
        (read_candidate(run, row) for row in iterate_rows(run, "edits")),
        key=lambda one: (one.sample, one.edit),
    )


def read_edits(tmp_path: Path, *edits: Made) -> list[Candidate]:
    return read(tmp_path / "run", make_seeds("1", edits=edits))


def name(drops: Sequence[Drop]) -> list[str]:
    return [drop.id for drop in drops]


def test_of_two_edits_that_ask_for_the_same_the_first_stays(tmp_path: Path) -> None:
    (drop,) = drop_twins(read_edits(tmp_path, color(1, "red"), color(2, "green"), color(3, "red", family=2)))
    assert (drop.id, drop.category, drop.task, drop.subcategory) == ("1_3", "twin", "color.3", "color")
    assert drop.reason == "it asks for the same as 1_1"


def test_of_two_edits_that_look_the_same_the_first_stays(tmp_path: Path) -> None:
    candidates = read_edits(tmp_path, color(1, "red"), color(2, "green"), color(3, "blue"))
    candidates[2].target.write_bytes(candidates[0].target.read_bytes())
    (drop,) = drop_twins(candidates)
    assert (drop.id, drop.category) == ("1_3", "twin")
    assert drop.reason == "it looks like 1_1: 0.0 apart, and 8 is the least"


def test_edits_that_differ_in_a_colour_alone_are_no_twins(tmp_path: Path) -> None:
    candidates = read_edits(tmp_path, color(1, "red"), color(2, "green"), color(3, "red", target=2))
    assert drop_twins(candidates) == []


def test_of_an_edit_and_those_that_contain_it_as_few_as_possible_go(tmp_path: Path) -> None:
    base = (1, "red")
    candidates = read_edits(
        tmp_path,
        color(1, "red"),
        Made(2, (base, (2, "red")), family=2),
        Made(3, (base, (2, "green")), family=2),
        Made(4, (base, (2, "blue")), family=2),
    )
    (drop,) = drop_contained(candidates)
    assert (drop.id, drop.category) == ("1_1", "contained")
    assert drop.reason.endswith("1_2, 1_3, 1_4")


def test_of_a_pair_the_one_that_asks_for_more_goes(tmp_path: Path) -> None:
    candidates = read_edits(
        tmp_path, Made(1, ((1, "red"), (2, "red"))), color(2, "red", family=2), color(3, "blue", family=2)
    )
    assert name(drop_contained(candidates)) == ["1_1"]


def test_edits_of_other_seeds_or_in_another_object_contain_nothing(tmp_path: Path) -> None:
    candidates = read(
        tmp_path / "run",
        {
            "1": (make_photo(1), [color(1, "red"), Made(2, ((2, "red"), (1, "green")))]),
            "2": (make_photo(2), [Made(1, ((1, "red"), (2, "green")))]),
        },
    )
    assert drop_contained(candidates) == []


def test_of_almost_the_same_photograph_under_two_ids_the_first_seed_stays(tmp_path: Path) -> None:
    photo = make_photo(1)
    seeds = {
        "1": (photo, [color(1, "red")]),
        "2": (make_photo(2), [color(1, "red")]),
        "3": (compress(photo, 60), [color(1, "red")]),
    }
    (drop,) = drop_near_duplicates(read(tmp_path / "run", seeds))
    assert (drop.id, drop.category) == ("3_1", "near_duplicate")
    assert drop.reason.startswith("its image is almost that of 1_1: their hashes differ in ")


class Alike:
    """An embedder to which all images of some seeds are one."""

    name = "alike"

    def __init__(self, *seeds: str) -> None:
        self.seeds = seeds

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        raise AssertionError("no query is embedded here")

    def embed_images(self, images: Sequence[Path]) -> NDArray[np.float32]:
        vectors = np.eye(len(images), dtype=np.float32)
        alike = [place for place, path in enumerate(images) if path.name.split("-")[0] in self.seeds]
        vectors[alike] = vectors[alike[0]]
        return vectors


def test_an_embedder_finds_what_the_hashes_do_not_show(tmp_path: Path) -> None:
    candidates = read(tmp_path / "run", make_seeds("1", "2", "3", edits=[color(1, "red"), color(2, "blue")]))
    assert drop_near_duplicates(candidates) == []
    drops = drop_near_duplicates(candidates, Alike("1", "3"))
    assert name(drops) == ["3_1", "3_2"]
    assert drops[0].reason == "its image is almost that of 1_1: their embeddings' cosine is 0.97 or more"


def test_a_quota_is_drawn_by_the_runs_seed_with_siblings_together(tmp_path: Path) -> None:
    edits = [color(1, "red"), color(2, "green"), Made(3, ((1, "blue"), (2, "blue")), family=2)]
    candidates = read(tmp_path / "run", make_seeds(*"123456", edits=edits))
    quotas: dict[Subcategory, int] = {"color": 4, "complex": 2}

    def keep(seed: int) -> list[Candidate]:
        gone = name(drop_beyond_quotas(candidates, quotas, seed))
        assert gone == name(drop_beyond_quotas(candidates[::-1], quotas, seed))
        return [one for one in candidates if one.id not in gone]

    drawn = {tuple(one.id for one in keep(seed)) for seed in range(8)}
    assert len(drawn) > 2
    for ids in drawn:
        assert len(ids) == 6
        assert len({one.split("_")[0] for one in ids}) == 2, "the same two seeds in both subcategories"


def test_a_quota_that_is_not_reached_drops_nothing(tmp_path: Path) -> None:
    candidates = read_edits(tmp_path, color(1, "red"), color(2, "green"))
    assert drop_beyond_quotas(candidates, {"color": 2, "time": 0}, 0) == []
    assert [drop.reason for drop in drop_beyond_quotas(candidates, {"color": 0}, 0)] == [
        "the quota of color is 0"
    ] * 2


def test_each_rule_sees_what_the_ones_before_it_left(tmp_path: Path) -> None:
    candidates = read_edits(tmp_path, color(1, "red"), color(2, "green"), color(3, "red"), color(4, "blue"))
    seen: list[list[str]] = []

    def drop_second(left: Sequence[Candidate]) -> list[Drop]:
        seen.append([one.id for one in left])
        (drop,) = drop_twins(candidates)
        return [drop.model_copy(update={"id": left[1].id})]

    kept, drops = choose(reversed(candidates), [drop_twins, drop_second])
    assert seen == [["1_1", "1_2", "1_4"]]
    assert [one.id for one in kept] == ["1_1", "1_4"]
    assert name(drops) == ["1_2", "1_3"]
