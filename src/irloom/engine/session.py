"""One sample's calls: replayed where they are recorded, else sent, recorded and then returned."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from irloom.engine.commits import now
from irloom.engine.images import hash_file, keep_bytes
from irloom.engine.journal import Segment, Turn
from irloom.engine.keys import CallId, describe_ask
from irloom.engine.models import Folders, Models
from irloom.engine.spending import charge
from irloom.engine.state import Admission
from irloom.engine.turns import (
    describe_place,
    describe_reply,
    describe_request,
    encodable,
    fault_at,
    flow_order,
    read_all,
    reads_well,
    texts_of,
)
from irloom.errors import ModelReplyError, SampleError
from irloom.protocols import Ask, ChatReply, ChatRequest, Place, ReplyText, Usage
from irloom.records import Fault, Seat

T = TypeVar("T")


class Unit(Protocol):
    """One unit of work of any flow."""

    @property
    def id(self) -> str:
        """Its name in the run."""
        ...

    @property
    def fault(self) -> Fault | None:
        """Why nothing can be made of it; None where something can."""
        ...


S = TypeVar("S", bound=Unit)
M = TypeVar("M", bound=Models)


@dataclass(frozen=True, slots=True)
class Reusable:
    """The calls of one sample in an older run, by key, over its attempts there."""

    turns: Mapping[str, Turn]
    attempts: int


class Session(Generic[S, M]):
    """What all flows may do in one attempt at one sample: ask. The calls of a flow add to it."""

    def __init__(
        self,
        sample: S,
        admission: Admission,
        run_seed: int,
        folders: Folders,
        models: M,
        segment: Segment,
        earlier: Mapping[str, Turn] | None = None,
        reusable: Reusable | None = None,
    ) -> None:
        self._sample = sample
        self._attempt = admission.attempt
        self._run_seed = run_seed
        self._folders = folders
        self._models = models
        self._segment = segment
        self._own = segment.load()
        self._recorded = {**(earlier or {}), **self._own}
        self._reusable = reusable
        self._hashes: dict[str, str] = {}
        self._turns: list[Turn] = []

    @property
    def turns(self) -> list[Turn]:
        """The calls so far, in the order of the flow rather than of their arrival."""
        return sorted([*self._turns, *self._unused()], key=flow_order)

    @property
    def usage(self) -> dict[str, int | float]:
        """What this attempt paid; calls replayed from an earlier attempt are left out."""
        total = Usage()
        for turn in self.turns:
            if "usage" in turn and turn.get("paid_in", self._attempt) == self._attempt:
                total += Usage.model_validate(turn["usage"])
        return total.model_dump()

    def _unused(self) -> list[Turn]:
        """Calls that an earlier start of this attempt paid for and this one did not ask again.

        They stay in the transcript and in the bill: settings were changed before anything was committed.
        """
        used = {turn["key"] for turn in self._turns}
        return [{**turn, "unused": True} for key, turn in self._own.items() if key not in used]

    async def ask(self, ask: Ask, read: Callable[[ReplyText], T]) -> tuple[T, ...] | Fault:
        """Ask, and read each reply; see `irloom.protocols.Calls`."""
        texts = await self._collect(ask, read)
        if isinstance(texts, Fault):
            return texts
        values, problems = read_all(texts, read)
        return values if values else fault_at(ask.place, ModelReplyError.__name__, problems[0])

    async def _collect(self, ask: Ask, read: Callable[[ReplyText], Any]) -> list[ReplyText] | Fault:
        """`n` replies: in one request as far as the endpoint goes, the rest one by one, side by side."""
        first = await self._chat(ask, 0, ask.n, read)
        if isinstance(first, Fault):
            return first
        if len(first) >= ask.n:
            return first
        missing = range(len(first), ask.n)
        rest = await asyncio.gather(*(self._chat(ask, index, 1, read) for index in missing))
        texts = list(first)
        for reply in rest:
            if isinstance(reply, Fault):
                return reply
            texts += reply
        return texts

    async def _chat(
        self, ask: Ask, index: int, n: int, read: Callable[[ReplyText], Any]
    ) -> list[ReplyText] | Fault:
        chat = self._models.chats[ask.place.seat]
        call = self.call(ask.place, index)
        hashes = tuple(self._hashes[image] for image in ask.images)
        request = ChatRequest(
            ask.prompt,
            call.seed(),
            n,
            temperature=ask.temperature,
            max_tokens=ask.max_tokens,
            schema=ask.schema,
            images=tuple(self._folders.root / image for image in ask.images),
            top_logprobs=ask.top_logprobs,
            longest=ask.longest,
        )

        async def send() -> Turn:
            return describe_reply(await self._pay(ask.place.seat, request))

        def is_good(turn: Turn) -> bool:
            return reads_well(turn, read, self._recorded.values())

        content = describe_ask(ask, chat.model, chat.parameters, hashes)
        turn = await self.recall_or_send(call, content, send, is_good, describe_request(ask, request))
        return fault_at(ask.place, turn["error"], turn["message"]) if "error" in turn else texts_of(turn)

    async def _pay(self, seat: Seat, request: ChatRequest) -> ChatReply:
        """Ask, and put on the usage of the answer what it cost."""
        chat, price = self._models.chats[seat], self._models.prices.get(seat)
        try:
            reply = await chat.chat(request)
        except ModelReplyError as error:
            error.usage = charge(Usage.model_validate(error.usage), price).model_dump()
            raise
        return reply.model_copy(update={"usage": charge(reply.usage, price)})

    def call(self, place: Place, index: int = 0) -> CallId:
        """The name of a call of this attempt."""
        return CallId(self._run_seed, self._sample.id, self._attempt, place, index)

    async def recall_or_send(
        self,
        call: CallId,
        content: Mapping[str, Any],
        send: Callable[[], Awaitable[Turn]],
        is_good: Callable[[Turn], bool],
        asked: Turn | None = None,
    ) -> Turn:
        """The recorded turn of a call if it is good, else what `send` makes, recorded."""
        turn = self._recall(call, content, is_good)
        if turn is None:
            turn = await self._models.sends.shield(self._send(call, content, send, asked or {}))
        self._turns.append(turn)
        return turn

    def _recall(
        self, call: CallId, content: Mapping[str, Any], is_good: Callable[[Turn], bool]
    ) -> Turn | None:
        """The recorded turn; one of an earlier attempt only if it was good."""
        key = call.key(content)
        turn = self._recorded.get(key)
        if turn is not None and ("result" not in turn or self.holds_files(turn)):
            return turn
        for attempt in range(self._attempt - 1, 0, -1):
            turn = self._recorded.get(replace(call, attempt=attempt).key(content))
            if turn is not None and is_good(turn):
                return {**turn, "key": key, "paid_in": turn.get("paid_in", attempt)}
        return self._take_over(call, content, is_good, self._reusable) if self._reusable else None

    def _take_over(
        self, call: CallId, content: Mapping[str, Any], is_good: Callable[[Turn], bool], reusable: Reusable
    ) -> Turn | None:
        """A good turn of the run that is reused, recorded as this run's own, which nothing was paid for."""
        for attempt in range(reusable.attempts, 0, -1):
            turn = reusable.turns.get(replace(call, attempt=attempt).key(content))
            if turn is None or ("result" in turn and not self._bring_files(turn)) or not is_good(turn):
                continue
            taken = {**turn, "key": call.key(content), "paid_in": 0}
            self._segment.record(taken)
            return taken
        return None

    def _bring_files(self, turn: Turn) -> bool:
        """Copy the files of a reused call, if the other run still has them."""
        assert self._folders.reuse is not None
        files = self.files_of(turn)
        if any(hash_file(self._folders.reuse / name) != digest for name, digest in files.items()):
            return False
        for name in files:
            keep_bytes(self._folders.root, name, (self._folders.reuse / name).read_bytes())
        return True

    async def _send(
        self, call: CallId, content: Mapping[str, Any], send: Callable[[], Awaitable[Turn]], asked: Turn
    ) -> Turn:
        started = time.perf_counter()
        try:
            outcome = await send()
        except SampleError as error:
            outcome = {"error": type(error).__name__, "message": encodable(str(error))}
            if isinstance(error, ModelReplyError) and error.usage:
                outcome["usage"] = error.usage
        turn: Turn = {
            **describe_place(call.place, call.index),
            "key": call.key(content),
            **asked,
            **outcome,
        }
        turn.setdefault("latency_ms", round((time.perf_counter() - started) * 1000, 1))
        turn["time"] = now()
        self._segment.record(turn)
        return turn

    def holds_files(self, turn: Turn) -> bool:
        """Whether a recorded call ended well, and the files that it made are there unchanged."""
        files = self.files_of(turn)
        return bool(files) and all(
            hash_file(self._folders.root / name) == digest for name, digest in files.items()
        )

    def files_of(self, turn: Turn) -> dict[str, str]:
        """The files that a recorded call made, by path in the run directory, with their sha256."""
        result = turn.get("result")
        return {result["image"]: result["sha256"]} if result else {}
