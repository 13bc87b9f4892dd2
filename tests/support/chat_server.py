"""A real HTTP server on loopback that speaks the chat-completions protocol and remembers what it was asked.

It recognises each prompt by its text and recovers the slots, so that a test can count requests by
prompt and see what stood in the slots. Its answers follow from the request alone.
"""

import asyncio
import base64
import hashlib
import json
import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from aiohttp import web

from irloom.prompts import PromptFile, Prompts

_FORBIDDEN = re.compile(r"\b(red|green|blue|brown|white|black|yellow|wooden) ", re.IGNORECASE)
"""What the server takes out of captions, as the starting rules want it."""

_WITNESSED = (
    "A person walks beside a parked car",
    "Two people stand near the edge of a street",
    "A red car waits in front of a wooden fence",
    "Somebody crosses the road behind a car",
)
"""What the server says that it sees, whatever it is shown."""


@dataclass(frozen=True)
class Asked:
    """One request as the server understood it."""

    prompt: str
    fields: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def seed(self) -> int:
        """The seed that was sent."""
        return int(self.body["seed"])

    @property
    def images(self) -> list[bytes]:
        """The bytes of the pictures that came along."""
        parts = self.body["messages"][-1]["content"]
        urls = [part["image_url"]["url"] for part in parts if isinstance(part, dict) and "image_url" in part]
        return [base64.b64decode(url.partition(",")[2]) for url in urls]

    @property
    def image(self) -> bytes | None:
        """The first of them."""
        return next(iter(self.images), None)

    @property
    def identity(self) -> str:
        """Equal for requests that ask the same thing with the same parameters."""
        return json.dumps(self.body, sort_keys=True)


Fault = Callable[[Asked, int], web.StreamResponse | str | None]
"""Given a request and how often its like was asked: a response, a text to answer with, or None."""


@dataclass
class ChatServer:
    """Start it with `with`; `url` is the base URL."""

    ignore_n: bool = False
    knows_schema: bool = True
    plain_text: bool = False
    delay_s: float = 0.0
    stops_at: float = math.inf
    """So many replies are given; the others wait until this is raised."""
    key: str | None = None
    model: str = "test-model"
    fault: Fault | None = None
    knows_logprobs: bool = True
    recognise: Callable[[dict[str, Any]], Asked] = field(default_factory=lambda: _Recogniser())
    """Tells what a request asks for."""
    judge: Callable[[str], dict[str, Any]] | None = None
    see: Callable[[str], float] = lambda caption: 0.5
    """How likely a caption or a sentence is true of the picture, 0..1."""
    on_refusal: Callable[[int], object] = lambda status: None
    """Hears of each request that was refused for its key, model or reply form, before it is recognised."""
    asked: list[Asked] = field(default_factory=list)
    answered: list[Asked] = field(default_factory=list)
    in_flight: int = 0
    peak: int = 0

    def __enter__(self) -> Self:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def options(self) -> list[str]:
        """Options of `irloom run infrared` that point it here, with the translation off (no torch)."""
        backend = ["--profile", "openai", "--model", self.model, "--base-url", self.url]
        return [*backend, "--no-translation", "--quiet"]

    def asked_for(self, *prompts: str) -> list[Asked]:
        """Requests that were made from these prompts, in the order of their arrival."""
        return [asked for asked in self.asked if asked.prompt in prompts]

    def counts(self) -> Counter[str]:
        """How often each prompt was asked."""
        return Counter(asked.prompt for asked in self.asked)

    def asked_twice(self) -> list[Asked]:
        """Requests that were answered and then asked again."""
        seen = Counter(asked.identity for asked in self.asked)
        return [asked for asked in self.asked if seen[asked.identity] > 1]

    def _serve(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        self._add_routes(app)
        runner = web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    def _add_routes(self, app: web.Application) -> None:
        """What a server serves beside chat."""

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": self.model, "object": "model"}]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        refusal = self._refuse(request, body)
        if refusal is not None:
            self.on_refusal(refusal.status)
            return refusal
        asked = self.recognise(body)
        again = sum(other.identity == asked.identity for other in self.asked) if self.fault else 0
        self.asked.append(asked)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            while len(self.answered) >= self.stops_at:
                await asyncio.sleep(0.01)
            wrong = self.fault(asked, again) if self.fault else None
            if isinstance(wrong, web.StreamResponse):
                return wrong
            texts = [wrong] if isinstance(wrong, str) else self._answer(asked)
            self.answered.append(asked)
            return complete(texts, body["model"], logprobs=self._weigh(asked))
        finally:
            self.in_flight -= 1

    def _refuse(self, request: web.Request, body: Mapping[str, Any]) -> web.Response | None:
        if self.key is not None and request.headers.get("Authorization") != f"Bearer {self.key}":
            return refuse(401, "Incorrect API key provided", code="invalid_api_key")
        if body.get("model") != self.model:
            return refuse(404, f"The model {body.get('model')!r} does not exist", code="model_not_found")
        if not self.knows_schema and "response_format" in body:
            return refuse(400, "response_format is not supported", param="response_format")
        return None

    def _answer(self, asked: Asked) -> list[str]:
        count = 1 if self.ignore_n else asked.body.get("n", 1)
        seed = asked.body.get("seed", 0)
        return [self._say(asked, f"{seed}/{index}") for index in range(count)]

    def _say(self, asked: Asked, salt: str) -> str:
        fields = asked.fields
        mark = hashlib.sha256((asked.body["messages"][-1]["content"].__repr__() + salt).encode()).hexdigest()[
            :6
        ]
        match asked.prompt.removeprefix("tones/"):
            case "captioner/captions":
                captions = [f"{text} (told {mark})." for text in _WITNESSED[: int(fields["count"])]]
                return "\n".join(captions) if self.plain_text else json.dumps({"captions": captions})
            case "caption/filter":
                return f"{_FORBIDDEN.sub('', fields['caption']).rstrip('.')}, seen {mark}."
            case "caption/again":
                words = "|".join(map(re.escape, fields["words"].split(", ")))
                return re.sub(rf"\b(?:{words}) ", "", fields["caption"], flags=re.IGNORECASE)
            case "caption/filter_all":
                lines = fields["captions"].splitlines()
                captions = [_FORBIDDEN.sub("", line.split(". ", 1)[1]) for line in lines]
                rewrites = [
                    {"caption": number, "rewrites": [f"{text} {mark}{one}" for one in range(5)]}
                    for number, text in enumerate(captions, 1)
                ]
                return json.dumps({"captions": rewrites})
            case "task/conversation":
                pairs = [("What is there?", f"A scene {mark}."), ("How many?", "One.")]
                return self._write({"turns": [{"question": q, "answer": a} for q, a in pairs]}, pairs)
            case "task/reasoning":
                pair = ("Why?", f"Because of {mark}.")
                return self._write({"question": pair[0], "answer": pair[1]}, [pair])
            case "task/description":
                text = f"A picture with {mark}."
                return text if self.plain_text else json.dumps({"description": text})
            case name if name.startswith("debate/judge"):
                return self._judge(fields["instruction"])
            case "score/yes_no":
                return "Yes" if self.see(fields["caption"]) >= 0.5 else "No"
            case "score/number":
                return f"{100 * self.see(fields['caption']):.0f}"
            case "detector/yes_no":
                return "Yes" if self.see(fields["sentence"]) >= 0.5 else "No"
            case "detector/number":
                return f"{100 * self.see(fields['sentence']):g}"
            case "debate/mine":
                rule = f"Delete all words about thing{int(mark, 16) % 7}."
                return rule if self.plain_text else json.dumps({"rule": rule})
        raise AssertionError(f"nobody taught the server to answer {asked.prompt}")

    def _weigh(self, asked: Asked) -> dict[str, Any] | None:
        """Log-probabilities, where they are asked for: a yes with and without a space, and some noise."""
        if not (self.knows_logprobs and asked.body.get("logprobs")):
            return None
        yes = self.see(asked.fields.get("caption") or asked.fields["sentence"])
        chances = {"Yes": 0.6 * yes, " yes": 0.3 * yes, "No": 0.9 * (1 - yes), "The": 0.1}
        listed = [{"token": token, "logprob": math.log(max(one, 1e-30))} for token, one in chances.items()]
        return {"content": [{**listed[0], "top_logprobs": listed[: asked.body["top_logprobs"]]}]}

    def _write(self, structured: Mapping[str, Any], pairs: list[tuple[str, str]]) -> str:
        if not self.plain_text:
            return json.dumps(structured)
        return "\n===\n".join(f"Question: {question}\nAnswer: {answer}" for question, answer in pairs)

    def _judge(self, instruction: str) -> str:
        if self.judge is not None:
            verdict = self.judge(instruction)
        elif int(hashlib.sha256(instruction.encode()).hexdigest(), 16) % 3 == 0:
            verdict = {
                "verdict": "reject",
                "category": "material",
                "reason": "Material information is not visible.",
            }
        else:
            verdict = {"verdict": "accept", "category": None, "reason": ""}
        if self.plain_text:
            return "ACCEPT" if verdict["verdict"] == "accept" else str(verdict["reason"])
        return json.dumps(verdict)


class _Recogniser:
    """Finds which prompt a request was made from, and what filled its slots."""

    def __init__(self) -> None:
        self._known = _list_known()

    def __call__(self, body: Mapping[str, Any]) -> Asked:
        said = {message["role"]: message["content"] for message in body["messages"]}
        system, user = said.get("system", ""), said["user"]
        if isinstance(user, list):
            user = next(part["text"] for part in user if part["type"] == "text")
        for name, system_pattern, user_pattern in self._known:
            in_system, in_user = system_pattern.fullmatch(system), user_pattern.fullmatch(user)
            if in_system and in_user:
                return Asked(name, {**in_system.groupdict(), **in_user.groupdict()}, body)
        raise AssertionError(f"no prompt looks like this: {system[:80]!r}")


@cache
def _list_known() -> list[tuple[str, re.Pattern[str], re.Pattern[str]]]:
    """Each embedded prompt with expressions for its two parts."""
    known = []
    for name, text in Prompts.load().texts.items():
        if not PromptFile(name, text).is_plain:
            system, user = (part.strip() for part in text.removeprefix("# System").split("# User"))
            known.append((name, _as_pattern(system), _as_pattern(user)))
    return known


def _as_pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"\{\{(\w+)\}\}", text)
    slots = [
        f"(?P<{part}>.*?)" if odd else re.escape(part)
        for odd, part in zip([0, 1] * len(parts), parts, strict=False)
    ]
    return re.compile("".join(slots), re.DOTALL)


def complete(
    texts: list[str], model: str, finish_reason: str = "stop", logprobs: Mapping[str, Any] | None = None
) -> web.Response:
    """A whole reply."""
    choices: list[dict[str, Any]] = [
        {"index": index, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
        for index, text in enumerate(texts)
    ]
    for choice in choices if logprobs else ():
        choice["logprobs"] = logprobs
    usage = {"prompt_tokens": 50, "completion_tokens": 20 * len(texts), "total_tokens": 50 + 20 * len(texts)}
    return web.json_response(
        {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": model,
            "choices": choices,
            "usage": usage,
        }
    )


def refuse(status: int, message: str, **more: Any) -> web.Response:
    """An error reply in the protocol's form."""
    headers = more.pop("headers", None)
    return web.json_response({"error": {"message": message, **more}}, status=status, headers=headers)
