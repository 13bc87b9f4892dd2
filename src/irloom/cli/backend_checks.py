"""What `irloom doctor` finds out about the backends of a profile: do they answer, fit and load."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from irloom.errors import IrloomError
from irloom.flows import InfraredConfig
from irloom.options import GroundingOptions, OpenAIOptions, ScorerOptions, TranslatorOptions, VqaOptions
from irloom.protocols import ChatReply, ChatRequest, Prompt, ScoringJob, TranslationJob
from irloom.records import Seat

NEEDED = 1.3
"""Memory that a model takes, over the size of its weights: activations, and what the library keeps."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    good: bool
    what: str
    advice: str = ""


def examine_endpoints(backends: InfraredConfig) -> Iterator[Finding]:
    """Ask each chat endpoint that is named one tiny question, as a run would."""
    named = {chat.model_dump_json(): chat for chat in map(backends.chat_for, get_args(Seat))}
    seeing = backends.chat_for("scorer") if isinstance(backends.scorer, VqaOptions) else None
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


def examine_model(role: str, options: TranslatorOptions | ScorerOptions) -> Iterator[Finding]:
    """Whether the device of a translator or scorer is there, its weights are, and they fit."""
    if isinstance(options, GroundingOptions | VqaOptions):
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


def try_models(backends: InfraredConfig) -> Iterator[Finding]:
    """Load translator and scorer, and have each work on a picture that is drawn here."""
    from PIL import Image

    with tempfile.TemporaryDirectory(prefix="irloom-doctor-") as folder:
        image = Path(folder) / "picture.png"
        Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(image)
        yield _try("translator", lambda notify: _translate(backends, image, notify))
        yield _try("scorer", lambda notify: _score(backends, image, notify))


def _try(role: str, work: Callable[[Callable[[str], None]], str]) -> Finding:
    said: list[str] = []
    started = time.perf_counter()
    try:
        done = work(said.append)
    except IrloomError as error:
        return Finding(False, f"{role} at work", str(error))
    took_s = time.perf_counter() - started
    return Finding(True, f"{role} at work: {done}, {took_s:.1f} s with loading", " ".join(said))


def _translate(backends: InfraredConfig, image: Path, notify: Callable[[str], None]) -> str:
    from irloom.backends.builders import load_translator

    (made,) = load_translator(backends.translator, notify).translate([TranslationJob(image, (), seed=1)])
    if isinstance(made, IrloomError):
        raise made
    return "an infrared picture was made"


def _score(backends: InfraredConfig, image: Path, notify: Callable[[str], None]) -> str:
    from irloom.backends.builders import build_scorer
    from irloom.lexicon import Lexicon

    scorer = build_scorer(backends.scorer, Lexicon.load(None), notify)
    if scorer is None:
        return "it asks the endpoint above"
    (scores,) = scorer.score([ScoringJob(image, ("a person", "a grey gradient"), ())])
    if isinstance(scores, IrloomError):
        raise scores
    return "two captions were scored"
