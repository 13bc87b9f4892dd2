"""Whether images reach a model, told by the prompt tokens that they cost."""

from collections.abc import Mapping
from typing import Any

import pytest

from irloom.backends.chat.sight import takes_images
from irloom.protocols import ChatReply, ChatRequest, ReplyText, Usage


class Counting:
    """Answers, and counts so many prompt tokens for the text and for each image."""

    model = "counting"
    parameters: Mapping[str, Any] = {}

    def __init__(self, text: int, image: int) -> None:
        self.text, self.image = text, image
        self.requests: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> ChatReply:
        assert all(image.read_bytes().startswith(b"\x89PNG") for image in request.images)
        self.requests.append(request)
        usage = Usage(requests=1, prompt_tokens=self.text + self.image * len(request.images))
        return ChatReply(texts=(ReplyText(text="grey"),), usage=usage, model="counting", latency_ms=1)

    def hold(self) -> None: ...

    async def close(self) -> None: ...


@pytest.mark.parametrize(("text", "image", "found"), [(20, 64, True), (20, 0, False), (0, 0, None)])
async def test_an_image_that_costs_no_tokens_was_dropped(text: int, image: int, found: bool | None) -> None:
    chat = Counting(text, image)
    assert await takes_images(chat) is found
    blind, seeing = chat.requests
    assert (blind.images, blind.prompt, len(seeing.images)) == ((), seeing.prompt, 1)
    assert not seeing.images[0].exists(), "the picture is gone again"
