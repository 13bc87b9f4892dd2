"""A secret that an endpoint repeats is in no message, reply or row, however it is spelled or sent."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web

from irloom.backends.chat.openai import OpenAIChat
from irloom.backends.chat.redaction import MASK, Redaction, is_secret
from irloom.cli.main import main
from irloom.errors import ConfigError, IrloomError
from irloom.options import OpenAIOptions
from irloom.protocols import ChatRequest, Prompt
from support.chat_server import Asked, ChatServer, complete, refuse
from support.coco import write_coco

KEY = "sk-proj-A+b/c=9\"d'e_fGh1Jk"
PASSWORD = "correct-horse/7+battery"

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "quoted": lambda key: quote(key, safe=""),
    "partly quoted": quote,
    "JSON": lambda key: json.dumps(key)[1:-1],
    "JSON in JSON": lambda key: json.dumps(json.dumps(key))[1:-1],
    "all escaped": lambda key: "".join(f"\\u{ord(one):04X}" for one in key),
    "slashes escaped": lambda key: key.replace("/", "\\/"),
    "entities": lambda key: key.replace('"', "&#34;").replace("'", "&#x27;"),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 for addresses": lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
    "base64 after one byte": lambda key: base64.b64encode(f":{key}".encode()).decode(),
    "base64 after two": lambda key: base64.b64encode(f"a:{key}, and more".encode()).decode(),
}


def leaks(text: str, key: str) -> bool:
    """Whether half of a secret, in any spelling, stands in a text."""
    half = len(key) // 2
    forms = {spell(part) for spell in SPELLINGS.values() for part in (key[:half], key[-half:])}
    return any(form.rstrip("=")[2:-2] in text for form in forms)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_usual_spelling_is_found(spelling: str) -> None:
    said = f"Wrong key: {SPELLINGS[spelling](KEY)}!"
    assert leaks(said, KEY)
    cleaned = Redaction([KEY]).clean(said)
    assert not leaks(cleaned, KEY)
    assert cleaned.startswith("Wrong key: ")
    assert MASK in cleaned


def test_bytes_that_are_no_text_are_kept_as_they_are() -> None:
    body = b"\xff\x00 " + KEY.encode() + " ü".encode()
    assert Redaction([KEY]).clean_bytes(body) == b"\xff\x00 [redacted] " + "ü".encode()


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        (KEY, True),
        ("0123456789ab", True),
        ("0123456789a", False),
        ("none", False),
        ("sk-no-key-required", False),
        ("your-api-key-here", False),
        ("xxxxxxxxxxxxxxxx", False),
        ("sk-xxxxxxxxxxxxxxxx", False),
        ("local-4f9a3c7b21", True),
    ],
)
def test_only_what_nobody_could_guess_is_looked_for(value: str, secret: bool) -> None:
    assert is_secret(value) is secret
    assert (Redaction([value]).clean(f"the {value} of it") == f"the {value} of it") is not secret


def test_what_an_endpoint_says_otherwise_is_untouched() -> None:
    body = json.dumps({"choices": [{"message": {"content": "100 % sûre\n\\frac{1}{2} sk-proj-"}}]}).encode()
    assert Redaction([KEY]).clean_bytes(body) is body


def stream(*parts: str) -> web.Response:
    """An event stream in which a text comes in pieces."""
    chosen = [{"choices": [{"index": 0, "delta": {"content": part}}]} for part in parts]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 9}}
    events = "".join(f"data: {json.dumps(event)}\n\n" for event in [*chosen, last])
    return web.Response(text=f"{events}data: [DONE]\n\n", content_type="text/event-stream")


FAULTS: dict[str, Callable[[str], web.StreamResponse]] = {
    "an error's words": lambda key: refuse(400, f"bad key {key}"),
    "a wrong key": lambda key: refuse(401, f"Incorrect API key provided: {key}"),
    "a page": lambda key: web.Response(status=500, text=f"<html>{key}</html>", content_type="text/html"),
    "a header": lambda key: web.Response(status=503, text="{}", headers={"Retry-After": key}),
    "no JSON": lambda key: web.Response(text=f"{key} {{"),
    "an error with status 200": lambda key: web.json_response({"error": {"message": key}}),
    "a reply": lambda key: complete([f"your key is {key}"], "m"),
    "a model's name": lambda key: complete(["fine"], key),
    "a stream": lambda key: stream("your key is ", key[:7], key[7:15], key[15:]),
    "a stream's error": lambda key: web.Response(
        text=f"data: {json.dumps({'error': {'message': key}})}\n\n", content_type="text/event-stream"
    ),
    "base64": lambda key: refuse(403, base64.b64encode(f"Bearer {key}".encode()).decode()),
}


async def hear(url: str, **more: Any) -> str:
    """All that comes of one question."""
    options = OpenAIOptions(model="m", base_url=url, max_retries=0, first_backoff_s=0.01, outage_s=0, **more)
    chat = OpenAIChat(options)
    try:
        reply = await chat.chat(ChatRequest(Prompt("p", "d" * 16, "You judge.", "Reply.", {}), seed=1))
    except IrloomError as error:
        return f"{error} {error!r}"
    finally:
        await chat.close()
    return reply.model_dump_json()


@asynccontextmanager
async def repeating(answer: Callable[[web.Request], web.StreamResponse]) -> AsyncIterator[str]:
    """An endpoint that answers each question so; its address."""

    async def give(request: web.Request) -> web.StreamResponse:
        return answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", give)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_key_that_an_endpoint_repeats_is_redacted(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    async with repeating(lambda request: FAULTS[fault](KEY)) as url:
        said = await hear(url)
    assert not leaks(said, KEY)


async def test_a_password_in_an_address_is_redacted_wherever_it_is_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    def repeat(request: web.Request) -> web.Response:
        sent = request.headers["Authorization"]
        decoded = base64.b64decode(sent.removeprefix("Basic ")).decode()
        assert decoded == f"me:{PASSWORD}"
        return refuse(400, f"{sent} means {decoded}, that is {request.query.get('api-token')}")

    async with repeating(repeat) as url:
        full = (
            url.replace("http://", f"http://me:{quote(PASSWORD, safe='')}@")
            + f"?api-token={quote(KEY, safe='')}"
        )
        said = await hear(full)
    assert "means" in said
    assert not leaks(said, PASSWORD)
    assert not leaks(said, KEY)


async def test_a_first_line_that_is_no_http_is_redacted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {KEY} {KEY}\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as listening:
        said = await hear(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1")
    assert not leaks(said, KEY)


async def test_an_address_that_is_none_is_shown_without_its_password() -> None:
    with pytest.raises(ConfigError, match="is no address") as caught:
        OpenAIChat(OpenAIOptions(model="m", base_url=f"http://me:{quote(PASSWORD, safe='')}@host:0/v1"))
    assert not leaks(str(caught.value), PASSWORD)


@pytest.mark.parametrize("said", ["a reply", "an error"])
def test_a_run_keeps_no_key_that_an_endpoint_repeats(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "run"

    def repeat(asked: Asked, again: int) -> web.StreamResponse | str | None:
        if asked.prompt != "caption/filter":
            return None
        return f"A dog and {KEY}." if said == "a reply" else refuse(400, f"no: {quote(KEY, safe='')}")

    with ChatServer(fault=repeat) as server:
        options = [*write_coco(tmp_path / "coco", 1).options, *server.options, "--filter-all"]
        main(["run", "infrared", "--out", str(out), *options])
        assert server.asked_for("caption/filter")
    kept = "".join(path.read_text("utf-8", "replace") for path in out.rglob("*") if path.is_file())
    assert MASK in kept
    assert not leaks(kept, KEY)
    assert not leaks("".join(capfd.readouterr()), KEY)
