"""What the sessions of a run share: its backends, and where its files lie."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.config import Price
from irloom.drawings import CodeRunner
from irloom.edits import Declined
from irloom.engine.batcher import Batcher
from irloom.engine.sends import Sends
from irloom.options import SandboxOptions
from irloom.protocols import (
    ChatModel,
    Edit,
    EditJob,
    EditMeter,
    Scores,
    ScoringJob,
    Translation,
    TranslationJob,
)
from irloom.records import Seat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The chat models of a run."""

    chats: Mapping[Seat, ChatModel]
    prices: Mapping[Seat, Price | None] = field(default_factory=dict)
    sends: Sends = field(default_factory=Sends)

    def hold(self) -> None:
        """Send nothing more."""
        for chat in set(self.chats.values()):
            chat.hold()

    async def close(self) -> None:
        """Free connections, threads and processes."""
        for chat in set(self.chats.values()):
            await chat.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class InfraredModels(Models):
    """Beside them the translator and the scorer, which work on batches."""

    translator: str
    translations: Batcher[TranslationJob, Translation]
    scorer: str
    scores: Batcher[ScoringJob, Scores] | None
    """None where captions are scored by asking a chat model."""
    translation_settings: str = ""
    """Digest of everything but image and boxes that decides a translation; likewise for scores."""
    scoring_settings: str = ""

    async def close(self) -> None:
        """Free connections and threads."""
        await Models.close(self)
        await self.translations.close()
        if self.scores is not None:
            await self.scores.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureModels(Models):
    """Beside them the sandbox that draws."""

    runner: CodeRunner
    limits: SandboxOptions

    async def close(self) -> None:
        """Free connections and end the sandbox."""
        await Models.close(self)
        await self.runner.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditModels(Models):
    """Beside them the image editor, which works on batches, and what measures its work."""

    editor: str
    edits: Batcher[EditJob, Edit | Declined]
    editing_settings: str
    """Digest of everything but image, boxes and steps that decides an edit."""
    meter: EditMeter
    read: Callable[[Path, int | None, int | None], "NDArray[np.uint8]"]
    """Decodes a seed that is no plain RGB picture, by its annotated width and height; raises SourceError."""

    async def close(self) -> None:
        """Free connections and threads."""
        await Models.close(self)
        await self.edits.close()


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run's files and the user's images lie."""

    root: Path
    images: Path
    """The visible images of the infrared flow, the seeds of the CIR flow."""
    reuse: Path | None = None
    """An older run whose paid calls may be taken."""
