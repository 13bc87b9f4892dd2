from pathlib import Path
from typing import Any, cast

import pytest

from irloom.backends.offline.grounding import Grounding
from irloom.errors import ScoringError
from irloom.lexicon import Lexicon
from irloom.protocols import Scores, ScoringJob
from irloom.records import Box

DOG = Box(label="dog", x1=0.1, y1=0.5, x2=0.3, y2=0.9)
PERSON = Box(label="person", x1=0.4, y1=0.1, x2=0.6, y2=0.9)
BIKE = Box(label="bicycle", x1=0.6, y1=0.4, x2=0.9, y2=0.9)


def score(
    *captions: str, boxes: tuple[Box, ...] = (DOG, PERSON, BIKE), annotated: frozenset[str] = frozenset()
) -> tuple[float, ...]:
    result = Grounding(Lexicon.load(None)).score([ScoringJob(Path("a.png"), captions, boxes, annotated)])[0]
    assert isinstance(result, Scores)
    return result.values


def test_a_caption_that_names_more_of_the_boxes_ranks_higher() -> None:
    low, middle, high = score("A street.", "A dog on a street.", "A man with a bike and a dog on a street.")
    assert low < middle < high


def test_what_infrared_cannot_show_costs_more_than_it_adds() -> None:
    plain, coloured, worse = score(
        "A man with a dog.", "A man with a red dog.", "A man with a red wooden dog."
    )
    assert plain > coloured > worse


def test_an_object_that_is_not_there_costs() -> None:
    right, wrong = score("A man with a dog.", "A man with a zebra.")
    assert right > wrong


def test_what_the_source_never_annotates_is_unknown_and_costs_nothing() -> None:
    captions = ("Some people cross the road.", "Some people cross the road next to a car.")
    plain, car = score(*captions, boxes=(PERSON,), annotated=frozenset({"person"}))
    assert car > plain
    plain, car = score(*captions, boxes=(PERSON,), annotated=frozenset({"person", "car"}))
    assert plain > car


def test_a_number_of_what_the_source_never_annotates_is_no_mistake() -> None:
    plain, counted = score("A man with cars.", "A man with two cars.", boxes=(PERSON,))
    assert counted > plain
    plain, counted = score(
        "A man with cars.", "A man with two cars.", boxes=(PERSON,), annotated=frozenset({"car"})
    )
    assert plain > counted


@pytest.mark.parametrize(("right", "wrong"), [("Two dogs.", "Four dogs."), ("Two dogs.", "Several dogs.")])
def test_a_wrong_count_costs(right: str, wrong: str) -> None:
    better, worse = score(right, wrong, boxes=(DOG, DOG))
    assert better > worse


def test_any_count_fits_a_group() -> None:
    crowd = DOG.model_copy(update={"crowd": True})
    nine, two = score("Nine dogs.", "Two dogs.", boxes=(crowd,))
    assert nine == two


def test_without_boxes_only_wording_and_detail_count() -> None:
    plain, coloured = score("A dog runs.", "A brown dog runs.", boxes=())
    assert plain > coloured


def test_scores_stay_in_their_range() -> None:
    red = "red wooden glass vase, bright, shadow, maybe, transparent " * 20
    for boxes in ((), (DOG,), (DOG, PERSON, BIKE)):
        assert all(-1 <= value <= 1 for value in score("", red, "A man, a dog and a bike " * 20, boxes=boxes))


def test_a_bad_job_is_its_own_error_and_leaves_the_others_alone() -> None:
    jobs = [
        ScoringJob(Path("a.png"), ("A dog.",), (DOG,)),
        ScoringJob(Path("b.png"), (), (DOG,)),
        ScoringJob(Path("c.png"), cast(Any, (None,)), (DOG,)),
    ]
    results = Grounding(Lexicon.load(None)).score(jobs)
    assert isinstance(results[0], Scores)
    assert all(isinstance(result, ScoringError) for result in results[1:])
    assert "b.png" in str(results[1])
