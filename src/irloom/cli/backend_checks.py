"""What `irloom doctor` finds out about the backends of a profile: do they answer, fit and load."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from irloom.agents.task.replies import SCHEMAS
from irloom.errors import IrloomError
from irloom.flows import InfraredConfig
from irloom.options import GroundingOptions, OpenAIOptions, ScorerOptions, TranslatorOptions, VqaOptions
from irloom.prompts import Prompts
from irloom.protocols import ChatRequest, Prompt, ScoringJob, TranslationJob
from irloom.records import Seat

NEEDED = 1.3
"""Memory that a model takes, over the size of its weights: activations, and what the library keeps."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    good: bool
    what: str
    advice: str = ""


def examine_endpoints(backends: InfraredConfig) -> Iterator[Finding]:
    """Ask each chat endpoint that is named what a run would ask."""
    named = {chat.model_dump_json(): chat for chat in map(backends.chat_for, get_args(Seat))}
    seeing = [backends.chat_for("scorer")] if isinstance(backends.scorer, VqaOptions) else []
    seeing += [backends.chat_for("debate")] if "image" in backends.judge_sees else []
    for chat in named.values():
        if isinstance(chat, OpenAIOptions):
            yield from _examine_endpoint(chat, backends, must_see=chat in seeing)
        else:
            yield Finding(True, "chat by the embedded rule engine, which needs nothing")


def _examine_endpoint(options: OpenAIOptions, backends: InfraredConfig, must_see: bool) -> Iterator[Finding]:
    from irloom.backends.chat.trial import try_endpoint

    try:
        tried = asyncio.run(try_endpoint(options, _choose_requests(options, backends), must_see))
    except IrloomError as error:
        yield Finding(False, f"endpoint {options.base_url or 'OpenAI'}", str(error))
        return
    yield from (Finding(*one) for one in tried)


def _choose_requests(options: OpenAIOptions, backends: InfraredConfig) -> list[ChatRequest]:
    """A tiny question for as many replies as the caption filter wants, and the longest prompt of a run."""
    tiny = Prompt("doctor", "", "Reply with one word.", "Say ready.", {})
    filters = options == backends.chat_for("caption")
    requests = [ChatRequest(tiny, seed=1, n=backends.candidates if filters else 1, temperature=0.8)]
    if options == backends.chat_for("task"):
        prompt = Prompts.load(backends.prompts).render(
            "task/conversation",
            captions="\n".join(["A person stands next to a car on a street with other people."] * 5),
            boxes="\n".join(["traffic light: [0.123, 0.456, 0.234, 0.567]"] * 35),
            requirements="- Material information is not visible in the infrared image.\n" * 2,
        )
        requests.append(ChatRequest(prompt, seed=2, schema=SCHEMAS["conversation"]))
    return requests


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
