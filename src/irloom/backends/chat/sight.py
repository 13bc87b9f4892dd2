"""Finds out whether an endpoint passes images on: some drop them, where the model is blind, and answer."""

import tempfile
from pathlib import Path

from PIL import Image

from irloom.protocols import ChatModel, ChatRequest, Prompt

_QUESTION = Prompt("sight", "", "You look at pictures.", "Describe the picture in one word.", {})


async def takes_images(chat: ChatModel) -> bool | None:
    """Whether a question costs more prompt tokens with a picture than without; None where nobody counts them.

    Two requests are paid. Raises what `ChatModel.chat` does, for an endpoint that refuses the picture.
    """
    with tempfile.TemporaryDirectory(prefix="irloom-sight-") as folder:
        picture = Path(folder) / "grey.png"
        Image.new("L", (64, 64), 128).save(picture)
        blind, seeing = [await _count_tokens(chat, images) for images in ((), (picture,))]
    return seeing > blind if blind and seeing else None


async def _count_tokens(chat: ChatModel, images: tuple[Path, ...]) -> int:
    reply = await chat.chat(ChatRequest(_QUESTION, seed=1, max_tokens=16, images=images))
    return reply.usage.prompt_tokens
