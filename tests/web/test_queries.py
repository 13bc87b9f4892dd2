"""Lists are paged by key, counted by facet, and know the neighbours of a sample."""

import pytest

from irloom.engine.marks import Mark
from irloom.web.filters import Filter
from irloom.web.index import Index
from irloom.web.queries import (
    PAGE,
    Entry,
    count_facets,
    find_entry,
    find_neighbours,
    list_page,
    list_samples,
)
from support.small_run import SmallRun, draw_image
from web.conftest import fill

COUNT = PAGE + 7


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Samples 1 to 57, of which every tenth failed, and whose captions name their numbers."""
    folder = tmp_path_factory.mktemp("queries")
    run = SmallRun(folder / "run")
    image = draw_image(1)
    for number in range(1, COUNT + 1):
        if number % 10 == 0:
            run.fail(str(number))
        else:
            run.add(str(number), image, [f"A dog n{number} beside a bénch."], [("reasoning", "It runs.")])
    run.log.close()
    return fill(Index(run.root, folder))


def names(entries: "list[Entry] | tuple[Entry, ...]") -> list[int]:
    return [int(entry.sample) for entry in entries]


def test_the_last_committed_comes_first_and_pages_follow_by_key(index: Index) -> None:
    with index.reading() as connection:
        first = list_page(connection, Filter(), {})
        second = list_page(connection, Filter(), {}, older_than=first.older)
        back = list_page(connection, Filter(), {}, newer_than=second.newer)
    assert names(list(first.entries)) == list(range(COUNT, COUNT - PAGE, -1))
    assert names(list(second.entries)) == list(range(COUNT - PAGE, 0, -1))
    assert first.newer is None
    assert second.older is None
    assert names(list(back.entries)) == names(list(first.entries))
    assert back.newer is None


def test_words_are_found_whatever_their_case_and_accents(index: Index) -> None:
    with index.reading() as connection:
        found = [
            list_samples(connection, Filter(text=text), {})
            for text in ("N7 bench", '"dog n7"', "n5*", "n7 cat")
        ]
    assert found == [["7"], ["7"], ["5", "51", "52", "53", "54", "55", "56", "57"], []]


def test_a_search_without_a_letter_finds_nothing(index: Index) -> None:
    with index.reading() as connection:
        assert list_samples(connection, Filter(text="??"), {}) == []


def test_facets_are_counted_within_the_other_conditions(index: Index) -> None:
    with index.reading() as connection:
        facets = count_facets(connection, Filter({"outcome": "failed"}, "dog"), {})
    assert facets["outcome"] == [("accepted", 52), ("failed", 5)], "the chosen facet shows what else there is"
    assert facets["stage"] == [("judge", 5)]
    assert "task" not in facets


def test_neighbours_are_those_that_fit(index: Index) -> None:
    with index.reading() as connection:
        entry = find_entry(connection, "30")
        assert entry is not None
        around = find_neighbours(connection, entry.number, Filter({"outcome": "failed"}), {})
        last = find_neighbours(connection, 1, Filter(), {})
    assert (around.place, around.before, around.after) == (3, "40", "20")
    assert (last.place, last.before, last.after) == (COUNT, "2", None)


def test_the_page_of_the_list_that_holds_a_sample_is_known(index: Index) -> None:
    with index.reading() as connection:
        keys = {
            number: find_neighbours(connection, number, Filter(), {}).page for number in range(1, COUNT + 1)
        }
        turned = list_page(connection, Filter(), {}).older
    assert {number for number, key in keys.items() if key is None} == set(range(COUNT - PAGE + 1, COUNT + 1))
    assert set(keys.values()) == {None, turned}, "pages begin where they begin for who turns them"


def test_a_sample_that_does_not_fit_has_no_place(index: Index) -> None:
    with index.reading() as connection:
        around = find_neighbours(connection, 31, Filter({"outcome": "failed"}), {})
    assert (around.place, around.before, around.after) == (None, "40", "30")


def test_marked_and_noted_samples_are_found(index: Index) -> None:
    marks = {
        "3": Mark(sample="3", marked=True),
        "4": Mark(sample="4", note="odd"),
        "gone": Mark(sample="gone", marked=True),
    }
    with index.reading() as connection:
        assert list_samples(connection, Filter(marked="marked"), marks) == ["3"]
        assert list_samples(connection, Filter(marked="noted"), marks) == ["4"]
