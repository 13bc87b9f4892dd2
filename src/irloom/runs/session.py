"""One sample's calls: replayed where they are recorded, else sent, recorded and then returned."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from irloom.errors import ModelReplyError, SampleError, SourceError
from irloom.ports import (
    Ask,
    ChatModel,
    ChatReply,
    ChatRequest,
    Place,
    ReplyText,
    ScoringJob,
    Translation,
    TranslationJob,
    Unreadable,
    Usage,
)
from irloom.records import TASKS, Agent, Fault, Infrared, Sample
from irloom.runs.batching import Batcher
from irloom.runs.commits import Admission, now
from irloom.runs.images import hash_file, keep_image
from irloom.runs.journal import Segment, Turn
from irloom.runs.keys import CallId, describe_ask
from irloom.runs.storage import safe_name

T = TypeVar("T")

_STAGE_ORDER = {"source": 0, "translate": 0, "filter": 1, "score": 2, "write": 3, "judge": 4, "mine": 5}
_TRANSLATE = Place("caption", "translate", "translate")


class Sends:
    """The calls in flight of a whole run; a cancelled graph leaves them to finish and be recorded."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.closed = False

    async def shield(self, call: Coroutine[Any, Any, T]) -> T:
        """Run a call so that cancelling the caller does not cancel it."""
        if self.closed:
            call.close()
            raise asyncio.CancelledError
        task = asyncio.create_task(call)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def drain(self, grace_s: float) -> None:
        """Start nothing more; give what is in flight (and paid) some time to come back, then cancel it."""
        self.closed = True
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Models:
    """The backends of a run, batched where they work on an accelerator."""

    chats: Mapping[Agent, ChatModel]
    translator: str
    translations: Batcher[TranslationJob, Translation]
    scorer: str
    scores: Batcher[ScoringJob, tuple[float, ...]]
    sends: Sends = field(default_factory=Sends)

    async def close(self) -> None:
        """Free connections and threads."""
        for chat in set(self.chats.values()):
            await chat.close()
        await self.translations.close()
        await self.scores.close()


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run's files and the user's visible images lie."""

    root: Path
    images: Path


class Session:
    """The `Calls` of one attempt at one sample."""

    def __init__(
        self,
        sample: Sample,
        admission: Admission,
        run_seed: int,
        folders: Folders,
        models: Models,
        segment: Segment,
        earlier: Mapping[str, Turn] | None = None,
    ) -> None:
        self._sample = sample
        self._attempt = admission.attempt
        self._run_seed = run_seed
        self._folders = folders
        self._models = models
        self._segment = segment
        self._recorded = {**(earlier or {}), **segment.load()}
        self._hashes: dict[str, str] = {}
        self._turns: list[Turn] = []

    @property
    def turns(self) -> list[Turn]:
        """The calls so far, in the order of the flow rather than of their arrival."""
        return sorted(self._turns, key=_flow_order)

    @property
    def usage(self) -> dict[str, int]:
        """What this attempt paid; calls replayed from an earlier attempt are left out."""
        total = Usage()
        for turn in self._turns:
            if "usage" in turn and turn.get("paid_in", self._attempt) == self._attempt:
                total += Usage.model_validate(turn["usage"])
        return total.model_dump()

    async def ask(self, ask: Ask, read: Callable[[ReplyText], T]) -> tuple[T, ...] | Fault:
        """Ask, and read each reply; see `irloom.ports.Calls`."""
        texts = await self._collect(ask, read)
        if isinstance(texts, Fault):
            return texts
        values, problems = _read_all(texts, read)
        return values if values else _fault(ask.place, ModelReplyError(problems[0]))

    async def translate(self) -> Infrared | Fault:
        """Make this sample's infrared image, or find the recorded one if its bytes are unchanged."""
        source = self._folders.images / self._sample.image
        call = self._call(_TRANSLATE)
        content = {
            "translator": self._models.translator,
            "image": await asyncio.to_thread(hash_file, source),
        }

        async def send() -> Turn:
            boxes = self._sample.boxes
            job = TranslationJob(source, boxes, call.seed(), self._sample.width, self._sample.height)
            made = await self._models.translations.run(job)
            kept = await asyncio.to_thread(
                keep_image, self._folders.root, safe_name(self._sample.id), made, self._models.translator
            )
            return {
                "model": self._models.translator,
                "parameters": {"seed": job.seed},
                "result": kept.model_dump(),
            }

        turn = await self._recall_or_send(call, content, send, self._holds_image)
        if "error" in turn:
            return _fault_of(_TRANSLATE, turn)
        infrared = Infrared.model_validate(turn["result"])
        self._hashes[infrared.image] = infrared.sha256
        return infrared

    async def score(self, caption: int, image: str, texts: Sequence[str]) -> tuple[float, ...] | Fault:
        """Score texts against an image of the run directory."""
        place = Place("caption", "score", "score", caption=caption)
        content = {"scorer": self._models.scorer, "image": self._hashes[image], "texts": list(texts)}

        async def send() -> Turn:
            job = ScoringJob(self._folders.root / image, tuple(texts), self._sample.boxes)
            return {"model": self._models.scorer, "scores": await self._models.scores.run(job)}

        turn = await self._recall_or_send(self._call(place), content, send, _has_no_error)
        return _fault_of(place, turn) if "error" in turn else tuple(turn["scores"])

    async def _collect(self, ask: Ask, read: Callable[[ReplyText], Any]) -> list[ReplyText] | Fault:
        """`n` replies: in one request as far as the endpoint goes, the rest one by one, side by side."""
        first = await self._chat(ask, 0, ask.n, read)
        if isinstance(first, Fault):
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
        chat = self._models.chats[ask.place.agent]
        call = self._call(ask.place, index)
        hashes = tuple(self._hashes[image] for image in ask.images)

        async def send() -> Turn:
            images = tuple(self._folders.root / image for image in ask.images)
            request = ChatRequest(
                ask.prompt, call.seed(), n, temperature=ask.temperature, schema=ask.schema, images=images
            )
            return _record_reply(request, ask, await chat.chat(request))

        def is_good(turn: Turn) -> bool:
            values = () if "error" in turn else _read_all(_texts(turn), read)[0]
            return any(not isinstance(value, Unreadable) for value in values)

        content = describe_ask(ask, chat.model, chat.parameters, hashes)
        turn = await self._recall_or_send(call, content, send, is_good)
        return _fault_of(ask.place, turn) if "error" in turn else _texts(turn)

    def _call(self, place: Place, index: int = 0) -> CallId:
        return CallId(self._run_seed, self._sample.id, self._attempt, place, index)

    async def _recall_or_send(
        self,
        call: CallId,
        content: Mapping[str, Any],
        send: Callable[[], Awaitable[Turn]],
        is_good: Callable[[Turn], bool],
    ) -> Turn:
        turn = self._recall(call, content, is_good)
        if turn is None:
            turn = await self._models.sends.shield(self._send(call, content, send))
        self._turns.append(turn)
        return turn

    def _recall(
        self, call: CallId, content: Mapping[str, Any], is_good: Callable[[Turn], bool]
    ) -> Turn | None:
        """The recorded turn; one of an earlier attempt only if it was good."""
        key = call.key(content)
        turn = self._recorded.get(key)
        if turn is not None and ("result" not in turn or self._holds_image(turn)):
            return turn
        for attempt in range(self._attempt - 1, 0, -1):
            turn = self._recorded.get(replace(call, attempt=attempt).key(content))
            if turn is not None and is_good(turn):
                return {**turn, "key": key, "paid_in": turn.get("paid_in", attempt)}
        return None

    async def _send(
        self, call: CallId, content: Mapping[str, Any], send: Callable[[], Awaitable[Turn]]
    ) -> Turn:
        started = time.perf_counter()
        try:
            outcome = await send()
        except SampleError as error:
            outcome = {"error": type(error).__name__, "message": str(error)}
            if isinstance(error, ModelReplyError) and error.usage:
                outcome["usage"] = error.usage
        place = call.place
        turn: Turn = {
            "agent": place.agent,
            "node": place.node,
            "stage": place.stage,
            "caption": place.caption,
            "task": place.task,
            "round": place.round,
            "index": call.index,
            "repair": place.repair,
            "key": call.key(content),
            **outcome,
        }
        turn.setdefault("latency_ms", round((time.perf_counter() - started) * 1000, 1))
        turn["time"] = now()
        self._segment.record(turn)
        return turn

    def _holds_image(self, turn: Turn) -> bool:
        result = turn.get("result")
        return result is not None and hash_file(self._folders.root / result["image"]) == result["sha256"]


def _has_no_error(turn: Turn) -> bool:
    return "error" not in turn


def _record_reply(request: ChatRequest, ask: Ask, reply: ChatReply) -> Turn:
    reasons = [text.finish_reason for text in reply.texts]
    turn: Turn = {
        "prompt": request.prompt.name,
        "digest": request.prompt.digest,
        "fields": dict(request.prompt.fields),
        "parameters": {
            "n": ask.n,
            "temperature": request.temperature,
            "seed": request.seed,
            "schema": request.schema.name if request.schema else None,
        },
        "reply": [text.text for text in reply.texts],
        "finish_reason": next((reason for reason in reasons if reason != "stop"), "stop"),
        "finish_reasons": reasons,
        "usage": reply.usage.model_dump(),
        "model": reply.model,
        "sent": dict(reply.sent),
        "latency_ms": reply.latency_ms,
    }
    if ask.images:
        turn["images"] = list(ask.images)
    if any(text.thinking for text in reply.texts):
        turn["thinking"] = [text.thinking for text in reply.texts]
    return turn


def _texts(turn: Turn) -> list[ReplyText]:
    thinking = turn.get("thinking") or [None] * len(turn["reply"])
    rows = zip(turn["reply"], turn["finish_reasons"], thinking, strict=True)
    return [ReplyText(text=text, finish_reason=reason, thinking=thought) for text, reason, thought in rows]


def _read_all(texts: Sequence[ReplyText], read: Callable[[ReplyText], T]) -> tuple[tuple[T, ...], list[str]]:
    values: list[T] = []
    problems: list[str] = []
    for text in texts:
        try:
            values.append(read(text))
        except ModelReplyError as error:
            problems.append(str(error))
    return tuple(values), problems


def _fault(place: Place, error: SampleError) -> Fault:
    stage = "source" if isinstance(error, SourceError) else place.stage
    name = type(error).__name__
    return Fault(
        stage=stage, error=name, message=str(error), caption=place.caption, task=place.task, round=place.round
    )


def _fault_of(place: Place, turn: Turn) -> Fault:
    stage = "source" if turn["error"] == SourceError.__name__ else place.stage
    return Fault(
        stage=stage,
        error=turn["error"],
        message=turn["message"],
        caption=place.caption,
        task=place.task,
        round=place.round,
    )


def _flow_order(turn: Turn) -> tuple[Any, ...]:
    task = TASKS.index(turn["task"]) if turn["task"] else -1
    caption = -1 if turn["caption"] is None else turn["caption"]
    stage = _STAGE_ORDER[turn["stage"]]
    return (task, turn["round"] or 0, stage, caption, turn["repair"], turn["index"])
