"""A server on loopback that answers each request as a test says, and a chat that asks it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from irloom.backends.chat.openai import OpenAIChat
from irloom.options import OpenAIOptions
from irloom.protocols import ChatReply, ChatRequest, Prompt
from support.chat_server import complete

Answer = Callable[[dict[str, Any]], web.StreamResponse | Awaitable[web.StreamResponse]]


@dataclass
class Scripted:
    """Answers the n-th request with the n-th answer, the last one for ever; keeps what it was asked."""

    answers: tuple[Answer, ...]
    path: str = "/v1"
    pages: Mapping[str, Any] = field(default_factory=dict)
    """What other paths give, as JSON."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    root: str = ""

    @property
    def url(self) -> str:
        return f"{self.root}{self.path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            page = self.pages.get(request.path)
            return web.json_response(page) if page is not None else web.Response(status=404)
        body = json.loads(await request.read())
        chosen = self.answers[min(len(self.bodies), len(self.answers) - 1)]
        self.bodies.append(body)
        self.queries.append(dict(request.query))
        self.headers.append(dict(request.headers))
        made = chosen(body)
        return made if isinstance(made, web.StreamResponse) else await made


@asynccontextmanager
async def scripted(*answers: Answer, **more: Any) -> AsyncIterator[Scripted]:
    server = Scripted(answers, **more)
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def talking(
    url: str,
    learnt: dict[str, Any] | None = None,
    said: list[str] | None = None,
    **more: Any,
) -> AsyncIterator[OpenAIChat]:
    """A chat; what it learns goes into `learnt`, what it tells the user into `said`."""
    options = OpenAIOptions(model="m", base_url=url, **{"first_backoff_s": 0.01, **more})
    known = {} if learnt is None else learnt
    chat = OpenAIChat(
        options, dict(known), known.__setitem__, said.append if said is not None else lambda text: None
    )
    try:
        yield chat
    finally:
        await chat.close()


def question(n: int = 1, seed: int = 7, prompt: str = "p", **more: Any) -> ChatRequest:
    user = more.pop("user", "Reply in JSON.")
    return ChatRequest(Prompt(prompt, "d" * 16, "You judge.", user, {}), seed=seed, n=n, **more)


async def ask(url: str, request: ChatRequest | None = None, **more: Any) -> ChatReply:
    async with talking(url, **more) as chat:
        return await chat.chat(request or question())


async def ask_many(url: str, count: int, **more: Any) -> list[ChatReply | BaseException]:
    async with talking(url, **more) as chat:
        tasks = (chat.chat(question(seed=seed)) for seed in range(count))
        return await asyncio.gather(*tasks, return_exceptions=True)


def say(*texts: str, finish: str = "stop") -> Answer:
    return lambda body: complete(list(texts), "m-2024", finish)


def give(reply: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return lambda body: web.json_response(reply, status=status, headers=headers)


def send(text: str, status: int = 200, kind: str = "text/html") -> Answer:
    return lambda body: web.Response(text=text, status=status, content_type=kind)
