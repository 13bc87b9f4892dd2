"""A fast mock chat-completions server in a process of its own: delay, cap, poisoned rows, faults, statistics.

`python -m benchmarks.server` prints two ports. The first speaks the protocol. The second controls:
`POST /control` changes the settings, `/close` and `/open` make the endpoint go away and come back,
`GET /stats` counts, `GET /asked?since=N` lists the seeds of the requests from the N-th on, `POST /reset`
forgets. A reply counts as paid once it is complete, whether or not anybody still waits for it.

The tests' `support.chat_server` is not this one: it recognises every prompt, which costs it more time than
a client may use, and it lives in the tests' process.
"""

import argparse
import asyncio
import dataclasses
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from benchmarks.faults import FAULTS, complete, fail, refuse, trickle
from benchmarks.replies import answer, number_of


@dataclass
class Settings:
    """How the server behaves; `POST /control` takes the same names."""

    delay_s: float = 0.0
    cap: int = 0
    """Requests in flight above which it answers 429 with `Retry-After`; 0 for no cap."""
    retry_after_s: float = 1.0
    poison_every: int = 0
    """Every so many-th sample always gets 400; 0 for none."""
    faults: dict[str, float] = field(default_factory=dict)
    """Share of requests by kind of fault."""

    def change(self, values: dict[str, Any]) -> None:
        """Take over some settings; a wrong name is an error."""
        names = {one.name for one in dataclasses.fields(self)}
        if wrong := values.keys() - names:
            raise ValueError(f"no such setting: {sorted(wrong)}")
        if wrong := values.get("faults", {}).keys() - set(FAULTS):
            raise ValueError(f"no such fault: {sorted(wrong)}")
        for name, value in values.items():
            setattr(self, name, value)


@dataclass
class Counts:
    """What was asked and paid."""

    requests: int = 0
    in_flight: int = 0
    peak: int = 0
    refused: int = 0
    poisoned: int = 0
    first: float = 0.0
    ended: list[float] = field(default_factory=list)
    """When each reply was given."""
    faults: Counter[str] = field(default_factory=Counter)
    paid: Counter[bytes] = field(default_factory=Counter)
    asked: list[int | None] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The numbers, without the identities behind them."""
        return {
            "requests": self.requests,
            "paid": self.paid.total(),
            "repaid": self.paid.total() - len(self.paid),
            "refused": self.refused,
            "poisoned": self.poisoned,
            "faults": dict(self.faults),
            "in_flight": self.in_flight,
            "peak": self.peak,
            "rate": _rate_between(self.first, self.ended, 0.0, 1.0),
            "steady_rate": _rate_between(self.first, self.ended, 0.25, 0.75),
        }


class MockServer:
    """Answers requests, and counts them."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.counts = Counts()
        self._chance = random.Random(0)

    def reset(self) -> None:
        """Forget what was counted, but not what is still in flight."""
        self.counts = Counts(in_flight=self.counts.in_flight)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request of a client."""
        if not request.path.endswith("/chat/completions"):
            return web.json_response({"object": "list", "data": [{"id": "m", "object": "model"}]})
        try:
            body = orjson.loads(await request.read())
        except ConnectionError:  # the client was killed while it sent this
            return web.Response(status=400)
        counts = self.counts
        counts.requests += 1
        counts.asked.append(body.get("seed"))
        counts.first = counts.first or time.monotonic()
        counts.in_flight += 1
        counts.peak = max(counts.peak, counts.in_flight)
        try:
            return await self._reply(request, body)
        finally:
            self.counts.in_flight -= 1  # of those that count now: there may have been a reset
            counts.ended.append(time.monotonic())

    async def _reply(self, request: web.BaseRequest, body: dict[str, Any]) -> web.StreamResponse:
        settings, counts = self.settings, self.counts
        text = _text_of(body)
        if settings.cap and counts.in_flight > settings.cap:
            counts.refused += 1
            return refuse(429, "Rate limit reached", settings.retry_after_s)
        if settings.poison_every and (number_of(text) or 0) % settings.poison_every == 1:
            counts.poisoned += 1
            return refuse(400, "this content is not allowed")
        if settings.delay_s:
            await asyncio.sleep(settings.delay_s)
        fault = self._draw_fault()
        if fault is not None:
            counts.faults[fault] += 1
            wrong = await fail(fault, request, settings.retry_after_s)
            if wrong is not None:
                return wrong
        return await self._complete(request, body, text, fault)

    async def _complete(
        self, request: web.BaseRequest, body: dict[str, Any], text: str, fault: str | None
    ) -> web.StreamResponse:
        schema = body.get("response_format", {}).get("json_schema", {}).get("name")
        seed = body.get("seed")
        texts = [answer(schema, text, f"{seed}/{index}") for index in range(int(body.get("n") or 1))]
        whole = complete(body, texts, fault)
        if fault in {None, "trickle"}:
            self.counts.paid[_identify(schema, seed, text)] += 1
        if fault == "trickle":
            return await trickle(request, whole)
        return web.Response(body=whole, content_type="application/json")

    def _draw_fault(self) -> str | None:
        faults = self.settings.faults
        if not faults:
            return None
        kinds, shares = [None, *faults], [1.0 - sum(faults.values()), *faults.values()]
        return self._chance.choices(kinds, shares)[0]


class Door:
    """The listener for clients, which can be closed and opened again at the same port."""

    def __init__(self, mock: MockServer) -> None:
        self._server = web.Server(mock.handle, access_log=None)
        self._listening: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Take connections."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(self._server, "127.0.0.1", self.port, backlog=4096)
        self.port = self._listening.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Take no more connections, and break those that are open."""
        if self._listening is not None:
            self._listening.close()
        for connection in self._server.connections:
            if connection.transport is not None:
                connection.transport.abort()


def build_control(mock: MockServer, door: Door) -> web.Application:
    """What a benchmark may ask for."""

    async def control(request: web.Request) -> web.Response:
        mock.settings.change(json.loads(await request.read()))
        return web.json_response({})

    async def reset(request: web.Request) -> web.Response:
        mock.reset()
        return web.json_response({})

    async def close(request: web.Request) -> web.Response:
        door.close()
        return web.json_response({})

    async def reopen(request: web.Request) -> web.Response:
        await door.open()
        return web.json_response({})

    async def stats(request: web.Request) -> web.Response:
        return web.json_response(mock.counts.as_json())

    async def asked(request: web.Request) -> web.Response:
        return web.json_response(mock.counts.asked[int(request.query.get("since", "0")) :])

    app = web.Application()
    posts = {"/control": control, "/reset": reset, "/close": close, "/open": reopen}
    app.add_routes([web.post(path, handler) for path, handler in posts.items()])
    app.add_routes([web.get("/stats", stats), web.get("/asked", asked)])
    return app


async def serve() -> None:
    """Serve until the process ends; the ports are the first line of the output."""
    mock = MockServer()
    door = Door(mock)
    await door.open()
    runner = web.AppRunner(build_control(mock, door), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(door.port, runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


def _rate_between(first: float, ended: Sequence[float], begin: float, end: float) -> float:
    """Replies per second between two shares of all replies; 0 where there are too few."""
    low, high = int(len(ended) * begin), int(len(ended) * end)
    if high - low < 2:
        return 0.0
    began = ended[low - 1] if low else first
    return (high - low) / (ended[high - 1] - began)


def _text_of(body: dict[str, Any]) -> str:
    """The last message, without its images."""
    content = body["messages"][-1]["content"] if body.get("messages") else ""
    if isinstance(content, list):
        content = next((part["text"] for part in content if part.get("type") == "text"), "")
    return str(content)


def _identify(schema: str | None, seed: int | None, text: str) -> bytes:
    return hashlib.md5(f"{schema}\0{seed}\0{text}".encode(), usedforsecurity=False).digest()


def main(arguments: Sequence[str] | None = None) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    asyncio.run(serve())


if __name__ == "__main__":
    main()
