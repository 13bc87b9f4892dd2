"""What the sessions of a run share: its backends, and where its files lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from irloom.config import Price
from irloom.imaging import Scores, ScoringJob, Translation, TranslationJob
from irloom.ports import ChatModel
from irloom.records import Seat
from irloom.runs.batching import Batcher
from irloom.runs.sends import Sends


@dataclass(frozen=True, slots=True)
class Models:
    """The backends of a run, batched where they work on an accelerator."""

    chats: Mapping[Seat, ChatModel]
    translator: str
    translations: Batcher[TranslationJob, Translation]
    scorer: str
    scores: Batcher[ScoringJob, Scores] | None
    """None where captions are scored by asking a chat model."""
    translation_settings: str = ""
    """Digest of everything but image and boxes that decides a translation; likewise for scores."""
    scoring_settings: str = ""
    sends: Sends = field(default_factory=Sends)
    prices: Mapping[Seat, Price | None] = field(default_factory=dict)

    def hold(self) -> None:
        """Send nothing more."""
        for chat in set(self.chats.values()):
            chat.hold()

    async def close(self) -> None:
        """Free connections and threads."""
        for chat in set(self.chats.values()):
            await chat.close()
        await self.translations.close()
        if self.scores is not None:
            await self.scores.close()


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run's files and the user's visible images lie."""

    root: Path
    images: Path
    reuse: Path | None = None
    """An older run whose paid calls may be taken."""
