"""An embedder in a chat model's chair replies with a similarity, and many requests become one batch."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from irloom.backends.similarity import Similarity
from irloom.engine.batcher import Batcher
from irloom.errors import EndpointRefused, SampleError, ScoringError
from irloom.protocols import ChatRequest, Prompt, Scores, ScoringJob


class Lengths:
    """Scores a sentence by its length; one that is empty is its own error."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def score(self, jobs: Sequence[ScoringJob]) -> list[Scores | SampleError]:
        self.batches.append(len(jobs))
        return [
            Scores((len(job.captions[0]) / 100,)) if job.captions[0] else ScoringError("nothing to score")
            for job in jobs
        ]


def ask(sentence: str | None, images: int = 1) -> ChatRequest:
    fields = {} if sentence is None else {"sentence": sentence}
    prompt = Prompt("detector/similarity", "0" * 16, "", sentence or "", fields)
    return ChatRequest(prompt, 0, images=(Path("a.png"),) * images)


async def test_requests_side_by_side_become_one_batch_and_each_gets_its_own_reply() -> None:
    lengths = Lengths()
    batcher = Batcher(lengths.score, 8, wait_s=0.05)
    chat = Similarity("lengths", batcher.run)
    asked = [chat.chat(ask("x" * number)) for number in range(4)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    await batcher.close()
    assert lengths.batches == [4]
    assert isinstance(found[0], ScoringError)
    replies = [one for one in found if not isinstance(one, BaseException)]
    assert [reply.texts[0].text for reply in replies] == ["0.01", "0.02", "0.03"]
    assert {reply.usage.requests for reply in replies} == {1}


@pytest.mark.parametrize("request_", [ask(None), ask("a dog", images=0), ask("a dog", images=2)])
async def test_a_request_that_is_none_of_a_detector_is_refused(request_: ChatRequest) -> None:
    chat = Similarity("lengths", Batcher(Lengths().score, 8).run)
    with pytest.raises(EndpointRefused, match="scores one sentence about one picture"):
        await chat.chat(request_)
