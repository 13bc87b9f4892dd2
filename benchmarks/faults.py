"""What the mock server does wrong: refusals, broken connections, and replies that are spoilt."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import orjson
from aiohttp import web

HANG_S = 600.0
REFUSALS = {"429": 429, "429-later": 429, "500": 500, "503": 503}
SPOILT = (
    "empty",
    "cut",
    "prose",
    "length",
    "thinking",
    "schema",
    "filter",
    "refusal",
)
"""Faults that come as a reply, whose tokens are used up."""
FAULTS = (*REFUSALS, "reset", "hang", "broken", "trickle", *SPOILT)
"""`broken` is half a body, `cut` half a text, `length` half a text that says so."""


async def fail(fault: str, request: web.BaseRequest, retry_after_s: float) -> web.StreamResponse | None:
    """The response of a fault that has no reply; None for those that come as one."""
    if fault in REFUSALS:
        later = retry_after_s if fault == "429-later" else None
        return refuse(REFUSALS[fault], "the server is not well", later)
    match fault:
        case "reset":
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        case "hang":
            await _wait_for_nobody(request)
            return web.Response(status=500)
        case "broken":
            return web.Response(body=b'{"id": "x", "choices": [{"ind', content_type="application/json")
    return None


def complete(body: dict[str, Any], texts: list[str], fault: str | None) -> bytes:
    """The body of a reply, spoilt where a fault says so."""
    choices = [_choose(index, text, fault) for index, text in enumerate(texts)] if fault != "empty" else []
    tokens = 20 * len(texts)
    usage = {"prompt_tokens": 50, "completion_tokens": tokens, "total_tokens": 50 + tokens}
    head = {"id": "chatcmpl-x", "object": "chat.completion", "created": 0, "model": body.get("model", "m")}
    return orjson.dumps({**head, "choices": choices, "usage": usage})


async def trickle(request: web.BaseRequest, whole: bytes) -> web.StreamResponse:
    """A whole reply, a few bytes at a time, as long as anybody listens."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(whole)
    with suppress(ConnectionResetError):
        await response.prepare(request)
        for start in range(0, len(whole), 64):
            await response.write(whole[start : start + 64])
            await asyncio.sleep(0.02)
        await response.write_eof()
    return response


def refuse(status: int, message: str, retry_after_s: float | None = None) -> web.Response:
    """An error in the protocol's form."""
    headers = None if retry_after_s is None else {"Retry-After": f"{retry_after_s:g}"}
    return web.json_response({"error": {"message": message}}, status=status, headers=headers)


def _choose(index: int, text: str, fault: str | None) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    reason = "stop"
    match fault:
        case "cut":
            message["content"] = text[: len(text) // 2]
        case "length":
            message["content"], reason = text[: len(text) // 2], "length"
        case "prose":
            message["content"] = f"Certainly! Here it is:\n\n{text}\n\nI hope that this helps."
        case "thinking":
            message["content"] = f"<think>They want {{words}}.</think>\n{text}"
        case "schema":
            message["content"] = json.dumps({"unasked": index})
        case "filter":
            message["content"], reason = None, "content_filter"
        case "refusal":
            message["content"], message["refusal"] = None, "I'm sorry, but I can't help with that."
    return {"index": index, "message": message, "finish_reason": reason}


async def _wait_for_nobody(request: web.BaseRequest) -> None:
    """Say nothing until the client gives up."""
    for _ in range(int(HANG_S / 0.05)):
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.05)
