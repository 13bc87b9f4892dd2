"""One attempt at one sample: what it does is replayed if it is recorded, else done and recorded first."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

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
    files_of,
    read_all,
    reads_well,
    spent_by_agent,
    texts_of,
)
from irloom.errors import ModelReplyError, SampleError
from irloom.protocols import Ask, ChatReply, ChatRequest, Place, ReplyText, Usage, read_finally
from irloom.records import Fault

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound=BaseModel)
Order = Callable[[Turn], Any]


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


@dataclass(frozen=True, slots=True)
class Reusable:
    """The calls of one sample in an older run, by key, over its attempts there."""

    turns: Mapping[str, Turn]
    attempts: int


@dataclass(frozen=True, slots=True)
class Act(Generic[T_co]):
    """Something that a node does beside asking: at most once for a place and a content."""

    place: Place
    content: Mapping[str, Any]
    """What decides the result; a part of the key."""
    work: Callable[[int], Awaitable[Turn]]
    """Does it with a seed, and says what is kept of it; raises SampleError only.

    Under `result` files are named by convention: `image` with its `sha256`, any other `NAME` with its
    `NAME_sha256`. A replay is good only while they are there unchanged.
    """
    read: Callable[[Turn], T_co]
    """Takes the result out of what was kept."""


def result_as(kind: type[R]) -> Callable[[Turn], R]:
    """Read what an act kept under `result` as a row."""
    return lambda turn: kind.model_validate(turn["result"])


class Session:
    """What the nodes of all flows may do in one attempt at one sample: ask, and act."""

    def __init__(
        self,
        sample: str,
        admission: Admission,
        run_seed: int,
        folders: Folders,
        models: Models,
        segment: Segment,
        order: Order,
        earlier: Mapping[str, Turn] | None = None,
        reusable: Reusable | None = None,
    ) -> None:
        """Begin an attempt; `order` sorts its turns as its flow runs, whatever the order of their arrival."""
        self.sample = sample
        self.attempt = admission.attempt
        self.refreshing = admission.refresh
        self.folders = folders
        self._run_seed = run_seed
        self._models = models
        self._segment = segment
        self._order = order
        self._own = segment.load()
        self._recorded = {**(earlier or {}), **self._own}
        self._reusable = reusable
        self._hashes: dict[str, str] = {}
        self._turns: list[Turn] = []

    @property
    def turns(self) -> list[Turn]:
        """The calls so far, in the order of the flow."""
        return sorted([*self._turns, *self._unused()], key=self._order)

    @property
    def _known(self) -> Collection[Turn]:
        """All recorded calls, those of a reused run too: among them a call finds its repair."""
        return [*self._recorded.values(), *(self._reusable.turns.values() if self._reusable else ())]

    @property
    def usage(self) -> dict[str, int | float]:
        """What this attempt paid; calls replayed from an earlier attempt are left out."""
        return sum(spent_by_agent(self.turns, self.attempt).values(), Usage()).model_dump()

    def hash_of(self, image: str) -> str:
        """The sha256 of a file that this attempt made, by its path in the run directory."""
        return self._hashes[image]

    async def act(self, act: Act[T]) -> T | Fault:
        """Do something, or take what is recorded of it."""
        call = self._call(act.place)
        turn = await self._recall_or_send(call, act.content, lambda: act.work(call.seed()), self._is_whole)
        if "error" in turn:
            return fault_at(act.place, turn["error"], turn["message"])
        self._hashes |= files_of(turn)
        return act.read(turn)

    async def ask(
        self, ask: Ask, read: Callable[[ReplyText], T], finish: Callable[[ReplyText], object] | None = None
    ) -> tuple[T, ...] | Fault:
        """Ask, and read each reply; see `irloom.protocols.Asking`."""
        finish = finish or read_finally(read)

        def is_good(turn: Turn) -> bool:
            return reads_well(turn, read, finish, self._known)

        texts = await self._collect(ask, is_good)
        if isinstance(texts, Fault):
            return texts
        values, problems = read_all(texts, read)
        return values if values else fault_at(ask.place, ModelReplyError.__name__, problems[0])

    async def _collect(self, ask: Ask, is_good: Callable[[Turn], bool]) -> list[ReplyText] | Fault:
        """`n` replies: in one request as far as the endpoint goes, the rest one by one, side by side."""
        first = await self._chat(ask, 0, ask.n, is_good)
        if isinstance(first, Fault) or len(first) >= ask.n:
            return first
        rest = await asyncio.gather(*(self._chat(ask, at, 1, is_good) for at in range(len(first), ask.n)))
        fault = next((reply for reply in rest if isinstance(reply, Fault)), None)
        return fault or [*first, *(text for reply in rest if not isinstance(reply, Fault) for text in reply)]

    async def _chat(
        self, ask: Ask, index: int, n: int, is_good: Callable[[Turn], bool]
    ) -> list[ReplyText] | Fault:
        seat = ask.seat or ask.place.agent
        call, chat = self._call(ask.place, index), self._models.chats[seat]
        request = self._describe(ask, call.seed(), n)

        async def send() -> Turn:
            return describe_reply(await self._pay(seat, request))

        hashes = tuple(self._hashes[image] for image in ask.images)
        content = describe_ask(ask, chat.model, chat.parameters, hashes)
        turn = await self._recall_or_send(call, content, send, is_good, describe_request(ask, request))
        return fault_at(ask.place, turn["error"], turn["message"]) if "error" in turn else texts_of(turn)

    def _describe(self, ask: Ask, seed: int, n: int) -> ChatRequest:
        return ChatRequest(
            ask.prompt,
            seed,
            n,
            temperature=ask.temperature,
            max_tokens=ask.max_tokens,
            schema=ask.schema,
            images=tuple(self.folders.root / image for image in ask.images),
            top_logprobs=ask.top_logprobs,
            longest=ask.longest,
            takes_empty=ask.takes_empty,
        )

    async def _pay(self, seat: str, request: ChatRequest) -> ChatReply:
        """Ask, and put on the usage of the answer what it cost."""
        chat, price = self._models.chats[seat], self._models.prices.get(seat)
        try:
            reply = await chat.chat(request)
        except ModelReplyError as error:
            error.usage = charge(Usage.model_validate(error.usage), price).model_dump()
            raise
        return reply.model_copy(update={"usage": charge(reply.usage, price)})

    def _call(self, place: Place, index: int = 0) -> CallId:
        """The name of a call of this attempt."""
        return CallId(self._run_seed, self.sample, self.attempt, place, index)

    async def _recall_or_send(
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
        if turn is not None and self._holds_files(turn):
            return turn
        for attempt in range(self.attempt - 1, 0, -1):
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
            if turn is None or not self._bring_files(turn) or not is_good(turn):
                continue
            taken = {**turn, "key": call.key(content), "paid_in": 0}
            self._segment.record(taken)
            return taken
        return None

    def _bring_files(self, turn: Turn) -> bool:
        """Copy the files of a reused call, if the other run still has them."""
        assert self.folders.reuse is not None
        files = files_of(turn)
        if any(hash_file(self.folders.reuse / name) != digest for name, digest in files.items()):
            return False
        for name in files:
            keep_bytes(self.folders.root, name, (self.folders.reuse / name).read_bytes())
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

    def _unused(self) -> list[Turn]:
        """Calls that an earlier start of this attempt paid for and this one did not ask again.

        They stay in the transcript and in the bill: settings were changed before anything was committed.
        """
        used = {turn["key"] for turn in self._turns}
        return [{**turn, "unused": True} for key, turn in self._own.items() if key not in used]

    def _is_whole(self, turn: Turn) -> bool:
        """Whether an act of an earlier attempt need not be done again."""
        return "error" not in turn and self._holds_files(turn)

    def _holds_files(self, turn: Turn) -> bool:
        """Whether the files that a recorded call made are there unchanged."""
        return all(hash_file(self.folders.root / name) == digest for name, digest in files_of(turn).items())
