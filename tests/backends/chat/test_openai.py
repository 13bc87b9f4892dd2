"""The openai backend against real servers on loopback: retries, time-outs, refusals, what is learnt.

Where something waits, it waits on a clock that runs ahead of the machine.
"""

import asyncio
import base64
import datetime as dt
import itertools
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from irloom.backends.chat.openai import OpenAIChat
from irloom.errors import (
    BrokenReply,
    BudgetSpent,
    ConfigError,
    EndpointError,
    EndpointGone,
    EndpointRefused,
    ModelReplyError,
    SourceError,
    StorageError,
)
from irloom.options import OpenAIOptions
from irloom.protocols import ChatReply, ChatRequest, Prompt, ReplySchema, Usage
from support.chat_server import complete, refuse
from support.clock import simulated

Answer = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse] | web.StreamResponse]
SCHEMA = ReplySchema("verdict", {"type": "object", "properties": {}, "additionalProperties": False})


class Endpoint:
    """Answers the n-th request with the n-th of `answers`, the last one for ever; keeps what it was asked."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.listed = 0
        self.in_flight = 0
        self.peak = 0
        self.url = ""
        self._answers = answers

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        answer = self._answers[min(len(self.bodies), len(self._answers) - 1)]
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        self.times.append(asyncio.get_running_loop().time())
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            made = answer(request, body)
            return made if isinstance(made, web.StreamResponse) else await made
        finally:
            self.in_flight -= 1

    async def models(self, request: web.Request) -> web.Response:
        self.listed += 1
        return web.json_response({"object": "list", "data": []})


@asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(answers)
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v1/chat/completions", endpoint.chat)
    app.router.add_get("/v1/models", endpoint.models)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield endpoint
    finally:
        await runner.cleanup()


@asynccontextmanager
async def chatting(
    url: str,
    learnt: dict[str, Any] | None = None,
    learn: Callable[[str, Any], None] | None = None,
    **more: Any,
) -> AsyncIterator[OpenAIChat]:
    options = OpenAIOptions(model="m", base_url=url, **{"first_backoff_s": 0.01, **more})
    chat = OpenAIChat(options, learnt, learn) if learn else OpenAIChat(options, learnt)
    try:
        yield chat
    finally:
        await chat.close()


def a_request(n: int = 1, **more: Any) -> ChatRequest:
    user = more.pop("user", "Reply in JSON.")
    return ChatRequest(Prompt("p", "d" * 16, "You judge.", user, {}), seed=more.pop("seed", 7), n=n, **more)


async def ask(url: str, request: ChatRequest | None = None, **more: Any) -> ChatReply:
    async with chatting(url, **more) as chat:
        return await chat.chat(request or a_request())


def say(*texts: str) -> Answer:
    return lambda request, body: complete(list(texts), "m-2024")


def give(reply: Any) -> Answer:
    return lambda request, body: web.json_response(reply)


def deny(status: int, message: str, **more: Any) -> Answer:
    return lambda request, body: refuse(status, message, **more)


async def reset(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Half a reply, then a TCP reset."""
    response = web.StreamResponse(headers={"Content-Length": "5000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"choices": [')
    assert request.transport is not None
    sock = request.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return response


async def hang(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(30)
    raise AssertionError("nobody waits so long")


async def trickle(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """A byte now and then: each read is quick, the whole is not."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(600):
        await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


def one_only(message: str, **more: Any) -> Answer:
    """Refuses `n` above one."""
    status = more.pop("status", 400)
    return lambda request, body: (
        refuse(status, message, **more) if body.get("n", 1) > 1 else complete(["one"], "m")
    )


# Asking again


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_a_passing_trouble_is_asked_again(status: int) -> None:
    async with serving(deny(status, "busy"), deny(status, "busy"), say("fine")) as endpoint:
        reply = await ask(endpoint.url)
    assert reply.texts[0].text == "fine"
    assert reply.sent["retries"] == 2
    assert reply.usage.requests == 1, "requests that were turned away cost nothing"
    assert endpoint.bodies[0] == endpoint.bodies[2]


@simulated
async def test_retry_after_in_seconds_is_honoured() -> None:
    async with serving(deny(429, "slow down", headers={"Retry-After": "0.4"}), say("fine")) as endpoint:
        await ask(endpoint.url)
    assert endpoint.times[1] - endpoint.times[0] >= 0.39


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
@simulated
async def test_retry_after_as_a_date_is_honoured(zone: str) -> None:
    def name_a_date(request: web.Request, body: dict[str, Any]) -> web.Response:
        when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=200)
        date = format_datetime(when, usegmt=True).replace("GMT", zone)
        return refuse(503, "restarting", headers={"Retry-After": date})

    async with serving(name_a_date, say("fine")) as endpoint:
        await ask(endpoint.url)
    waited_s = endpoint.times[1] - endpoint.times[0]
    assert 150 < waited_s < 201, "dates are read off the wall, where a busy machine loses some seconds"


@pytest.mark.parametrize("value", ["", "soon", "-5", "nan", "Wed, 99 Foo 2020"])
async def test_a_senseless_retry_after_is_left_aside(value: str) -> None:
    async with serving(deny(429, "slow down", headers={"Retry-After": value}), say("fine")) as endpoint:
        assert (await ask(endpoint.url)).texts[0].text == "fine"


@simulated
async def test_a_trouble_that_stays_is_this_requests_error_and_says_how_often_it_was_asked() -> None:
    async with serving(deny(500, "CUDA error")) as endpoint:
        with pytest.raises(EndpointError, match=r"HTTP 500: CUDA error \(asked 3 times\)"):
            await ask(endpoint.url, max_retries=2)
    assert len(endpoint.bodies) == 3


async def test_a_connection_reset_in_mid_reply_is_asked_again() -> None:
    async with serving(reset, say("fine")) as endpoint:
        reply = await ask(endpoint.url)
    assert (reply.texts[0].text, reply.sent["retries"]) == ("fine", 1)


@simulated
async def test_resets_that_stay_are_this_requests_error_while_the_endpoint_lives() -> None:
    async with serving(reset) as endpoint:
        with pytest.raises(EndpointError, match="connection failed"):
            await ask(endpoint.url, max_retries=1)
    assert endpoint.listed == 1, "whether the endpoint lives was looked at"


async def test_an_endpoint_that_is_not_there_stops_the_run() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EndpointGone, match="cannot be reached") as caught:
        await ask(f"http://user:geheim@127.0.0.1:{port}/v1", max_retries=1)
    assert "refused" in str(caught.value).lower() or "connect call failed" in str(caught.value).lower()
    assert "no whole reply" not in str(caught.value), "nothing timed out"
    assert "geheim" not in str(caught.value)


async def test_a_port_that_speaks_no_http_stops_the_run() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(EndpointGone, match="connection failed"):
            await ask(f"http://127.0.0.1:{port}/v1", max_retries=1)


@pytest.mark.parametrize("slow", [hang, trickle], ids=["hang", "trickle"])
@simulated
async def test_the_time_limit_is_for_the_whole_reply(slow: Answer) -> None:
    async with serving(slow, say("fine")) as endpoint:
        reply = await ask(endpoint.url, timeout_s=0.4)
    assert (reply.texts[0].text, reply.sent["retries"]) == ("fine", 1)
    assert endpoint.times[1] - endpoint.times[0] < 2


@simulated
async def test_a_reply_that_never_comes_is_this_requests_error_while_the_endpoint_lives() -> None:
    async with serving(hang) as endpoint:
        with pytest.raises(EndpointError, match=r"no whole reply within 0\.2 s \(asked 2 times\)"):
            await ask(endpoint.url, timeout_s=0.2, max_retries=1)


# What a reply may look like


def choice(content: Any, finish_reason: Any = "stop", **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **more}
    usage = {"prompt_tokens": 50, "completion_tokens": 20}
    choices = [{"index": 0, "message": message, "finish_reason": finish_reason}]
    return {"model": "m", "choices": choices, "usage": usage}


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (choice([{"type": "text", "text": "a "}, {"type": "text", "text": "dog"}]), "a dog"),
        (choice([{"type": "thinking", "thinking": []}, {"type": "text", "text": "a dog"}]), "a dog"),
        (choice(["a dog"]), "a dog"),
    ],
)
async def test_content_of_any_kind_is_read(reply: Any, text: str) -> None:
    async with serving(give(reply)) as endpoint:
        read = await ask(endpoint.url)
    assert read.texts[0].text == text
    assert read.usage.requests == 1


@pytest.mark.parametrize(
    "reply",
    [
        choice(None),
        choice(""),
        choice(" \n"),
        choice(17),
        choice("", "error"),
        choice("half a", "error"),
        {"choices": [{"finish_reason": "stop"}]},
        {"choices": [None]},
        {"choices": [{"message": "a dog"}], "usage": "free", "model": None},
    ],
)
@simulated
async def test_what_is_empty_or_ended_with_an_error_is_asked_again(reply: Any) -> None:
    async with serving(give(reply), say("fine")) as endpoint:
        read = await ask(endpoint.url)
    assert (read.texts[0].text, read.sent["retries"]) == ("fine", 1)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (choice("") | {"usage": {"prompt_tokens": 5, "completion_tokens": 0}}, ModelReplyError),
        ({"page": "sign in"}, BrokenReply),
    ],
)
@simulated
async def test_a_model_that_says_nothing_is_told_from_what_is_no_reply(
    reply: Any, kind: type[ModelReplyError]
) -> None:
    async with serving(say("fine"), give(reply)) as endpoint, chatting(endpoint.url, max_retries=1) as chat:
        await chat.chat(a_request())
        with pytest.raises(ModelReplyError) as caught:
            await chat.chat(a_request())
    assert type(caught.value) is kind
    assert caught.value.usage["requests"] == 2


async def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    body = b'{"choices": [{"message": {"content": "a dog \\ud83d"}}], "model": "m\\udc00"}'
    async with serving(lambda request, asked: web.Response(body=body)) as endpoint:
        reply = await ask(endpoint.url)
    assert (reply.texts[0].text, reply.model) == ("a dog ?", "m?")
    reply.model_dump_json()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("stop", "stop"),
        ("length", "context"),
        ("model_length", "context"),
        ("content_filter", "content_filter"),
        ("tool_calls", "other"),
        (None, "other"),
        (3, "other"),
    ],
)
async def test_the_finish_reason_is_kept(given: Any, meant: str) -> None:
    async with serving(give(choice("a", given))) as endpoint:
        assert (await ask(endpoint.url)).texts[0].finish_reason == meant


async def test_a_refusal_field_is_a_refusal() -> None:
    async with serving(give(choice(None, refusal="I cannot."))) as endpoint:
        text = (await ask(endpoint.url)).texts[0]
    assert (text.finish_reason, text.text) == ("refusal", "I cannot.")


@pytest.mark.parametrize(
    ("reply", "text", "thinking"),
    [
        (choice("ACCEPT", reasoning_content="Is it red? No."), "ACCEPT", "Is it red? No."),
        (choice("ACCEPT", reasoning="Hm."), "ACCEPT", "Hm."),
        (choice("<think>\nIs it red?\n</think>\n\nACCEPT"), "\n\nACCEPT", "Is it red?"),
        (choice(" <thinking>Hm.</thinking>ACCEPT"), "ACCEPT", "Hm."),
        (choice("Is it red? No.\n</think>\nACCEPT"), "\nACCEPT", "Is it red? No."),
        (choice("<think></think>ACCEPT", reasoning_content="Hm."), "ACCEPT", "Hm."),
        (choice("<think>Is it red? Or", "length"), "", "Is it red? Or"),
        (choice("I <think> so."), "I <think> so.", None),
    ],
)
async def test_thinking_is_kept_apart_from_the_answer(reply: Any, text: str, thinking: str | None) -> None:
    async with serving(give(reply)) as endpoint:
        read = (await ask(endpoint.url)).texts[0]
    assert (read.text, read.thinking) == (text, thinking)


BROKEN = {
    "no choice": b'{"model": "m", "choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": 3}}',
    "null choices": b'{"choices": null, "usage": {"prompt_tokens": 50, "completion_tokens": 3}}',
    "no JSON": b"<html>Bad gateway</html>",
    "nothing": b"",
    "a list": b"[1]",
    "not UTF-8": b'{"choices": "\xff"}',
    "too deep": b"[" * 200_000,
    "an error under 200": b'{"error": {"message": "Provider returned error", "code": 502}}',
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_an_unusable_reply_is_asked_again_and_its_usage_is_counted(broken: bytes) -> None:
    async with serving(lambda request, body: web.Response(body=broken), say("fine")) as endpoint:
        reply = await ask(endpoint.url)
    paid = 50 if b"prompt_tokens" in broken else 0
    assert (reply.usage.requests, reply.usage.prompt_tokens) == (2, 50 + paid)


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_unusable_replies_without_end_are_a_reply_error_that_carries_their_usage(broken: bytes) -> None:
    async with serving(lambda request, body: web.Response(body=broken)) as endpoint:
        with pytest.raises(ModelReplyError) as caught:
            await ask(endpoint.url, max_retries=2)
    paid = 50 if b"prompt_tokens" in broken else 0
    assert (caught.value.usage["requests"], caught.value.usage["prompt_tokens"]) == (3, 3 * paid)


async def test_the_message_of_an_error_under_status_200_is_said() -> None:
    async with serving(give({"error": {"message": "Provider returned error"}})) as endpoint:
        with pytest.raises(ModelReplyError, match="Provider returned error"):
            await ask(endpoint.url, max_retries=0)


@pytest.mark.parametrize("last", [deny(500, "down"), deny(400, "content policy")])
async def test_usage_of_an_unusable_reply_is_not_lost_when_the_next_request_fails(last: Answer) -> None:
    async with serving(give({"choices": [], "usage": {"prompt_tokens": 9}}), last) as endpoint:
        with pytest.raises(ModelReplyError) as caught:
            await ask(endpoint.url, max_retries=1)
    assert (caught.value.usage["requests"], caught.value.usage["prompt_tokens"]) == (1, 9)


# What is paid


class Ledger:
    """A `Purse` that grants so many requests, and notes what each one was said to cost."""

    def __init__(self, most: int = 100) -> None:
        self.most = most
        self.held: list[int] = []
        self.left = 0
        self.settled: list[tuple[int, int] | None] = []

    @asynccontextmanager
    async def reserve(self, request: ChatRequest, n: int) -> AsyncIterator["Ledger"]:
        if len(self.held) == self.most:
            raise BudgetSpent("no more")
        self.held.append(n)
        yield self

    def leave(self) -> None:
        self.left += 1

    def settle(self, usage: Usage | None) -> None:
        self.settled.append(None if usage is None else (usage.requests, usage.prompt_tokens))


async def ask_paying(url: str, ledger: Ledger, request: ChatRequest | None = None, **more: Any) -> ChatReply:
    options = OpenAIOptions(model="m", base_url=url, **{"first_backoff_s": 0.01, "timeout_s": 0.3, **more})
    chat = OpenAIChat(options, purse=ledger)
    try:
        return await chat.chat(request or a_request())
    finally:
        await chat.close()


@pytest.mark.parametrize(
    ("first", "cost"),
    [
        (deny(429, "slow down"), (0, 0)),
        (deny(500, "out of order"), (0, 0)),
        (give({"choices": [], "usage": {"prompt_tokens": 9}}), (1, 9)),
        (give({"choices": []}), None),
        (lambda request, body: web.Response(body=b"<html>"), None),
        (reset, None),
        (hang, None),
        (trickle, None),
    ],
    ids=["429", "500", "no choice", "no usage", "no JSON", "cut", "no reply", "trickle"],
)
@simulated
async def test_each_request_is_granted_by_itself_and_settled_for_what_it_cost(
    first: Answer, cost: tuple[int, int] | None
) -> None:
    """What nobody told of a lost request is taken from the answer to the same one, once that came."""
    ledger = Ledger()
    async with serving(first, say("fine")) as endpoint:
        await ask_paying(endpoint.url, ledger)
    assert len(ledger.held) == ledger.left == len(endpoint.bodies) == 2
    assert ledger.settled == [cost, (1, 50), *([(1, 50)] if cost is None else [])]


@simulated
async def test_a_reply_that_does_not_say_what_it_cost_is_settled_as_untold() -> None:
    ledger = Ledger()
    async with serving(give({"choices": [{"message": {"content": "fine"}}]})) as endpoint:
        await ask_paying(endpoint.url, ledger)
    assert ledger.settled == [None]


@simulated
async def test_a_connection_that_was_refused_costs_nothing() -> None:
    ledger = Ledger()
    with pytest.raises(EndpointGone):
        await ask_paying("http://127.0.0.1:9/v1", ledger, max_retries=1)
    assert set(ledger.settled) == {(0, 0)}


@simulated
async def test_a_refusal_costs_nothing_and_what_goes_instead_is_held_for_one_reply() -> None:
    ledger = Ledger()
    async with serving(one_only("n must be one", param="n")) as endpoint:
        await ask_paying(endpoint.url, ledger, a_request(n=5))
    assert ledger.held == [5, 1]
    assert ledger.settled == [(0, 0), (1, 50)]


@simulated
async def test_a_reply_that_cannot_be_used_is_not_asked_for_again_beyond_the_cap() -> None:
    async with serving(give({"choices": [], "usage": {"prompt_tokens": 9}})) as endpoint:
        with pytest.raises(BudgetSpent):
            await ask_paying(endpoint.url, Ledger(most=2))
    assert len(endpoint.bodies) == 2


@simulated
async def test_a_request_that_is_cancelled_on_its_way_is_left_unsettled() -> None:
    ledger = Ledger()
    async with serving(hang) as endpoint:
        asking = asyncio.create_task(ask_paying(endpoint.url, ledger, timeout_s=20))
        while not endpoint.bodies:
            await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert (ledger.left, ledger.settled) == (1, [])


async def test_what_was_paid_is_settled_although_what_it_taught_cannot_be_written() -> None:
    def fail(name: str, value: Any) -> None:
        raise StorageError("disk full")

    ledger = Ledger()
    async with serving(say("one")) as endpoint:
        chat = OpenAIChat(OpenAIOptions(model="m", base_url=endpoint.url), learn=fail, purse=ledger)
        with pytest.raises(StorageError):
            await chat.chat(a_request(n=3))
        await chat.close()
    assert ledger.settled == [(1, 50)]


# What stops the run, and what only one request


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_costs_one_request_although_many_were_started(status: int) -> None:
    async with (
        serving(deny(status, "Incorrect API key", code="invalid_api_key")) as endpoint,
        chatting(endpoint.url) as chat,
    ):
        results = await asyncio.gather(
            *(chat.chat(a_request(seed=seed)) for seed in range(50)), return_exceptions=True
        )
        assert all(isinstance(result, EndpointRefused) for result in results)
        assert "OPENAI_API_KEY" in str(results[0])
        with pytest.raises(EndpointRefused):
            await chat.chat(a_request())
    assert len(endpoint.bodies) == 1


async def test_nothing_more_is_sent_once_the_endpoint_is_gone() -> None:
    async with (
        serving(say("fine"), deny(429, "You exceeded your quota", code="insufficient_quota")) as endpoint,
        chatting(endpoint.url, max_in_flight=4) as chat,
    ):
        await chat.chat(a_request())
        results = await asyncio.gather(*(chat.chat(a_request()) for _ in range(40)), return_exceptions=True)
    assert all(isinstance(result, EndpointGone) for result in results)
    assert len(endpoint.bodies) <= 1 + 4


REFUSED = [
    (404, "The model `m` does not exist", {"code": "model_not_found"}, "does not know model 'm'"),
    (404, "Not Found", {}, "--base-url"),
    (405, "Method Not Allowed", {}, "--base-url"),
    (400, "invalid model ID", {}, "--model"),
    (400, "The model `m` has been decommissioned", {"code": "model_decommissioned"}, "--model"),
    (
        400,
        "Unsupported value: 'temperature' does not support 0.8 with this model. Only the default (1) "
        "value is supported.",
        {"param": "temperature", "code": "unsupported_value"},
        "send_temperature = false",
    ),
    (
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead.",
        {"param": "max_tokens", "code": "unsupported_parameter"},
        'tokens_parameter = "max_completion_tokens"',
    ),
    (
        400,
        "max_tokens is too large: 1024. This model supports at most 512 completion tokens",
        {"param": "max_tokens"},
        "lower `max_tokens`",
    ),
    (422, "seed: Extra inputs are not permitted", {}, "send_seed = false"),
]


@pytest.mark.parametrize(("status", "message", "more", "hint"), REFUSED)
async def test_what_every_request_would_meet_stops_the_run_and_names_the_option(
    status: int, message: str, more: dict[str, str], hint: str
) -> None:
    async with serving(deny(status, message, **more)) as endpoint:
        with pytest.raises(EndpointRefused) as caught:
            await ask(endpoint.url, a_request(temperature=0.8))
    assert hint in str(caught.value)
    assert len(endpoint.bodies) == 1


async def test_no_credit_stops_the_run_at_once_and_can_be_resumed() -> None:
    message = "You exceeded your current quota, please check your plan and billing details."
    async with serving(deny(429, message, type="insufficient_quota", code="insufficient_quota")) as endpoint:
        with pytest.raises(EndpointGone, match="no credit left"):
            await ask(endpoint.url)
    assert len(endpoint.bodies) == 1


TOO_LONG = (
    "This model's maximum context length is 4096 tokens. However, you requested 5120 tokens "
    "(4096 in the messages, 1024 in the completion). Please reduce the length of the messages or completion."
)
ONE_REQUEST = [
    (400, TOO_LONG, {"param": "messages", "code": "context_length_exceeded"}),
    (400, TOO_LONG.replace("completion", "max_tokens"), {}),
    (
        400,
        "'max_tokens' or 'max_completion_tokens' is too large: 1024. This model's maximum context "
        "length is 1500 tokens and your request has 600 input tokens (1024 > 1500 - 600).",
        {},
    ),
    (
        400,
        "The response was filtered due to the prompt triggering content management policy",
        {"code": "content_filter"},
    ),
    (400, "Your request was rejected as a result of our safety system", {"code": "content_policy_violation"}),
    (403, "Your input was flagged", {}),
    (413, "Payload too large", {}),
]


@pytest.mark.parametrize(("status", "message", "more"), ONE_REQUEST)
async def test_what_only_this_request_meets_leaves_the_others_alone(
    status: int, message: str, more: dict[str, str]
) -> None:
    learnt: list[tuple[str, Any]] = []
    async with (
        serving(deny(status, message, **more), say("fine")) as endpoint,
        chatting(endpoint.url, learn=lambda name, value: learnt.append((name, value))) as chat,
    ):
        with pytest.raises(EndpointError):
            await chat.chat(a_request(5, temperature=0.8, schema=SCHEMA))
        assert (await chat.chat(a_request())).texts[0].text == "fine"
    assert len(endpoint.bodies) == 2
    assert not learnt


# What is learnt


async def test_an_endpoint_that_ignores_n_is_learnt_before_the_reply_is_used() -> None:
    learnt: list[tuple[str, Any]] = []
    async with (
        serving(say("one")) as endpoint,
        chatting(endpoint.url, learn=lambda name, value: learnt.append((name, value))) as chat,
    ):
        reply = await chat.chat(a_request(5))
        assert learnt == [("n", False)]
        await chat.chat(a_request(5))
    assert len(reply.texts) == 1
    assert reply.sent["n"] == 5
    assert [body.get("n") for body in endpoint.bodies] == [5, None]


async def test_more_choices_than_were_asked_for_are_left_aside() -> None:
    async with serving(say("a", "b", "c")) as endpoint:
        assert [text.text for text in (await ask(endpoint.url, a_request(2))).texts] == ["a", "b"]


async def test_what_was_learnt_that_cannot_be_written_stops_the_run() -> None:
    def refuse_to_write(name: str, value: Any) -> None:
        raise StorageError("disk full")

    async with serving(say("one")) as endpoint:
        with pytest.raises(StorageError):
            await ask(endpoint.url, a_request(5), learn=refuse_to_write)


N_REFUSALS = [
    (400, "'n' : number must be at most 1", {}),
    (400, "Only one completion choice is allowed", {"type": "invalid_request_error"}),
    (500, "Only one completion choice is allowed", {"type": "server_error"}),
    (400, "n must be 1 when using greedy sampling, got 5.", {"type": "BadRequestError"}),
    (400, "Multiple candidates is not enabled for this model", {}),
    (
        422,
        "[{'loc': ['body', 'n'], 'msg': 'Input should be less than or equal to 1'}]",
        {},
    ),
    (
        400,
        "Unsupported value: 'n' does not support 5 with this model. Only the default (1) value is supported.",
        {"param": "n", "code": "unsupported_value"},
    ),
    (400, "Invalid input", {"param": "n"}),
]


@pytest.mark.parametrize(("status", "message", "more"), N_REFUSALS)
async def test_an_endpoint_that_refuses_n_is_asked_one_by_one(
    status: int, message: str, more: dict[str, str]
) -> None:
    learnt: list[tuple[str, Any]] = []
    async with (
        serving(one_only(message, status=status, **more)) as endpoint,
        chatting(endpoint.url, learn=lambda name, value: learnt.append((name, value))) as chat,
    ):
        replies = await asyncio.gather(*(chat.chat(a_request(5, temperature=0.8)) for _ in range(8)))
    assert learnt == [("n", False)]
    assert [body.get("n") for body in endpoint.bodies] == [5, *[None] * 8], "one request finds out for all"
    assert {reply.sent["n"] for reply in replies} == {1}
    assert {reply.sent["retries"] for reply in replies} == {0}


async def test_n_refused_in_the_words_of_fastapi_is_learnt() -> None:
    detail = [
        {"type": "less_than_equal", "loc": ["body", "n"], "msg": "Input should be less than or equal to 1"}
    ]

    def answer(request: web.Request, body: dict[str, Any]) -> web.Response:
        return web.json_response({"detail": detail}, status=422) if "n" in body else complete(["one"], "m")

    async with serving(answer) as endpoint:
        assert (await ask(endpoint.url, a_request(5))).sent["n"] == 1


def knows(*modes: str, message: str = "response_format {mode} is not supported", **more: Any) -> Answer:
    def answer(request: web.Request, body: dict[str, Any]) -> web.Response:
        mode = body.get("response_format", {}).get("type", "text")
        return complete(["{}"], "m") if mode in modes else refuse(400, message.format(mode=mode), **more)

    return answer


@pytest.mark.parametrize(
    ("modes", "tried"),
    [
        (("json_schema",), ["json_schema"]),
        (("json_object", "text"), ["json_schema", "json_object"]),
        (("text",), ["json_schema", "json_object", "text"]),
    ],
)
async def test_the_best_reply_form_that_the_endpoint_takes_is_learnt(
    modes: tuple[str, ...], tried: list[str]
) -> None:
    learnt: dict[str, Any] = {}
    async with serving(knows(*modes)) as endpoint:
        async with chatting(endpoint.url, learn=learnt.__setitem__) as chat:
            replies = await asyncio.gather(*(chat.chat(a_request(schema=SCHEMA)) for _ in range(6)))
        seen = [body.get("response_format", {}).get("type", "text") for body in endpoint.bodies]
        async with chatting(endpoint.url, learnt=learnt) as later:
            assert (await later.chat(a_request(schema=SCHEMA))).sent["mode"] == tried[-1], "it is remembered"
    assert seen == [*tried, *[tried[-1]] * 5]
    assert learnt.get("reply_mode", "json_schema") == tried[-1]
    assert {reply.sent["mode"] for reply in replies} == {tried[-1]}


@pytest.mark.parametrize(
    "message",
    [
        "This response_format type is unavailable now",
        "Invalid parameter: 'response_format' of type '{mode}' is not supported with this model.",
        "'response_format.type' must be 'text'",
        'response_format type must be one of "text" or "json_object", but got: {mode}',
        "This model does not support response format `{mode}`.",
        "The provided JSON schema contains features not supported by xgrammar.",
        "failed to parse grammar",
    ],
)
async def test_a_reply_form_is_given_up_in_the_words_of_several_servers(message: str) -> None:
    learnt: dict[str, Any] = {}
    async with serving(knows("text", message=message)) as endpoint:
        reply = await ask(endpoint.url, a_request(schema=SCHEMA), learn=learnt.__setitem__)
    assert learnt["reply_mode"] == reply.sent["mode"] == "text"


async def test_a_late_refusal_does_not_bring_a_reply_form_back_that_was_given_up() -> None:
    """Requests in different forms are in flight at once; the answers come in any order."""
    late = asyncio.Event()
    refused = itertools.count()

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        mode = body.get("response_format", {}).get("type", "text")
        if mode == "text":
            late.set()
            return complete(["fine"], "m")
        if mode == "json_schema" and next(refused) == 1:
            await late.wait()
        return refuse(400, f"{mode} is not supported", param="response_format")

    learnt: list[Any] = []
    async with (
        serving(say("proven"), answer) as endpoint,
        chatting(endpoint.url, learn=lambda name, value: learnt.append(value)) as chat,
    ):
        await chat.chat(a_request())
        replies = await asyncio.gather(*(chat.chat(a_request(schema=SCHEMA)) for _ in range(2)))
    assert [reply.sent["mode"] for reply in replies] == ["text", "text"]
    assert learnt == ["json_object", "text"]


async def test_a_reply_form_that_the_user_chose_is_not_given_up_behind_his_back() -> None:
    async with serving(knows("text")) as endpoint:
        with pytest.raises(EndpointRefused, match='reply_mode = "text"'):
            await ask(endpoint.url, a_request(schema=SCHEMA), reply_mode="json_object")


async def test_json_mode_is_not_asked_for_where_the_word_is_missing_since_openai_refuses_that() -> None:
    async with serving(say("{}")) as endpoint:
        await ask(endpoint.url, a_request(schema=SCHEMA, user="The form: {}"), reply_mode="json_object")
        await ask(endpoint.url, a_request(schema=SCHEMA, user="Reply in json."), reply_mode="json_object")
    assert ["response_format" in body for body in endpoint.bodies] == [False, True]


# What is sent


async def test_a_request_carries_what_was_asked_for_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", " secret\n")
    async with serving(say("a", "b")) as endpoint:
        await ask(endpoint.url, a_request(2, temperature=0.8, schema=SCHEMA), api_key_env="MY_KEY")
    assert endpoint.bodies[0] == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "You judge."},
            {"role": "user", "content": "Reply in JSON."},
        ],
        "n": 2,
        "temperature": 0.8,
        "seed": 7,
        "max_tokens": 1024,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "verdict", "schema": dict(SCHEMA.schema), "strict": True},
        },
    }
    assert endpoint.headers[0]["Authorization"] == "Bearer secret"


async def test_options_leave_out_what_a_model_refuses() -> None:
    switches = {"send_temperature": False, "send_seed": False, "send_n": False, "reply_mode": "text"}
    async with serving(say("a")) as endpoint:
        await ask(
            endpoint.url,
            a_request(5, temperature=0.8, schema=SCHEMA),
            tokens_parameter="max_completion_tokens",
            **switches,
        )
    assert endpoint.bodies[0].keys() == {"model", "messages", "max_completion_tokens"}


async def test_an_image_goes_as_a_data_url_with_its_very_bytes(tmp_path: Path) -> None:
    picture = tmp_path / "1.png"
    Image.effect_noise((400, 400), 90).save(picture)
    async with serving(say("ACCEPT")) as endpoint:
        await ask(endpoint.url, a_request(images=(picture,)))
    image, text = endpoint.bodies[0]["messages"][1]["content"]
    head, _, data = image["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(data) == picture.read_bytes()
    assert text == {"type": "text", "text": "Reply in JSON."}


async def test_an_image_that_is_gone_is_this_samples_error(tmp_path: Path) -> None:
    async with serving(say("fine")) as endpoint, chatting(endpoint.url) as chat:
        with pytest.raises(SourceError, match=r"1\.png"):
            await chat.chat(a_request(images=(tmp_path / "1.png",)))
        assert (await chat.chat(a_request())).texts[0].text == "fine"


async def test_a_model_that_takes_no_images_stops_the_run(tmp_path: Path) -> None:
    picture = tmp_path / "1.png"
    Image.new("L", (2, 2)).save(picture)
    message = "Invalid content type. image_url is only supported by certain models."
    async with serving(deny(400, message)) as endpoint:
        with pytest.raises(EndpointRefused, match="name a model that sees") as caught:
            await ask(endpoint.url, a_request(images=(picture,)))
    assert "--judge-sees" not in str(caught.value), "the prompt is not the judge's"


@pytest.mark.parametrize(
    ("status", "detail", "said"),
    [
        (400, "Server is pinned to 'a'; requested 'm'.", "does not know model 'm'.*pinned to 'a'"),
        (422, "Unexpected fields in the request: {'seed'}", "refuses the parameter 'seed'"),
        (422, [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}], "the parameter 'seed'"),
    ],
)
async def test_an_error_in_the_form_of_fastapi_is_understood(status: int, detail: Any, said: str) -> None:
    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"detail": detail}, status=status)

    async with serving(answer) as endpoint:
        with pytest.raises(EndpointRefused, match=said):
            await ask(endpoint.url)
    assert len(endpoint.bodies) == 1


async def test_a_server_error_without_a_word_names_the_model_that_may_be_unknown() -> None:
    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=500, text="Internal Server Error")

    async with serving(answer) as endpoint, chatting(endpoint.url, max_retries=0) as chat:
        with pytest.raises(EndpointError, match="check that it knows the model 'm'"):
            await chat.chat(a_request())


async def test_a_name_and_password_in_the_address_are_sent_as_such() -> None:
    async with serving(say("fine")) as endpoint:
        await ask(endpoint.url.replace("://", "://user:p%40ss@"))
    assert endpoint.headers[0]["Authorization"] == "Basic " + base64.b64encode(b"user:p@ss").decode()


@simulated
async def test_no_more_requests_are_in_flight_than_allowed() -> None:
    async def slowly(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        return complete(["fine"], "m")

    async with serving(slowly) as endpoint, chatting(endpoint.url, max_in_flight=3) as chat:
        await asyncio.gather(*(chat.chat(a_request()) for _ in range(20)))
    assert endpoint.peak == 3
    assert len(endpoint.bodies) == 20


# The probe, cancelling and closing


@simulated
async def test_the_first_request_goes_alone_and_the_others_together() -> None:
    beside: list[int] = []

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        if len(endpoint.bodies) == 1:
            await asyncio.sleep(0.1)
            beside.append(endpoint.in_flight)
        async with asyncio.timeout(5):
            while endpoint.in_flight < 8 and len(endpoint.bodies) > 1 and endpoint.peak < 8:
                await asyncio.sleep(0.005)
        return complete(["fine"], "m")

    async with serving(answer) as endpoint, chatting(endpoint.url) as chat:
        await asyncio.gather(*(chat.chat(a_request()) for _ in range(9)))
    assert beside == [1]
    assert endpoint.peak == 8


@pytest.mark.parametrize("first", [deny(400, "content policy"), deny(500, "down"), give({"choices": []})])
async def test_a_first_request_that_fails_does_not_hold_up_the_others(first: Answer) -> None:
    async with serving(first, say("fine")) as endpoint, chatting(endpoint.url, max_retries=0) as chat:
        results = await asyncio.gather(*(chat.chat(a_request()) for _ in range(9)), return_exceptions=True)
    assert isinstance(results[0], EndpointError | ModelReplyError)
    assert all(isinstance(result, ChatReply) for result in results[1:])


@simulated
async def test_a_first_request_that_is_cancelled_hands_the_probe_on() -> None:
    async with serving(hang, say("fine")) as endpoint, chatting(endpoint.url) as chat:
        first = asyncio.create_task(chat.chat(a_request()))
        others = [asyncio.create_task(chat.chat(a_request())) for _ in range(5)]
        await asyncio.sleep(0.05)
        assert len(endpoint.bodies) == 1
        first.cancel()
        others[2].cancel()
        results = await asyncio.wait_for(asyncio.gather(first, *others, return_exceptions=True), 5)
    assert [isinstance(result, ChatReply) for result in results] == [False, True, True, False, True, True]


@simulated
async def test_cancelling_a_request_frees_its_slot() -> None:
    async with (
        serving(say("fine"), hang, hang, say("fine")) as endpoint,
        chatting(endpoint.url, max_in_flight=2) as chat,
    ):
        await chat.chat(a_request())
        stuck = [asyncio.create_task(chat.chat(a_request())) for _ in range(2)]
        waiting = asyncio.create_task(chat.chat(a_request()))
        await asyncio.sleep(0.05)
        assert len(endpoint.bodies) == 3, "the fourth waits for a slot"
        for task in stuck:
            task.cancel()
        assert (await asyncio.wait_for(waiting, 5)).texts[0].text == "fine"
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_closing_without_a_request_and_closing_twice_do_no_harm() -> None:
    chat = OpenAIChat(OpenAIOptions(model="m", base_url="http://127.0.0.1:9/v1"))
    await chat.close()
    await chat.close()


def test_an_endpoint_without_address_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        OpenAIChat(OpenAIOptions(model="m"))


def test_a_key_that_no_header_can_carry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-…")
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        OpenAIChat(OpenAIOptions(model="m"))


@pytest.mark.parametrize(
    "address", ["localhost:8000/v1", "http://", "http://[", "ftp://h/v1", "http://a b/v1", ""]
)
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(ConfigError, match="--base-url"):
        OpenAIChat(OpenAIOptions(model="m", base_url=address))
