"""Where a run's backends are built, once, and closed: chat models by seat, accelerator work in batches."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from irloom.backends.builders import (
    build_chat,
    build_pipeline_painter,
    build_served_painter,
    build_similarity,
)
from irloom.backends.prices import find_price
from irloom.config import Price, RunConfig
from irloom.engine.batcher import Batcher
from irloom.engine.directory import without_credentials
from irloom.engine.fingerprint import digest_settings
from irloom.engine.models import Held, Models
from irloom.engine.spending import ModelPurse, Spending
from irloom.errors import ConfigError, SampleError
from irloom.options import ChatOptions, SimilarityOptions
from irloom.painter_options import PainterOptions, PipelinePainterOptions
from irloom.paintings import ImagePainter, Painting, PaintingJob
from irloom.protocols import ChatModel, Purse

Learn = Callable[[str, Any], None]
Job = TypeVar("Job")
Done = TypeVar("Done")


TOKENS_A_PICTURE = 8_000
"""The most that is held for one; gpt-image-1 counts 6,240 for its largest and best."""


class BatchedPainter:
    """A painter that draws the pictures of many samples together."""

    def __init__(self, name: str, drawn: Batcher[PaintingJob, Painting]) -> None:
        self.name = name
        self._drawn = drawn

    async def paint(self, job: PaintingJob) -> Painting:
        """Wait for one picture; raises its own SampleError."""
        return await self._drawn.run(job)


class Workbench:
    """What a flow's `build` is given; chat models pay out of `spending`."""

    def __init__(
        self,
        config: RunConfig,
        fingerprint: Mapping[str, Any],
        learnt: Mapping[str, Any],
        learn: Learn,
        spending: Spending,
        notify: Callable[[str], None],
    ) -> None:
        self.notify = notify
        self._config = config
        self._fingerprint = fingerprint
        self._learnt = learnt
        self._learn = learn
        self._spending = spending
        self._chats: dict[str, ChatModel] = {}
        self._prices: dict[str, Price | None] = {}
        self._built: dict[str, ChatModel] = {}
        self._others: list[Held] = []
        self._closers = AsyncExitStack()
        self._files: dict[str, Path | None] = {}

    @property
    def models(self) -> Models:
        """The chat models so far; ConfigError for a spending cap without prices."""
        if self._config.budget.cost_usd is not None and None in self._prices.values():
            raise ConfigError(
                "--max-cost needs prices, and none is known for this model and endpoint: give them as "
                '[prices."NAME"] prompt_usd = …, completion_usd = … (dollars a million tokens) in --config.'
            )
        return Models(chats=self._chats, prices=self._prices, others=self._others)

    def supply(self, **files: Path | None) -> None:
        """Name the files that the embedded rule engine reads: `lexicon`, `edits`; None for irloom's own."""
        self._files |= files

    def chat(self, seat: str) -> ChatModel:
        """The chat model of a seat; seats with equal options share one."""
        options = self._config.chat_for(seat)
        name = options.model_dump_json()
        self._prices[seat] = find_price(options, self._config.prices)
        if name not in self._built:
            purse = ModelPurse(self._spending, getattr(options, "max_tokens", None), self._prices[seat])
            self._built[name] = self._build(options, purse)
        self._chats[seat] = self._built[name]
        return self._chats[seat]

    def painter(self, seat: str, options: PainterOptions) -> tuple[ImagePainter, Price | None]:
        """The painter of a seat, and what its tokens cost; it pays as chat models do."""
        if isinstance(options, PipelinePainterOptions):
            pipeline = build_pipeline_painter(options, self.notify)
            return BatchedPainter(pipeline.name, self.batched(pipeline.draw, options.batch_size)), None
        price = self._prices[seat] = find_price(options, self._config.prices)
        purse = ModelPurse(self._spending, TOKENS_A_PICTURE, price)
        served = build_served_painter(options, self.notify, purse)
        self._others.append(served)
        self.close_at_end(served.close)
        return served, price

    def batched(
        self, work: Callable[[Sequence[Job]], Sequence[Done | SampleError]], size: int
    ) -> Batcher[Job, Done]:
        """Collect single jobs of many samples into batches of up to `size`."""
        batcher = Batcher(work, size)
        self.close_at_end(batcher.close)
        return batcher

    def close_at_end(self, close: Callable[[], Awaitable[None]]) -> None:
        """Have something closed when the run ends or fails to begin."""
        self._closers.push_async_callback(close)

    def digest(self, table: str, *names: str) -> str:
        """Digest of what one backend depends on: its settings, and the named digests of the fingerprint."""
        return digest_settings(self._fingerprint, table, names)

    async def close(self) -> None:
        """Free connections, threads and processes, the last first."""
        await self._closers.aclose()

    def _build(self, options: ChatOptions, purse: Purse) -> ChatModel:
        """Build a chat model; what is learnt is kept by endpoint and model, since a run may use several."""
        place = name_endpoint(options)
        known = dict(self._learnt.get(place, {}))

        def learn_here(name: str, value: Any) -> None:
            known[name] = value
            self._learn(place, dict(known))

        chat = (
            self._build_similarity(options, purse)
            if isinstance(options, SimilarityOptions)
            else build_chat(options, self._files, known, learn_here, self.notify, purse)
        )
        self.close_at_end(chat.close)
        return chat

    def _build_similarity(self, options: SimilarityOptions, purse: Purse) -> ChatModel:
        """An embedder in the chair of a chat model; many asks become one batch."""
        from irloom.backends.similarity import Similarity

        scorer, size = build_similarity(options.scorer, self.notify)
        return Similarity(scorer.name, self.batched(scorer.score, size).run, purse)


def name_endpoint(options: ChatOptions) -> str:
    """An endpoint and a model, without credentials: what is learnt of them is kept under this name."""
    if options.kind != "openai":
        return options.kind
    return f"{without_credentials(options.base_url or 'openai')} {options.model}"
