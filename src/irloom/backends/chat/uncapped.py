"""A purse without a bottom, for chats outside a run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from irloom.protocols import ChatRequest, Payment, Usage


class Uncapped:
    """A `Purse` that grants everything and remembers nothing; its own `Payment`."""

    @asynccontextmanager
    async def reserve(self, request: ChatRequest, n: int) -> AsyncIterator[Payment]:
        """Grant it."""
        yield self

    def leave(self) -> None:
        """Nothing is held."""

    def settle(self, usage: Usage | None) -> None:
        """Nothing is added up."""
