"""Claims are made with a margin, and each has a mistake in its place."""

from irloom.records import Box, Sample
from irloom.scene.claims import Claim, Knowledge, count_claims, find_claims, share_to_use

LABELS = frozenset({"dog", "car", "cat", "giraffe", "person"})
KNOWN = Knowledge(LABELS, (frozenset({"dog", "cat"}),))


def box(label: str, x1: float, y1: float, x2: float, y2: float, crowd: bool = False) -> Box:
    return Box(label=label, x1=x1, y1=y1, x2=x2, y2=y2, crowd=crowd)


def sample(*boxes: Box, captions: tuple[str, ...] = ()) -> Sample:
    return Sample(id="1", image="1.png", captions=captions, boxes=boxes)


def claims(*boxes: Box, captions: tuple[str, ...] = ()) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in find_claims(sample(*boxes, captions=captions), KNOWN):
        found.setdefault(claim.form, []).append(claim)
    return found


LEFT_DOG, RIGHT_CAR = box("dog", 0.05, 0.5, 0.25, 0.7), box("car", 0.6, 0.4, 0.95, 0.75)


def test_two_things_side_by_side_give_every_kind_but_a_count() -> None:
    found = claims(LEFT_DOG, RIGHT_CAR)
    assert found.keys() == {"object", "location", "relation", "direction", "touch", "attribute", "illusion"}
    first = found["relation"][0]
    assert (first.fields["first"], first.right, first.fields["second"]) == ("dog", "to the left of", "car")
    assert first.wrong == "to the right of"
    assert {(one.fields["first"], one.right) for one in found["attribute"]} == {
        ("dog", "smaller"),
        ("car", "larger"),
    }


def test_nothing_that_looks_like_what_is_there_is_called_absent() -> None:
    wrong = {one.wrong for one in claims(LEFT_DOG, RIGHT_CAR)["illusion"]}
    assert wrong == {"giraffe", "person"}, "a cat may be taken for the dog"


def test_what_a_caption_names_is_not_called_absent_though_it_has_no_box() -> None:
    found = claims(LEFT_DOG, captions=("A man walks his dog.",))
    assert {one.wrong for one in found["illusion"]} == {"car", "giraffe"}


def test_a_thing_in_the_middle_has_no_side_and_a_border_case_no_relation() -> None:
    found = claims(box("dog", 0.3, 0.35, 0.6, 0.65), box("car", 0.33, 0.36, 0.64, 0.66))
    assert not found.keys() & {"location", "object", "relation", "direction", "attribute"}


def test_of_two_alike_neither_is_singled_out_and_their_number_is_told() -> None:
    found = claims(LEFT_DOG, box("dog", 0.6, 0.5, 0.9, 0.7))
    assert [(one.right, one.wrong, one.fields["things"]) for one in found["number"]] == [
        ("two", "three", "dogs")
    ]
    assert "location" not in found


def test_crowds_small_things_and_many_are_not_counted() -> None:
    assert "number" not in claims(LEFT_DOG, box("dog", 0.6, 0.5, 0.9, 0.7, crowd=True))
    assert "number" not in claims(LEFT_DOG, box("dog", 0.6, 0.5, 0.63, 0.55))
    assert "number" not in claims(*[LEFT_DOG] * 8)


def test_a_count_that_a_caption_disputes_is_not_told() -> None:
    both = (LEFT_DOG, box("dog", 0.6, 0.5, 0.9, 0.7))
    assert "number" not in claims(*both, captions=("Three dogs play.",))
    assert "number" in claims(*both, captions=("Two dogs play.",))


def test_every_wrong_count_is_a_right_one_elsewhere() -> None:
    pairs = set()
    for many in range(2, 8):
        found = claims(*[box("dog", 0.1 * one, 0.5, 0.1 * one + 0.09, 0.7) for one in range(many)])
        pairs |= {(one.right, one.wrong) for one in found["number"]}
    assert pairs == {(wrong, right) for right, wrong in pairs}


def test_writing_is_never_claimed() -> None:
    found = find_claims(sample(LEFT_DOG, RIGHT_CAR), KNOWN)
    assert "Text" not in {one.error_type for one in found}


def test_what_is_often_so_is_used_less_so_that_words_tell_nothing() -> None:
    below, above = box("dog", 0.4, 0.7, 0.6, 0.95), box("dog", 0.4, 0.05, 0.6, 0.3)
    scenes = [sample(below)] * 9 + [sample(above)] * 3
    counts = count_claims(scenes, KNOWN)
    (bottom,) = claims(below)["location"]
    (top,) = claims(above)["location"]
    assert (share_to_use(bottom, counts), share_to_use(top, counts)) == (3.5 / 9.5, 1.0)
