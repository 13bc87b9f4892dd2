"""What scripts could send in place of a figure, and a runner that takes it for what they drew."""

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any

from PIL import Image

from irloom.drawings import Drawing, DrawingFault, DrawingJob, SandboxLevel
from irloom.sandbox.results import Head, read_reply

_TEXT: dict[str, Any] = {
    "text": "x", "plain": "x", "role": "text", "axes": 0, "box": [0, 0, 1, 1], "corners": [[0, 0]] * 4,
    "rotation": 0, "font_px": 9, "visible": True, "clipped": False,
}  # fmt: skip


def _make_png() -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(file, "PNG")
    return file.getvalue()


PNG = _make_png()


def report(**changes: Any) -> bytes:
    """A report that holds together but for `changes`, with its picture."""
    head: dict[str, Any] = {
        "reason": None, "drawing_ms": 1, "figures": 1, "png": len(PNG), "svg": 0, "texts": [], "axes": [],
    }  # fmt: skip
    return json.dumps(head | changes).encode() + b"\n" + PNG


def report_texts(count: int, place: Callable[[int], list[float]], **changes: Any) -> bytes:
    """A report of many texts."""
    named = ({"text": f"label {one}", "plain": f"label {one}", "box": place(one)} for one in range(count))
    return report(texts=[_TEXT | text | changes for text in named])


def _in_grid(one: int) -> list[float]:
    column, row = one % 60, one // 60
    return [column / 64, row / 64, column / 64 + 0.012, row / 64 + 0.01]


HOSTILE: dict[str, bytes] = {
    "30,000 texts": report(texts=[_TEXT] * 30_000),
    "a number of 31 digits": report(texts=[{**_TEXT, "axes": 10**30}]),
    "a rotation that is no number": report(texts=[{**_TEXT, "rotation": float("nan")}]),
    "a box without end": report(texts=[{**_TEXT, "box": [0, 0, float("inf"), 1]}]),
    "2,000 labels at one place": report_texts(2_000, lambda one: [0.1, 0.1, 0.3, 0.2]),
    "a heat map of 60 x 60": report_texts(3_600, _in_grid),
    "10,000 dashes": report(texts=[{**_TEXT, "text": "-" * 10_000, "plain": "- " * 5_000}]),
    "letters that are too small": report(texts=[{**_TEXT, "font_px": -1}]),
    "more figures than numbers": report(figures=10**40),
    "a nest of lists": b"[" * 100_000 + b"\n",
    "a million digits": b'{"png": ' + b"9" * 1_000_000 + b"}\n",
    "half a picture": report()[:-40],
    "nothing": b"",
    "no JSON": b"\xff\xfe\x00nonsense\n",
}


class HostileRunner:
    """A CodeRunner whose jobs send what `HOSTILE` holds, in turn by the job's number in its source."""

    level: SandboxLevel = "standard"
    drawn = 0
    """How many jobs there were, of all runners."""

    async def draw(self, job: DrawingJob) -> Drawing | DrawingFault:
        HostileRunner.drawn += 1
        bodies = list(HOSTILE.values())
        body = bodies[int(job.source.rpartition("#")[2]) % len(bodies)]
        head = Head(fate="ended", signal=0, wall_ms=1.0, log="", bytes=len(body))
        return await asyncio.to_thread(read_reply, job, head, body)

    async def close(self) -> None:
        """Nothing is held."""
