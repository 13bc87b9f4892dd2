"""Names a logical call, so that its recorded result is found again, and derives its seed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from irloom.protocols import Ask, Place
from irloom.records import Box


@dataclass(frozen=True, slots=True)
class CallId:
    """Which sample, which attempt, which place, which of several replies."""

    run_seed: int
    sample: str
    attempt: int
    place: Place
    index: int = 0

    def seed(self) -> int:
        """A seed in 0..2^31-1 that follows from the run's seed and the whole place."""
        return int.from_bytes(hashlib.sha256(orjson.dumps(self._parts())).digest()[:4], "big") >> 1

    def key(self, content: Mapping[str, Any]) -> str:
        """The call's name: 32 hex digits over the place and what is asked."""
        parts = {"place": self._parts(), "content": content}
        return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]

    def _parts(self) -> list[Any]:
        place = self.place
        where = [place.agent, place.node, place.caption, place.task, place.round, place.repair]
        return [self.run_seed, self.sample, self.attempt, *where, self.index]


def describe_ask(
    ask: Ask, model: str, parameters: Mapping[str, Any], image_hashes: tuple[str, ...]
) -> dict[str, Any]:
    """What decides a chat reply, as the key sees it; how it was sent is not part of it."""
    content = {
        "model": model,
        "system": ask.prompt.system,
        "user": ask.prompt.user,
        "images": image_hashes,
        "schema": ask.schema.name if ask.schema else None,
        "n": ask.n,
        "temperature": ask.temperature,
        "parameters": dict(parameters),
    }
    extras = {"max_tokens": ask.max_tokens, "top_logprobs": ask.top_logprobs}
    return content | {name: value for name, value in extras.items() if value}  # as before where nobody asks


def digest_boxes(boxes: Sequence[Box]) -> str:
    """16 hex digits over the boxes of a sample, outlines included."""
    parts = [[box.label, box.x1, box.y1, box.x2, box.y2, box.crowd, box.polygons] for box in boxes]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:16]
