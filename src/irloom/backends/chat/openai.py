"""Chat over any compatible endpoint, with the `openai` client.

The client's own retries are off: retries are counted, paced and recorded here. The first request
goes alone and probes the endpoint, so that a wrong key costs one request. What the endpoint teaches
(it ignores `n`, it knows no JSON schema) is handed to `learn` before it is relied on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from irloom.addresses import strip_credentials
from irloom.backends.chat.beginnings import Beginning, Kind
from irloom.backends.chat.client import open_client
from irloom.backends.chat.completions import (
    THINK_LESS,
    Completion,
    build_arguments,
    build_messages,
)
from irloom.backends.chat.exchange import Again, Exchange
from irloom.backends.chat.facts import Facts, read_facts
from irloom.backends.chat.learning import Learnt
from irloom.backends.chat.limiter import LimiterClosed, Permit
from irloom.backends.chat.living import find_other_address, is_alive
from irloom.backends.chat.pacing import Pacer, Tally
from irloom.backends.chat.probation import Probation
from irloom.backends.chat.refusals import Retryable
from irloom.backends.chat.uncapped import Uncapped
from irloom.errors import (
    BrokenReply,
    ContentRefused,
    EndpointError,
    EndpointRefused,
    ModelReplyError,
    StopRun,
)
from irloom.options import OpenAIOptions
from irloom.protocols import ChatReply, ChatRequest, Payment, Purse, Usage
from irloom.repetition import find_loop


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
            **_name_set(options),
        }
        self._options = options
        self._learnt = Learnt(options, learnt or {}, learn)
        self._purse = purse or Uncapped()
        self._probation = Probation()
        self._beginning = Beginning()
        self._held = False
        self._stopped: StopRun | None = None
        self._client = open_client(options)
        self._exchange = Exchange(self._client, options, self._learnt)
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
                if not tally.usage.requests:
                    raise
                kind = ModelReplyError if _says_nothing(error) else BrokenReply
                raise kind(str(error), tally.usage.model_dump()) from error

    async def read_facts(self) -> Facts:
        """What the server tells of itself."""
        return await read_facts(self._client, self.model)

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
        """Until one reply could be read, one request at a time: a wrong key costs one request.

        Whoever still waits when the run must stop is refused.
        """
        async with tally.probing:
            await self._probation.wait(tally.probing)
            try:
                self._refuse_if_stopped()
                yield
            except StopRun as error:
                self._stop(error)
                raise
            finally:
                self._probation.over = self._probation.over or self._beginning.over

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
            n = self._learnt.choose_sending(request)["n"]  # what is learnt while it waits only makes it less
            try:
                async with self._purse.reserve(request, n) as payment:
                    with await self._pacer.enter(tally) as permit:
                        return await self._answer(request, tally, permit, payment)
            except LimiterClosed:
                self._refuse_if_stopped()
                raise asyncio.CancelledError from None
            except Retryable as error:
                tally.usage += error.usage
                if error.untold:
                    tally.untold.append(payment)
                if error.kind == "busy":
                    self._probation.over = True  # a wrong key is not told to slow down
                    await tally.probing.aclose()
                await self._pacer.react(error, tally)
            except Again as again:
                tally.usage += again.usage
                tally.goes_first = True

    async def _answer(
        self, request: ChatRequest, tally: Tally, permit: Permit, payment: Payment
    ) -> ChatReply:
        """Ask once; the messages (with images in them) are built now, and not while it waited."""
        messages = await build_messages(request)
        sent = self._learnt.choose_sending(request, bounded=not tally.unbounded)
        try:
            arguments = build_arguments(self._options, request, messages, sent)
            found = await self._exchange.buy(request, arguments, sent["n"], payment)
            if len(found.texts) < sent["n"]:
                self._learnt.learn("n", False)
        except Retryable as error:
            self._pacer.note_trouble(error, permit)
            await self._judge_beginning(error, tally)
            raise
        except EndpointError as error:
            self._pacer.circuit.answer(permit.sent_s)
            await self._judge_beginning(error, tally)
            raise
        except Again:
            self._pacer.circuit.answer(permit.sent_s)
            raise
        except StopRun as error:
            better = await self._point_elsewhere(error)
            self._stop(better)  # before the place is given back to somebody who would meet the same
            raise better from error.__cause__
        slow = not self._beginning.over and self._pacer.limiter.is_slow(permit)
        self._pacer.note_reply(permit)
        if slow:
            await self._mind_slots()
        self._settle_untold(tally, found.usage)
        self._judge_thinking(found)
        self._ask_again_if_cut(found, sent, tally)
        taken_s = asyncio.get_running_loop().time() - (tally.started_s or permit.sent_s)
        return ChatReply(
            texts=found.texts,
            usage=found.usage + tally.usage,
            model=found.model or self.model,
            latency_ms=round(taken_s * 1000, 1),
            sent={**sent, "retries": tally.retries},
        )

    async def _mind_slots(self) -> None:
        """Let no more wait at a slow server than it has slots, where it says how many it has."""
        if self._options.base_url is None:
            return
        slots = (await self.read_facts()).slots
        if slots is not None:
            self._pacer.limiter.bound(2 * slots)

    def _settle_untold(self, tally: Tally, usage: Usage) -> None:
        """Take what the answer cost for what its lost forerunners did, which count at their worst so far."""
        if usage.prompt_tokens:
            for payment in tally.untold:
                payment.settle(usage)
            tally.untold.clear()

    async def _judge_beginning(self, error: Retryable | EndpointError, tally: Tally) -> None:
        """Stop the run where none of the first answers can be used, and say where it may ask instead."""
        if self._beginning.over:
            return
        stop: StopRun | None
        if isinstance(error, EndpointError):
            if isinstance(error, ContentRefused):
                return
            stop = self._beginning.note("refused", str(error))
        elif error.kind == "unusable":
            stop = await self._find_elsewhere(str(error))
            kind: Kind = "thinking" if error.advice else "empty" if error.usage.prompt_tokens else "unusable"
            stop = stop or self._beginning.note(kind, str(error), error.advice, tally)
        else:
            stop = self._beginning.note("late", str(error), error.advice) if error.kind == "late" else None
        if stop is not None:
            self._stop(stop)
            raise stop from error

    def _judge_thinking(self, found: Completion) -> None:
        """Learn that the model thinks; stop the run where that is all that its first replies hold."""
        cut = all(not one.text.strip() and one.finish_reason in {"length", "context"} for one in found.texts)
        if cut or any(one.thinking for one in found.texts):
            self._learnt.learn("thinks", True)
        if not cut:
            self._beginning.end()
            return
        said = "its thoughts used up the tokens of the reply, and no answer came"
        advice = f"raise `max_tokens` under [chat] (--reply-tokens in evaluations), or {THINK_LESS}"
        if stop := self._beginning.note("thinking", said, advice):
            self._stop(stop)
            raise stop

    def _ask_again_if_cut(self, found: Completion, sent: Mapping[str, Any], tally: Tally) -> None:
        """What a bound of ours cut is asked for once more at the user's `max_tokens`, but not a loop."""
        cut = [one for one in found.texts if one.finish_reason == "length"]
        all_cut = len(cut) == len(found.texts)
        if "max_tokens" in sent and all_cut and not any(find_loop(one.text) for one in cut):
            tally.unbounded = True
            raise Again(found.usage)

    async def _point_elsewhere(self, error: StopRun) -> StopRun:
        """The error with the right address in it, where a path was refused and another one answers."""
        if not isinstance(error, EndpointRefused) or "--base-url" not in str(error):
            return error
        return await self._find_elsewhere(str(error)) or error

    async def _find_elsewhere(self, said: str) -> EndpointRefused | None:
        if self._beginning.over or (base_url := self._options.base_url) is None:
            return None
        other = await find_other_address(self._client, base_url)
        if other is None:
            return None
        return EndpointRefused(
            f"{said.rstrip('.')}. An endpoint answers at {strip_credentials(other)}: give that as --base-url."
        )

    async def _is_alive(self) -> bool:
        return await is_alive(self._client, self._options.timeout_s)


def _name_set(options: OpenAIOptions) -> dict[str, Any]:
    """Options that decide replies and came later: part of a key only where they are set."""
    named = {"extra_body": options.extra_body, "service_tier": options.service_tier}
    return {name: value for name, value in named.items() if value}


def _says_nothing(error: EndpointError) -> bool:
    """Whether a model answered, and there was nothing in its answer."""
    cause = error.__cause__
    return isinstance(cause, Retryable) and cause.kind == "unusable" and cause.usage.prompt_tokens > 0
