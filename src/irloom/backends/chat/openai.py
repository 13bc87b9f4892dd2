"""Chat over any compatible endpoint, with the `openai` client.

The client's own retries are off: retries are counted, paced and recorded here. The first request
goes alone and probes the endpoint, so that a wrong key costs one request. What the endpoint teaches
(it ignores `n`, it knows no JSON schema) is handed to `learn` before it is relied on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import openai
from openai import AsyncOpenAI, DefaultAioHttpClient, HttpxBinaryResponseContent

from irloom.backends.chat.address import find_key, read_address
from irloom.backends.chat.completions import build_arguments, build_messages, read_completion
from irloom.backends.chat.limiter import LimiterClosed, Permit
from irloom.backends.chat.living import is_alive
from irloom.backends.chat.logprobs import check_given
from irloom.backends.chat.pacing import Pacer, Tally
from irloom.backends.chat.refusals import (
    Feature,
    Retryable,
    classify_status,
    describe_connection,
    find_refused_feature,
)
from irloom.backends.chat.uncapped import Uncapped
from irloom.errors import EndpointError, ModelReplyError, StopRun
from irloom.options import OpenAIOptions
from irloom.protocols import ChatReply, ChatRequest, Payment, Purse, ReplyText, Usage

_MODES = ("json_schema", "json_object", "text")


class OpenAIChat:
    """A ChatModel over HTTP."""

    def __init__(
        self,
        options: OpenAIOptions,
        learnt: Mapping[str, Any] | None = None,
        learn: Callable[[str, Any], None] = lambda name, value: None,
        notify: Callable[[str], None] = lambda message: None,
        purse: Purse | None = None,
    ) -> None:
        self.model = options.model
        self.parameters: Mapping[str, Any] = {
            "max_tokens": options.max_tokens,
            "send_temperature": options.send_temperature,
            "send_seed": options.send_seed,
        }
        self._options = options
        self._learnt = dict(learnt or {})
        self._learn_outside = learn
        self._purse = purse or Uncapped()
        self._probe = asyncio.Lock()
        self._proven = False
        self._held = False
        self._stopped: StopRun | None = None
        address, headers = read_address(options.base_url)
        self._client = AsyncOpenAI(
            api_key=find_key(options),
            base_url=address,
            default_headers=headers,
            max_retries=0,
            timeout=options.timeout_s,
            http_client=DefaultAioHttpClient(timeout=options.timeout_s),
        )
        self._pacer = Pacer(options, str(self._client.base_url), self._is_alive, self._stop, notify)

    @property
    def in_flight(self) -> int:
        """Requests on their way."""
        return self._pacer.limiter.in_flight

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return self._pacer.limiter.limit

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request, asking again where that helps."""
        tally = Tally()
        async with self._place(tally):
            try:
                return await self._ask(request, tally)
            except EndpointError as error:
                if tally.usage.requests:
                    raise ModelReplyError(str(error), tally.usage.model_dump()) from error
                raise

    def hold(self) -> None:
        """Send nothing more; what is on its way may still come back."""
        self._held = True
        self._pacer.stop()

    async def close(self) -> None:
        """Close the connections."""
        await self._pacer.close()
        await self._client.close()

    @asynccontextmanager
    async def _place(self, tally: Tally) -> AsyncIterator[None]:
        """Until one request was answered, one at a time: a wrong key costs one request.

        Whoever still waits when the run must stop is refused.
        """
        async with tally.probing:
            if not self._proven:
                await tally.probing.enter_async_context(self._probe)
            if self._proven:
                await tally.probing.aclose()
            try:
                self._refuse_if_stopped()
                yield
            except StopRun as error:
                self._stop(error)
                raise
            except (EndpointError, ModelReplyError):
                self._proven = True
                raise
            self._proven = True

    def _stop(self, error: StopRun) -> None:
        self._stopped = self._stopped or error
        self._pacer.stop()

    def _refuse_if_stopped(self) -> None:
        """Send nothing more once the run stops, or a request has met what every other would meet too."""
        if self._held:
            raise asyncio.CancelledError
        if self._stopped is not None:
            raise type(self._stopped)(*self._stopped.args) from self._stopped

    async def _ask(self, request: ChatRequest, tally: Tally) -> ChatReply:
        while True:
            self._refuse_if_stopped()
            n = self._choose_sending(request)["n"]  # what is learnt while it waits can only make it less
            try:
                async with self._purse.reserve(request, n) as payment:
                    with await self._pacer.enter(tally) as permit:
                        return await self._answer(request, tally, permit, payment)
            except LimiterClosed:
                self._refuse_if_stopped()
                raise asyncio.CancelledError from None
            except Retryable as error:
                tally.usage += error.usage
                if error.kind == "busy":
                    self._proven = True  # a wrong key is not told to slow down
                    await tally.probing.aclose()
                await self._pacer.react(error, tally)
            except _Learned:
                tally.goes_first = True

    async def _answer(
        self, request: ChatRequest, tally: Tally, permit: Permit, payment: Payment
    ) -> ChatReply:
        """Ask once; the messages (with images in them) are built now, and not while it waited."""
        messages = await build_messages(request)
        sent = self._choose_sending(request)
        try:
            arguments = build_arguments(self._options, request, messages, sent)
            texts, usage, model = await self._buy(arguments, sent["n"], payment)
            if len(texts) < sent["n"]:
                self._learn("n", False)
        except Retryable as error:
            self._pacer.note_trouble(error, permit)
            raise
        except (EndpointError, _Learned):
            self._pacer.circuit.answer(permit.sent_s)
            raise
        except StopRun as error:
            self._stop(error)  # before the place is given back to somebody who would meet the same
            raise
        self._pacer.note_reply(permit)
        taken_s = asyncio.get_running_loop().time() - (tally.started_s or permit.sent_s)
        return ChatReply(
            texts=texts,
            usage=usage + tally.usage,
            model=model or self.model,
            latency_ms=round(taken_s * 1000, 1),
            sent={**sent, "retries": tally.retries},
        )

    async def _buy(
        self, arguments: dict[str, Any], n: int, payment: Payment
    ) -> tuple[tuple[ReplyText, ...], Usage, str]:
        """Send, and settle what it cost before anything else can go wrong; a refusal costs nothing."""
        payment.leave()
        try:
            texts, usage, model = read_completion(await self._post(arguments), n)
        except Retryable as error:
            payment.settle(None if error.untold else error.usage)
            raise
        except (EndpointError, StopRun, _Learned):
            payment.settle(Usage())
            raise
        payment.settle(usage if usage.prompt_tokens else None)
        if "logprobs" in arguments:
            check_given(texts)
        return texts, usage, model

    def _choose_sending(self, request: ChatRequest) -> dict[str, Any]:
        """How this request goes out, after what is known of the endpoint."""
        alone = not self._options.send_n or self._learnt.get("n") is False
        mode = self._options.reply_mode
        if mode == "auto":
            mode = self._learnt.get("reply_mode", "json_schema")
        return {"n": 1 if alone else request.n, "mode": mode if request.schema else "text"}

    async def _post(self, arguments: dict[str, Any]) -> bytes:
        """One HTTP request; raises Retryable, _Learned, EndpointError or StopRun."""
        try:
            async with asyncio.timeout(self._options.timeout_s):
                # `chat.completions.create` would check its arguments against the client's types, which costs
                # as much CPU as the request itself; and its raw form still a quarter of that.
                reply = await self._client.post(
                    "/chat/completions", cast_to=HttpxBinaryResponseContent, body=arguments
                )
                return reply.content
        except openai.APIStatusError as error:
            feature = find_refused_feature(error, arguments)
            if feature is not None and self._give_up(feature, arguments):
                raise _Learned from error
            raise classify_status(error, arguments, self._options) from error
        except (openai.APIConnectionError, aiohttp.ClientError, OSError) as error:
            raise describe_connection(error, self._options) from error

    def _give_up(self, feature: Feature, arguments: Mapping[str, Any]) -> bool:
        """Learn to do without a refused feature; False where only the user can decide."""
        if feature == "n":
            self._learn("n", False)
            return True
        if self._options.reply_mode != "auto":
            return False
        refused = _MODES.index(arguments["response_format"]["type"])
        known = _MODES.index(self._learnt.get("reply_mode", _MODES[0]))
        self._learn("reply_mode", _MODES[max(refused + 1, known)])
        return True

    def _learn(self, name: str, value: Any) -> None:
        if self._learnt.get(name) != value:
            self._learn_outside(name, value)
            self._learnt[name] = value

    async def _is_alive(self) -> bool:
        return await is_alive(self._client, self._options.timeout_s)


class _Learned(Exception):
    """The request was refused for a feature that the next one does without."""
