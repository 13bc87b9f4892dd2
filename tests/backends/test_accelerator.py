"""Devices, number types, and batches that shrink until they fit."""

from collections.abc import Sequence

import pytest
import torch

from irloom.backends.accelerator import Halving, choose_device, choose_dtype, free_memory
from irloom.errors import AcceleratorFull, ConfigError
from irloom.options import Device, Dtype


class Memory:
    """Work that fits as long as a batch's items add up to no more than `size`."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.tried: list[list[int]] = []

    def double(self, batch: Sequence[int]) -> list[int]:
        self.tried.append(list(batch))
        if sum(batch) > self.size:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [2 * item for item in batch]


def test_auto_is_the_best_device_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for cuda, mps, chosen in [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]:
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=cuda: there)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda there=mps: there)
        assert choose_device("auto").type == chosen
        assert choose_device("cpu").type == "cpu"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, device: Device) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ConfigError, match=f"device = '{device}' is not there: choose 'auto' or 'cpu'"):
        choose_device(device)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("float32", torch.float32), ("bfloat16", torch.bfloat16), ("float16", torch.float16)],
)
def test_number_types_go_by_their_names(name: Dtype, dtype: torch.dtype) -> None:
    assert choose_dtype(name) is dtype


def test_the_memory_of_the_cpu_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2**20 < free_memory(torch.device("cpu")) < 2**50
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (5, 9))
    assert free_memory(torch.device("cuda")) == 5


def test_what_fits_is_done_at_once() -> None:
    memory = Memory(100)
    told: list[str] = []
    assert Halving(memory.double, told.append).run([1, 2, 3]) == [2, 4, 6]
    assert memory.tried == [[1, 2, 3]]
    assert told == []
    assert Halving(memory.double).run([]) == []


def test_a_batch_that_does_not_fit_is_halved_and_told_of_once() -> None:
    memory = Memory(2)
    told: list[str] = []
    halving = Halving(memory.double, told.append)
    assert halving.run([1] * 8) == [2] * 8
    assert [len(batch) for batch in memory.tried] == [8, 4, 2, 2, 2, 2]
    assert told == ["The accelerator's memory is too small for 8 at a time; going on with fewer."]


def test_later_batches_begin_at_the_size_that_fitted() -> None:
    memory = Memory(2)
    halving = Halving(memory.double)
    halving.run([1] * 4)
    memory.tried.clear()
    assert halving.run([1] * 5) == [2] * 5
    assert [len(batch) for batch in memory.tried] == [2, 2, 1]


def test_an_item_that_does_not_fit_alone_fails_alone() -> None:
    memory = Memory(3)
    told: list[str] = []
    results = Halving(memory.double, told.append).run([1, 9, 1, 2])
    assert [2 if isinstance(result, AcceleratorFull) else 0 for result in results] == [0, 2, 0, 0]
    assert [results[0], *results[2:]] == [2, 2, 4]
    full = results[1]
    assert isinstance(full, AcceleratorFull)
    assert isinstance(full.__cause__, torch.OutOfMemoryError)
    assert len(told) == 1


def test_a_single_item_is_no_batch_to_speak_of() -> None:
    told: list[str] = []
    (result,) = Halving(Memory(3).double, told.append).run([4])
    assert isinstance(result, AcceleratorFull)
    assert told == []


def test_any_other_error_is_not_taken_for_too_little_memory() -> None:
    def work(batch: Sequence[int]) -> list[int]:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        Halving(work).run([1, 2])
