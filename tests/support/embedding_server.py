"""An embeddings endpoint on loopback that sees colours."""

import asyncio
import base64
import io
import json
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from aiohttp import web
from PIL import Image

from support.chat_server import refuse

Fault = Callable[[int], web.Response | None]
"""Given how many requests came before: a response in place of the embedding, or None."""


class EmbeddingServer:
    """Embeds a picture as its mean colour, and words as their length and 1 and 0."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.fault: Fault = lambda before: None
        self.key: str | None = None
        self.in_flight = self.peak = 0
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        assert self._ready.wait(20)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/embeddings", self._embed)
        runner = web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        self._ready.set()
        await self._over.wait()
        await runner.cleanup()

    async def _embed(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if self.key is not None and request.headers.get("Authorization") != f"Bearer {self.key}":
            return refuse(401, "Incorrect API key provided")
        if body["model"] != "seer":
            return refuse(404, f"The model {body['model']!r} does not exist", code="model_not_found")
        fault = self.fault(len(self.bodies))
        self.bodies.append(body)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        await asyncio.sleep(0.02)
        self.in_flight -= 1
        return fault or web.json_response({"data": [{"index": 0, "embedding": _see(body)}], "usage": {}})


def _see(body: dict[str, Any]) -> list[float]:
    if "input" in body:
        return [float(len(body["input"])), 1.0, 0.0]
    (message,) = body["messages"]
    url = message["content"][0]["image_url"]["url"]
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as picture:
        return [float(value) for value in np.asarray(picture).mean(axis=(0, 1))]
