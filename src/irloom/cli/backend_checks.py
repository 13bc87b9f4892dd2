"""What `irloom doctor` finds out about the backends of a profile: do they answer, fit and load."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from irloom.config import RunConfig
from irloom.errors import IrloomError
from irloom.options import OpenAIOptions, VqaOptions
from irloom.protocols import ChatReply, ChatRequest, Prompt

if TYPE_CHECKING:
    from irloom.pipelines.flow import Flow

NEEDED = 1.3
"""Memory that a model takes, over the size of its weights: activations, and what the library keeps."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    good: bool
    what: str
    advice: str = ""


def examine_endpoints(config: RunConfig) -> Iterator[Finding]:
    """Ask each chat endpoint that is named one tiny question, as a run would."""
    sees = any(isinstance(options, VqaOptions) for _, options in list_backends(config))
    seeing = config.chat_for("scorer") if sees else None
    chats = [config.chat, *map(config.chat_for, config.agents), *([seeing] if seeing else [])]
    named = {chat.model_dump_json(): chat for chat in chats}
    for chat in named.values():
        if isinstance(chat, OpenAIOptions):
            yield from _examine_endpoint(chat, must_see=chat == seeing)
        else:
            yield Finding(True, "chat by the embedded rule engine, which needs nothing")


def _examine_endpoint(options: OpenAIOptions, must_see: bool) -> Iterator[Finding]:
    name = f"endpoint {options.base_url or 'OpenAI'}"
    learnt: dict[str, object] = {}
    try:
        reply, sees = asyncio.run(_ask(options, learnt, must_see))
    except IrloomError as error:
        yield Finding(False, name, str(error))
        return
    yield Finding(True, f"{name} answers as {reply.model} in {reply.latency_ms:.0f} ms")
    if learnt.get("n") is False:
        yield Finding(True, "it ignores `n`", "candidates will be separate requests, five times as many")
    if must_see and sees is False:
        yield Finding(False, f"{name} drops pictures", "serve a vision-language model there")


async def _ask(
    options: OpenAIOptions, learnt: dict[str, object], must_see: bool
) -> tuple[ChatReply, bool | None]:
    """One word from the endpoint, and whether pictures reach its model, if that matters."""
    from irloom.backends.chat.openai import OpenAIChat
    from irloom.backends.chat.sight import takes_images

    quick = {"max_retries": 1, "timeout_s": min(60.0, options.timeout_s), "max_tokens": 64}
    chat = OpenAIChat(options.model_copy(update=quick), learn=learnt.__setitem__)
    try:
        prompt = Prompt("doctor", "", "Reply with one word.", "Say ready.", {})
        reply = await chat.chat(ChatRequest(prompt, seed=1, n=2, temperature=0.8))
        return reply, await takes_images(chat) if must_see else None
    finally:
        await chat.close()


def examine_model(role: str, options: Any) -> Iterator[Finding]:
    """Whether the device of a backend is there, its weights are, and they fit."""
    if not hasattr(options, "device"):
        yield Finding(True, f"{role} {options.kind}, which loads no model")
        return
    from irloom.backends.accelerator import choose_device, free_memory
    from irloom.backends.weight_files import find_weights

    weights = find_weights(options)
    if weights is not None:
        yield Finding(weights.path is not None, f"{role} {options.kind}: {weights.name}", weights.advice)
    try:
        device = choose_device(options.device)
    except IrloomError as error:
        yield Finding(False, f"{role} {options.kind}", str(error))
        return
    free, size = free_memory(device), weights.bytes if weights else 0
    fits = NEEDED * size <= free
    advice = "choose a smaller model, dtype = 'bfloat16', offload = true, or another device"
    what = f"{role} {options.kind} on {device}: {size / 1e9:.1f} GB of weights, {free / 1e9:.1f} GB free"
    yield Finding(fits, what, "" if fits else advice)


def list_backends(config: RunConfig) -> Iterator[tuple[str, Any]]:
    """The backends that a configuration names beside its chat models, by their tables."""
    for name, options in config:
        if hasattr(options, "kind") and name != "chat":
            yield name, options


def try_models(flow: "Flow[Any]", config: RunConfig) -> Iterator[Finding]:
    """Load each backend that the flow knows how to try, and have it work on a picture that is drawn here."""
    from PIL import Image

    with tempfile.TemporaryDirectory(prefix="irloom-doctor-") as folder:
        image = Path(folder) / "picture.png"
        Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(image)
        for trial in flow.trials:
            yield _try(trial.part, partial(trial.work, config, image))


def _try(part: str, work: Callable[[Callable[[str], None]], str]) -> Finding:
    said: list[str] = []
    started = time.perf_counter()
    try:
        done = work(said.append)
    except IrloomError as error:
        return Finding(False, f"{part} at work", str(error))
    took_s = time.perf_counter() - started
    return Finding(True, f"{part} at work: {done}, {took_s:.1f} s with loading", " ".join(said))
