"""Turns: what the journal and the transcripts keep of a call, and how they are read back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from irloom.engine.journal import Turn
from irloom.errors import ModelReplyError, RunDirError, SourceError
from irloom.inside import is_inside
from irloom.protocols import Ask, ChatReply, ChatRequest, Place, ReplyText, Unreadable, Usage
from irloom.records import Fault

T = TypeVar("T")

LONGEST_REPLY = 200_000
"""In characters: a long script, or the thoughts of a model that thinks aloud, takes less."""


def files_of(turn: Mapping[str, Any]) -> dict[str, str]:
    """The files that a recorded call made, by path in the run directory, with their sha256.

    RunDirError where one would lie elsewhere: who wrote that means to have it read or written.
    """
    result = turn.get("result") or {}
    hashes = {name: digest for name, digest in result.items() if name.endswith("sha256") and digest}
    return {
        _require_inside(result.get(name.removesuffix("sha256").removesuffix("_") or "image")): digest
        for name, digest in hashes.items()
    }


def phashes_of(turn: Mapping[str, Any]) -> dict[str, str]:
    """The perceptual hash of the picture that a recorded call made, by its path; empty where none is told."""
    result = turn.get("result") or {}
    name, code = result.get("image"), result.get("phash")
    return {name: code} if isinstance(name, str) and isinstance(code, str) else {}


def _require_inside(name: object) -> str:
    if isinstance(name, str) and is_inside(name):
        return name
    raise RunDirError(
        f"a recorded call says that it made the file {name!r}, which leads out of the run: irloom writes no "
        "such calls, so do not go on with this run."
    )


def describe_place(place: Place, index: int) -> Turn:
    """Where in the flow a call stands; `index` is that of its first reply."""
    turn: Turn = {
        "agent": place.agent,
        "node": place.node,
        "stage": place.stage,
        "caption": place.caption,
        "task": place.task,
        "round": place.round,
        "index": index,
        "repair": place.repair,
    }
    return turn if place.candidate is None else turn | {"candidate": place.candidate}


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
    if ask.seat:
        turn["seat"] = ask.seat
    bounds = {"max_tokens": request.max_tokens, "top_logprobs": request.top_logprobs}
    turn["parameters"] |= {name: value for name, value in bounds.items() if value}
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
    if any(text.first_tokens for text in reply.texts):
        turn["first_tokens"] = [text.first_tokens for text in reply.texts]
    return turn


def texts_of(turn: Turn) -> list[ReplyText]:
    """The texts of a recorded chat call, as they came."""
    count = len(turn["reply"])
    thinking, tokens = turn.get("thinking") or [None] * count, turn.get("first_tokens") or [()] * count
    rows = zip(turn["reply"], turn["finish_reasons"], thinking, tokens, strict=True)
    return [
        ReplyText(text=text, finish_reason=reason, thinking=thought, first_tokens=first)
        for text, reason, thought, first in rows
    ]


def spent_by_agent(turns: Sequence[Mapping[str, Any]], attempt: int) -> dict[str, Usage]:
    """What each agent's calls cost in an attempt; those replayed from an earlier one are left out."""
    spent: dict[str, Usage] = {}
    for turn in turns:
        if "usage" in turn and turn.get("paid_in", attempt) == attempt:
            seat = turn.get("seat") or turn["agent"]
            spent[seat] = spent.get(seat, Usage()) + Usage.model_validate(turn["usage"])
    return spent


def answered_by(turns: Sequence[Turn], agents: Collection[str], task: str | None = None) -> dict[str, str]:
    """The names that chat models gave themselves, by agent; of what all tasks share, and of one if named.

    Where a router had several models answer, all are named.
    """
    found: dict[str, set[str]] = {}
    for turn in turns:
        seat = str(turn.get("seat") or turn.get("agent"))
        if "reply" in turn and seat in agents and turn["task"] in {task, None}:
            found.setdefault(seat, set()).add(turn["model"])
    return {agent: ", ".join(sorted(names)) for agent, names in sorted(found.items())}


def read_all(texts: Sequence[ReplyText], read: Callable[[ReplyText], T]) -> tuple[tuple[T, ...], list[str]]:
    """What could be read of some texts, and what was wrong with the others."""
    values: list[T] = []
    problems: list[str] = []
    for text in texts:
        try:
            _refuse_endless(text)
            values.append(read(text))
        except ModelReplyError as error:
            problems.append(str(error))
    return tuple(values), problems


def _refuse_endless(text: ReplyText) -> None:
    if (length := len(text.text)) > LONGEST_REPLY:
        raise ModelReplyError(
            f"the reply has {length:,} characters, more than the {LONGEST_REPLY:,} that any prompt could ask "
            "for: it is not read; bound what the model writes with `max_tokens`"
        )


def fault_at(place: Place, error: str, message: str) -> Fault:
    """The fault that an error at a place means; an unreadable input is the source's, wherever it shows."""
    stage = "source" if error == SourceError.__name__ else place.stage
    return Fault(
        stage=stage, error=error, message=message, caption=place.caption, task=place.task, round=place.round
    )


def sort_key(turn: Turn, stages: Sequence[str], tasks: Sequence[str]) -> tuple[Any, ...]:
    """Sorts turns by the course of a flow: its tasks in order (others by name), then rounds, then stages."""
    named = turn["task"]
    task = (tasks.index(named) if named in tasks else len(tasks), named) if named else (-1, "")
    caption = -1 if turn["caption"] is None else turn["caption"]
    stage = stages.index(turn["stage"]) if turn["stage"] in stages else len(stages)
    candidate = turn.get("candidate") or 0
    return (task, turn["round"] or 0, stage, caption, candidate, turn["repair"], turn["index"])


def reads_well(
    turn: Turn,
    read: Callable[[ReplyText], Any],
    finish: Callable[[ReplyText], Any],
    recorded: Collection[Turn],
) -> bool:
    """Whether a recorded call of an earlier attempt need not be asked again.

    A reply that cannot be read is good all the same if one before it to the same ask can (where `n`
    was split), or if the form was repaired: `finish` reads the repair, and what it returns was taken.
    """
    if "error" in turn:
        return False
    values = read_all(texts_of(turn), read)[0]
    if not values:
        siblings = (one for one in recorded if one["index"] < turn["index"] and _same_ask(one, turn, 0))
        return any(reads_well(one, read, finish, recorded) for one in siblings)
    if turn["repair"] or not all(isinstance(value, Unreadable) for value in values):
        return True
    repairs = (one for one in recorded if _same_ask(one, turn, 1))
    return any(reads_well(one, finish, finish, recorded) for one in repairs)


def encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _same_ask(one: Turn, other: Turn, repairs: int) -> bool:
    """Whether two calls stand at one place, the first by so many repairs later."""
    names = ("agent", "stage", "caption", "task", "round", "candidate")
    return one["repair"] == other["repair"] + repairs and all(
        one.get(name) == other.get(name) for name in names
    )
