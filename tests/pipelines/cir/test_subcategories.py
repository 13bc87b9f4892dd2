"""Which kinds of edits a seed gets, and how its edits are numbered."""

from collections import Counter

import pytest

from irloom.edits import PUBLISHED, SUBCATEGORIES, Family, Point, Step, Subcategory
from irloom.errors import ConfigError
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.cir.graph import choose_avoided, choose_subcategories, number_edits


def config(**settings: object) -> CirConfig:
    return CirConfig.model_validate({"images": ".", **settings})


def test_a_seed_gets_different_kinds_that_follow_from_its_id_alone() -> None:
    chosen = {seed: choose_subcategories(config(families=3), seed) for seed in map(str, range(50))}
    assert all(len(set(kinds)) == 3 for kinds in chosen.values())
    assert chosen == {seed: choose_subcategories(config(families=3), seed) for seed in reversed(chosen)}
    assert len(set(chosen.values())) > 30


def test_over_many_seeds_the_kinds_come_in_the_published_shares() -> None:
    drawn = Counter(choose_subcategories(config(families=1), str(seed))[0] for seed in range(10_000))
    for name in SUBCATEGORIES:
        assert drawn[name] / 10_000 == pytest.approx(PUBLISHED[name] / 5_000, abs=0.012), name


def test_quotas_are_the_weights_and_a_quota_of_none_leaves_a_kind_out() -> None:
    settings = config(families=1, subcategories=["color", "time", "style"], quotas={"color": 0, "time": 900})
    drawn = Counter(choose_subcategories(settings, str(seed))[0] for seed in range(2_000))
    assert drawn["color"] == 0
    assert drawn["time"] / 2_000 == pytest.approx(0.75, abs=0.04)


def test_more_families_than_kinds_gives_every_kind_once() -> None:
    chosen = choose_subcategories(config(families=9, subcategories=["color", "time"]), "1")
    assert sorted(chosen) == ["color", "time"]


def test_a_complex_edit_avoids_the_other_kinds_of_its_seed_as_long_as_enough_are_left() -> None:
    assert choose_avoided(("complex", "color", "time")) == ("color", "time")
    assert choose_avoided(SUBCATEGORIES) == ()
    assert choose_avoided(SUBCATEGORIES[:8]) == SUBCATEGORIES[:8]
    assert choose_avoided(SUBCATEGORIES[:9]) == ()


def test_the_number_of_an_edit_follows_from_its_family_alone() -> None:
    families = [
        make_family(2, "time", "night"),
        make_family(1, "color", "red", "blue"),
        Family(family=3, subcategory="action"),
    ]
    assert [(one.edit, one.task, one.point) for one in number_edits(families, 3)] == [
        (1, "color.1", "red"),
        (2, "color.2", "blue"),
        (4, "time.4", "night"),
    ]
    assert number_edits(families[:1], 3)[0].edit == 4, "whatever became of the first family"


def make_family(number: int, subcategory: Subcategory, *values: str) -> Family:
    points = tuple(
        Point(point=value, steps=(Step(subcategory=subcategory, instruction=f"Make it {value}."),))
        for value in values
    )
    return Family(family=number, subcategory=subcategory, points=points)


def test_a_judge_that_cannot_see_is_refused() -> None:
    assert not config().judging, "without a chat model nothing is judged"
    with pytest.raises(ValueError, match="the rule engine cannot see"):
        config(judging=True)


def test_the_embedded_profile_cannot_be_asked_for_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="subcategories"):
        config(subcategories=["colour"])
    with pytest.raises(ConfigError, match="quotas"):
        config().changed_by({"quotas": {"colour": 3}})
