from collections.abc import Sequence

import torch

from irloom.backends.scorers.embeddings import Embedder
from irloom.errors import AcceleratorFull, SampleError, ScoringError


class Worker:
    """Embeds words by their length; remembers its batches, and runs out of memory above `room`."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.batches: list[list[str]] = []

    def __call__(self, words: Sequence[str]) -> list[torch.Tensor | SampleError]:
        if len(words) > self.room:
            raise torch.OutOfMemoryError
        self.batches.append(list(words))
        return [ScoringError("bad") if word == "bad" else torch.tensor(float(len(word))) for word in words]


def build(worker: Worker, batch_size: int = 2, remembered: int = 100) -> tuple[Embedder[str], list[str]]:
    said: list[str] = []
    return Embedder(worker, batch_size, remembered, said.append), said


def test_items_come_in_batches_and_equal_ones_once() -> None:
    worker = Worker()
    embedder, _ = build(worker)
    found = embedder.embed(["a", "bb", "a", "ccc", "bb"])
    assert {word: float(vector) for word, vector in found.items() if isinstance(vector, torch.Tensor)} == {
        "a": 1,
        "bb": 2,
        "ccc": 3,
    }
    assert worker.batches == [["a", "bb"], ["ccc"]]


def test_what_is_remembered_is_not_embedded_again() -> None:
    worker = Worker()
    embedder, _ = build(worker)
    embedder.embed(["a", "bb"])
    embedder.embed(["bb", "ccc", "a"])
    assert worker.batches == [["a", "bb"], ["ccc"]]


def test_only_the_latest_are_remembered_and_the_bound_limits_no_batch() -> None:
    worker = Worker()
    embedder, _ = build(worker, batch_size=9, remembered=2)
    assert len(embedder.embed(["a", "bb", "ccc"])) == 3
    embedder.embed(["bb"])
    embedder.embed(["dddd"])
    embedder.embed(["bb", "dddd"])
    assert worker.batches == [["a", "bb", "ccc"], ["dddd"]], "bb was asked for after ccc"
    embedder.embed(["ccc", "a"])
    assert worker.batches[2:] == [["ccc", "a"]]


def test_an_error_is_its_own_items_and_is_tried_again() -> None:
    worker = Worker()
    embedder, _ = build(worker, batch_size=9)
    found = embedder.embed(["a", "bad"])
    assert isinstance(found["a"], torch.Tensor)
    assert isinstance(found["bad"], ScoringError)
    embedder.embed(["a", "bad"])
    assert worker.batches == [["a", "bad"], ["bad"]]


def test_where_memory_runs_out_batches_are_halved_and_it_is_said_once() -> None:
    worker = Worker(room=1)
    embedder, said = build(worker, batch_size=4)
    found = embedder.embed(["a", "bb", "ccc", "dddd", "eeeee"])
    assert all(isinstance(vector, torch.Tensor) for vector in found.values())
    assert worker.batches == [["a"], ["bb"], ["ccc"], ["dddd"], ["eeeee"]]
    assert len(said) == 1
    assert "for 4 at a time" in said[0]


def test_an_item_that_does_not_fit_alone_is_an_error() -> None:
    found = build(Worker(room=0))[0].embed(["a"])
    assert isinstance(found["a"], AcceleratorFull)
