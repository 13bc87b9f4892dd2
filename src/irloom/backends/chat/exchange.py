"""One request and what comes of it: a completion, something to wait for, or an error, paid in any case."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import openai
from openai import AsyncOpenAI, HttpxBinaryResponseContent

from irloom.backends.chat.complaints import Complained, Complaint, hear
from irloom.backends.chat.completions import Completion, read_completion
from irloom.backends.chat.learning import Learnt
from irloom.backends.chat.logprobs import check_given
from irloom.backends.chat.redaction import Redaction
from irloom.backends.chat.refusals import Retryable, classify, describe_connection
from irloom.errors import EndpointError, ModelReplyError, StopRun
from irloom.options import OpenAIOptions
from irloom.protocols import ChatRequest, Payment, Usage


class Again(Exception):
    """To be asked once more, otherwise; what was paid so far is in it."""

    def __init__(self, usage: Usage) -> None:
        super().__init__()
        self.usage = usage


class Exchange:
    """Sends requests to one endpoint, and learns from what it refuses."""

    def __init__(self, client: AsyncOpenAI, options: OpenAIOptions, learnt: Learnt) -> None:
        self._client = client
        self._options = options
        self._learnt = learnt
        self._redaction = Redaction.of(options)

    async def buy(
        self, request: ChatRequest, arguments: dict[str, Any], n: int, payment: Payment
    ) -> Completion:
        """Send, and settle what it cost before anything else can go wrong; a refusal costs nothing."""
        payment.leave()
        try:
            limit = arguments.get(self._options.tokens_parameter)
            body = await self._post(arguments, request.prompt.name)
            found = read_completion(body, n, limit, takes_empty=request.takes_empty)
        except Complained as error:
            payment.settle(None if error.untold else error.usage)
            raise self._sort(error.complaint, arguments, request.prompt.name, error) from error
        except Retryable as error:
            payment.settle(None if error.untold else error.usage)
            raise
        except (EndpointError, StopRun, Again):
            payment.settle(Usage())
            raise
        payment.settle(found.usage if found.usage.prompt_tokens else None)
        found = self._clean(found)
        if "logprobs" in arguments:
            check_given(found.texts)
        return found

    async def _post(self, arguments: dict[str, Any], prompt: str) -> bytes:
        """One HTTP request; raises Retryable, Again, EndpointError or StopRun."""
        try:
            async with asyncio.timeout(self._options.timeout_s):
                # `chat.completions.create` would check its arguments against the client's types, which costs
                # as much CPU as the request itself; and its raw form still a quarter of that.
                reply = await self._client.post(
                    "/chat/completions", cast_to=HttpxBinaryResponseContent, body=arguments
                )
                return reply.content
        except openai.APIStatusError as error:
            raise self._sort(hear(error), arguments, prompt) from error
        except (openai.APIConnectionError, aiohttp.ClientError, OSError) as error:
            raise describe_connection(error, self._options) from error

    def _clean(self, found: Completion) -> Completion:
        """Once more after the parts of a stream or a list were joined, which may have split a secret."""
        clean = self._redaction.clean
        texts = (
            one.model_copy(update={"text": clean(one.text), "thinking": one.thinking and clean(one.thinking)})
            for one in found.texts
        )
        return found._replace(texts=tuple(texts), model=clean(found.model))

    def _sort(
        self,
        complaint: Complaint,
        arguments: Mapping[str, Any],
        prompt: str,
        paid: Complained | None = None,
    ) -> Exception:
        """What a complaint comes to, be it told by a status or inside a reply."""
        if self._learnt.do_without(complaint, arguments):
            return Again(paid.usage if paid else Usage())
        sorted_as = classify(complaint, arguments, self._options, prompt)
        if paid is None or isinstance(sorted_as, StopRun):
            return sorted_as
        if isinstance(sorted_as, EndpointError) and complaint.status != 200:
            return ModelReplyError(str(sorted_as), paid.usage.model_dump())
        kind = sorted_as.kind if isinstance(sorted_as, Retryable) else "unusable"
        said = f"the endpoint's reply holds no choice: {complaint.text[:300]}"
        wait_s = complaint.retry_after_s
        return Retryable(said, kind=kind, retry_after_s=wait_s, usage=paid.usage, untold=paid.untold)
