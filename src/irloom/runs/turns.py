"""Turns: what the journal and the transcripts keep of a call, and how they are read back."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from irloom.errors import ModelReplyError, SourceError
from irloom.ports import Ask, ChatReply, ChatRequest, Place, ReplyText
from irloom.records import TASKS, Fault
from irloom.runs.journal import Turn

T = TypeVar("T")

_STAGE_ORDER = {"source": 0, "translate": 0, "filter": 1, "score": 2, "write": 3, "judge": 4, "mine": 5}


def has_no_error(turn: Turn) -> bool:
    """Whether the call ended well."""
    return "error" not in turn


def describe_request(ask: Ask, request: ChatRequest) -> Turn:
    """What is kept of a chat call before it is answered."""
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
    }
    return turn | {"images": list(ask.images)} if ask.images else turn


def describe_reply(reply: ChatReply) -> Turn:
    """What is kept of the answer."""
    reasons = [text.finish_reason for text in reply.texts]
    turn: Turn = {
        "reply": [text.text for text in reply.texts],
        "finish_reason": next((reason for reason in reasons if reason != "stop"), "stop"),
        "finish_reasons": reasons,
        "usage": reply.usage.model_dump(),
        "model": reply.model,
        "sent": dict(reply.sent),
        "latency_ms": reply.latency_ms,
    }
    if any(text.thinking for text in reply.texts):
        turn["thinking"] = [text.thinking for text in reply.texts]
    return turn


def texts_of(turn: Turn) -> list[ReplyText]:
    """The texts of a recorded chat call, as they came."""
    thinking = turn.get("thinking") or [None] * len(turn["reply"])
    rows = zip(turn["reply"], turn["finish_reasons"], thinking, strict=True)
    return [ReplyText(text=text, finish_reason=reason, thinking=thought) for text, reason, thought in rows]


def read_all(texts: Sequence[ReplyText], read: Callable[[ReplyText], T]) -> tuple[tuple[T, ...], list[str]]:
    """What could be read of some texts, and what was wrong with the others."""
    values: list[T] = []
    problems: list[str] = []
    for text in texts:
        try:
            values.append(read(text))
        except ModelReplyError as error:
            problems.append(str(error))
    return tuple(values), problems


def fault_at(place: Place, error: str, message: str) -> Fault:
    """The fault that an error at a place means; an unreadable input is the source's, wherever it shows."""
    stage = "source" if error == SourceError.__name__ else place.stage
    return Fault(
        stage=stage, error=error, message=message, caption=place.caption, task=place.task, round=place.round
    )


def flow_order(turn: Turn) -> tuple[Any, ...]:
    """Sorts turns by the course of the flow, whatever the order of their arrival."""
    task = TASKS.index(turn["task"]) if turn["task"] else -1
    caption = -1 if turn["caption"] is None else turn["caption"]
    stage = _STAGE_ORDER[turn["stage"]]
    return (task, turn["round"] or 0, stage, caption, turn["repair"], turn["index"])
