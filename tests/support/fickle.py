"""A real server that throttles, goes away and comes back, and chats that ask it."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from irloom.backends.chat.openai import OpenAIChat
from irloom.options import OpenAIOptions
from irloom.protocols import ChatReply, ChatRequest, Prompt
from support.chat_server import complete, refuse

Wrong = Callable[[int], Awaitable[web.StreamResponse | None] | web.StreamResponse | None]


@dataclass
class Endpoint:
    """Answers after `delay_s`; refuses what is above `cap` at once; can be killed and started again."""

    delay_s: float = 0.2
    cap: int = 10_000
    retry_after: str | None = None
    wrong: Wrong = lambda seed: None
    models: int = 200
    asked: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    listed: int = 0
    at_once: int = 0
    peak: int = 0
    levels: list[tuple[float, int]] = field(default_factory=list)
    port: int = 0
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _models(self, request: web.Request) -> web.Response:
        self.listed += 1
        return web.json_response({"object": "list", "data": []}, status=self.models)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        seed = json.loads(await request.read())["seed"]
        self.asked[seed] += 1
        if self.at_once >= self.cap:
            self.refused += 1
            headers = {"Retry-After": self.retry_after} if self.retry_after else None
            return refuse(429, "Rate limit reached", code="rate_limit_exceeded", headers=headers)
        self.at_once += 1
        self.peak = max(self.peak, self.at_once)
        self.levels.append((asyncio.get_running_loop().time(), self.at_once))
        try:
            made = self.wrong(seed)
            wrong = await made if isinstance(made, Awaitable) else made
            if wrong is not None:
                return wrong
            await asyncio.sleep(self.delay_s)
            return complete([f"reply {seed}"], "m")
        finally:
            self.at_once -= 1


@asynccontextmanager
async def serving(**more: Any) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(**more)
    await endpoint.start()
    try:
        yield endpoint
    finally:
        await endpoint.stop()


@asynccontextmanager
async def chatting(
    url: str, notify: Callable[[str], None] = lambda message: None, **more: Any
) -> AsyncIterator[OpenAIChat]:
    options = OpenAIOptions(model="m", base_url=url, **{"max_in_flight": 256, **more})
    chat = OpenAIChat(options, notify=notify)
    try:
        yield chat
    finally:
        await chat.close()
        assert chat.in_flight == 0, "no place is lost"


def a_request(seed: int) -> ChatRequest:
    return ChatRequest(Prompt("p", "d" * 16, "You judge.", f"Row {seed}.", {}), seed=seed)


async def ask_all(
    chat: OpenAIChat, count: int, workers: int = 256, first: int = 0
) -> tuple[list[ChatReply | BaseException], float]:
    """Replies in the order of their seeds, and the seconds that it took."""
    results: dict[int, ChatReply | BaseException] = {}
    seeds = iter(range(first, first + count))

    async def work() -> None:
        for seed in seeds:
            try:
                results[seed] = await chat.chat(a_request(seed))
            except Exception as error:
                results[seed] = error

    loop = asyncio.get_running_loop()
    started_s = loop.time()
    await asyncio.gather(*(work() for _ in range(workers)))
    return [results[seed] for seed in sorted(results)], loop.time() - started_s


def all_answered(results: list[ChatReply | BaseException]) -> bool:
    return all(
        isinstance(result, ChatReply) and result.texts[0].text == f"reply {seed}"
        for seed, result in enumerate(results)
    )
