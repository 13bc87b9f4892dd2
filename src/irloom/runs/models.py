"""What the sessions of a run share: its backends, and where its files lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from irloom.config import Budget, Price
from irloom.ports import ChatModel, ScoringJob, Translation, TranslationJob, Usage
from irloom.records import Agent
from irloom.runs.batching import Batcher
from irloom.runs.sends import Sends
from irloom.runs.spending import Spending


@dataclass(frozen=True, slots=True)
class Models:
    """The backends of a run, batched where they work on an accelerator."""

    chats: Mapping[Agent, ChatModel]
    translator: str
    translations: Batcher[TranslationJob, Translation]
    scorer: str
    scores: Batcher[ScoringJob, tuple[float, ...]]
    translation_settings: str = ""
    """Digest of everything but image and boxes that decides a translation; likewise for scores."""
    scoring_settings: str = ""
    sends: Sends = field(default_factory=Sends)
    prices: Mapping[Agent, Price | None] = field(default_factory=dict)
    spending: Spending = field(default_factory=lambda: Spending(Budget(), Usage()))

    def hold(self) -> None:
        """Send nothing more."""
        for chat in set(self.chats.values()):
            chat.hold()

    async def close(self) -> None:
        """Free connections and threads."""
        for chat in set(self.chats.values()):
            await chat.close()
        await self.translations.close()
        await self.scores.close()


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run's files and the user's visible images lie."""

    root: Path
    images: Path
    reuse: Path | None = None
    """An older run whose paid calls may be taken."""
