"""The forms of a run's rows that training tools read: LLaVA JSON, chat messages and blocks.

Field names follow the tools: LLaVA 1.5 (`id`, `image`, `conversations` with `from` and `value`), the
published infrared data sets (`thermal` in place of `image`), and the `messages` and `images` of
ms-swift and LLaMA-Factory.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from irloom.errors import UserError
from irloom.inside import is_inside
from irloom.pipelines.flow import Exported
from irloom.records import IMAGE_MARK

Row = Mapping[str, Any]


def to_llava(row: Row, data: Exported, images: Sequence[str]) -> dict[str, Any]:
    """One item of a LLaVA JSON list; several images are a list, as LLaVA-NeXT reads them."""
    shown = images[0] if len(images) == 1 else list(images)
    return {"id": data.identify(row), "image": shown, "conversations": _talk(row, data)}


def to_thermal(row: Row, data: Exported, images: Sequence[str]) -> dict[str, Any]:
    """The same as the published infrared data have it: two keys, and images by their base names alone."""
    names = [PurePosixPath(image).name for image in images]
    return {"thermal": names[0] if len(names) == 1 else names, "conversations": _talk(row, data)}


def _talk(row: Row, data: Exported) -> list[dict[str, str]]:
    speakers = {"user": "human", "assistant": "gpt"}
    return [{"from": speakers[one["role"]], "value": one["content"]} for one in data.messages(row)]


def to_messages(row: Row, data: Exported, images: Sequence[str]) -> dict[str, Any]:
    """One item for ms-swift or LLaMA-Factory."""
    return {"id": data.identify(row), "messages": list(data.messages(row)), "images": list(images)}


def to_blocks(row: Row, data: Exported) -> list[dict[str, Any]]:
    """Messages of blocks, text and images in their order, as TRL and chat templates read them."""
    return [{"role": one["role"], "content": list(_cut(one["content"]))} for one in data.messages(row)]


def list_images(row: Row, data: Exported) -> list[str]:
    """The row's images, relative to the run; UserError for a name that leads out of it."""
    names = list(data.images(row))
    if outside := [name for name in names if not is_inside(name)]:
        raise UserError(
            f"sample {row.get('sample')!r}: {outside[0]!r} leads out of the run: nothing is exported."
        )
    return names


def _cut(content: str) -> Iterator[dict[str, str | None]]:
    """The text around image marks, and a block in place of each; Arrow wants the same keys in all."""
    for number, text in enumerate(content.split(IMAGE_MARK)):
        if number:
            yield {"type": "image", "text": None}
        if words := text.removeprefix("\n") if number else text:
            yield {"type": "text", "text": words}
