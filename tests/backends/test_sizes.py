"""How jobs of many sizes share batches."""

from collections.abc import Sequence

from irloom.backends.sizes import run_by_size
from irloom.errors import SampleError, SourceError


def load(word: str) -> str:
    if not word:
        raise SourceError("nothing to read")
    return word


def run(words: Sequence[str], most: int) -> tuple[list[str | SampleError], list[list[str]]]:
    batches: list[list[str]] = []

    def work(batch: Sequence[str]) -> list[str]:
        batches.append(list(batch))
        return [word.upper() for word in batch]

    return run_by_size(words, load, len, work, most), batches


def test_results_come_in_order_and_batches_hold_one_size() -> None:
    words = ["one", "four", "two", "five", "six", "nine", "ten"]
    results, batches = run(words, most=3)
    assert results == [word.upper() for word in words]
    assert batches == [["one", "two", "six"], ["four", "five", "nine"], ["ten"]]


def test_what_cannot_be_loaded_fails_alone() -> None:
    results, batches = run(["one", "", "two"], most=2)
    assert results[0::2] == ["ONE", "TWO"]
    assert isinstance(results[1], SourceError)
    assert batches == [["one", "two"]]


def test_no_job_is_no_work() -> None:
    assert run([], most=2) == ([], [])


def test_a_full_group_is_worked_on_before_more_is_loaded() -> None:
    order: list[str] = []

    def note(word: str) -> str:
        order.append(f"load {word}")
        return word

    def work(batch: Sequence[str]) -> Sequence[str]:
        order.append(f"work {' '.join(batch)}")
        return batch

    run_by_size(["aa", "bb", "cc"], note, len, work, most=2)
    assert order == ["load aa", "load bb", "work aa bb", "load cc", "work cc"]
