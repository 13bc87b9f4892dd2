"""irloom's flow in this process with a model that answers at once, whole or with a part of it left out.

What a part costs is the difference: `whole` is everything but the client; `no-journal` leaves out the
segment's records; `graph` is the graph alone, over calls that return what they are asked to make.
"""

import argparse
import asyncio
import cProfile
import json
import pstats
import resource
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.replies import answer
from irloom.config import RunConfig
from irloom.lexicon import Lexicon
from irloom.pipelines import running
from irloom.pipelines.infrared import InfraredFlow
from irloom.pipelines.rows import Provenance
from irloom.ports import Ask, ChatReply, ChatRequest, ReplyText, Usage
from irloom.prompts import Prompts
from irloom.records import Fault, Infrared, Sample
from irloom.runs.journal import Segment
from irloom.runs.turns import read_all

T = TypeVar("T")


def reply_texts(schema: str | None, text: str, seed: int, n: int) -> tuple[ReplyText, ...]:
    """What the mock server would say."""
    return tuple(ReplyText(text=answer(schema, text, f"{seed}/{index}")) for index in range(n))


class InstantChat:
    """A ChatModel without a client."""

    model = "m"
    parameters: Mapping[str, Any] = {"max_tokens": 1024, "send_temperature": True, "send_seed": True}
    asked = 0

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer at once."""
        InstantChat.asked += 1
        schema = request.schema.name if request.schema else None
        texts = reply_texts(schema, request.prompt.user, request.seed, request.n)
        usage = Usage(requests=1, prompt_tokens=50, completion_tokens=20)
        sent = {"n": request.n, "mode": "json_schema" if schema else "text", "retries": 0}
        return ChatReply(texts=texts, usage=usage, model="m", latency_ms=1.0, sent=sent)

    def hold(self) -> None:
        """Nothing waits."""

    async def close(self) -> None:
        """Nothing is open."""


class InstantCalls:
    """`Calls` that keep nothing."""

    def __init__(self, sample: Sample) -> None:
        self._sample = sample

    async def ask(self, ask: Ask, read: Callable[[ReplyText], T]) -> tuple[T, ...] | Fault:
        """Answer at once."""
        InstantChat.asked += 1
        schema = ask.schema.name if ask.schema else None
        seed = hash((self._sample.id, ask.place)) & 0x7FFFFFFF
        values, _ = read_all(reply_texts(schema, ask.prompt.user, seed, ask.n), read)
        return values

    async def translate(self) -> Infrared | Fault:
        """No image."""
        name = f"images/{self._sample.id}.png"
        return Infrared(image=name, sha256="0" * 64, width=32, height=24, made_by="given")

    async def score(self, caption: int, image: str, texts: Sequence[str]) -> tuple[float, ...] | Fault:
        """No scorer."""
        return tuple(1.0 / (1 + position) for position in range(len(texts)))


def forget(self: Segment, turn: Mapping[str, Any]) -> None:
    """A journal that keeps nothing."""


async def run_graphs(config: RunConfig, samples: Iterable[Sample]) -> None:
    """The graph alone, over a bounded number of samples side by side."""
    prompts, lexicon = Prompts.load(), Lexicon.load(None)
    names = dict.fromkeys(("caption", "task", "debate", "translator", "scorer"), "m")
    flow = InfraredFlow(config, prompts, lexicon, Provenance("0", 0, names, dict.fromkeys(prompts.texts, "0")))
    waiting = iter(samples)

    async def work() -> None:
        for sample in waiting:
            await flow(sample, 1, ("Delete all words about colour.",) * 10, 0, InstantCalls(sample))

    await asyncio.gather(*(work() for _ in range(config.concurrency)))


def run_whole(out: Path, config: RunConfig) -> None:
    """A run as the command line makes it, without its progress."""
    running.create_run(out, config)
    asyncio.run(running.carry_on(out, running.ResumeOptions(), running.Listener()))


def measure(part: str, out: Path, config: RunConfig) -> dict[str, float]:
    """CPU seconds and requests of one form."""
    running.build_chat = lambda *_, **__: InstantChat()  # type: ignore[assignment]
    if part == "no-journal":
        Segment.record = forget  # type: ignore[method-assign]
    before = resource.getrusage(resource.RUSAGE_SELF)
    if part == "graph":
        inputs = running.load_inputs(config)
        samples = [sample for sample, _ in zip(inputs.source, range(config.limit or 10**9), strict=False)]
        before = resource.getrusage(resource.RUSAGE_SELF)
        asyncio.run(run_graphs(config, samples))
    else:
        run_whole(out, config)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_s": cpu_s, "requests": InstantChat.asked}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("whole", "no-journal", "graph"), default="whole")
    parser.add_argument("--flow", choices=("captions", "whole"), default="whole")
    parser.add_argument("--coco", type=Path, required=True, help="folder that `harness.write_coco` made")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--samples", type=int, required=True)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    given = parser.parse_args()
    switches = {"tasks": (), "scoring": False} if given.flow == "captions" else {}
    config = RunConfig(
        images=given.coco / "images",
        captions=given.coco / "captions.json",
        instances=given.coco / "instances.json",
        translation=False,
        limit=given.samples,
        concurrency=given.concurrency,
        **switches,
    )
    profile = cProfile.Profile()
    if given.profile:
        profile.enable()
    print(json.dumps(measure(given.part, given.out, config)))
    if given.profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(60)


if __name__ == "__main__":
    main()
