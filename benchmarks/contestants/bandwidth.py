"""How many bytes the operations of torch move, how long they keep a device busy, and what it could move."""

import time
from collections.abc import Callable
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

COPIED = 2**28
"""Bytes of the copy that shows what a device can do; more than its caches hold."""


class ByteCount(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up what each operation reads and writes on a device; views move nothing."""

    def __init__(self, device: torch.device) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._device = device
        self.moved = 0

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run the operation and weigh it."""
        result = function(*args, **(kwargs or {}))
        if not function.is_view:
            self.moved += sum(map(self._weigh, tree_leaves((args, kwargs, result))))
        return result

    def _weigh(self, value: object) -> int:
        if isinstance(value, torch.Tensor) and value.device.type == self._device.type:
            return value.numel() * value.element_size()
        return 0


def weigh(work: Callable[[], object], device: torch.device) -> tuple[int, float]:
    """Bytes that a piece of work moves, and the seconds that the device is busy with it.

    On a GPU these are the kernels' own seconds, without what the processor does in between.
    """
    with ByteCount(device) as count:
        work()
    if device.type != "cuda":
        began = time.perf_counter()
        work()
        return count.moved, time.perf_counter() - began
    with profile(activities=[ProfilerActivity.CUDA]) as found:
        work()
        torch.cuda.synchronize()
    return count.moved, sum(event.self_device_time_total for event in found.key_averages()) / 1e6


def measure_copy(device: torch.device, times: int = 10) -> float:
    """Bytes a second, read and written, of plain copies on a device."""
    source = torch.ones(COPIED, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    target.copy_(source)
    _wait_for(device)
    began = time.perf_counter()
    for _ in range(times):
        target.copy_(source)
    _wait_for(device)
    return 2 * COPIED * times / (time.perf_counter() - began)


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
