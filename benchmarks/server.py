"""A fast mock chat-completions server in a process of its own: delay, cap, poisoned rows, faults, statistics.

`python -m benchmarks.server --delay 0.02` prints its port. `POST /control` changes its settings while
it runs, `GET /stats` counts, `GET /asked?since=N` lists the seeds of the requests from the N-th on,
`POST /reset` forgets. A reply counts as paid once it is complete, whether or not anybody still waits for it.
"""

import argparse
import asyncio
import dataclasses
import hashlib
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from benchmarks.replies import answer, number_of

HANG_S = 600.0
FAULTS = ("429", "429-later", "500", "503", "reset", "hang", "trickle", "empty", "cut", "broken", "prose", "length")


@dataclass
class Settings:
    """How the server behaves; `POST /control` takes the same names."""

    delay_s: float = 0.0
    cap: int = 0
    """Requests in flight above which it answers 429 with `Retry-After`; 0 for no cap."""
    retry_after_s: float = 1.0
    poison_every: int = 0
    """Every so many-th sample always gets 400."""
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
    last: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    paid: Counter[bytes] = field(default_factory=Counter)
    asked: list[int | None] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        """The numbers, without the identities behind them."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "requests": self.requests,
            "paid": self.paid.total(),
            "distinct": len(self.paid),
            "repaid": self.paid.total() - len(self.paid),
            "refused": self.refused,
            "poisoned": self.poisoned,
            "faults": dict(self.faults),
            "in_flight": self.in_flight,
            "peak": self.peak,
            "connections": len(self.connections),
            "span_s": max(self.last - self.first, 0.0),
            "cpu_s": used.ru_utime + used.ru_stime,
        }


class MockServer:
    """Answers requests; one instance a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._counts = Counts()
        self._chance = random.Random(0)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Route by path, cheaply."""
        if request.path.endswith("/chat/completions"):
            return await self._chat(request)
        match request.path:
            case "/stats":
                return web.json_response(self._counts.as_json())
            case "/asked":
                since = int(request.query.get("since", "0"))
                return web.json_response(self._counts.asked[since:])
            case "/reset":
                in_flight = self._counts.in_flight
                self._counts = Counts(in_flight=in_flight)
                return web.json_response({})
            case "/control":
                self._settings.change(json.loads(await request.read()))
                return web.json_response(dataclasses.asdict(self._settings))
        return web.json_response({"object": "list", "data": [{"id": "m", "object": "model"}]})

    async def _chat(self, request: web.BaseRequest) -> web.StreamResponse:
        body = orjson.loads(await request.read())
        counts = self._counts
        counts.requests += 1
        counts.asked.append(body.get("seed"))
        counts.connections.add(id(request.transport))
        counts.first = counts.first or time.monotonic()
        counts.in_flight += 1
        counts.peak = max(counts.peak, counts.in_flight)
        try:
            return await self._reply(request, body)
        finally:
            counts.in_flight -= 1
            counts.last = time.monotonic()

    async def _reply(self, request: web.BaseRequest, body: dict[str, Any]) -> web.StreamResponse:
        settings, counts = self._settings, self._counts
        text = _text_of(body)
        if settings.cap and counts.in_flight > settings.cap:
            counts.refused += 1
            return _refuse(429, "Rate limit reached", settings.retry_after_s)
        if settings.poison_every and (number_of(text) or 0) % settings.poison_every == 1:
            counts.poisoned += 1
            return _refuse(400, "this content is not allowed")
        if settings.delay_s:
            await asyncio.sleep(settings.delay_s)
        schema = body.get("response_format", {}).get("json_schema", {}).get("name")
        fault = self._draw_fault()
        if fault is not None:
            counts.faults[fault] += 1
            wrong = await self._fail(fault, request)
            if wrong is not None:
                return wrong
        whole = _complete(body, schema, text, fault)
        counts.paid[_identify(schema, body.get("seed"), text)] += fault is None
        if fault == "trickle":
            return await _trickle(request, whole)
        return web.Response(body=whole, content_type="application/json")

    def _draw_fault(self) -> str | None:
        if not self._settings.faults:
            return None
        drawn = self._chance.random()
        for kind, share in self._settings.faults.items():
            drawn -= share
            if drawn < 0:
                return kind
        return None

    async def _fail(self, fault: str, request: web.BaseRequest) -> web.StreamResponse | None:
        """The response of a fault that has no reply; None for those that spoil one."""
        match fault:
            case "429":
                return _refuse(429, "Rate limit reached")
            case "429-later":
                return _refuse(429, "Rate limit reached", self._settings.retry_after_s)
            case "500" | "503":
                return _refuse(int(fault), "the server is not well")
            case "reset":
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)
            case "hang":
                await asyncio.sleep(HANG_S)
            case "broken":
                return web.Response(body=b'{"id": "x", "choices": [{"ind', content_type="application/json")
        return None


def _text_of(body: dict[str, Any]) -> str:
    """The last message, without its images."""
    content = body["messages"][-1]["content"] if body.get("messages") else ""
    if isinstance(content, list):
        content = next((part["text"] for part in content if part.get("type") == "text"), "")
    return str(content)


def _identify(schema: str | None, seed: int | None, text: str) -> bytes:
    return hashlib.md5(f"{schema}\0{seed}\0{text}".encode(), usedforsecurity=False).digest()


def _complete(body: dict[str, Any], schema: str | None, text: str, fault: str | None) -> bytes:
    count = int(body.get("n") or 1)
    texts = [answer(schema, text, f"{body.get('seed')}/{index}") for index in range(count)]
    reason = "stop"
    match fault:
        case "empty":
            texts = []
        case "cut":
            texts = [one[: len(one) // 2] for one in texts]
        case "prose":
            texts = [f"Certainly! Here it is:\n\n{one}\n\nI hope that this helps." for one in texts]
        case "length":
            texts, reason = [one[: len(one) // 2] for one in texts], "length"
    choices = [
        {"index": index, "message": {"role": "assistant", "content": one}, "finish_reason": reason}
        for index, one in enumerate(texts)
    ]
    usage = {"prompt_tokens": 50, "completion_tokens": 20 * count, "total_tokens": 50 + 20 * count}
    head = {"id": "chatcmpl-x", "object": "chat.completion", "created": 0, "model": body.get("model", "m")}
    return orjson.dumps({**head, "choices": choices, "usage": usage})


async def _trickle(request: web.BaseRequest, whole: bytes) -> web.StreamResponse:
    """A whole reply, a few bytes at a time."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(whole)
    await response.prepare(request)
    for start in range(0, len(whole), 64):
        await response.write(whole[start : start + 64])
        await asyncio.sleep(0.02)
    await response.write_eof()
    return response


def _refuse(status: int, message: str, retry_after_s: float | None = None) -> web.Response:
    headers = None if retry_after_s is None else {"Retry-After": f"{retry_after_s:g}"}
    return web.json_response({"error": {"message": message}}, status=status, headers=headers)


async def serve(settings: Settings, port: int) -> None:
    """Serve until the process ends; the port is the first line of the output."""
    server = web.Server(MockServer(settings).handle, access_log=None)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", port, backlog=4096)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each reply")
    parser.add_argument("--cap", type=int, default=0, help="in flight above which it answers 429")
    parser.add_argument("--poison-every", type=int, default=0, help="every N-th sample always gets 400")
    given = parser.parse_args(arguments)
    settings = Settings(delay_s=given.delay, cap=given.cap, poison_every=given.poison_every)
    asyncio.run(serve(settings, given.port))


if __name__ == "__main__":
    main()
