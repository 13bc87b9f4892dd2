"""What the sessions of a run share: its chat models, and where its files lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from irloom.config import Price
from irloom.engine.sends import Sends
from irloom.protocols import ChatModel


class Held(Protocol):
    """Whatever else sends requests."""

    def hold(self) -> None:
        """Send nothing more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The chat models of a run, and what else asks an endpoint."""

    chats: Mapping[str, ChatModel]
    prices: Mapping[str, Price | None] = field(default_factory=dict)
    sends: Sends = field(default_factory=Sends)
    others: Sequence[Held] = ()

    def hold(self) -> None:
        """Send nothing more."""
        for chat in (*set(self.chats.values()), *self.others):
            chat.hold()

    async def close(self) -> None:
        """Free connections."""
        for chat in set(self.chats.values()):
            await chat.close()


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run's files and the user's images lie."""

    root: Path
    images: Path
    """The pictures that a flow reads: its source's folder."""
    reuse: Path | None = None
    """An older run whose paid calls may be taken."""
