"""Where torch works: the device, the number type, and batches that fit into its memory."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import psutil
import torch

from irloom.errors import AcceleratorFull, ConfigError
from irloom.options import Device, Dtype

Item = TypeVar("Item")
Done = TypeVar("Done")


def choose_device(wanted: Device) -> torch.device:
    """The device by name, `auto` being cuda, mps or cpu; ConfigError where it is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return torch.device(next(name for name, found in there.items() if found))
    if not there[wanted]:
        raise ConfigError(f"device = {wanted!r} is not there: choose 'auto' or 'cpu'")
    return torch.device(wanted)


def choose_dtype(wanted: Dtype) -> torch.dtype:
    """The number type by name."""
    found: torch.dtype = getattr(torch, wanted)
    return found


def free_memory(device: torch.device) -> int:
    """Bytes that are free where the device keeps models."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


class Halving(Generic[Item, Done]):
    """Runs work on batches that fit: where memory runs out it goes on with half as many, for good."""

    def __init__(
        self, work: Callable[[Sequence[Item]], list[Done]], notify: Callable[[str], None] = lambda _: None
    ) -> None:
        self._work = work
        self._notify = notify
        self._most: int | None = None
        """Items that fit together; None as long as nothing failed."""

    def run(self, items: Sequence[Item]) -> list[Done | AcceleratorFull]:
        """One result an item, in order; AcceleratorFull for one that does not even fit alone."""
        done: list[Done | AcceleratorFull] = []
        while len(done) < len(items):
            batch = items[len(done) :][: self._most]
            try:
                done += self._work(batch)
            except torch.OutOfMemoryError as error:
                done += self._shrink(len(batch), error)
        return done

    def _shrink(self, size: int, cause: torch.OutOfMemoryError) -> list[AcceleratorFull]:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if size == 1:
            error = AcceleratorFull("it does not fit into the accelerator's memory, even alone")
            error.__cause__ = cause
            return [error]
        if self._most is None:
            self._notify(f"The accelerator's memory is too small for {size} at a time; going on with fewer.")
        self._most = size // 2
        return []
