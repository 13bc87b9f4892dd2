"""Embeds pictures and texts in batches that fit, and remembers the latest."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import torch

from irloom.backends.accelerator import Halving
from irloom.errors import SampleError

Item = TypeVar("Item", bound=Hashable)


class Embedder(Generic[Item]):
    """Turns items into vectors; what was embedded lately is not embedded again."""

    def __init__(
        self,
        work: Callable[[Sequence[Item]], list[torch.Tensor | SampleError]],
        batch_size: int,
        remembered: int,
        notify: Callable[[str], None],
    ) -> None:
        self._halving = Halving(work, notify)
        self._batch_size = batch_size
        self._most = remembered
        self._known: dict[Item, torch.Tensor] = {}
        """From the one that was asked for longest ago to the latest."""

    def embed(self, items: Iterable[Item]) -> dict[Item, torch.Tensor | SampleError]:
        """A vector or its own error for each item."""
        wanted = list(dict.fromkeys(items))
        found: dict[Item, torch.Tensor | SampleError] = {
            item: self._known[item] for item in wanted if item in self._known
        }
        new = [item for item in wanted if item not in found]
        for start in range(0, len(new), self._batch_size):
            batch = new[start : start + self._batch_size]
            found.update(zip(batch, self._halving.run(batch), strict=True))
        self._remember(found)
        return found

    def _remember(self, found: dict[Item, torch.Tensor | SampleError]) -> None:
        for item, vector in found.items():
            self._known.pop(item, None)
            if isinstance(vector, torch.Tensor):
                self._known[item] = vector
        for item in list(self._known)[: -self._most]:
            del self._known[item]
