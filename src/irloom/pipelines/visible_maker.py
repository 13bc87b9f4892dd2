"""Translates infrared pictures into visible light by an image editor, as GenViP does, for any flow."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from irloom.edits import Declined
from irloom.engine.batcher import Batcher
from irloom.engine.images import encode_png
from irloom.errors import EditError
from irloom.protocols import Edit, EditJob

VISIBLE = "evaluate/visible"
"""The prompt that the editor gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleMaker:
    """The image editor that translates into visible light."""

    name: str
    settings: str
    """Digest of everything but image, prompt and seed that decides a translation."""
    edits: Batcher[EditJob, Edit | Declined]
    prompt: str
    seed: int

    async def make(self, path: Path) -> bytes:
        """The translation of a picture, at its size, as a PNG. Raises SampleError."""
        made = await self.edits.run(EditJob(path, self.prompt, self.seed))
        if isinstance(made, Declined):
            raise EditError(f"{path} was not translated into visible light: {made.reason}")
        return await asyncio.to_thread(encode_png, made.image)
