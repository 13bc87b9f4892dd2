"""The forms of a run's rows that training tools read: LLaVA JSON, chat messages and blocks.

Field names follow the tools: LLaVA 1.5 (`id`, `image`, `conversations` with `from` and `value`), the
published infrared data sets (`thermal` in place of `image`), and the `messages` and `images` of
ms-swift and LLaMA-Factory.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from irloom.records import IMAGE_MARK, without_marks

Row = Mapping[str, Any]

CAPTION_REQUESTS = (
    "Describe this infrared image in one sentence.",
    "What does this thermal image show?",
    "Give a short caption for this infrared image.",
    "Summarise the scene in this thermal picture.",
    "Provide a brief description of the infrared image.",
)


def pair_messages(row: Row) -> list[dict[str, str]]:
    """An image-text pair as a request and its answer; the request is chosen by the pair's identity."""
    digest = hashlib.sha256(f"{row['sample']}/{row['caption_index']}".encode()).digest()
    request = CAPTION_REQUESTS[digest[0] % len(CAPTION_REQUESTS)]
    return [
        {"role": "user", "content": f"<image>\n{request}"},
        {"role": "assistant", "content": without_marks(row["caption"])},
    ]


def identify(row: Row) -> str:
    """An id that is unique in the export: the sample with its task or the number of its caption."""
    return f"{row['sample']}-{row['task'] if 'task' in row else row['caption_index']}"


def to_llava(row: Row, image: str, key: str = "image") -> dict[str, Any]:
    """One item of a LLaVA JSON list; `key` is `image`, or `thermal` as in the published infrared data."""
    speakers = {"user": "human", "assistant": "gpt"}
    conversations = [{"from": speakers[one["role"]], "value": one["content"]} for one in _messages(row)]
    return {"id": identify(row), key: image, "conversations": conversations}


def to_messages(row: Row, image: str) -> dict[str, Any]:
    """One item for ms-swift or LLaMA-Factory."""
    return {"id": identify(row), "messages": list(_messages(row)), "images": [image]}


def to_blocks(row: Row) -> list[dict[str, Any]]:
    """Messages of blocks, text and images in their order, as TRL and chat templates read them."""
    return [{"role": one["role"], "content": list(_cut(one["content"]))} for one in _messages(row)]


def text_of(row: Row) -> str:
    """What a row says of its image, in one string; requests that are drawn for captions are no part of it."""
    return str(row["caption"]) if "caption" in row else "\n".join(one["content"] for one in row["messages"])


def image_of(row: Row) -> str:
    """The row's infrared image, relative to the run."""
    return str(row["images"][0] if "images" in row else row["image"])


def _messages(row: Row) -> Iterator[dict[str, str]]:
    yield from row["messages"] if "messages" in row else pair_messages(row)


def _cut(content: str) -> Iterator[dict[str, str | None]]:
    """The text around image marks, and a block in place of each; Arrow wants the same keys in all."""
    for number, text in enumerate(content.split(IMAGE_MARK)):
        if number:
            yield {"type": "image", "text": None}
        if words := text.removeprefix("\n") if number else text:
            yield {"type": "text", "text": words}
