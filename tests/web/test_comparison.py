"""Two runs are compared by what their samples came to."""

from pathlib import Path

from irloom.web.comparison import count_overlap, find_around, list_matches, reading_both
from irloom.web.index import Index
from web.conftest import fill


def test_samples_of_both_that_fared_differently_are_listed(
    offline: Path, one_round: Path, tmp_path: Path
) -> None:
    left, right = fill(Index(offline, tmp_path)), fill(Index(one_round, tmp_path))
    with reading_both(left, right) as connection:
        overlap = count_overlap(connection)
        different, older = list_matches(connection, only_different=True)
        every, _ = list_matches(connection, only_different=False)
        rest, _ = list_matches(connection, False, older_than=every[0].numbers[0])
        around = find_around(connection, every[1].numbers[0], only_different=False)
    assert (overlap.shared, overlap.only_left, overlap.only_right) == (3, 1, 0)
    assert overlap.outcomes == [("accepted", "rejected", 2)]
    assert overlap.different == len(different) == 3
    assert older is None
    assert [(match.sample, *match.outcomes) for match in different] == [
        ("3", "accepted", "rejected"),
        ("2", "accepted", "rejected"),
        ("1", "accepted", "accepted"),
    ]
    assert different[1].verdicts[0]["conversation"] == "accepted in round 2"
    assert different[1].verdicts[1] == {"conversation": "rejected", "objections": "material 1"}
    assert different[1].tasks == ["conversation", "description", "reasoning", "objections"]
    assert [match.sample for match in rest] == [match.sample for match in every[1:]]
    assert around == (every[0].slug, every[2].slug)


def test_a_run_does_not_differ_from_itself(offline: Path, tmp_path: Path) -> None:
    index = fill(Index(offline, tmp_path))
    with reading_both(index, index) as connection:
        assert count_overlap(connection).different == 0
        assert list_matches(connection, only_different=True) == ([], None)
