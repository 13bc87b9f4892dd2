"""What `irloom doctor` finds out about the backends of a profile: do they answer, fit and load."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from irloom.addresses import strip_credentials
from irloom.config import RunConfig
from irloom.errors import IrloomError
from irloom.options import OpenAIOptions
from irloom.protocols import ChatRequest, Prompt

if TYPE_CHECKING:
    from irloom.pipelines.flow import Flow, Question

NEEDED = 1.3
"""Memory that a model takes, over the size of its weights: activations, and what the library keeps."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    good: bool
    what: str
    advice: str = ""


def examine_endpoints(flow: "Flow[Any]", config: RunConfig) -> Iterator[Finding]:
    """Ask each chat endpoint that is named what a run of the flow would ask."""
    try:
        questions = flow.questions(config)
    except IrloomError as error:
        yield Finding(False, "prompts", str(error))
        return
    seats = (*config.agents, *(one.seat for one in questions))
    named = {chat.model_dump_json(): chat for chat in (config.chat, *map(config.chat_for, seats))}
    for chat in named.values():
        if isinstance(chat, OpenAIOptions):
            asked = [one for one in questions if config.chat_for(one.seat) == chat]
            yield from _examine_endpoint(chat, asked)
        else:
            who = "a baseline" if chat.kind == "baseline" else "the embedded rule engine"
            yield Finding(True, f"chat by {who}, which needs nothing")


def _examine_endpoint(options: OpenAIOptions, questions: Sequence["Question"]) -> Iterator[Finding]:
    from irloom.backends.chat.trial import try_endpoint

    must_see = any(one.sees for one in questions)
    try:
        tried = asyncio.run(try_endpoint(options, _list_requests(questions), must_see))
    except IrloomError as error:
        yield Finding(False, f"endpoint {strip_credentials(options.base_url or 'OpenAI')}", str(error))
        return
    yield from (Finding(*one) for one in tried)


def _list_requests(questions: Sequence["Question"]) -> list[ChatRequest]:
    """A tiny question for as many replies as are ever wanted, and the prompts that are tried whole."""
    tiny = Prompt("doctor", "", "Reply with one word.", "Say ready.", {})
    most = max((one.n for one in questions), default=1)
    whole = [ChatRequest(one.prompt, seed=2, schema=one.schema) for one in questions if one.prompt]
    return [ChatRequest(tiny, seed=1, n=most, temperature=0.8), *whole]


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
