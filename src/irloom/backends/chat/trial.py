"""Tries an endpoint as a run will use it: its `n`, its longest prompt, its pictures; in bounded time."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from irloom.addresses import strip_credentials
from irloom.backends.chat.completions import THINK_LESS
from irloom.backends.chat.facts import Facts
from irloom.backends.chat.openai import OpenAIChat
from irloom.backends.chat.sight import takes_images
from irloom.errors import IrloomError
from irloom.options import OpenAIOptions
from irloom.protocols import ChatReply, ChatRequest

WITHIN_S = 120.0
"""Longer nobody waits for the whole trial."""
_PATIENCE_S = 20.0
"""How long an endpoint may throttle or be away."""


class Tried(NamedTuple):
    """One thing that was tried."""

    good: bool
    what: str
    advice: str = ""


async def try_endpoint(
    options: OpenAIOptions, requests: Sequence[ChatRequest], must_see: bool, within_s: float = WITHIN_S
) -> list[Tried]:
    """Ask what a run would ask, and say of each request how it went; the first that fails ends it.

    `requests` hold texts only; where the run shows pictures, `must_see` says so.
    """
    name = f"endpoint {strip_credentials(options.base_url or 'OpenAI')}"
    learnt: dict[str, Any] = {}
    patient = {"max_retries": 1, "outage_s": min(_PATIENCE_S, options.outage_s)}
    chat = OpenAIChat(options.model_copy(update=patient), learn=learnt.__setitem__)
    tried: list[Tried] = []
    try:
        async with asyncio.timeout(within_s):
            await _try_all(chat, name, requests, must_see, tried)
    except TimeoutError:
        advice = "see what else keeps it busy; for a run on a slow server raise `timeout_s` under [chat]"
        tried.append(Tried(False, f"{name} was not done with a trial within {within_s:g} s", advice))
    except IrloomError as error:
        tried.append(Tried(False, name, str(error)))
    finally:
        await chat.close()
    return [*tried, *_name_learnt(learnt, requests)]


async def _try_all(
    chat: OpenAIChat, name: str, requests: Sequence[ChatRequest], must_see: bool, tried: list[Tried]
) -> None:
    facts = await chat.read_facts()
    for number, request in enumerate(requests):
        reply = await chat.chat(request)
        if number == 0:
            tried.append(Tried(True, f"{name} answers as {reply.model} in {reply.latency_ms:.0f} ms"))
            tried += _name_facts(facts)
        tried += _judge_reply(name, reply, facts, chat)
    if must_see and await takes_images(chat) is False:
        tried.append(Tried(False, f"{name} drops pictures", "serve a vision-language model there"))


def _judge_reply(name: str, reply: ChatReply, facts: Facts, chat: OpenAIChat) -> list[Tried]:
    """What is wrong with a reply; nothing where it is whole."""
    found = []
    if not any(text.text.strip() for text in reply.texts):
        advice = f"raise `max_tokens` under [chat] (--reply-tokens in evaluations), or {THINK_LESS}"
        found.append(Tried(False, f"{name} gives thoughts and no answer", advice))
    if any(text.finish_reason == "context" for text in reply.texts):
        advice = "serve it with a longer context window for each slot"
        found.append(Tried(False, f"{name} cuts a reply before `max_tokens`", advice))
    needed = reply.usage.prompt_tokens + int(chat.parameters["max_tokens"] or 0)
    if facts.context is not None and needed > facts.context:
        what = (
            f"{name} takes {facts.context:,} tokens for a request, and the run's longest may need {needed:,}"
        )
        found.append(Tried(False, what, "serve it with a longer context, or lower `max_tokens` under [chat]"))
    return found


def _name_facts(facts: Facts) -> list[Tried]:
    slots = f"{facts.slots} slots" if facts.slots else ""
    context = f"{facts.context:,} tokens for a request" if facts.context else ""
    told = " and ".join(part for part in (slots, context) if part)
    return [Tried(True, f"it says that it has {told}")] if told else []


def _name_learnt(learnt: dict[str, Any], requests: Sequence[ChatRequest]) -> list[Tried]:
    n = max((request.n for request in requests), default=1)
    found = []
    if (most := learnt.get("n")) is not None:
        what = "it ignores `n`" if most is False else f"it gives {most} replies at a time"
        found.append(Tried(True, what, f"candidates will be separate requests, up to {n} times as many"))
    if (mode := learnt.get("reply_mode")) is not None:
        found.append(Tried(True, f"it is asked for replies in the form {mode!r}, the best that it takes"))
    return found
