"""Draws pictures over the images route of any compatible endpoint, with the `openai` client.

As with chat, the client's own retries are off, the first request goes alone, and each is granted by the purse
of the run before it leaves.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import openai
from openai import HttpxBinaryResponseContent

from irloom.backends.chat.client import open_client
from irloom.backends.chat.complaints import hear
from irloom.backends.chat.limiter import LimiterClosed, Permit
from irloom.backends.chat.living import is_alive
from irloom.backends.chat.pacing import Pacer, Tally
from irloom.backends.chat.probation import Probation
from irloom.backends.chat.refusals import Retryable, classify, describe_connection, find_refused_feature
from irloom.backends.chat.uncapped import Uncapped
from irloom.backends.painters.drawings import read_drawing
from irloom.errors import BrokenReply, EndpointError, StopRun
from irloom.options import OpenAIOptions
from irloom.painter_options import ServedPainterOptions
from irloom.paintings import Painting, PaintingJob
from irloom.protocols import ChatRequest, Payment, Prompt, Purse, Usage


class _Again(Exception):
    """To be asked once more, otherwise; nothing was paid."""


class ServedPainter:
    """An ImagePainter over HTTP.

    Raises ConfigError for a missing key or a wrong address; when it paints, EndpointRefused where every text
    would be refused, and EndpointGone where nothing answers for `outage_s`.
    """

    def __init__(
        self,
        options: ServedPainterOptions,
        notify: Callable[[str], None] = lambda _: None,
        purse: Purse | None = None,
    ) -> None:
        self.name = options.model
        self._options = options
        shared = {name: getattr(options, name) for name in ServedPainterOptions.SHARED}
        self._endpoint = OpenAIOptions(model=options.model, extra_body={}, **shared)
        self._purse = purse or Uncapped()
        self._client = open_client(self._endpoint)
        self._pacer = Pacer(self._endpoint, str(self._client.base_url), self._is_alive, self._stop, notify)
        self._probation = Probation()
        self._asks_for_content = True
        """Whether it is told to give the picture itself, which some endpoints do in any case."""
        self._held = False
        self._stopped: StopRun | None = None

    async def paint(self, job: PaintingJob) -> Painting:
        """Draw one picture, asking again where that helps."""
        tally = Tally()
        async with AsyncExitStack() as alone:
            await self._probation.wait(alone)
            try:
                return await self._ask(job, tally)
            except EndpointError as error:
                if not tally.usage.requests:
                    raise
                raise BrokenReply(str(error), tally.usage.model_dump()) from error
            except StopRun as error:
                self._stop(error)
                raise

    def hold(self) -> None:
        """Send nothing more; what is on its way may still come back."""
        self._held = True
        self._pacer.stop()

    async def close(self) -> None:
        """Close the connections."""
        await self._pacer.close()
        await self._client.close()

    async def _ask(self, job: PaintingJob, tally: Tally) -> Painting:
        request = ChatRequest(Prompt("paint", "", "", job.text, {}), job.seed)
        while True:
            self._refuse_if_stopped()
            try:
                async with self._purse.reserve(request, 1) as payment:
                    with await self._pacer.enter(tally) as permit:
                        return await self._buy(job, tally, permit, payment)
            except LimiterClosed:
                self._refuse_if_stopped()
                raise asyncio.CancelledError from None
            except Retryable as error:
                tally.usage += error.usage
                await self._pacer.react(error, tally)
            except _Again:
                tally.goes_first = True

    async def _buy(self, job: PaintingJob, tally: Tally, permit: Permit, payment: Payment) -> Painting:
        """Ask once, and settle what it cost before anything else can go wrong; a refusal costs nothing."""
        payment.leave()
        try:
            body = await self._post(self._build_body(job))
        except (EndpointError, StopRun, _Again):
            payment.settle(Usage())
            self._pacer.circuit.answer(permit.sent_s)
            raise
        except Retryable as error:
            self._give_up(error, permit, payment)
            raise
        try:
            drawn = read_drawing(body)
        except Retryable as error:
            self._give_up(error, permit, payment)
            raise
        payment.settle(drawn.usage if drawn.usage.prompt_tokens else None)
        self._pacer.note_reply(permit)
        self._probation.over = True
        details = {"revised": drawn.revised} if drawn.revised else {}
        return Painting(drawn.content, drawn.model or self.name, details, drawn.usage + tally.usage)

    def _give_up(self, error: Retryable, permit: Permit, payment: Payment) -> None:
        payment.settle(None if error.untold else error.usage)
        self._pacer.note_trouble(error, permit)

    def _build_body(self, job: PaintingJob) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self._options.model, "prompt": job.text, "n": 1}
        if self._options.size is not None:
            body["size"] = self._options.size
        if self._asks_for_content:
            body["response_format"] = "b64_json"
        return body | dict(self._options.extra_body)

    async def _post(self, body: dict[str, Any]) -> bytes:
        """One HTTP request; raises Retryable, _Again, EndpointError or StopRun."""
        try:
            async with asyncio.timeout(self._options.timeout_s):
                reply = await self._client.post(
                    "/images/generations", cast_to=HttpxBinaryResponseContent, body=body
                )
                return reply.content
        except openai.APIStatusError as error:
            complaint = hear(error)
            if self._asks_for_content and find_refused_feature(complaint, body) == "response_format":
                self._asks_for_content = False
                raise _Again from error
            raise classify(complaint, body, self._endpoint, "paint") from error
        except (openai.APIConnectionError, aiohttp.ClientError, OSError) as error:
            raise describe_connection(error, self._endpoint) from error

    def _refuse_if_stopped(self) -> None:
        if self._held:
            raise asyncio.CancelledError
        if self._stopped is not None:
            raise type(self._stopped)(*self._stopped.args) from self._stopped

    def _stop(self, error: StopRun) -> None:
        self._stopped = self._stopped or error
        self._pacer.stop()

    async def _is_alive(self) -> bool:
        return await is_alive(self._client, self._options.timeout_s)
