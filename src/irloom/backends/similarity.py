"""An embedder in the chair of a chat model: its reply to a sentence and a picture is their similarity."""

import time
from collections.abc import Awaitable, Callable, Mapping

from irloom.backends.chat.uncapped import Uncapped
from irloom.errors import EndpointRefused
from irloom.protocols import ChatReply, ChatRequest, Purse, ReplyText, Scores, ScoringJob, Usage


class Similarity:
    """Replies with the cosine of the one picture and the prompt's slot `sentence`, as text.

    Raises EndpointRefused for a request without both: it is none of a detector's.
    """

    def __init__(
        self, model: str, score: Callable[[ScoringJob], Awaitable[Scores]], purse: Purse | None = None
    ) -> None:
        """Sit down; `score` takes the jobs of many requests together, and raises SampleError."""
        self.model = model
        self.parameters: Mapping[str, object] = {}
        self._score = score
        self._purse = purse or Uncapped()

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Score one sentence against one picture."""
        started = time.perf_counter()
        job = read_job(request)
        async with self._purse.reserve(request, 1) as payment:
            payment.leave()
            scores = await self._score(job)
            payment.settle(Usage(requests=1))
        return ChatReply(
            texts=(ReplyText(text=repr(scores.values[0])),),
            usage=Usage(requests=1),
            model=self.model,
            latency_ms=round((time.perf_counter() - started) * 1000, 1),
            sent={"n": 1},
        )

    def hold(self) -> None:
        """Nothing leaves this machine by itself."""

    async def close(self) -> None:
        """Nothing is open here: the batches are closed by who made them."""


def read_job(request: ChatRequest) -> ScoringJob:
    """The picture and the sentence of a request. Raises EndpointRefused."""
    sentence = request.prompt.fields.get("sentence")
    if sentence is None or len(request.images) != 1:
        raise EndpointRefused(
            f"an embedder scores one sentence about one picture, and {request.prompt.name!r} with "
            f"{len(request.images)} pictures is no such request: name a chat model"
        )
    return ScoringJob(request.images[0], (sentence,), ())
