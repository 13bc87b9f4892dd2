"""An endpoint of several models that describe, judge and draw, each as a test wants it."""

import asyncio
import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image

from support.chat_server import Asked, ChatServer, refuse

CAPTION = "A dog lies in the grass. It wears a red collar. Two cars stand behind it."
Judge = Callable[[int, str], Mapping[str, Any] | None]
"""What is said of a sentence, by its number and text; None for a judge who leaves it out."""


def correct(number: int, sentence: str) -> Mapping[str, Any]:
    """A judge to whom everything is right."""
    return {"label": "correct", "type": None, "words": []}


def finds(words: str, kind: str = "Number") -> Judge:
    """A judge who calls a sentence wrong that holds certain words."""

    def judge(number: int, sentence: str) -> Mapping[str, Any]:
        if words not in sentence:
            return correct(number, sentence)
        return {"label": "incorrect", "type": kind, "words": [words]}

    return judge


@dataclass
class PanelServer(ChatServer):
    """`judges` and `captions` say what each model says; others call everything right."""

    models: tuple[str, ...] = ("m1", "m2", "j1", "j2", "j3", "p1")
    captions: Mapping[str, str] = field(default_factory=dict)
    judges: Mapping[str, Judge] = field(default_factory=dict)
    draw: Callable[[Mapping[str, Any], int], web.Response | None] = lambda body, again: None
    """Given the body of a request for a picture and how often it came: a response in place of one."""
    drawn: list[Mapping[str, Any]] = field(default_factory=list)
    """Requests for pictures."""

    @property
    def options(self) -> list[str]:
        backend = ["--profile", "openai", "--model", self.models[0], "--base-url", self.url]
        return [*backend, "--quiet"]

    def asked_of(self, prompt: str) -> dict[str, int]:
        """How often each model was asked something."""
        names = [asked.body["model"] for asked in self.asked_for(prompt)]
        return {name: names.count(name) for name in sorted(set(names))}

    def _add_routes(self, app: web.Application) -> None:
        app.router.add_post("/v1/images/generations", self._paint)

    def _refuse(self, request: web.Request, body: Mapping[str, Any]) -> web.Response | None:
        if body.get("model") not in self.models:
            return refuse(404, f"The model {body.get('model')!r} does not exist", code="model_not_found")
        return None

    def _say(self, asked: Asked, salt: str) -> str:
        model = asked.body["model"]
        if asked.prompt == "captioner/describe":
            return self.captions.get(model, CAPTION)
        if asked.prompt == "repair":
            return asked.fields["reply"]
        assert asked.prompt == "panel/judge"
        return json.dumps({"sentences": list_judgements(asked, self.judges.get(model, correct))})

    async def _paint(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        refusal = self._refuse(request, body)
        if refusal is not None:
            return refusal
        again = self.drawn.count(body)
        self.drawn.append(body)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        return self.draw(body, again) or give_picture(body)


def list_judgements(asked: Asked, judge: Judge) -> list[Mapping[str, Any]]:
    """What a judge says of each numbered sentence of a request."""
    lines = [re.match(r"(\d+)\. (.*)", line) for line in asked.fields["sentences"].splitlines()]
    said = [(int(line[1]), judge(int(line[1]), line[2])) for line in lines if line]
    return [{"number": number, **one} for number, one in said if one is not None]


def draw_picture(text: str) -> bytes:
    """A small PNG whose colour follows from a text."""
    colour = tuple(hashlib.sha256(text.encode()).digest()[:3])
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(buffer, "PNG")
    return buffer.getvalue()


def give_picture(body: Mapping[str, Any], **more: Any) -> web.Response:
    """A picture for a text, in the reply itself."""
    encoded = base64.b64encode(draw_picture(body["prompt"])).decode()
    usage = {"input_tokens": 12, "output_tokens": 272, "total_tokens": 284}
    return web.json_response({"created": 0, "data": [{"b64_json": encoded}], "usage": usage, **more})
